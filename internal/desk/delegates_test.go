package desk_test

import (
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/partner"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/internal/desk"
)

func TestARegistrarActsForOneInstitution(t *testing.T) {
	h := staffed(t)
	ctx := t.Context()
	rhea := domain.Actor{Person: "rhea", Role: domain.Registrar}
	h.record(person.Stream("rhea"), person.Joined{Name: "sealed", Capacity: domain.Registrar})
	h.record(person.Stream("twin"), person.Joined{Name: "sealed", Capacity: domain.Registrar}, person.CapacityGranted{Capacity: domain.Mentor, From: h.Today()})
	h.record("partner-harbor", partner.Onboarded{Name: "Harbor"})
	_, err := h.ForInstitution(ctx, rhea)
	refused(t, err, "NO_INSTITUTION")
	for who, code := range map[domain.PersonID]string{"priya": "NOT_A_REGISTRAR", "twin": "NOT_A_REGISTRAR", "nobody": "NO_SUCH_PERSON"} {
		_, err := h.NameDelegate(ctx, desk.Ask{By: lena}, "lakeshore", who)
		refused(t, err, code)
	}
	_, err = h.NameDelegate(ctx, desk.Ask{By: ruth}, "lakeshore", "rhea")
	refused(t, err, "NOT_COORDINATOR")
	must(h.NameDelegate(ctx, desk.Ask{By: lena}, "lakeshore", "rhea"))(t)
	if a := must(h.ForInstitution(ctx, rhea))(t); a != (domain.Actor{Partner: "lakeshore", Role: domain.Partner}) {
		t.Errorf("she acts as %+v", a)
	}
	_, err = h.NameDelegate(ctx, desk.Ask{By: lena}, "harbor", "rhea")
	refused(t, err, "ACTS_FOR_ANOTHER")
	for _, by := range []domain.Actor{priya, {Person: "rhea", Role: domain.Coordinator}, {Role: domain.Registrar}} {
		_, err := h.ForInstitution(ctx, by)
		refused(t, err, "NO_INSTITUTION")
	}
	must(h.DismissDelegate(ctx, desk.Ask{By: lena}, "lakeshore", "rhea"))(t)
	_, err = h.ForInstitution(ctx, rhea)
	refused(t, err, "NO_INSTITUTION")
	must(h.NameDelegate(ctx, desk.Ask{By: lena}, "harbor", "rhea"))(t)
	h.erase("rhea")
	_, err = h.ForInstitution(ctx, rhea)
	refused(t, err, "NO_INSTITUTION")
}
