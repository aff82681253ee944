-- The secret is a person's AES-256 key. Without it nothing sealed for them can be read.
CREATE TABLE key (
    person TEXT PRIMARY KEY,
    secret BLOB NOT NULL
) STRICT, WITHOUT ROWID;

PRAGMA user_version = 1;
