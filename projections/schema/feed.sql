-- What a partner may see of a learner: consented to and covered by an active agreement.
CREATE TABLE roster (
	partner TEXT NOT NULL,
	learner TEXT NOT NULL,
	scope   TEXT NOT NULL,
	until   TEXT NOT NULL, -- the last day
	PRIMARY KEY (partner, learner, scope)
) STRICT, WITHOUT ROWID;

CREATE INDEX roster_learner ON roster (learner, scope);

-- The newest state of every object a partner was ever shown: one row each, in the order of
-- the last change that the partner may see. A removal stays as a tombstone.
CREATE TABLE feed (
	partner  TEXT NOT NULL,
	object   TEXT NOT NULL, -- stream
	category TEXT NOT NULL,
	learner  TEXT NOT NULL,
	position INTEGER NOT NULL,
	removed  TEXT NOT NULL, -- reason, or empty
	until    TEXT NOT NULL, -- the last day on which it is shown, or empty once removed
	PRIMARY KEY (partner, object)
) STRICT, WITHOUT ROWID;
