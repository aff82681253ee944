package desk

import (
	"context"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/events"
)

// AssignMentor names a mentor from a day on. A journeyworker needs a place that the ratio of
// the site allows; a peer does not.
func (d *Desk) AssignMentor(ctx context.Context, a Ask, id domain.ApprenticeshipID, who domain.PersonID, kind apprenticeship.MentorKind, from domain.Date) (events.Position, error) {
	l, err := d.Learner(ctx, a.By, id)
	if err != nil {
		return 0, err
	}
	c := apprenticeship.AssignMentor{Request: d.request(a), Mentor: who, Kind: kind, From: from}
	if err := d.capable(ctx, "mentorId", who, kind == apprenticeship.Peer, domain.Mentor, domain.Manager); err != nil {
		return 0, err
	}
	if kind != apprenticeship.Journeyworker {
		return d.steer(ctx, a, id, c)
	}
	state, _, err := events.Load(ctx, d.Log, apprenticeship.Stream(id), apprenticeship.Evolve)
	if err != nil {
		return 0, err
	}
	if _, err := c.Decide(state); err != nil {
		return 0, err
	}
	if err := d.place(ctx, a, l, who, from); err != nil {
		return 0, err
	}
	p, err := d.steer(ctx, a, id, c)
	if domain.AsRefusal(err) != nil {
		err = after(err, d.unplace(context.WithoutCancel(ctx), a, l, from))
	}
	return p, err
}

// ReleaseMentor ends the time of a peer: a day is the first without.
func (d *Desk) ReleaseMentor(ctx context.Context, a Ask, id domain.ApprenticeshipID, who domain.PersonID, day domain.Date) (events.Position, error) {
	return d.steer(ctx, a, id, apprenticeship.ReleaseMentor{Request: d.request(a), Mentor: who, Day: day})
}

// AssignSupervisor names who signs off hours from a day on.
func (d *Desk) AssignSupervisor(ctx context.Context, a Ask, id domain.ApprenticeshipID, who domain.PersonID, from domain.Date) (events.Position, error) {
	if err := d.capable(ctx, "managerId", who, false, domain.Manager); err != nil {
		return 0, err
	}
	return d.steer(ctx, a, id, apprenticeship.AssignSupervisor{Request: d.request(a), Supervisor: who, From: from})
}

// DelegateApproval lets somebody sign off hours in the supervisor's place for a time.
func (d *Desk) DelegateApproval(ctx context.Context, a Ask, id domain.ApprenticeshipID, to domain.PersonID, from, until domain.Date) (events.Position, error) {
	if err := d.capable(ctx, "managerId", to, false, domain.Manager); err != nil {
		return 0, err
	}
	return d.steer(ctx, a, id, apprenticeship.DelegateApproval{Request: d.request(a), To: to, From: from, Until: until})
}

// capable refuses somebody who is not there, or acts in none of some capacities.
func (d *Desk) capable(ctx context.Context, field string, who domain.PersonID, any bool, as ...domain.Role) error {
	p, err := d.Read.Person(ctx, who)
	switch r := domain.AsRefusal(err); {
	case r != nil:
		return r.About(field)
	case err != nil:
		return err
	case p.Erased:
		return person.ErrErased.About(field)
	case !any && !slices.Contains(as, p.Capacity):
		return domain.Refuse(domain.Invalid, "NOT_A_"+roleName(as[0]), "This person does not act in that capacity. Name a %s.", as[0]).About(field)
	}
	return nil
}

func roleName(r domain.Role) string {
	if r == domain.Manager {
		return "MANAGER"
	}
	return "MENTOR"
}
