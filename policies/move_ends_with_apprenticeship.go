package policies

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/projections"
)

// A move that is asked for and not in effect ends with its apprenticeship, unless that reached
// its aim. What was asked for since then, because the end was taken back, stays.
var moveEndsWithApprenticeship = policy{
	after: func(ctx context.Context, p *Policies, r events.Recorded) (bool, error) {
		e, ok := r.Event.(apprenticeship.Event)
		if !ok || !apprenticeship.BreaksOff(e) {
			return false, nil
		}
		cause := transition.Cancelled
		if _, transferred := e.(apprenticeship.TransferAgreed); transferred {
			cause = transition.Transferred
		}
		id, err := apprenticeship.ID(r.Stream)
		if err != nil {
			return false, err
		}
		if err := p.Read.Wait(ctx, r.Position); err != nil {
			return false, err
		}
		moves, err := p.Read.Transitions(ctx, id)
		if err != nil {
			return false, err
		}
		for _, t := range moves[id] {
			if err := p.closeDown(ctx, t, r.Position, keyed(p.follows(r, "move-ends-with-apprenticeship"), string(t.To)), cause); err != nil {
				return false, err
			}
		}
		return len(moves[id]) > 0, nil
	},
	daily: func(ctx context.Context, p *Policies, today domain.Date) error {
		left, err := p.Read.LeftBehind(ctx)
		if err != nil {
			return err
		}
		head, err := p.Log.Head(ctx)
		if err != nil {
			return err
		}
		learners, err := p.learners(ctx, left)
		if err != nil {
			return err
		}
		for _, t := range left {
			cause := transition.Cancelled
			if learners[t.Learner].Status == projections.Transferred {
				cause = transition.Transferred
			}
			if err := p.closeDown(ctx, t, head, p.onDay(today, "move-ends-with-apprenticeship"), cause); err != nil {
				return err
			}
		}
		return nil
	},
}

// closeDown withdraws the attempt at a move that ran at a position.
func (p *Policies) closeDown(ctx context.Context, t projections.Transition, at events.Position, why domain.Request, cause transition.Cause) error {
	stream := transition.Stream(t.Learner, t.To)
	var attempt uint64
	for r, err := range p.Log.Read(ctx, stream) {
		if err != nil {
			return err
		}
		if _, asked := r.Event.(transition.Proposed); asked && r.Position <= at {
			attempt = r.Revision
		}
	}
	return act(ctx, p, stream, transition.Evolve, transition.CloseDown{Request: why, Attempt: attempt, Cause: cause})
}
