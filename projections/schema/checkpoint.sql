CREATE TABLE checkpoint (
	position    INTEGER NOT NULL,
	fingerprint TEXT NOT NULL,
	epoch       TEXT NOT NULL -- id of the log's first record
) STRICT;
