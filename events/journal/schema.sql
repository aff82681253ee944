CREATE TABLE stream (
    id       INTEGER PRIMARY KEY,
    name     TEXT NOT NULL UNIQUE,
    revision INTEGER NOT NULL
) STRICT;

-- The hash stands for this record and all before it; it is ahead of the long columns so
-- that checking a neighbour does not read them.
CREATE TABLE record (
    position INTEGER PRIMARY KEY,
    stream   INTEGER NOT NULL REFERENCES stream,
    revision INTEGER NOT NULL,
    hash     BLOB NOT NULL,
    id       TEXT NOT NULL,
    name     TEXT NOT NULL,
    schema   INTEGER NOT NULL,
    meta     TEXT NOT NULL,
    body     TEXT NOT NULL
) STRICT;

CREATE UNIQUE INDEX record_by_stream ON record (stream, revision);

-- What a repeated request is answered: the position of the last record of its commit.
CREATE TABLE answer (
    actor    TEXT NOT NULL,
    key      TEXT NOT NULL,
    digest   TEXT NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (actor, key)
) STRICT, WITHOUT ROWID;

PRAGMA user_version = 1;
