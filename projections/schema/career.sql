-- What holds of somebody from a day on, written down after they joined.
CREATE TABLE person_fact (
	person    TEXT NOT NULL,
	fact      INTEGER NOT NULL, -- its number on the person's stream
	kind      TEXT NOT NULL CHECK (kind IN ('job', 'manager', 'site', 'capacity', 'usual', 'presence', 'absence')),
	value     TEXT NOT NULL,    -- the job, manager, site, capacity, why somebody left, or the delegate
	detail    TEXT NOT NULL,    -- of a job, as JSON
	holds     INTEGER NOT NULL, -- 0 where it says that something is no more
	from_on   TEXT NOT NULL,
	until_on  TEXT NOT NULL,    -- the last day; empty is open
	at        INTEGER NOT NULL,
	by_person TEXT NOT NULL,
	aside     INTEGER NOT NULL, -- the fact that corrects or strikes it, or 0
	reason    TEXT NOT NULL,    -- why it was struck, sealed
	pending   INTEGER NOT NULL, -- 1 until its day has come
	PRIMARY KEY (person, fact, kind, value)
) STRICT, WITHOUT ROWID;

CREATE INDEX person_fact_pending ON person_fact (from_on) WHERE pending = 1;
CREATE INDEX person_fact_absence ON person_fact (until_on) WHERE kind = 'absence' AND aside = 0;
