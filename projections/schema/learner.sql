-- An apprenticeship and the person on it.
CREATE TABLE learner (
	id               TEXT PRIMARY KEY,
	version          INTEGER NOT NULL,
	person           TEXT NOT NULL,
	program          TEXT NOT NULL,
	standard         TEXT NOT NULL,
	standard_version INTEGER NOT NULL,
	pathway          TEXT NOT NULL,
	pathway_version  INTEGER NOT NULL,
	rule_set         TEXT NOT NULL,
	role             TEXT NOT NULL,
	site             TEXT NOT NULL,
	status           TEXT NOT NULL CHECK (status IN ('draft', 'signed', 'registered', 'probationary', 'active', 'gateway', 'completion-pending', 'completed',
		'suspended', 'cancelled', 'transferred')),
	signatures       TEXT NOT NULL, -- JSON list of parties
	minor            INTEGER NOT NULL,
	supervisor       TEXT NOT NULL,
	mentor           TEXT NOT NULL,
	start_on         TEXT NOT NULL,
	expected_end_on  TEXT NOT NULL,
	began_on         TEXT NOT NULL,
	completed_on     TEXT NOT NULL,
	life             TEXT NOT NULL -- JSON
) STRICT, WITHOUT ROWID;

CREATE INDEX learner_person ON learner (person);
-- Since when a learner has held which role.
CREATE TABLE stage (
	learner TEXT NOT NULL,
	role    TEXT NOT NULL,
	from_on TEXT NOT NULL,
	PRIMARY KEY (learner, role)
) STRICT, WITHOUT ROWID;

-- Who was a mentor of a learner, and when.
CREATE TABLE mentoring (
	learner TEXT NOT NULL,
	place   INTEGER NOT NULL,
	mentor  TEXT NOT NULL,
	kind    TEXT NOT NULL CHECK (kind IN ('journeyworker', 'peer')),
	from_on TEXT NOT NULL,
	to_on   TEXT NOT NULL, -- the last day, or empty
	PRIMARY KEY (learner, place)
) STRICT, WITHOUT ROWID;
