-- What was credited for what somebody had learned before.
CREATE TABLE prior (
	learner   TEXT NOT NULL,
	entry     TEXT NOT NULL,
	body      TEXT NOT NULL, -- JSON
	wage_step INTEGER NOT NULL,
	on_day    TEXT NOT NULL,
	reason    TEXT NOT NULL, -- sealed: of the last correction
	PRIMARY KEY (learner, entry)
) STRICT, WITHOUT ROWID;
