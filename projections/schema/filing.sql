-- What an agency has to be told.
CREATE TABLE filing (
	learner     TEXT NOT NULL,
	revision    INTEGER NOT NULL, -- of what it is about, in the apprenticeship's stream
	version     INTEGER NOT NULL,
	state       TEXT NOT NULL CHECK (state IN ('due', 'prepared', 'submitted', 'accepted', 'rejected')),
	program     TEXT NOT NULL,
	agency      TEXT NOT NULL,
	cause       TEXT NOT NULL,
	occurred_on TEXT NOT NULL,
	due_on      TEXT NOT NULL,
	digest      TEXT NOT NULL,
	form        TEXT NOT NULL, -- sealed
	reference   TEXT NOT NULL,
	errors      TEXT NOT NULL, -- sealed
	since       TEXT NOT NULL, -- day it came into the state
	told        INTEGER NOT NULL AS (state IN ('submitted', 'accepted')), -- 0: still to be sent
	PRIMARY KEY (learner, revision)
) STRICT, WITHOUT ROWID;
