package policies

import (
	"cmp"
	"context"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/alias"
	"github.com/guildhall-dev/guildhall/domain/selfid"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/projections"
)

// invitedWithin is for how many days after an occasion somebody is still invited.
const invitedWithin = 31

// People are invited to say who they are when they apply, before they start, once after,
// and then every year (29 CFR 30.11). It comes with the day and in the order of random
// names, and without a word of what it follows from, so that the log does not tell whose
// invitation is whose.
var selfIdentificationInvited = policy{daily: func(ctx context.Context, p *Policies, today domain.Date) error {
	if p.Alias == nil {
		return nil
	}
	occasions, err := p.Read.InvitationsSince(ctx, today.AddDays(-invitedWithin))
	if err != nil {
		return err
	}
	type due struct {
		name     string
		occasion selfid.Occasion
	}
	var all []due
	for _, o := range occasions {
		name, err := p.Alias(ctx, o.Person, alias.SelfIdentification)
		if domain.AsRefusal(err) != nil {
			continue // erased meanwhile
		}
		if err != nil {
			return err
		}
		all = append(all, due{name, o.Occasion})
	}
	reminded, err := p.Read.SelfIdentificationsDue(ctx, today.AddMonths(-12))
	if err != nil {
		return err
	}
	for _, s := range reminded {
		all = append(all, due{s.Name, selfid.Reminder})
	}
	slices.SortStableFunc(all, func(a, b due) int { return cmp.Compare(a.name, b.name) })
	for _, d := range all {
		why := domain.Request{By: domain.Actor{Policy: "confidential-answers", Role: domain.System}, At: p.Now()}
		var c events.Command[selfid.State, selfid.Event] = selfid.Invite{Request: why, Occasion: d.occasion}
		if d.occasion == projections.ItIsOver {
			c = selfid.Close{Request: why}
		}
		if err := act(ctx, p, selfid.Stream(d.name), selfid.Evolve, c); err != nil {
			return err
		}
	}
	return nil
}}
