CREATE TABLE standard (
	id         TEXT NOT NULL,
	version    INTEGER NOT NULL,
	published  INTEGER NOT NULL, -- 0 while the version is being told
	definition TEXT NOT NULL,    -- JSON
	PRIMARY KEY (id, version)
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
