package desk

import (
	"context"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/projections"
)

// overview reports whether somebody sees what everybody learns.
func overview(by domain.Actor) bool {
	return by.Role == domain.Coordinator || by.Role == domain.HR || by.Role == domain.Auditor || by.Role == domain.System
}

// Guides returns those of the people whose learning an actor may see: their own, that of
// who reports to them and of whose apprenticeship they supervise or mentor.
func (d *Desk) Guides(ctx context.Context, by domain.Actor, people ...domain.PersonID) ([]domain.PersonID, error) {
	if overview(by) {
		return people, nil
	}
	return d.Read.Guided(ctx, by.Person, people...)
}

// guided refuses somebody whom the actor does not guide, as if they did not exist.
func (d *Desk) guided(ctx context.Context, by domain.Actor, who domain.PersonID) (projections.Person, error) {
	seen, err := d.Guides(ctx, by, who)
	if err != nil {
		return projections.Person{}, err
	}
	if !slices.Contains(seen, who) {
		return projections.Person{}, domain.Refuse(domain.NotFound, "NO_SUCH_PERSON", "There is no such person.").About("personId")
	}
	return d.colleague(ctx, who, "personId")
}

// colleague is somebody who works here and was not erased.
func (d *Desk) colleague(ctx context.Context, who domain.PersonID, field string) (projections.Person, error) {
	p, err := d.Read.Person(ctx, who)
	if r := domain.AsRefusal(err); r != nil {
		return p, r.About(field)
	}
	if err == nil && p.Erased {
		return p, person.ErrErased.About(field)
	}
	return p, err
}

// on is a request that takes effect on a day; the zero day is today.
func (d *Desk) on(a Ask, day domain.Date) domain.Request {
	r := d.request(a)
	r.On = day
	return r
}
