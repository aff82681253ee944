-- What people would like to take part in; whether they do is told elsewhere.
CREATE TABLE interest (
	person  TEXT NOT NULL,
	fact    INTEGER NOT NULL,
	pathway TEXT NOT NULL,
	cohort  TEXT NOT NULL,
	note    TEXT NOT NULL,    -- sealed
	since   TEXT NOT NULL,
	until   TEXT NOT NULL,    -- empty while it holds
	PRIMARY KEY (person, fact)
) STRICT, WITHOUT ROWID;

CREATE INDEX interest_aim ON interest (pathway, cohort);

CREATE TABLE referral (
	person      TEXT NOT NULL, -- the referred
	fact        INTEGER NOT NULL,
	by_person   TEXT NOT NULL,
	pathway     TEXT NOT NULL,
	cohort      TEXT NOT NULL,
	note        TEXT NOT NULL, -- sealed
	made_on     TEXT NOT NULL,
	answer      TEXT NOT NULL CHECK (answer IN ('', 'accepted', 'declined')),
	answered_on TEXT NOT NULL,
	PRIMARY KEY (person, fact)
) STRICT, WITHOUT ROWID;

CREATE INDEX referral_by ON referral (by_person);

CREATE TABLE mentor_offer (
	person TEXT NOT NULL,
	kind   TEXT NOT NULL,
	note   TEXT NOT NULL, -- sealed
	since  TEXT NOT NULL,
	PRIMARY KEY (person, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE suggestion (
	person    TEXT NOT NULL,
	fact      INTEGER NOT NULL,
	opening   TEXT NOT NULL,
	by_person TEXT NOT NULL,
	note      TEXT NOT NULL, -- sealed
	made_on   TEXT NOT NULL,
	PRIMARY KEY (person, fact)
) STRICT, WITHOUT ROWID;

CREATE TABLE membership (
	person      TEXT NOT NULL,
	fact        INTEGER NOT NULL,
	association TEXT NOT NULL, -- sealed
	since       TEXT NOT NULL,
	until       TEXT NOT NULL, -- the last day; empty while it lasts
	PRIMARY KEY (person, fact)
) STRICT, WITHOUT ROWID;
