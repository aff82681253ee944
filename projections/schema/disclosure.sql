-- What an institution was told at one time, or asked in vain.
CREATE TABLE disclosure (
	position  INTEGER PRIMARY KEY,
	partner   TEXT NOT NULL,
	on_day    TEXT NOT NULL,
	at        INTEGER NOT NULL,
	fields    TEXT NOT NULL, -- JSON list
	basis     TEXT NOT NULL,
	interest  TEXT NOT NULL,
	question  TEXT NOT NULL, -- hash
	agreement TEXT NOT NULL, -- or empty
	refused   TEXT NOT NULL, -- code, or empty if it was told
	by        TEXT NOT NULL  -- the officer who made an exception
) STRICT;

-- Whom it was told about; nobody for what was asked in vain.
CREATE TABLE disclosed (
	person   TEXT NOT NULL,
	position INTEGER NOT NULL,
	place    INTEGER NOT NULL, -- among those who were told of together
	PRIMARY KEY (person, position)
) STRICT, WITHOUT ROWID;

-- What was asked on the last day on which a partner asked anything: what a refusal was about.
CREATE TABLE disclosure_question (
	partner  TEXT NOT NULL,
	question TEXT NOT NULL, -- hash
	on_day   TEXT NOT NULL,
	fields   TEXT NOT NULL, -- JSON list
	interest TEXT NOT NULL,
	PRIMARY KEY (partner, question)
) STRICT, WITHOUT ROWID;

CREATE TABLE amendment (
	person     TEXT NOT NULL,
	name       TEXT NOT NULL,
	version    INTEGER NOT NULL,
	record     TEXT NOT NULL, -- stream
	state      TEXT NOT NULL CHECK (state IN ('open', 'accepted', 'refused', 'withdrawn', 'hearing')),
	body       TEXT NOT NULL, -- sealed: what is wrong
	asked_on   TEXT NOT NULL,
	due_on     TEXT NOT NULL,
	decided_on TEXT NOT NULL,
	decided_by TEXT NOT NULL,
	reason     TEXT NOT NULL, -- sealed
	statements TEXT NOT NULL, -- JSON list, sealed
	hearing_due    TEXT NOT NULL, -- empty if none was asked for
	notice         TEXT NOT NULL, -- JSON: the day, time and sealed place of the hearing
	heard_on       TEXT NOT NULL,
	heard_by       TEXT NOT NULL,
	hearing_reason TEXT NOT NULL, -- sealed
	PRIMARY KEY (person, name)
) STRICT, WITHOUT ROWID;
