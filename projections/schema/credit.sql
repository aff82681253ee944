CREATE TABLE credit (
	learner      TEXT NOT NULL,
	rule         TEXT NOT NULL,
	version      INTEGER NOT NULL,
	state        TEXT NOT NULL CHECK (state IN ('proposed', 'requested', 'in-evaluation', 'in-committee', 'recommended', 'awarded', 'posted', 'denied', 'lapsed', 'withdrawn', 'revoked')),
	partner      TEXT NOT NULL,
	agreement    TEXT NOT NULL,
	source       TEXT NOT NULL,
	exception    INTEGER NOT NULL, -- 1: no rule covers it
	asked        INTEGER NOT NULL, -- 1: the college knows of it
	articulation TEXT NOT NULL,    -- JSON: the rule as it stood
	learning     TEXT NOT NULL,
	shown        TEXT NOT NULL,    -- JSON
	hundredths   INTEGER NOT NULL, -- asked for, or awarded
	unit         TEXT NOT NULL,
	level        TEXT NOT NULL,
	basis        TEXT NOT NULL,
	grade        TEXT NOT NULL,
	term         TEXT NOT NULL,
	external_ref TEXT NOT NULL,
	transcript   TEXT NOT NULL,
	advised      TEXT NOT NULL,    -- JSON: the recommendation
	valid_to     TEXT NOT NULL,    -- last day of the recommendation
	appealed     INTEGER NOT NULL,
	reason       TEXT NOT NULL,    -- sealed: why it was denied or revoked
	since        TEXT NOT NULL,    -- day it came into the state
	PRIMARY KEY (learner, rule)
) STRICT, WITHOUT ROWID;

CREATE TABLE credit_step (
	learner  TEXT NOT NULL,
	rule     TEXT NOT NULL,
	version  INTEGER NOT NULL,
	event    TEXT NOT NULL,
	on_day   TEXT NOT NULL, -- it took effect
	at       INTEGER NOT NULL,
	person   TEXT NOT NULL,
	partner  TEXT NOT NULL,
	note     TEXT NOT NULL, -- sealed
	supports INTEGER NOT NULL, -- of what the hospital says of an appeal
	PRIMARY KEY (learner, rule, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE credit_applied (
	learner     TEXT NOT NULL,
	rule        TEXT NOT NULL,
	process     TEXT NOT NULL,
	course      TEXT NOT NULL,
	requirement TEXT NOT NULL,
	minutes     INTEGER NOT NULL,
	on_day      TEXT NOT NULL,
	PRIMARY KEY (learner, rule, process, course, requirement)
) STRICT, WITHOUT ROWID;
