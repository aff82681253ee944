package policies

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/projections"
)

// An approval on which nobody decides in time goes to the next manager up who has nothing to
// do with the move. Where there is none it stays, and stays overdue.
var silenceEscalates = policy{daily: func(ctx context.Context, p *Policies, today domain.Date) error {
	late, err := p.Read.Overdue(ctx, today)
	if err != nil {
		return err
	}
	learners, err := p.learners(ctx, late)
	if err != nil {
		return err
	}
	var holders []domain.PersonID
	for _, t := range late {
		if step, _, _ := t.Open(); step.Assignee != "" {
			holders = append(holders, step.Assignee)
		}
	}
	above, err := p.Read.Above(ctx, holders...)
	if err != nil {
		return err
	}
	for _, t := range late {
		l, known := learners[t.Learner]
		if !known {
			continue
		}
		step, _, _ := t.Open()
		if err := p.escalate(ctx, t, l, above[step.Assignee], today); err != nil {
			return err
		}
	}
	return nil
}}

func (p *Policies) escalate(ctx context.Context, t projections.Transition, l projections.Learner, above []projections.Person, today domain.Date) error {
	step, at, _ := t.Open()
	set, err := rules.Find(l.RuleSet)
	if err != nil {
		return err
	}
	if step.Assignee == "" || !today.After(domain.DateOf(step.OpenedAt).AddWorkingDays(set.EscalationWorkingDays)) {
		return nil
	}
	for _, next := range above {
		if !next.Acts(step.Capacity) || !next.LeftOn.IsZero() || next.ID == t.Proposer || next.ID == l.Person {
			continue
		}
		return act(ctx, p, transition.Stream(t.Learner, t.To), transition.Evolve, transition.Escalate{
			Request: p.onDay(today, "silence-escalates"), Step: at, To: next.ID, As: step.Capacity, DueOn: today.AddDays(set.ApprovalDays)})
	}
	return nil
}
