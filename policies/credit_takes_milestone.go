package policies

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain/credit"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/events"
)

// A credit that a college takes back takes the milestone with it that rests on it.
var creditTakesMilestone = policy{after: func(ctx context.Context, p *Policies, r events.Recorded) (bool, error) {
	if _, ok := r.Event.(credit.Revoked); !ok {
		return false, nil
	}
	if err := p.Read.Wait(ctx, r.Position); err != nil {
		return false, err
	}
	id, _, err := credit.ID(r.Stream)
	if err != nil {
		return false, err
	}
	has, err := p.Read.Milestones(ctx, id)
	if err != nil {
		return false, err
	}
	for _, m := range has[id] {
		if m.Basis != string(r.Stream) {
			continue
		}
		why := p.follows(r, "credit-takes-milestone")
		why.On = r.Request.Today()
		if err := act(ctx, p, milestone.Stream(id, m.Requirement), milestone.Evolve, milestone.Revoke{Request: why, Basis: r.Stream}); err != nil {
			return false, err
		}
	}
	return true, nil
}}
