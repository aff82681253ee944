CREATE TABLE agreement (
	id       TEXT PRIMARY KEY,
	version  INTEGER NOT NULL,
	partner  TEXT NOT NULL,
	state    TEXT NOT NULL CHECK (state IN ('draft', 'partly-signed', 'signed', 'active', 'expired', 'terminated')),
	scopes   TEXT NOT NULL, -- JSON list
	from_on  TEXT NOT NULL,
	to_on    TEXT NOT NULL,
	reason   TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX agreement_partner ON agreement (partner, state);

CREATE TABLE articulation (
	agreement   TEXT NOT NULL,
	rule        TEXT NOT NULL,
	course      TEXT NOT NULL,
	requirement TEXT NOT NULL,
	body        TEXT NOT NULL, -- JSON
	PRIMARY KEY (agreement, rule)
) STRICT, WITHOUT ROWID;

CREATE TABLE consent (
	person     TEXT NOT NULL,
	party      TEXT NOT NULL,
	version    INTEGER NOT NULL,
	state      TEXT NOT NULL CHECK (state IN ('live', 'revoked', 'expired')),
	records    TEXT NOT NULL, -- JSON list
	purpose    TEXT NOT NULL,
	given_on   TEXT NOT NULL,
	expires_on TEXT NOT NULL,
	ended_at   INTEGER NOT NULL,
	PRIMARY KEY (person, party)
) STRICT, WITHOUT ROWID;

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

CREATE UNIQUE INDEX feed_order ON feed (partner, position, object);
