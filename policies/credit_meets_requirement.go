package policies

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/credit"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/events"
)

// A college's award meets the requirement of its rule, and one that it is applied to.
var creditMeetsRequirement = policy{after: func(ctx context.Context, p *Policies, r events.Recorded) (bool, error) {
	var about credit.Subject
	var req domain.RequirementID
	switch e := r.Event.(type) {
	case credit.Awarded:
		about, req = e.Subject, e.Articulation.Requirement
	case credit.Applied:
		s, err := p.creditAt(ctx, r)
		if err != nil {
			return false, err
		}
		about, req = s.Subject(), e.Requirement
	}
	if req == "" {
		return false, nil
	}
	why := p.follows(r, "credit-meets-requirement")
	why.On = r.Request.Today()
	return true, act(ctx, p, milestone.Stream(about.Apprenticeship, req), milestone.Evolve, milestone.AttainByCredit{
		Request: why, Credit: r.Stream,
		Started: milestone.Started{Apprenticeship: about.Apprenticeship, Person: about.Person, Requirement: req, PassLevel: 1, ByCredit: true},
	})
}}

// creditAt is the state of the credit that r is about, just before r.
func (p *Policies) creditAt(ctx context.Context, r events.Recorded) (s credit.State, err error) {
	for before, err := range p.Log.Read(ctx, r.Stream) {
		if err != nil {
			return s, err
		}
		if before.Revision >= r.Revision {
			break
		}
		if e, ok := before.Event.(credit.Event); ok {
			s = credit.Evolve(s, e)
		}
	}
	return s, nil
}
