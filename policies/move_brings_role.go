package policies

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/events"
)

// A move that took effect brings the new role, and the manager who leads its team. When its
// day is put right, so is the day of the role.
var moveBringsRole = policy{after: func(ctx context.Context, p *Policies, r events.Recorded) (bool, error) {
	if e, corrected := r.Event.(transition.TermsCorrected); corrected {
		id, role, err := transition.ID(r.Stream)
		if err != nil {
			return false, err
		}
		return true, act(ctx, p, apprenticeship.Stream(id), apprenticeship.Evolve,
			apprenticeship.CorrectStage{Request: p.follows(r, "move-brings-role"), Role: role, Day: e.Terms.EffectiveOn})
	}
	e, ok := r.Event.(transition.MadeEffective)
	if !ok {
		return false, nil
	}
	id, role, err := transition.ID(r.Stream)
	if err != nil {
		return false, err
	}
	if err := p.Read.Wait(ctx, r.Position); err != nil {
		return false, err
	}
	leader, _, err := p.Read.Leader(ctx, role)
	if err != nil {
		return false, err
	}
	why := p.follows(r, "move-brings-role")
	why.On = e.On
	return true, act(ctx, p, apprenticeship.Stream(id), apprenticeship.Evolve, apprenticeship.EnterStage{Request: why, Role: role, Supervisor: leader.ID})
}}
