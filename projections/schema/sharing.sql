CREATE TABLE agreement (
	id       TEXT PRIMARY KEY,
	version  INTEGER NOT NULL,
	partner  TEXT NOT NULL,
	state    TEXT NOT NULL CHECK (state IN ('draft', 'partly-signed', 'signed', 'active', 'expired', 'terminated')),
	scopes   TEXT NOT NULL, -- JSON list
	from_on  TEXT NOT NULL,
	to_on    TEXT NOT NULL,
	reason   TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX agreement_partner ON agreement (partner, state);

CREATE TABLE articulation (
	agreement   TEXT NOT NULL,
	rule        TEXT NOT NULL,
	course      TEXT NOT NULL,
	requirement TEXT NOT NULL,
	body        TEXT NOT NULL, -- JSON
	PRIMARY KEY (agreement, rule)
) STRICT, WITHOUT ROWID;

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
