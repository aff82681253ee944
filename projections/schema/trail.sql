-- The streams that tell of somebody, by whom they tell of: an apprenticeship or a person, as
-- the name of its own stream.
CREATE TABLE trail (
	subject TEXT NOT NULL,
	stream  TEXT NOT NULL,
	PRIMARY KEY (subject, stream)
) STRICT, WITHOUT ROWID;
