package policies

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/events"
)

// An approved move takes effect on its day, unless the apprenticeship has ended before its aim.
var moveTakesEffect = policy{
	after: func(ctx context.Context, p *Policies, r events.Recorded) (bool, error) {
		e, ok := r.Event.(transition.Scheduled)
		if !ok || e.EffectiveOn.After(domain.DateOf(p.Now())) {
			return false, nil
		}
		if err := p.Read.Wait(ctx, r.Position); err != nil {
			return false, err
		}
		return true, makeEffective(ctx, p, r.Stream, p.follows(r, "move-takes-effect"))
	},
	daily: func(ctx context.Context, p *Policies, today domain.Date) error {
		due, err := p.Read.Due(ctx, today)
		if err != nil {
			return err
		}
		for _, t := range due {
			if err := makeEffective(ctx, p, transition.Stream(t.Learner, t.To), p.onDay(today, "move-takes-effect")); err != nil {
				return err
			}
		}
		return nil
	},
}

func makeEffective(ctx context.Context, p *Policies, s domain.Stream, why domain.Request) error {
	id, _, err := transition.ID(s)
	if err != nil {
		return err
	}
	l, err := p.Read.Learner(ctx, id)
	if err != nil || l.BrokenOff() {
		return unlessAbsent(err)
	}
	return act(ctx, p, s, transition.Evolve, transition.MakeEffective{Request: why})
}
