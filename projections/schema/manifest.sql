-- GraphQL documents that institutions ask by.
CREATE TABLE document (
	partner TEXT NOT NULL,
	id      TEXT NOT NULL,
	hash    TEXT NOT NULL,    -- SHA-256 of the body, in hexadecimal
	name    TEXT NOT NULL,    -- of the operation, or empty
	kind    TEXT NOT NULL,
	body    TEXT NOT NULL,
	since   INTEGER NOT NULL, -- when
	PRIMARY KEY (partner, id)
) STRICT, WITHOUT ROWID;
