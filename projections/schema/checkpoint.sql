CREATE TABLE checkpoint (
	position    INTEGER NOT NULL, -- of the last record applied
	record      TEXT NOT NULL,    -- its id
	fingerprint TEXT NOT NULL,
	epoch       TEXT NOT NULL,    -- id of the log's first record
	whole       INTEGER NOT NULL  -- 0 while the file is built
) STRICT;
