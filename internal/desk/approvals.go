package desk

import (
	"cmp"
	"context"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/projections"
)

// move returns a move that the actor may see, or holds or held a step of, whatever changed since.
func (d *Desk) move(ctx context.Context, by domain.Actor, id domain.ApprenticeshipID, to domain.RoleID) (projections.Learner, projections.Transition, error) {
	t, missing := d.Read.Transition(ctx, id, to)
	l, err := d.decided(ctx, by, id, slices.ContainsFunc(t.Steps, func(s projections.Step) bool { return d.held(by, s) }))
	return l, t, cmp.Or(err, missing)
}

// held reports whether a step is or was with an actor by name.
func (d *Desk) held(by domain.Actor, s projections.Step) bool {
	return !s.OpenedAt.IsZero() && by.Person != "" &&
		(s.Assignee == by.Person || s.DecidedBy == by.Person || s.State == projections.StepOpen && s.Holder(d.Today()) == by.Person)
}

// WaiveReadiness lets a learner's move to a role be asked for although not everything is met.
func (d *Desk) WaiveReadiness(ctx context.Context, a Ask, id domain.ApprenticeshipID, to domain.RoleID, reason string) (events.Position, error) {
	l, err := d.running(ctx, a.By, id)
	if err != nil {
		return 0, err
	}
	p, err := Pathway(l)
	if err != nil {
		return 0, err
	}
	if _, _, ok := p.Stage(to); !ok || to == l.Role {
		return 0, domain.Refuse(domain.NotFound, "NO_SUCH_STAGE", "The pathway %s does not lead to the role %s from here.", p.Title, to).About("toRole")
	}
	ready, err := d.Readiness(ctx, l, l.Role)
	if err != nil {
		return 0, err
	}
	sealed, err := d.seal(ctx, l.Person, "reason", reason)
	if err != nil {
		return 0, err
	}
	return execute(ctx, d, transition.Stream(id, to), transition.Evolve,
		transition.WaiveReadiness{Request: d.request(a), Apprenticeship: id, Person: l.Person, Unmet: ready.Missing(), Reason: sealed})
}

// Delegate lets somebody else decide the open step of a move for a time.
func (d *Desk) Delegate(ctx context.Context, a Ask, id domain.ApprenticeshipID, to domain.RoleID, office pathway.Step, deputy domain.PersonID, from, until domain.Date) (events.Position, error) {
	_, t, err := d.move(ctx, a.By, id, to)
	if err != nil {
		return 0, err
	}
	step, _, _ := t.Open()
	if a.By, err = d.acting(ctx, a.By); err != nil {
		return 0, err
	}
	who, err := d.Read.Person(ctx, deputy)
	if r := domain.AsRefusal(err); r != nil {
		return 0, r.About("to")
	}
	if err != nil {
		return 0, err
	}
	if who.Erased {
		return 0, person.ErrErased.About("to")
	}
	as := who.Capacity
	if who.Acts(step.Capacity) {
		as = step.Capacity
	}
	return execute(ctx, d, transition.Stream(id, to), transition.Evolve, transition.Delegate{
		Request: d.request(a), Office: cmp.Or(office, step.Office), To: deputy, As: as, From: from, Until: until})
}

// Approvals returns the open approvals that the actor may know of, the one that is due first
// coming first: all of them for coordinators, human resources and auditors, their own for others.
func (d *Desk) Approvals(ctx context.Context, by domain.Actor) ([]projections.Due, error) {
	all, err := d.Read.Approvals(ctx)
	if err != nil {
		return nil, err
	}
	switch by.Role {
	case domain.Coordinator, domain.HR, domain.Auditor:
		return all, nil
	}
	return slices.DeleteFunc(all, func(due projections.Due) bool {
		return !d.held(by, due.Step) && (due.Step.Assignee != "" || due.Step.Capacity != by.Role)
	}), nil
}

// Timeline returns what was done about a move, oldest first: all of it with the reasons for
// whoever asked, the apprentice, coordinators, human resources and auditors; for who holds
// or held a step, what led to it and what they did, without what others wrote.
func (d *Desk) Timeline(ctx context.Context, by domain.Actor, id domain.ApprenticeshipID, to domain.RoleID) ([]projections.MoveFact, error) {
	l, t, err := d.move(ctx, by, id, to)
	if err != nil {
		return nil, err
	}
	facts, err := d.Read.Timeline(ctx, id, to)
	if err != nil {
		return nil, err
	}
	if d.ReadsReasons(by, l, t) {
		for i, f := range facts {
			if f.Event == (transition.ReadinessWaived{}).EventName() && !d.ReadsWaivers(by, l, t) {
				facts[i].Reason = ""
			}
		}
		return facts, nil
	}
	var out []projections.MoveFact
	for _, f := range facts {
		own := slices.ContainsFunc(t.Steps, func(s projections.Step) bool { return s.Office == f.Office && d.holdsStep(by, s) })
		if f.By != by.Person || f.By == "" {
			f.Reason = ""
		}
		if own || f.Office == "" {
			out = append(out, f)
		}
	}
	if !d.decidesOn(by, t) {
		return nil, nil
	}
	return out, nil
}

// holdsStep reports whether a step is or was with an actor, by name or by capacity.
func (d *Desk) holdsStep(by domain.Actor, s projections.Step) bool {
	return d.held(by, s) || s.State == projections.StepOpen && s.Assignee == "" && s.Capacity == by.Role
}
