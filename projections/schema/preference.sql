-- What people chose for themselves, and what became of mail to them.
CREATE TABLE preference (
	person      TEXT PRIMARY KEY,
	language    TEXT NOT NULL DEFAULT '',
	zone        TEXT NOT NULL DEFAULT '',
	digest      TEXT NOT NULL DEFAULT '', -- empty: nothing was chosen
	quiet_from  INTEGER NOT NULL DEFAULT 0, -- minutes of the day
	quiet_until INTEGER NOT NULL DEFAULT 0,
	read_until  INTEGER NOT NULL DEFAULT 0, -- microseconds since 1970; what happened before was read

	addresses   INTEGER NOT NULL DEFAULT 0, -- that were given
	address     TEXT NOT NULL DEFAULT '',   -- sealed; empty: mail goes nowhere
	secret      TEXT NOT NULL DEFAULT '',   -- sealed, of links in mail
	vouched     INTEGER NOT NULL DEFAULT 0, -- 1: where they sign in it was verified
	confirmed   INTEGER NOT NULL DEFAULT 0,
	since       INTEGER NOT NULL DEFAULT 0, -- microseconds since 1970; digests are for moments after it
	asked       INTEGER NOT NULL DEFAULT 0, -- the address that was last asked to be confirmed
	trials      INTEGER NOT NULL DEFAULT 0, -- that were asked for
	trial       INTEGER NOT NULL DEFAULT 0, -- the last that was sent or failed
	day         TEXT NOT NULL DEFAULT '',   -- of the last digest that was sent or failed
	told_at     INTEGER NOT NULL DEFAULT 0, -- microseconds since 1970; when the last digest was sent
	sent_at     INTEGER NOT NULL DEFAULT 0, -- and the last mail to the address
	failed_at   INTEGER NOT NULL DEFAULT 0, -- 0: the last mail to the address did not fail
	failed_code INTEGER NOT NULL DEFAULT 0  -- of SMTP
) STRICT, WITHOUT ROWID;
