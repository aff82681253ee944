CREATE TABLE webhook (
	partner     TEXT NOT NULL,
	id          TEXT NOT NULL,
	version     INTEGER NOT NULL,
	url         TEXT NOT NULL,
	kinds       TEXT NOT NULL,    -- of news, a JSON list; empty is everything
	added       INTEGER NOT NULL, -- when
	state       TEXT NOT NULL,
	reason      TEXT NOT NULL,    -- why it was paused or removed
	failing     INTEGER NOT NULL, -- the position of a notice that is tried again; 0 is none
	since       INTEGER NOT NULL, -- when it failed first
	why         TEXT NOT NULL,    -- it failed
	through     INTEGER NOT NULL, -- the position of the last notice on record that arrived or was given up
	resend      INTEGER NOT NULL, -- somebody asked for it again
	delivered   TEXT NOT NULL,    -- the last day on which one arrived
	tested      INTEGER NOT NULL, -- when; 0 is never
	test        TEXT NOT NULL,    -- the id of the message
	test_why    TEXT NOT NULL,    -- it did not arrive; empty if it did
	PRIMARY KEY (partner, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE webhook_secret (
	partner TEXT NOT NULL,
	webhook TEXT NOT NULL,
	secret  TEXT NOT NULL,
	fact    INTEGER NOT NULL, -- its number on the webhook's stream
	sealed  TEXT NOT NULL,
	public  TEXT NOT NULL,
	since   INTEGER NOT NULL,
	until   TEXT NOT NULL,    -- the last day; empty until another one takes its place
	PRIMARY KEY (partner, webhook, secret)
) STRICT, WITHOUT ROWID;

-- Notices that were given up.
CREATE TABLE webhook_letter (
	partner  TEXT NOT NULL,
	webhook  TEXT NOT NULL,
	position INTEGER NOT NULL,
	since    INTEGER NOT NULL, -- when it failed first
	given_up INTEGER NOT NULL, -- when
	why      TEXT NOT NULL,
	settled  INTEGER NOT NULL, -- when it, or one that tells of as much, arrived; 0 is not yet
	PRIMARY KEY (partner, webhook, position)
) STRICT, WITHOUT ROWID;
