CREATE TABLE wave (
	id          TEXT PRIMARY KEY,
	version     INTEGER NOT NULL,
	title       TEXT NOT NULL,
	moment      TEXT NOT NULL,
	instruments TEXT NOT NULL, -- JSON list
	from_on     TEXT NOT NULL,
	to_on       TEXT NOT NULL,
	closed      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What was answered under random names. Nothing here leads to a person.
CREATE TABLE selfid (
	name     TEXT PRIMARY KEY,
	invited  TEXT NOT NULL, -- day of the last invitation
	occasion TEXT NOT NULL,
	answered TEXT NOT NULL, -- day
	answers  TEXT NOT NULL, -- sealed under a key that is nobody's own
	closed   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- When somebody came to a point at which they are invited to answer.
CREATE TABLE invitation (
	person   TEXT NOT NULL,
	occasion TEXT NOT NULL,
	day      TEXT NOT NULL, -- it was recorded
	PRIMARY KEY (person, occasion)
) STRICT, WITHOUT ROWID;

CREATE INDEX invitation_day ON invitation (day);
