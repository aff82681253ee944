package desk

import (
	"context"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/projections"
)

// A Matter is something that waits for somebody's decision, with what speaks for it.
type Matter struct {
	projections.InboxItem
	Of       projections.Learner
	DecideBy domain.Date // the last day on which the decision is not late

	Week projections.Handed // Hours
	Odd  []Oddity

	Required  pathway.Requirement // Milestone
	Milestone projections.Milestone

	Move  projections.Transition // Transition
	To    pathway.Role
	Ready Readiness // in the role to be left
}

// Late reports whether the decision is late on a day.
func (w Matter) Late(today domain.Date) bool { return w.DecideBy.Before(today) }

// Sound reports whether what speaks for a move is what it was asked for on, and complete.
func (w Matter) Sound() bool {
	return w.Ready.Snapshot == w.Move.Snapshot && len(w.Ready.Missing()) == 0
}

// Matters tells of things that wait what speaks for them, in one pass for all.
func (d *Desk) Matters(ctx context.Context, items []projections.InboxItem) ([]Matter, error) {
	var ids []domain.ApprenticeshipID
	var weeks []domain.Stream
	for _, i := range items {
		ids = append(ids, i.Learner)
		if i.Kind == projections.AwaitingHours {
			weeks = append(weeks, i.Subject)
		}
	}
	learners, err := d.Read.SharedLearners(ctx, projections.LearnerQuery{IDs: ids})
	if err != nil {
		return nil, err
	}
	handed, err := d.Read.Handed(ctx, RecentWeeks, weeks...)
	if err != nil {
		return nil, err
	}
	milestones, err := d.Read.SharedMilestones(ctx, about(items, projections.AwaitingMilestone)...)
	if err != nil {
		return nil, err
	}
	moves, err := d.Read.Transitions(ctx, about(items, projections.AwaitingTransition)...)
	if err != nil {
		return nil, err
	}
	of := map[domain.ApprenticeshipID]projections.Learner{}
	for _, l := range learners {
		of[l.ID] = *l
	}
	out := make([]Matter, 0, len(items))
	for _, i := range items {
		w := Matter{InboxItem: i, Of: of[i.Learner]}
		set, err := ruleSet(w.Of)
		if err != nil {
			return nil, err
		}
		w.DecideBy = decideBy(i, set.ApprovalDays, d.Now().Location())
		switch i.Kind {
		case projections.AwaitingHours:
			w.Week = handed[i.Subject]
			w.Odd = Odd(w.Week)
		case projections.AwaitingMilestone:
			err = w.milestone(milestones[i.Learner])
		case projections.AwaitingTransition:
			err = w.move(moves[i.Learner])
		}
		if err != nil {
			return nil, err
		}
		out = append(out, w)
	}
	return out, d.readied(ctx, out)
}

func about(items []projections.InboxItem, k projections.InboxKind) (ids []domain.ApprenticeshipID) {
	for _, i := range items {
		if i.Kind == k {
			ids = append(ids, i.Learner)
		}
	}
	return ids
}

// decideBy is the last day for a decision: the one that was set, or as many days as the rules
// give an approver.
func decideBy(i projections.InboxItem, days int, here *time.Location) domain.Date {
	if !i.DueOn.IsZero() {
		return i.DueOn
	}
	return domain.DateOf(i.Since.In(here)).AddDays(days)
}

func (w *Matter) milestone(known []projections.Milestone) error {
	_, req, err := milestone.ID(w.Subject)
	if err != nil {
		return err
	}
	for _, m := range known {
		if m.Requirement == req {
			w.Milestone = m
		}
	}
	p, err := Pathway(w.Of)
	w.Required, _, _ = p.Requirement(req)
	return err
}

func (w *Matter) move(known []projections.Transition) error {
	_, to, err := transition.ID(w.Subject)
	if err != nil {
		return err
	}
	for _, t := range known {
		if t.To == to {
			w.Move = t
		}
	}
	p, err := Pathway(w.Of)
	s, _, _ := p.Stage(to)
	w.To = s.Role
	w.Ready.Stage, _, _ = p.Stage(w.Move.From)
	return err
}

// readied holds what learners have to show against what the roles require that they are to leave.
func (d *Desk) readied(ctx context.Context, all []Matter) error {
	var of []projections.Staged
	var at []int
	for i, w := range all {
		if w.Kind == projections.AwaitingTransition {
			of, at = append(of, projections.Staged{Learner: w.Of, Stage: w.Ready.Stage}), append(at, i)
		}
	}
	if len(of) == 0 {
		return nil
	}
	records, err := d.Read.Records(ctx, of...)
	if err != nil {
		return err
	}
	for n, i := range at {
		r := &all[i].Ready
		r.Findings = r.Stage.Readiness(records[n])
		r.Snapshot = pathway.Snapshot(r.Findings)
	}
	return nil
}
