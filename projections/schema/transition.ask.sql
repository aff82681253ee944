CREATE INDEX transition_due ON transition (effective_on) WHERE state = 'scheduled';
CREATE INDEX transition_undecided ON transition (changed_at) WHERE state IN ('proposed', 'submitted', 'returned');
CREATE INDEX transition_pending ON transition (state) WHERE state IN ('submitted', 'approved', 'scheduled');
CREATE INDEX transition_step_open ON transition_step (due_on) WHERE state = 'open';
CREATE INDEX transition_deputy ON transition_step (deputy) WHERE deputy <> '';
