-- The newest row of every fact that registrars' systems take over: a completion, an attained
-- milestone, a recommendation or an award of credit.
CREATE TABLE told (
	learner    TEXT NOT NULL,
	object     TEXT NOT NULL,    -- stream
	kind       TEXT NOT NULL,
	event      TEXT NOT NULL,    -- id of the record
	position   INTEGER NOT NULL, -- of the record
	on_day     TEXT NOT NULL,    -- when it happened
	at         INTEGER NOT NULL,
	supersedes TEXT NOT NULL,    -- id of the record whose row this one replaces, or empty
	status     TEXT NOT NULL CHECK (status IN ('active', 'corrected', 'withdrawn')),
	PRIMARY KEY (learner, object, kind)
) STRICT, WITHOUT ROWID;
