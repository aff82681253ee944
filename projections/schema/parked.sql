-- Records that could not be applied: nothing of them is in the other tables.
CREATE TABLE parked (
	position INTEGER PRIMARY KEY,
	stream   TEXT NOT NULL,
	event    TEXT NOT NULL, -- name
	subject  TEXT NOT NULL, -- stream of whom it tells, or empty
	reason   TEXT NOT NULL
) STRICT;
