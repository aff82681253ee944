-- What a learner was paid at entry, and what shares of the schedule are taken of.
CREATE TABLE pay (
	learner TEXT PRIMARY KEY,
	entry   INTEGER NOT NULL, -- cents for an hour
	journey INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE wage_step (
	learner      TEXT NOT NULL,
	step         INTEGER NOT NULL,
	state        TEXT NOT NULL CHECK (state IN ('due', 'approved', 'denied', 'passed-over')),
	credited     INTEGER NOT NULL, -- 1: granted for what was learned before
	minutes      INTEGER NOT NULL, -- what it was due on
	months       INTEGER NOT NULL,
	due_on       TEXT NOT NULL,
	rate         INTEGER NOT NULL, -- cents for an hour
	effective_on TEXT NOT NULL,
	reason       TEXT NOT NULL,    -- sealed: why it was denied or corrected
	PRIMARY KEY (learner, step)
) STRICT, WITHOUT ROWID;

CREATE INDEX wage_step_due ON wage_step (learner) WHERE state = 'due';
