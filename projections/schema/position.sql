CREATE TABLE position (
	id        TEXT PRIMARY KEY,
	version   INTEGER NOT NULL,
	role      TEXT NOT NULL,
	title     TEXT NOT NULL,
	site      TEXT NOT NULL,
	pay_grade TEXT NOT NULL,
	headcount INTEGER NOT NULL,
	opened_on TEXT NOT NULL,
	closed_on TEXT NOT NULL -- empty while somebody is sought
) STRICT, WITHOUT ROWID;

CREATE INDEX position_site ON position (site, role);

-- Who holds or held a place.
CREATE TABLE position_place (
	position TEXT NOT NULL,
	fact     INTEGER NOT NULL,
	person   TEXT NOT NULL,
	from_on  TEXT NOT NULL,
	until_on TEXT NOT NULL,    -- the last day; empty while they hold it
	internal INTEGER NOT NULL, -- they worked here before
	move     TEXT NOT NULL,    -- stream of the role transition
	PRIMARY KEY (position, fact)
) STRICT, WITHOUT ROWID;

CREATE INDEX position_place_person ON position_place (person);

-- For whom a place is kept.
CREATE TABLE position_promise (
	position TEXT NOT NULL,
	person   TEXT NOT NULL,
	move     TEXT NOT NULL,
	since    INTEGER NOT NULL, -- log position
	PRIMARY KEY (position, person)
) STRICT, WITHOUT ROWID;
