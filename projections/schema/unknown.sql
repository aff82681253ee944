-- What the read model passed over, as only a newer program knows what it means.
CREATE TABLE unknown (
	name  TEXT PRIMARY KEY, -- of the event
	count INTEGER NOT NULL,
	first INTEGER NOT NULL, -- position
	last  INTEGER NOT NULL  -- position
) STRICT, WITHOUT ROWID;
