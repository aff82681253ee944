CREATE TABLE client (
	name       TEXT PRIMARY KEY,
	version    INTEGER NOT NULL,
	partner    TEXT NOT NULL,
	title      TEXT NOT NULL,
	scopes     TEXT NOT NULL,    -- as OAuth writes them
	registered INTEGER NOT NULL, -- when
	restricted INTEGER NOT NULL, -- to documents on record
	closed     INTEGER NOT NULL,
	reason     TEXT NOT NULL     -- why it was closed
) STRICT, WITHOUT ROWID;

CREATE INDEX client_partner ON client (partner);

CREATE TABLE client_key (
	client  TEXT NOT NULL,
	key     TEXT NOT NULL,
	fact    INTEGER NOT NULL, -- its number on the client's stream
	hash    TEXT NOT NULL, -- of a secret; empty for a public key
	jwk     TEXT NOT NULL, -- of a public key; empty for a secret
	since   INTEGER NOT NULL,
	until   TEXT NOT NULL, -- the last day
	revoked INTEGER NOT NULL,
	reason  TEXT NOT NULL, -- why it was revoked
	used_on TEXT NOT NULL, -- the last day on which somebody logged in with it
	PRIMARY KEY (client, key)
) STRICT, WITHOUT ROWID;

-- Keys of nodes, which sign what clients log in for.
CREATE TABLE signer (
	key     TEXT PRIMARY KEY,
	public  TEXT NOT NULL,
	until   TEXT NOT NULL,
	retired INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
