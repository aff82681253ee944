package desk

import (
	"context"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/partner"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/projections"
)

// NameDelegate lets somebody who is on record as a registrar act for an institution. They act
// for one at a time.
func (d *Desk) NameDelegate(ctx context.Context, a Ask, id domain.PartnerID, who domain.PersonID) (events.Position, error) {
	p, err := d.Read.Person(ctx, who)
	if r := domain.AsRefusal(err); r != nil {
		return 0, r.About("personId")
	}
	if err != nil {
		return 0, err
	}
	if !p.Acts(domain.Registrar) || len(p.Capacities) > 1 {
		return 0, domain.Refuse(domain.Invalid, "NOT_A_REGISTRAR", "Who acts for an institution is on record as a registrar, and as nothing else here.").About("personId")
	}
	actsFor, err := d.Read.Delegated(ctx, who)
	if err != nil {
		return 0, err
	}
	for _, other := range actsFor {
		if other != id {
			return 0, domain.Refuse(domain.Conflict, "ACTS_FOR_ANOTHER", "This person acts for another institution. End that first.").About("personId")
		}
	}
	return execute(ctx, d, partner.Stream(id), partner.Evolve, partner.NameDelegate{Request: d.request(a), Person: who})
}

// DismissDelegate ends that somebody acts for an institution, at once.
func (d *Desk) DismissDelegate(ctx context.Context, a Ask, id domain.PartnerID, who domain.PersonID) (events.Position, error) {
	return execute(ctx, d, partner.Stream(id), partner.Evolve, partner.DismissDelegate{Request: d.request(a), Person: who})
}

// Delegates are those who act for an institution and those who did, for those who say who does and
// for auditors.
func (d *Desk) Delegates(ctx context.Context, by domain.Actor, of domain.PartnerID) ([]projections.Delegate, error) {
	switch by.Role {
	case domain.Coordinator, domain.PrivacyOfficer, domain.Auditor:
		return d.Read.Delegates(ctx, of)
	}
	return nil, nil
}

// Registrars are those on record as registrars who act for no institution, by id. They are told to
// those who say who does.
func (d *Desk) Registrars(ctx context.Context, by domain.Actor) ([]projections.Person, error) {
	if by.Role != domain.Coordinator && by.Role != domain.PrivacyOfficer {
		return nil, nil
	}
	taken, err := d.Read.Delegates(ctx, "")
	if err != nil {
		return nil, err
	}
	all, err := d.Read.People(ctx)
	return slices.DeleteFunc(all, func(p projections.Person) bool {
		return p.Erased || !p.LeftOn.IsZero() || !slices.Equal(p.Capacities, []domain.Role{domain.Registrar}) ||
			slices.ContainsFunc(taken, func(d projections.Delegate) bool { return d.Person == p.ID && d.EndedAt.IsZero() })
	}), err
}

// ForInstitution is the institution's actor that a registrar is, or a refusal (NO_INSTITUTION).
func (d *Desk) ForInstitution(ctx context.Context, by domain.Actor) (domain.Actor, error) {
	none := domain.Refuse(domain.Forbidden, "NO_INSTITUTION", "You act for no institution here, or not any more. Ask the programme office of the hospital.")
	if by.Role != domain.Registrar || by.Person == "" {
		return domain.Actor{}, none
	}
	found, err := d.Read.Delegated(ctx, by.Person)
	switch {
	case err != nil:
		return domain.Actor{}, err
	case len(found) != 1:
		return domain.Actor{}, none
	}
	return domain.Actor{Partner: found[0], Role: domain.Partner}, nil
}
