CREATE TABLE agreement (
	id       TEXT PRIMARY KEY,
	version  INTEGER NOT NULL,
	partner  TEXT NOT NULL,
	state    TEXT NOT NULL CHECK (state IN ('draft', 'pending-signature', 'partly-signed', 'signed', 'active', 'suspended', 'expired', 'terminated')),
	scopes   TEXT NOT NULL, -- JSON list
	from_on  TEXT NOT NULL,
	to_on    TEXT NOT NULL,
	ended_on TEXT NOT NULL, -- day it was terminated
	until    TEXT NOT NULL, -- the last day on which anything is shared under it: of its term, or of its teach-out; else empty
	body     TEXT NOT NULL  -- JSON: the rest
) STRICT, WITHOUT ROWID;

CREATE INDEX agreement_partner ON agreement (partner, state);

CREATE TABLE articulation (
	agreement   TEXT NOT NULL,
	rule        TEXT NOT NULL,
	course      TEXT NOT NULL,
	requirement TEXT NOT NULL,
	body        TEXT NOT NULL, -- JSON
	retired_on  TEXT NOT NULL, -- first day on which it gives no credit
	reason      TEXT NOT NULL, -- why it was retired
	PRIMARY KEY (agreement, rule)
) STRICT, WITHOUT ROWID;
