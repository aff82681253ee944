CREATE INDEX credential_ends ON credential (valid_to) WHERE valid_to <> '' AND state IN ('held', 'verified');
