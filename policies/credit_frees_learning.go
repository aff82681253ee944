package policies

import (
	"context"
	"fmt"

	"github.com/guildhall-dev/guildhall/domain/credit"
	"github.com/guildhall-dev/guildhall/domain/reservation"
	"github.com/guildhall-dev/guildhall/events"
)

// When credit counts towards something no more, another credit for the same learning can.
var creditFreesLearning = policy{after: func(ctx context.Context, p *Policies, r events.Recorded) (bool, error) {
	var targets []credit.Target
	var s credit.State
	var err error
	switch e := r.Event.(type) {
	case credit.ApplicationReversed:
		s, err = p.creditAt(ctx, r)
		targets = []credit.Target{e.Target}
	case credit.Revoked:
		s, err = p.creditAt(ctx, r)
		for _, a := range s.Applied() {
			targets = append(targets, a.Target)
		}
	default:
		return false, nil
	}
	for i, t := range targets {
		if err != nil {
			break
		}
		c := s.Subject().As(t)
		why := p.follows(r, "credit-frees-learning")
		why.Key += fmt.Sprintf(".%d", i)
		err = act(ctx, p, reservation.Stream(c.Kind, c.Parts...), reservation.Evolve, reservation.Release{Request: why, Holder: r.Stream})
	}
	return true, err
}}
