package portal

import (
	"net/http"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/person"
)

func TestACoordinatorNamesARegistrarAndEndsIt(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	join := func(id domain.PersonID, name string, capacities ...domain.Role) {
		sealed, err := h.portal.Desk.Vault.Seal(t.Context(), id, name)
		check(t, err)
		run(h, person.Stream(id), person.Evolve, person.Join{Request: h.request(system), Joined: person.Joined{Name: sealed, Capacity: capacities[0], Position: "registrar", Title: "Registrar", Site: "main"}})
		for _, as := range capacities[1:] {
			run(h, person.Stream(id), person.Evolve, person.GrantCapacity{Request: h.request(system), Person: id, Granted: person.CapacityGranted{Capacity: as, From: sunday}})
		}
	}
	join("toma", "Toma Silva", domain.Registrar)
	join("twin", "Twin Both", domain.Registrar, domain.Mentor)
	const path = "/institutions/lakeshore"
	b := h.as("coordinator")
	b.get(path).wants(http.StatusOK, "Rhea Novak", "Acts for it now", "Named by You", "Name a registrar")
	h.as("auditor").get(path).wants(http.StatusOK, "Rhea Novak", "Ruth Adeyemi").lacks("Name a registrar", "End it for")

	form := b.get(path+"/name").wants(http.StatusOK, "Toma Silva, number toma").lacks("Rhea Novak", "Twin Both")
	form.send(path+"/name", "personId", "").wants(http.StatusUnprocessableEntity, "Registrar is missing.")
	form.send(path+"/name", "personId", "twin").wants(http.StatusUnprocessableEntity, "on record as a registrar, and as nothing else")
	form.send(path+"/name", "personId", "nobody").wants(http.StatusNotFound, "There is no such person.")
	form.send(path+"/name", "personId", "toma").wants(http.StatusOK, "Named. Toma Silva acts for Lakeshore Community College from now on.")
	b.get(path+"/name").wants(http.StatusOK, "Nobody is free to be named.")

	dismiss := path + "/dismiss?person=toma"
	b.get(dismiss).send(dismiss).wants(http.StatusOK, "Ended. Toma Silva sees nothing", "End it for Rhea Novak").lacks("End it for Toma Silva")
	b.get(dismiss).wants(http.StatusNotFound, "or not any more")
	b.get(path + "/dismiss?person=maya").wants(http.StatusNotFound).lacks("Maya")
	b.get(path+"/name").send(path+"/name", "personId", "toma").wants(http.StatusOK, "Named.")
	for _, key := range []string{"auditor", "hr", "registrar", "manager"} {
		h.as(key).get(path + "/name").wants(http.StatusForbidden).lacks("Toma")
		h.as(key).get(dismiss).wants(http.StatusForbidden).lacks("Toma")
	}
}
