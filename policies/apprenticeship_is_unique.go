package policies

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/reservation"
	"github.com/guildhall-dev/guildhall/events"
)

// A person has one apprenticeship in an occupation at a time: what is drafted is reserved,
// and what has ended is free again.
var apprenticeshipIsUnique = policy{after: func(ctx context.Context, p *Policies, r events.Recorded) (bool, error) {
	e, ok := r.Event.(apprenticeship.Event)
	if !ok {
		return false, nil
	}
	why := p.follows(r, "apprenticeship-is-unique")
	take := func(who domain.PersonID, in domain.StandardID) error {
		return act(ctx, p, apprenticeship.Reservation(who, in), reservation.Evolve, reservation.Take{Request: why, Holder: r.Stream})
	}
	if drafted, ok := e.(apprenticeship.Drafted); ok {
		return true, take(drafted.Person, drafted.Standard)
	}
	if !apprenticeship.Ends(e) && !apprenticeship.Reopens(e) {
		return false, nil
	}
	l, err := p.learner(ctx, r)
	if err != nil {
		return false, unlessAbsent(err)
	}
	if apprenticeship.Reopens(e) {
		return true, take(l.Person, l.Standard)
	}
	return true, act(ctx, p, apprenticeship.Reservation(l.Person, l.Standard), reservation.Evolve, reservation.Release{Request: why, Holder: r.Stream})
}}
