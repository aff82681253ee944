CREATE TABLE credit (
	learner      TEXT NOT NULL,
	rule         TEXT NOT NULL,
	version      INTEGER NOT NULL,
	state        TEXT NOT NULL CHECK (state IN ('requested', 'awarded')),
	partner      TEXT NOT NULL,
	course       TEXT NOT NULL,
	title        TEXT NOT NULL,
	requirement  TEXT NOT NULL,
	hundredths   INTEGER NOT NULL,
	unit         TEXT NOT NULL,
	grade        TEXT NOT NULL,
	term         TEXT NOT NULL,
	external_ref TEXT NOT NULL,
	since        TEXT NOT NULL, -- day it came into the state
	PRIMARY KEY (learner, rule)
) STRICT, WITHOUT ROWID;
