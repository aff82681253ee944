CREATE INDEX milestone_over ON milestone (valid_until) WHERE state = 'attained' AND valid_until <> '';
