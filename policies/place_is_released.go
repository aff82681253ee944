package policies

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain/position"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/projections"
)

// A place is kept for somebody only as long as their move to it is planned: as it is now,
// which may be anew. What was promised after a fact is none of its business.
var placeIsReleased = policy{after: func(ctx context.Context, p *Policies, r events.Recorded) (bool, error) {
	keeps := transition.Scheduled{}
	switch e := r.Event.(type) {
	case transition.Scheduled:
		if keeps = e; e.Position == "" {
			return false, nil
		}
	case transition.Withdrawn, transition.Rescinded, transition.ApprovalsLapsed:
	default:
		return false, nil
	}
	if err := p.Read.Wait(ctx, r.Position); err != nil {
		return false, err
	}
	promises, err := p.Read.Promises(ctx)
	if err != nil {
		return false, err
	}
	id, role, err := transition.ID(r.Stream)
	if err != nil {
		return false, err
	}
	now, err := p.Read.Transition(ctx, id, role)
	if err != nil {
		return false, err
	}
	for _, kept := range promises {
		planned := now.State == projections.TransitionScheduled && kept.Position == now.Position
		if kept.Move != r.Stream || kept.Since > r.Position || kept.Position == keeps.Position || planned {
			continue
		}
		if err := act(ctx, p, position.Stream(kept.Position), position.Evolve, position.Release{
			Request: keyed(p.follows(r, "place-is-released"), string(kept.Position)), For: kept.Person}); err != nil {
			return false, err
		}
	}
	return true, nil
}}
