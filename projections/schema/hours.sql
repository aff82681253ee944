CREATE TABLE week (
	learner      TEXT NOT NULL,
	week         TEXT NOT NULL,
	version      INTEGER NOT NULL,
	state        TEXT NOT NULL CHECK (state IN ('open', 'submitted', 'approved', 'returned')),
	on_the_job   INTEGER NOT NULL, -- minutes
	instruction  INTEGER NOT NULL, -- minutes
	holder       TEXT NOT NULL,    -- who signs off
	reason       TEXT NOT NULL,    -- sealed
	submitted_at INTEGER NOT NULL,
	decided_at   INTEGER NOT NULL,
	decided_by   TEXT NOT NULL,
	PRIMARY KEY (learner, week)
) STRICT, WITHOUT ROWID;

CREATE TABLE entry (
	learner  TEXT NOT NULL,
	week     TEXT NOT NULL,
	id       TEXT NOT NULL,
	day      TEXT NOT NULL,
	kind     TEXT NOT NULL,
	spent_on TEXT NOT NULL,
	role     TEXT NOT NULL, -- held on the day
	minutes  INTEGER NOT NULL,
	site     TEXT NOT NULL, -- empty: where the learner belongs
	basis    TEXT NOT NULL,
	pay      TEXT NOT NULL,
	PRIMARY KEY (learner, week, id)
) STRICT, WITHOUT ROWID;

-- Minutes by the role held on the day, handed in and signed off apart.
CREATE TABLE hours (
	learner  TEXT NOT NULL,
	role     TEXT NOT NULL,
	kind     TEXT NOT NULL,
	spent_on TEXT NOT NULL,
	approved INTEGER NOT NULL,
	pending  INTEGER NOT NULL,
	PRIMARY KEY (learner, role, kind, spent_on)
) STRICT, WITHOUT ROWID;

-- What was signed off and put right afterwards.
CREATE TABLE correction (
	learner   TEXT NOT NULL,
	week      TEXT NOT NULL,
	version   INTEGER NOT NULL, -- of the week
	entry     TEXT NOT NULL,
	was       INTEGER NOT NULL, -- minutes
	now       INTEGER NOT NULL, -- minutes
	by_person TEXT NOT NULL,
	reason    TEXT NOT NULL,    -- sealed
	at        INTEGER NOT NULL,
	PRIMARY KEY (learner, week, version)
) STRICT, WITHOUT ROWID;
