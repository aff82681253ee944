CREATE TABLE milestone (
	learner     TEXT NOT NULL,
	requirement TEXT NOT NULL,
	version     INTEGER NOT NULL,
	state       TEXT NOT NULL CHECK (state IN ('in-progress', 'under-review', 'attained', 'not-yet-attained')),
	since       TEXT NOT NULL,    -- day it came into the state
	by_person   TEXT NOT NULL,    -- who brought it there; empty for a college
	level       INTEGER NOT NULL, -- rating of 0 to 4 when attained by assessment
	basis       TEXT NOT NULL,    -- stream it rests on
	assessor    TEXT NOT NULL,
	pass_level  INTEGER NOT NULL,
	feedback    TEXT NOT NULL,    -- sealed
	PRIMARY KEY (learner, requirement)
) STRICT, WITHOUT ROWID;

CREATE TABLE evidence (
	learner     TEXT NOT NULL,
	requirement TEXT NOT NULL,
	version     INTEGER NOT NULL, -- of the milestone when it was shown
	kind        TEXT NOT NULL,
	note        TEXT NOT NULL,    -- sealed
	uri         TEXT NOT NULL,    -- sealed
	plain_uri   TEXT NOT NULL,
	day         TEXT NOT NULL,
	PRIMARY KEY (learner, requirement, version)
) STRICT, WITHOUT ROWID;
