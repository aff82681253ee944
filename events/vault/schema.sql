-- The keys that text is sealed under.
CREATE TABLE data_key (
	person  TEXT NOT NULL,
	id      TEXT NOT NULL,
	wrapped BLOB NOT NULL, -- an AES-256 key, encrypted under the wrapping key
	PRIMARY KEY (person, id)
) STRICT, WITHOUT ROWID;

-- Whose keys were destroyed.
CREATE TABLE erased (
	person TEXT PRIMARY KEY,
	proof  BLOB NOT NULL -- made with the wrapping key
) STRICT, WITHOUT ROWID;

-- One row.
CREATE TABLE state (
	epoch  INTEGER NOT NULL, -- of the wrapping key that fits
	proof  BLOB NOT NULL,    -- made with it
	untidy INTEGER NOT NULL  -- deletions of which the file may still hold traces
) STRICT;

PRAGMA user_version = 2;
