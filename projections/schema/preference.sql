-- What people chose for themselves.
CREATE TABLE preference (
	person      TEXT PRIMARY KEY,
	language    TEXT NOT NULL,
	zone        TEXT NOT NULL,
	digest      TEXT NOT NULL, -- empty: nothing was chosen
	quiet_from  INTEGER NOT NULL, -- minutes of the day
	quiet_until INTEGER NOT NULL,
	read_until  INTEGER NOT NULL  -- microseconds since 1970; what happened before was read
) STRICT, WITHOUT ROWID;
