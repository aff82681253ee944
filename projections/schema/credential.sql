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
	from_day  TEXT NOT NULL, -- it was earned or last renewed
	checked_from TEXT NOT NULL, -- from_day when it was last verified; empty: it never was
	checked_to   TEXT NOT NULL, -- valid_to when it was last verified
	verifier  TEXT NOT NULL,
	reason    TEXT NOT NULL, -- sealed
	sponsored INTEGER NOT NULL -- cents
) STRICT, WITHOUT ROWID;

CREATE INDEX credential_checked ON credential (checked_to) WHERE checked_to <> '';
CREATE INDEX credential_person ON credential (person);
-- The requirements that rest on a certificate.
CREATE TABLE credential_counted (
	credential  TEXT NOT NULL,
	learner     TEXT NOT NULL,
	requirement TEXT NOT NULL,
	day         TEXT NOT NULL,
	PRIMARY KEY (credential, learner, requirement)
) STRICT, WITHOUT ROWID;
CREATE INDEX credential_counts_for ON credential_counted (learner, requirement);
