-- Tables that were taken over.
CREATE TABLE upload (
	position  INTEGER PRIMARY KEY, -- of the record
	kind      TEXT NOT NULL,
	sha256    TEXT NOT NULL,
	rows      INTEGER NOT NULL,
	new       INTEGER NOT NULL,
	changed   INTEGER NOT NULL,
	unchanged INTEGER NOT NULL,
	at        INTEGER NOT NULL,
	by_actor  TEXT NOT NULL,       -- such as "person:e-1001"
	source    TEXT NOT NULL,
	partner   TEXT NOT NULL,       -- of a roster: whose it is
	unmatched INTEGER NOT NULL     -- of a roster: rows of students who were not known
) STRICT;
