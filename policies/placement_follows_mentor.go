package policies

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/placement"
	"github.com/guildhall-dev/guildhall/events"
)

// Who has a journeyworker is placed under them at their site, and leaves it at the end. The
// ratio was looked at before: what has happened shows on the board, whatever it is.
var placementFollowsMentor = policy{after: func(ctx context.Context, p *Policies, r events.Recorded) (bool, error) {
	e, ok := r.Event.(apprenticeship.Event)
	if !ok {
		return false, nil
	}
	named, assigned := e.(apprenticeship.MentorAssigned)
	if !assigned && !apprenticeship.Ends(e) && !apprenticeship.Reopens(e) || assigned && named.Kind == apprenticeship.Peer {
		return false, nil
	}
	l, err := p.learner(ctx, r)
	if err != nil {
		return false, unlessAbsent(err)
	}
	at, why := placement.Stream(l.Program, l.Site), p.follows(r, "placement-follows-mentor")
	_, on := apprenticeship.Change(e)
	place := func(under domain.PersonID, from domain.Date) error {
		return act(ctx, p, at, placement.Evolve, placement.Place{Request: why, Apprenticeship: l.ID, Under: under, From: from})
	}
	switch {
	case assigned:
		return true, place(named.Mentor, named.From)
	case apprenticeship.Reopens(e):
		return true, place(l.Mentor, on)
	}
	return true, act(ctx, p, at, placement.Evolve, placement.Leave{Request: why, Apprenticeship: l.ID, Day: on})
}}
