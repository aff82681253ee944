package policies

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/transition"
)

// Who is away is stood in for by their delegate, on every approval they hold that the delegate
// may give. The delegate sees it on the day the absence begins.
var absenceDelegates = policy{daily: func(ctx context.Context, p *Policies, today domain.Date) error {
	away, err := p.Read.Away(ctx, today)
	if err != nil || len(away) == 0 {
		return err
	}
	open, err := p.Read.Approvals(ctx)
	if err != nil {
		return err
	}
	var delegates []domain.PersonID
	for _, a := range away {
		if a.Delegate != "" {
			delegates = append(delegates, a.Delegate)
		}
	}
	instead, err := p.Read.Named(ctx, delegates...)
	if err != nil {
		return err
	}
	for _, a := range away {
		if a.Delegate == "" {
			continue
		}
		for _, due := range open {
			if due.Step.Assignee != a.Person || due.Step.Holder(today) != a.Person || !instead[a.Delegate].Acts(due.Step.Capacity) {
				continue
			}
			if err := act(ctx, p, transition.Stream(due.Learner, due.To), transition.Evolve, transition.Delegate{
				Request: p.onDay(today, "absence-delegates"), Office: due.Step.Office, To: a.Delegate, As: due.Step.Capacity, From: today, Until: a.Until}); err != nil {
				return err
			}
		}
	}
	return nil
}}
