package policies

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/domain/transition"
)

// A move that nobody does anything about ends.
var moveExpires = policy{daily: func(ctx context.Context, p *Policies, today domain.Date) error {
	idle, err := p.Read.Undecided(ctx, today.Midnight())
	if err != nil {
		return err
	}
	learners, err := p.learners(ctx, idle)
	if err != nil {
		return err
	}
	for _, t := range idle {
		l, known := learners[t.Learner]
		if !known {
			continue
		}
		set, err := rules.Find(l.RuleSet)
		if err != nil {
			return err
		}
		last := domain.DateOf(t.ChangedAt)
		if set.IdleDays == 0 || today.DaysSince(last) < set.IdleDays {
			continue
		}
		if err := act(ctx, p, transition.Stream(t.Learner, t.To), transition.Evolve, transition.Expire{
			Request: p.onDay(today, "move-expires"), Facts: t.Facts, LastDay: last, IdleDays: set.IdleDays}); err != nil {
			return err
		}
	}
	return nil
}}
