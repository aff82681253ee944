-- What was attested of somebody and not taken back.
CREATE TABLE attested (
	person    TEXT NOT NULL,
	framework TEXT NOT NULL,
	statement TEXT NOT NULL,
	basis     TEXT NOT NULL,
	from_on   TEXT NOT NULL,
	PRIMARY KEY (person, framework, statement)
) STRICT, WITHOUT ROWID;
