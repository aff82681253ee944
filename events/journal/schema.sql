-- What happened. A record is written once, behind all others, and never changed.
CREATE TABLE record (
    position INTEGER PRIMARY KEY,
    previous INTEGER NOT NULL, -- the record before it in its stream, 0 for the first
    revision INTEGER NOT NULL,
    lead     INTEGER NOT NULL, -- how many records before it its commit begins
    schema   INTEGER NOT NULL,
    hash     BLOB NOT NULL,    -- of this record and all before it
    id       ANY NOT NULL,     -- a UUID in 16 bytes, or any other text
    stream   TEXT NOT NULL,
    name     TEXT NOT NULL,
    meta     TEXT,             -- kept by the first record of a commit for all of it
    body     TEXT NOT NULL
) STRICT;

-- How it is found. Both tables are complete up to indexed.position.
CREATE TABLE stream (
    name     TEXT PRIMARY KEY,
    revision INTEGER NOT NULL,
    last     INTEGER NOT NULL, -- position
    checksum INTEGER NOT NULL  -- of the others
) STRICT, WITHOUT ROWID;

-- What a repeated request is answered: the position of the last record of its commit.
-- Without row ids no page holds a number that is not a row's, and so is in no checksum.
CREATE TABLE answer (
    slot     INTEGER PRIMARY KEY,
    position INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE indexed (
    position INTEGER NOT NULL,
    answers  INTEGER NOT NULL -- checksum of position and all rows of answer up to there
) STRICT;
INSERT INTO indexed VALUES (0, 0);

-- The Merkle tree over the hashes: of every 256 records, and of all up to them.
CREATE TABLE tree (
    block INTEGER PRIMARY KEY,
    hash  BLOB NOT NULL,
    root  BLOB NOT NULL
) STRICT;

PRAGMA user_version = 3;
