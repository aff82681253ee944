CREATE TABLE milestone (
	learner     TEXT NOT NULL,
	requirement TEXT NOT NULL,
	version     INTEGER NOT NULL,
	state       TEXT NOT NULL CHECK (state IN ('planned', 'in-progress', 'under-review', 'attained', 'not-yet-attained', 'waived', 'expired')),
	since       TEXT NOT NULL,    -- day it came into the state
	by_person   TEXT NOT NULL,    -- who brought it there; empty for a college
	level       INTEGER NOT NULL, -- rating of 0 to 4 when attained by assessment
	basis       TEXT NOT NULL,    -- stream it rests on, or why it was waived, or the certificate it expired with
	assessor    TEXT NOT NULL,
	pass_level  INTEGER NOT NULL,
	feedback    TEXT NOT NULL,    -- sealed
	due         TEXT NOT NULL,    -- planned day
	valid_until TEXT NOT NULL,
	successes   INTEGER NOT NULL, -- how many attempts have to succeed
	pass_score  INTEGER NOT NULL,
	max_score   INTEGER NOT NULL, -- 0: it is rated
	shown       INTEGER NOT NULL, -- version of the latest evidence
	PRIMARY KEY (learner, requirement)
) STRICT, WITHOUT ROWID;

-- What was rated or scored, as it is after corrections and as it was at first.
CREATE TABLE attempt (
	learner     TEXT NOT NULL,
	requirement TEXT NOT NULL,
	attempt     INTEGER NOT NULL, -- from 1
	assessor    TEXT NOT NULL,
	rating      INTEGER NOT NULL,
	score       INTEGER NOT NULL,
	was_rating  INTEGER NOT NULL,
	was_score   INTEGER NOT NULL,
	max_score   INTEGER NOT NULL,
	reason      TEXT NOT NULL,    -- sealed; of the last correction
	evidence    INTEGER NOT NULL, -- version when it was shown; 0: somebody was watched
	lapsed      INTEGER NOT NULL, -- it counts no more
	day         TEXT NOT NULL,
	PRIMARY KEY (learner, requirement, attempt)
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
	product     TEXT NOT NULL,    -- sealed
	team        TEXT NOT NULL,    -- JSON list of people
	from_stream TEXT NOT NULL,    -- of a member of the team who has shown it
	from_version INTEGER NOT NULL,
	partner     TEXT NOT NULL,    -- the institution that attests it
	files       TEXT NOT NULL,    -- JSON list; their names are sealed
	PRIMARY KEY (learner, requirement, version)
) STRICT, WITHOUT ROWID;
