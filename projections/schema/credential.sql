CREATE TABLE credential (
	id        TEXT PRIMARY KEY,
	version   INTEGER NOT NULL,
	person    TEXT NOT NULL,
	state     TEXT NOT NULL CHECK (state IN ('sponsored', 'held', 'verified', 'expired', 'revoked')),
	since     TEXT NOT NULL, -- day it came into the state
	kind      TEXT NOT NULL,
	title     TEXT NOT NULL,
	issuer    TEXT NOT NULL,
	number    TEXT NOT NULL, -- sealed
	earned_on TEXT NOT NULL,
	valid_to  TEXT NOT NULL, -- the last day; empty is for life
	verifier  TEXT NOT NULL,
	reason    TEXT NOT NULL, -- sealed
	sponsored INTEGER NOT NULL -- cents
) STRICT, WITHOUT ROWID;

CREATE INDEX credential_person ON credential (person);
-- The requirements that rest on a certificate.
CREATE TABLE credential_counted (
	credential  TEXT NOT NULL,
	learner     TEXT NOT NULL,
	requirement TEXT NOT NULL,
	day         TEXT NOT NULL,
	PRIMARY KEY (credential, learner, requirement)
) STRICT, WITHOUT ROWID;
