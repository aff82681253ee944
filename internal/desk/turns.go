package desk

import (
	"cmp"
	"context"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/explain"
	"github.com/guildhall-dev/guildhall/projections"
)

// A Turn is something that waits for somebody.
type Turn struct {
	explain.Explanation
	Learner projections.Learner
	Days    int // how long it has waited
	Urgency Urgency
}

// Urgency says how much something presses.
type Urgency string

const (
	Overdue Urgency = "overdue"
	DueSoon Urgency = "due-soon" // within two days
	Waiting Urgency = "waiting"  // longer than usual
	Calm    Urgency = "calm"
)

var pressing = []Urgency{Overdue, DueSoon, Waiting, Calm}

const (
	soon    = 2 // days
	unusual = 4 // days
	// mostLearners is of how many learners the turns are looked for.
	mostLearners = 200
)

// Turns lists what waits for somebody, the most pressing first: in their own record and of
// those whom they guide or have to decide about; for who acts for the whole house, what
// waits for their office.
func (d *Desk) Turns(ctx context.Context, by domain.Actor) ([]Turn, error) {
	learners, err := d.waitingFor(ctx, by)
	if err != nil || len(learners) == 0 {
		return nil, err
	}
	today := d.Today()
	var out []Turn
	for _, l := range learners {
		es, err := d.Explain(ctx, l)
		if err != nil {
			return nil, err
		}
		for _, e := range flat(es) {
			if t := (Turn{Explanation: e, Learner: l}); e.Waits() && has(e.Turn, by) {
				t.press(today)
				out = append(out, t)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Turn) int {
		return cmp.Or(slices.Index(pressing, a.Urgency)-slices.Index(pressing, b.Urgency), b.Days-a.Days)
	})
	return out, nil
}

// waitingFor returns the learners in whose record something may wait for an actor.
func (d *Desk) waitingFor(ctx context.Context, by domain.Actor) ([]projections.Learner, error) {
	q := projections.LearnerQuery{Visible: projections.Sight{Person: by.Person, On: d.Today(), Nobody: by.Person == ""}, First: mostLearners}
	switch by.Role {
	case domain.Apprentice, domain.Mentor, domain.Manager:
	case domain.Coordinator:
		q.Visible, q.Statuses = projections.Sight{}, []projections.LearnerStatus{
			projections.Draft, projections.Signed, projections.Registered, projections.Suspended, projections.Gateway, projections.CompletionPending}
	case domain.HR, domain.Security:
		q.IDs = []domain.ApprenticeshipID{}
	default:
		return nil, nil
	}
	learners, err := d.Read.Learners(ctx, q)
	if err != nil {
		return nil, err
	}
	ids, err := d.deciding(ctx, by)
	if err != nil {
		return nil, err
	}
	more := slices.DeleteFunc(ids, func(id domain.ApprenticeshipID) bool {
		return slices.ContainsFunc(learners, func(l projections.Learner) bool { return l.ID == id })
	})
	if more = more[:min(mostLearners, len(more))]; len(more) == 0 {
		return learners, nil
	}
	held, err := d.Read.Learners(ctx, projections.LearnerQuery{IDs: more})
	return append(learners, held...), err
}

// deciding returns the learners about whom an actor has something to decide or report.
func (d *Desk) deciding(ctx context.Context, by domain.Actor) (ids []domain.ApprenticeshipID, err error) {
	waiting, err := d.Read.Inbox(ctx, by.Person, by.Role, d.Today())
	if err != nil {
		return nil, err
	}
	for _, i := range waiting {
		if i.Learner != "" {
			ids = append(ids, i.Learner)
		}
	}
	switch by.Role {
	case domain.Coordinator:
		open, err := d.Read.Filings(ctx, projections.FilingQuery{Open: true})
		if err != nil {
			return nil, err
		}
		for _, f := range open {
			ids = append(ids, f.Learner)
		}
	case domain.HR:
		due, err := d.Read.WagesDue(ctx)
		if err != nil {
			return nil, err
		}
		ids = append(ids, due...)
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

// has reports whether it is an actor's turn.
func has(t explain.Turn, by domain.Actor) bool {
	return by.Person != "" && t.Person == by.Person || t.Person == "" && t.Partner == "" && t.Role == by.Role
}

func (t *Turn) press(today domain.Date) {
	if !t.Since.IsZero() {
		t.Days = max(0, today.DaysSince(t.Since))
	}
	switch {
	case !t.Due.IsZero() && t.Due.Before(today):
		t.Urgency = Overdue
	case !t.Due.IsZero() && !t.Due.After(today.AddDays(soon)):
		t.Urgency = DueSoon
	case t.Days > unusual && (t.Next.Decides() || t.About == explain.Hours):
		t.Urgency = Waiting
	default:
		t.Urgency = Calm
	}
}

// flat are explanations with those within groups behind them.
func flat(es []explain.Explanation) (out []explain.Explanation) {
	for _, e := range es {
		out = append(append(out, e), flat(e.Of)...)
	}
	return out
}
