-- What people learn outside the hours ledger, alone or in a group.
CREATE TABLE learning (
	id          TEXT PRIMARY KEY,
	version     INTEGER NOT NULL,
	state       TEXT NOT NULL CHECK (state IN ('enrolled', 'started', 'completed', 'abandoned', 'cancelled')),
	since       TEXT NOT NULL, -- day it came into the state
	enrolled_on TEXT NOT NULL,
	grouped     INTEGER NOT NULL,
	recorded_by TEXT NOT NULL,
	subject     TEXT NOT NULL, -- JSON
	cohort      TEXT NOT NULL,
	minutes     INTEGER NOT NULL,
	score       INTEGER NOT NULL,
	best        INTEGER NOT NULL, -- the best score there is
	corrected   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE learning_member (
	person   TEXT NOT NULL,
	activity TEXT NOT NULL,
	PRIMARY KEY (person, activity)
) STRICT, WITHOUT ROWID;

CREATE INDEX learning_member_activity ON learning_member (activity);

CREATE TABLE learning_attempt (
	activity TEXT NOT NULL,
	attempt  INTEGER NOT NULL,
	day      TEXT NOT NULL,
	score    INTEGER NOT NULL,
	best     INTEGER NOT NULL,
	by       TEXT NOT NULL,
	PRIMARY KEY (activity, attempt)
) STRICT, WITHOUT ROWID;

-- Work products in which something learned was used.
CREATE TABLE learning_applied (
	activity TEXT NOT NULL,
	version  INTEGER NOT NULL, -- of the activity when it was shown
	person   TEXT NOT NULL,
	day      TEXT NOT NULL,
	product  TEXT NOT NULL, -- sealed
	link     TEXT NOT NULL, -- sealed
	PRIMARY KEY (activity, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE learning_rating (
	activity TEXT NOT NULL,
	person   TEXT NOT NULL,
	topic    TEXT NOT NULL,
	rating   INTEGER NOT NULL, -- 0 to 4
	by       TEXT NOT NULL,
	day      TEXT NOT NULL,
	PRIMARY KEY (activity, person, topic)
) STRICT, WITHOUT ROWID;

CREATE TABLE learning_recognised (
	activity    TEXT NOT NULL,
	person      TEXT NOT NULL,
	learner     TEXT NOT NULL,
	requirement TEXT NOT NULL,
	by          TEXT NOT NULL,
	day         TEXT NOT NULL,
	PRIMARY KEY (activity, learner, requirement)
) STRICT, WITHOUT ROWID;
