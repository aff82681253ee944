CREATE INDEX amendment_due ON amendment (state, due_on);
