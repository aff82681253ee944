-- What institutions reported of learners in their sections.
CREATE TABLE enrolment (
	partner    TEXT NOT NULL,
	id         TEXT NOT NULL,
	learner    TEXT NOT NULL,
	person     TEXT NOT NULL,
	version    INTEGER NOT NULL,
	status     TEXT NOT NULL CHECK (status IN ('active', 'withdrawn', 'closed', 'completed')),
	section    TEXT NOT NULL, -- JSON
	term       TEXT NOT NULL, -- the institution's id
	on_day     TEXT NOT NULL, -- the first day
	since      TEXT NOT NULL, -- of the status
	result     TEXT NOT NULL, -- JSON
	was        TEXT NOT NULL, -- JSON: the final result before it was corrected for the first time
	PRIMARY KEY (partner, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX enrolment_learner ON enrolment (learner);
CREATE INDEX enrolment_term ON enrolment (partner, term);

-- Whom institutions call their students, and who they are.
CREATE TABLE student (
	partner TEXT NOT NULL,
	id      TEXT NOT NULL,
	person  TEXT NOT NULL, -- empty until somebody said so
	refused INTEGER NOT NULL,
	ident   TEXT NOT NULL, -- sealed: the institution's id
	name    TEXT NOT NULL, -- sealed
	since   INTEGER NOT NULL,
	round   INTEGER NOT NULL,
	PRIMARY KEY (partner, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX student_person ON student (person);

-- What waits until it is known who a student is, or until they share with the institution.
CREATE TABLE held (
	partner   TEXT NOT NULL,
	student   TEXT NOT NULL,
	enrolment TEXT NOT NULL,
	content   TEXT NOT NULL, -- sealed
	PRIMARY KEY (partner, student, enrolment)
) STRICT, WITHOUT ROWID;
