-- Who learns under whom at a site.
CREATE TABLE placement (
	program TEXT NOT NULL,
	site    TEXT NOT NULL,
	body    TEXT NOT NULL, -- JSON
	PRIMARY KEY (program, site)
) STRICT, WITHOUT ROWID;
