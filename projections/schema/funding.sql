CREATE TABLE funding (
	id      TEXT PRIMARY KEY,
	version INTEGER NOT NULL,
	kind    TEXT NOT NULL,
	title   TEXT NOT NULL,
	funder  TEXT NOT NULL,
	amount  INTEGER NOT NULL, -- cents
	from_on TEXT NOT NULL,
	to_on   TEXT NOT NULL,
	closed  INTEGER NOT NULL,
	pays    TEXT NOT NULL -- JSON: for what
) STRICT, WITHOUT ROWID;

-- What was set aside for one participant.
CREATE TABLE funding_grant (
	funding  TEXT NOT NULL,
	id       TEXT NOT NULL,
	person   TEXT NOT NULL,
	purpose  TEXT NOT NULL,    -- stream it pays for
	cents    INTEGER NOT NULL, -- set aside; what was spent, once released
	spent    INTEGER NOT NULL, -- cents
	released INTEGER NOT NULL,
	day      TEXT NOT NULL,
	since    INTEGER NOT NULL, -- position at which it was set aside
	PRIMARY KEY (funding, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX funding_grant_person ON funding_grant (person);
CREATE INDEX funding_grant_purpose ON funding_grant (purpose);
