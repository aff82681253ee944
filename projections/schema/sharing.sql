CREATE TABLE consent (
	person     TEXT NOT NULL,
	party      TEXT NOT NULL,
	version    INTEGER NOT NULL,
	state      TEXT NOT NULL CHECK (state IN ('live', 'revoked', 'expired')),
	records    TEXT NOT NULL, -- JSON list
	purpose    TEXT NOT NULL, -- sealed
	plain      TEXT NOT NULL, -- the purpose, from before it was sealed
	given_on   TEXT NOT NULL,
	expires_on TEXT NOT NULL,
	ended_at   INTEGER NOT NULL,
	PRIMARY KEY (person, party)
) STRICT, WITHOUT ROWID;
