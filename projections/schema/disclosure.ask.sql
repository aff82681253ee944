CREATE INDEX amendment_due ON amendment (state, due_on);
CREATE INDEX disclosure_day ON disclosure (partner, on_day, position);
CREATE INDEX disclosed_together ON disclosed (position, place);
