CREATE TABLE site (
	id      TEXT PRIMARY KEY,
	name    TEXT NOT NULL,
	setting TEXT NOT NULL CHECK (setting IN ('urban', 'rural')),
	limits  TEXT NOT NULL -- of a day, JSON, in the order they were set
) STRICT, WITHOUT ROWID;

-- What outcomes need to know of a person, and no more.
CREATE TABLE participation (
	person     TEXT PRIMARY KEY,
	program    TEXT NOT NULL,
	site       TEXT NOT NULL,
	cohort     TEXT NOT NULL,
	joined     TEXT NOT NULL, -- day they came to work here
	since      TEXT NOT NULL, -- first day of taking part; empty if never
	interested TEXT NOT NULL, -- first day; empty if never
	gone       TEXT NOT NULL, -- day they left; empty while here
	guest      INTEGER NOT NULL -- they act for an institution and never worked here
) STRICT, WITHOUT ROWID;

-- What each subject adds to the sums below, so that it can be taken away again.
CREATE TABLE outcome_part (
	measure TEXT NOT NULL,
	subject TEXT NOT NULL,
	program TEXT NOT NULL,
	site    TEXT NOT NULL,
	cohort  TEXT NOT NULL,
	year    TEXT NOT NULL,
	n       INTEGER NOT NULL,
	total   INTEGER NOT NULL,
	PRIMARY KEY (measure, subject)
) STRICT, WITHOUT ROWID;

CREATE INDEX outcome_part_subject ON outcome_part (subject);

-- Sums, one row for each place they were counted at.
CREATE TABLE outcome (
	measure TEXT NOT NULL,
	program TEXT NOT NULL,
	site    TEXT NOT NULL,
	cohort  TEXT NOT NULL,
	year    TEXT NOT NULL,
	n       INTEGER NOT NULL, -- people, or positions, or answers
	total   INTEGER NOT NULL, -- of them, or days, cents, hundredths of a percent
	PRIMARY KEY (measure, program, site, cohort, year)
) STRICT, WITHOUT ROWID;
