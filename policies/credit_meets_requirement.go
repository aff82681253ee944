package policies

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain/credit"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/events"
)

// A college's award meets the requirement of its rule.
var creditMeetsRequirement = policy{after: func(ctx context.Context, p *Policies, r events.Recorded) (bool, error) {
	e, ok := r.Event.(credit.Awarded)
	if !ok {
		return false, nil
	}
	req := e.Articulation.Requirement
	why := p.follows(r, "credit-meets-requirement")
	why.On = r.Request.Today()
	return true, act(ctx, p, milestone.Stream(e.Apprenticeship, req), milestone.Evolve, milestone.AttainByCredit{
		Request: why, Credit: r.Stream,
		Started: milestone.Started{Apprenticeship: e.Apprenticeship, Person: e.Person, Requirement: req, PassLevel: 1, ByCredit: true},
	})
}}
