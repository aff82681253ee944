CREATE INDEX milestone_over ON milestone (valid_until) WHERE state = 'attained' AND valid_until <> '';
CREATE INDEX milestone_planned ON milestone (due) WHERE due <> '' AND state NOT IN ('attained', 'waived');
