CREATE INDEX filing_told ON filing (told, due_on);
