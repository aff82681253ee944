package policies

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/activity"
	"github.com/guildhall-dev/guildhall/domain/cohort"
	"github.com/guildhall-dev/guildhall/domain/funding"
	"github.com/guildhall-dev/guildhall/events"
)

// What was set aside for something that somebody gives up, and was not spent, is there for
// others again. What was set aside since, for somebody who came back, stays.
var leavingReleasesMoney = policy{after: func(ctx context.Context, p *Policies, r events.Recorded) (bool, error) {
	var who domain.PersonID // everybody, if empty
	switch e := r.Event.(type) {
	case activity.Abandoned, activity.Cancelled, cohort.Cancelled:
	case cohort.Left:
		who = e.Person
	case cohort.SeatDeclined:
		who = e.Person
	default:
		return false, nil
	}
	if err := p.Read.Wait(ctx, r.Position); err != nil {
		return false, err
	}
	grants, err := p.Read.GrantsFor(ctx, r.Stream)
	if err != nil {
		return false, err
	}
	acted := false
	for _, g := range grants {
		if g.Released || g.Since > r.Position || who != "" && g.Person != who {
			continue
		}
		why := p.follows(r, "leaving-releases-money")
		why.Key += "." + string(g.Funding) + "." + string(g.ID)
		if err := act(ctx, p, funding.Stream(g.Funding), funding.Evolve, funding.Release{Request: why, Grant: g.ID}); err != nil {
			return acted, err
		}
		acted = true
	}
	return acted, nil
}}
