package policies

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/credit"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/projections"
)

// A credit that a college takes back, or that counts no more, takes the milestone with it
// that rests on it, unless other credit meets it as well.
var creditTakesMilestone = policy{after: func(ctx context.Context, p *Policies, r events.Recorded) (bool, error) {
	var only domain.RequirementID // if it counts there no more, and elsewhere still
	switch e := r.Event.(type) {
	case credit.Revoked:
	case credit.ApplicationReversed:
		if only = e.Requirement; only == "" {
			return false, nil
		}
	default:
		return false, nil
	}
	s, err := p.creditAt(ctx, r)
	if err != nil {
		return false, err
	}
	id, _, err := credit.ID(r.Stream)
	if err != nil || only != "" && only == s.Subject().Articulation.Requirement {
		return false, err
	}
	head, err := p.Log.Head(ctx)
	if err == nil {
		err = p.Read.Wait(ctx, head)
	}
	if err != nil {
		return false, err
	}
	has, err := p.Read.Milestones(ctx, id)
	if err != nil {
		return false, err
	}
	for _, m := range has[id] {
		if m.Basis == string(r.Stream) && (only == "" || only == m.Requirement) {
			if err := p.unmeet(ctx, r, id, m.Requirement); err != nil {
				return false, err
			}
		}
	}
	return true, nil
}}

// unmeet takes back that credit met a requirement, and lets other credit meet it.
func (p *Policies) unmeet(ctx context.Context, r events.Recorded, id domain.ApprenticeshipID, req domain.RequirementID) error {
	stream := milestone.Stream(id, req)
	why := p.follows(r, "credit-takes-milestone")
	why.On = r.Request.Today()
	why.Key += "." + string(req)
	if err := act(ctx, p, stream, milestone.Evolve, milestone.Revoke{Request: why, Basis: r.Stream}); err != nil {
		return err
	}
	all, err := p.Read.Credits(ctx, id)
	if err != nil {
		return err
	}
	for _, c := range all[id] {
		other := c.Stream()
		if other == r.Stream || !c.State.Awarded() || !meets(c, req) {
			continue
		}
		why.By.Policy, why.Digest = "credit-meets-requirement", "credit-meets-requirement"
		return act(ctx, p, stream, milestone.Evolve, milestone.AttainByCredit{Request: why, Credit: other,
			Started: milestone.Started{Apprenticeship: id, Requirement: req, PassLevel: 1, ByCredit: true}})
	}
	return nil
}

func meets(c projections.Credit, req domain.RequirementID) bool {
	if c.Requirement == req {
		return true
	}
	for _, a := range c.Applied {
		if a.Requirement == req {
			return true
		}
	}
	return false
}
