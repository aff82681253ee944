-- Who is to be erased, as somebody asked.
CREATE TABLE erasure (
	person     TEXT NOT NULL,
	fact       INTEGER NOT NULL, -- that asked, on the person's stream
	asked_by   TEXT NOT NULL,    -- empty for an erasure from before two people were needed
	asked_as   TEXT NOT NULL,
	asked_at   INTEGER NOT NULL,
	ground     TEXT NOT NULL,
	reference  TEXT NOT NULL,
	state      TEXT NOT NULL CHECK (state IN ('open', 'done', 'refused', 'withdrawn')),
	decided_by TEXT NOT NULL,
	decided_at INTEGER NOT NULL, -- 0 while it is open
	why        TEXT NOT NULL,    -- it was refused, sealed
	PRIMARY KEY (person, fact)
) STRICT, WITHOUT ROWID;
