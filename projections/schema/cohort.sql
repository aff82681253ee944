CREATE TABLE cohort (
	id        TEXT PRIMARY KEY,
	version   INTEGER NOT NULL,
	state     TEXT NOT NULL CHECK (state IN ('planned', 'open', 'cancelled')),
	title     TEXT NOT NULL,
	topic     TEXT NOT NULL,
	partner   TEXT NOT NULL,
	agreement TEXT NOT NULL,
	program   TEXT NOT NULL,
	site      TEXT NOT NULL,
	delivery  TEXT NOT NULL,
	from_on   TEXT NOT NULL,
	to_on     TEXT NOT NULL,
	seats     INTEGER NOT NULL,
	reason    TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE cohort_seat (
	cohort   TEXT NOT NULL,
	person   TEXT NOT NULL,
	standing TEXT NOT NULL CHECK (standing IN ('invited', 'applied', 'waiting', 'offered', 'accepted', 'declined', 'enrolled', 'left', 'completed')),
	since    TEXT NOT NULL,
	until    TEXT NOT NULL, -- the last day to accept
	place    INTEGER NOT NULL, -- version of the cohort when it came to that: the order of waiting
	invited  INTEGER NOT NULL,
	reason   TEXT NOT NULL, -- sealed
	PRIMARY KEY (cohort, person)
) STRICT, WITHOUT ROWID;

CREATE INDEX cohort_seat_person ON cohort_seat (person);
CREATE INDEX cohort_seat_held ON cohort_seat (until) WHERE standing = 'offered';

-- What somebody is told of their seats.
CREATE TABLE seat_told (
	person   TEXT NOT NULL,
	position INTEGER NOT NULL,
	at       INTEGER NOT NULL,
	by       TEXT NOT NULL, -- a person; empty for a policy
	kind     TEXT NOT NULL CHECK (kind IN ('invited', 'offered', 'lapsed', 'waiting', 'enrolled', 'left', 'cancelled')),
	cohort   TEXT NOT NULL,
	until    TEXT NOT NULL, -- the last day to accept
	PRIMARY KEY (person, position)
) STRICT, WITHOUT ROWID;
