CREATE TABLE person (
	id       TEXT PRIMARY KEY,
	name     TEXT NOT NULL, -- sealed; empty for somebody who was erased
	capacity TEXT NOT NULL, -- in which they usually act
	position TEXT NOT NULL,
	title    TEXT NOT NULL,
	leads    TEXT NOT NULL, -- JSON list of roles
	manager  TEXT NOT NULL,
	site     TEXT NOT NULL,
	start_on TEXT NOT NULL,
	erased   INTEGER NOT NULL,

	capacities TEXT NOT NULL, -- JSON list of all in which they act
	pay_grade  TEXT NOT NULL,
	vacancy    TEXT NOT NULL, -- the opening that they filled
	joined_on  TEXT NOT NULL,
	left_on    TEXT NOT NULL, -- the last day, once it is over
	joined     TEXT NOT NULL  -- what they joined as, as JSON
) STRICT, WITHOUT ROWID;

CREATE TABLE partner (
	id        TEXT PRIMARY KEY,
	name      TEXT NOT NULL,
	kind      TEXT NOT NULL,
	suspended INTEGER NOT NULL, -- 1: it sees and records nothing
	reason    TEXT NOT NULL     -- why it is suspended
) STRICT, WITHOUT ROWID;

-- As whom an OpenID provider knows people; live links only.
CREATE TABLE login (
	person   TEXT NOT NULL,
	link     TEXT NOT NULL,
	login    TEXT NOT NULL,    -- sealed
	position INTEGER NOT NULL, -- of the record
	PRIMARY KEY (person, link)
) STRICT, WITHOUT ROWID;

-- Who acts for institutions, or did.
CREATE TABLE delegate (
	person   TEXT NOT NULL,
	partner  TEXT NOT NULL,
	fact     INTEGER NOT NULL, -- that named them
	at       INTEGER NOT NULL,
	by       TEXT NOT NULL,    -- the person who named them; empty for a policy
	ended_at INTEGER NOT NULL, -- 0 while they act for it
	ended_by TEXT NOT NULL,
	PRIMARY KEY (person, partner, fact)
) STRICT, WITHOUT ROWID;

-- Live keys only: a revoked key has no row.
CREATE TABLE access (
	hash    TEXT PRIMARY KEY,
	key     TEXT NOT NULL,
	person  TEXT NOT NULL,
	partner TEXT NOT NULL
) STRICT, WITHOUT ROWID;
