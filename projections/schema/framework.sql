-- The edition of a framework that is in force.
CREATE TABLE framework (
	id      TEXT PRIMARY KEY,
	name    TEXT NOT NULL,
	version TEXT NOT NULL, -- as the publisher numbers it
	edition INTEGER NOT NULL,
	source  TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE work_role (
	framework   TEXT NOT NULL,
	code        TEXT NOT NULL,
	opm         TEXT NOT NULL,
	title       TEXT NOT NULL,
	description TEXT NOT NULL,
	statements  TEXT NOT NULL, -- JSON list of codes
	PRIMARY KEY (framework, code)
) STRICT, WITHOUT ROWID;

CREATE TABLE statement (
	framework TEXT NOT NULL,
	code      TEXT NOT NULL,
	kind      TEXT NOT NULL CHECK (kind IN ('task', 'knowledge', 'skill')),
	body      TEXT NOT NULL,
	PRIMARY KEY (framework, code)
) STRICT, WITHOUT ROWID;

-- Which roles are related to one, the nearest first.
CREATE TABLE related (
	framework TEXT NOT NULL,
	code      TEXT NOT NULL,
	place     INTEGER NOT NULL, -- from 1
	other     TEXT NOT NULL,
	tier      TEXT NOT NULL,
	PRIMARY KEY (framework, code, place)
) STRICT, WITHOUT ROWID;
