-- What waits for somebody's decision.
CREATE TABLE inbox (
	subject  TEXT PRIMARY KEY, -- stream
	kind     TEXT NOT NULL,
	learner  TEXT NOT NULL,
	assignee TEXT NOT NULL,    -- empty: anybody in capacity
	capacity TEXT NOT NULL,
	since    INTEGER NOT NULL,
	due_on   TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What was done about a learner, in words' raw material.
CREATE TABLE activity (
	learner  TEXT NOT NULL,
	position INTEGER NOT NULL,
	at       INTEGER NOT NULL,
	person   TEXT NOT NULL,
	partner  TEXT NOT NULL,
	event    TEXT NOT NULL,
	subject  TEXT NOT NULL, -- stream
	PRIMARY KEY (learner, position)
) STRICT, WITHOUT ROWID;
