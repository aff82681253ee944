CREATE INDEX inbox_assignee ON inbox (assignee, capacity);
CREATE INDEX inbox_learner ON inbox (learner);
