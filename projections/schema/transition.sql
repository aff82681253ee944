CREATE TABLE transition (
	learner         TEXT NOT NULL,
	to_role         TEXT NOT NULL,
	version         INTEGER NOT NULL,
	from_role       TEXT NOT NULL,
	state           TEXT NOT NULL CHECK (state IN ('proposed', 'submitted', 'returned', 'approved', 'scheduled', 'effective', 'rejected', 'withdrawn')),
	proposer        TEXT NOT NULL,
	note            TEXT NOT NULL, -- sealed
	effective_on    TEXT NOT NULL, -- asked for, or set
	pay_grade       TEXT NOT NULL,
	snapshot        TEXT NOT NULL,
	met             INTEGER NOT NULL,
	total           INTEGER NOT NULL,
	pathway         TEXT NOT NULL,
	pathway_version INTEGER NOT NULL,
	proposed_at     INTEGER NOT NULL,
	since           INTEGER NOT NULL, -- when it came into the state
	PRIMARY KEY (learner, to_role)
) STRICT, WITHOUT ROWID;

CREATE INDEX transition_due ON transition (effective_on) WHERE state = 'scheduled';

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
	decided_at INTEGER NOT NULL,
	decided_by TEXT NOT NULL,
	reason     TEXT NOT NULL, -- sealed
	PRIMARY KEY (learner, to_role, step)
) STRICT, WITHOUT ROWID;
