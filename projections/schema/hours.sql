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
