CREATE TABLE evaluation (
	learner  TEXT NOT NULL,
	entry    TEXT NOT NULL,
	by       TEXT NOT NULL,
	from_on  TEXT NOT NULL,
	to_on    TEXT NOT NULL, -- the last day
	ratings  TEXT NOT NULL, -- JSON
	next     TEXT NOT NULL, -- sealed
	reason   TEXT NOT NULL, -- sealed: of the last correction
	at       INTEGER NOT NULL,
	position INTEGER NOT NULL,
	PRIMARY KEY (learner, entry)
) STRICT, WITHOUT ROWID;
