-- How far institutions have read what is kept for them, as it is on record.
CREATE TABLE fetch (
	partner     TEXT PRIMARY KEY,
	through     INTEGER NOT NULL, -- position of the last change that was read
	whole       INTEGER NOT NULL, -- nothing was left then
	read_at     INTEGER NOT NULL, -- 0 is never
	exported_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What became of the items that institutions sent together.
CREATE TABLE submission (
	position INTEGER PRIMARY KEY, -- of the record
	partner  TEXT NOT NULL,
	at       INTEGER NOT NULL,
	source   TEXT NOT NULL,
	items    INTEGER NOT NULL,
	refused  INTEGER NOT NULL,
	waiting  INTEGER NOT NULL
) STRICT;

CREATE INDEX submission_partner ON submission (partner, position);
