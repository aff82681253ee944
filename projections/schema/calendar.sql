-- By which links calendars read the dates of people.
CREATE TABLE calendar_link (
	person TEXT PRIMARY KEY,
	hash   TEXT NOT NULL UNIQUE, -- SHA-256 of the secret, in hexadecimal
	since  INTEGER NOT NULL      -- microseconds since 1970
) STRICT, WITHOUT ROWID;
