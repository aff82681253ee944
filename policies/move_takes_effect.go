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
		id, _, err := transition.ID(r.Stream)
		if err != nil {
			return false, err
		}
		l, err := p.Read.Learner(ctx, id)
		if err != nil || l.BrokenOff() {
			return true, unlessAbsent(err)
		}
		return true, act(ctx, p, r.Stream, transition.Evolve, transition.MakeEffective{Request: p.follows(r, "move-takes-effect")})
	},
	daily: func(ctx context.Context, p *Policies, today domain.Date) error {
		due, err := p.Read.Due(ctx, today)
		if err != nil {
			return err
		}
		learners, err := p.learners(ctx, due)
		if err != nil {
			return err
		}
		for _, t := range due {
			if l, known := learners[t.Learner]; !known || l.BrokenOff() {
				continue
			}
			why := p.onDay(today, "move-takes-effect")
			if err := act(ctx, p, transition.Stream(t.Learner, t.To), transition.Evolve, transition.MakeEffective{Request: why}); err != nil {
				return err
			}
		}
		return nil
	},
}
