CREATE TABLE transition (
	learner         TEXT NOT NULL,
	to_role         TEXT NOT NULL,
	version         INTEGER NOT NULL, -- after the last fact that is no comment
	facts           INTEGER NOT NULL, -- how many there are, comments among them
	from_role       TEXT NOT NULL,
	state           TEXT NOT NULL CHECK (state IN ('proposed', 'submitted', 'returned', 'approved', 'scheduled', 'effective', 'confirmed', 'rejected', 'withdrawn', 'rescinded', 'expired')),
	proposer        TEXT NOT NULL,
	note            TEXT NOT NULL, -- sealed
	effective_on    TEXT NOT NULL, -- asked for, or set
	asked_for       TEXT NOT NULL, -- the day that was asked for
	approved_on     TEXT NOT NULL,
	confirmed_on    TEXT NOT NULL,
	cause           TEXT NOT NULL, -- of its withdrawal, if nobody took it back
	pay_grade       TEXT NOT NULL,
	position        TEXT NOT NULL, -- the vacancy it fills
	snapshot        TEXT NOT NULL,
	met             INTEGER NOT NULL,
	total           INTEGER NOT NULL,
	pathway         TEXT NOT NULL,
	pathway_version INTEGER NOT NULL,
	proposed_at     INTEGER NOT NULL,
	since           INTEGER NOT NULL, -- when it came into the state
	changed_at      INTEGER NOT NULL, -- when something was last done about it
	PRIMARY KEY (learner, to_role)
) STRICT, WITHOUT ROWID;

CREATE TABLE transition_step (
	learner    TEXT NOT NULL,
	to_role    TEXT NOT NULL,
	step       INTEGER NOT NULL, -- from 0
	office     TEXT NOT NULL,
	assignee   TEXT NOT NULL,
	capacity   TEXT NOT NULL,
	state      TEXT NOT NULL CHECK (state IN ('waiting', 'open', 'granted', 'returned', 'refused')),
	opened_at  INTEGER NOT NULL,
	due_on     TEXT NOT NULL,
	deputy     TEXT NOT NULL,    -- who stands in
	deputy_from  TEXT NOT NULL,
	deputy_until TEXT NOT NULL,  -- the last day
	overdue_with TEXT NOT NULL,  -- who held it before, and let the day pass
	decided_at INTEGER NOT NULL,
	decided_by TEXT NOT NULL,
	reason     TEXT NOT NULL, -- sealed
	PRIMARY KEY (learner, to_role, step)
) STRICT, WITHOUT ROWID;

-- What a coordinator let pass in the attempt that comes next, or runs.
CREATE TABLE transition_waiver (
	learner      TEXT NOT NULL,
	to_role      TEXT NOT NULL,
	requirement  TEXT NOT NULL,
	by_person    TEXT NOT NULL,
	at           INTEGER NOT NULL,
	reason       TEXT NOT NULL, -- sealed
	PRIMARY KEY (learner, to_role, requirement)
) STRICT, WITHOUT ROWID;

-- All that was ever done about a move, in order.
CREATE TABLE transition_fact (
	learner   TEXT NOT NULL,
	to_role   TEXT NOT NULL,
	revision  INTEGER NOT NULL,
	event     TEXT NOT NULL,
	at        INTEGER NOT NULL,
	by_person TEXT NOT NULL,    -- empty: a policy
	office    TEXT NOT NULL,    -- of the step it is about
	to_person TEXT NOT NULL,    -- to whom a step went
	on_day    TEXT NOT NULL,    -- the day it names
	reason    TEXT NOT NULL,    -- sealed
	cause     TEXT NOT NULL,    -- that it followed from
	PRIMARY KEY (learner, to_role, revision)
) STRICT, WITHOUT ROWID;

-- What was said beside a move, in order.
CREATE TABLE transition_comment (
	learner   TEXT NOT NULL,
	to_role   TEXT NOT NULL,
	revision  INTEGER NOT NULL,
	at        INTEGER NOT NULL,
	by_person TEXT NOT NULL,
	note      TEXT NOT NULL,    -- sealed
	former    INTEGER NOT NULL, -- 1: beside an attempt that ended before the present one was asked for
	PRIMARY KEY (learner, to_role, revision)
) STRICT, WITHOUT ROWID;

-- Whom else a comment is for, but the apprentice.
CREATE TABLE transition_heard (
	person   TEXT NOT NULL,
	at       INTEGER NOT NULL,
	learner  TEXT NOT NULL,
	to_role  TEXT NOT NULL,
	revision INTEGER NOT NULL,
	PRIMARY KEY (person, at, learner, to_role, revision)
) STRICT, WITHOUT ROWID;

-- What people call a move by, in the order in which moves were first asked for.
CREATE TABLE request (
	number  INTEGER PRIMARY KEY,
	subject TEXT NOT NULL UNIQUE
) STRICT;
