CREATE TABLE standard (
	id         TEXT NOT NULL,
	version    INTEGER NOT NULL,
	published  INTEGER NOT NULL, -- 0 while the version is being told
	definition TEXT NOT NULL,    -- JSON
	PRIMARY KEY (id, version)
) STRICT, WITHOUT ROWID;
