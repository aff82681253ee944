package portal

import (
	"net/http"
	"testing"

	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
)

const wagesOfMaya = "/wages/maya-2026"

func TestHumanResourcesSetWagesByTheSchedule(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	b := h.as("hr")
	b.get("/wages").wants(http.StatusOK, "No wage step is to be approved", "Maya Okafor", "None reached")
	run(h, apprenticeship.Stream(maya), apprenticeship.Evolve, apprenticeship.ReachWageStep{Request: h.request(system), Step: 1})
	b.get("/wages").wants(http.StatusOK, "One wage step is to be approved", "To be approved")
	open := b.get(wagesOfMaya).wants(http.StatusOK, "Step 1 is to be approved", "Not reached", "Schedule of the standard")
	open.get(wagesOfMaya+"/1/approve").send(wagesOfMaya+"/1/approve", "rate", "a lot").wants(http.StatusUnprocessableEntity, "is not an amount")
	open.get(wagesOfMaya+"/1/approve").send(wagesOfMaya+"/1/approve", "rate", "24.70").wants(http.StatusOK, "Approved: $24.70 an hour from 22 Nov 2026 on. Maya Okafor is told.", "$24.70")
	open.get(wagesOfMaya+"/1/correct").send(wagesOfMaya+"/1/correct", "rate", "25,10", "reason", "Typed wrongly.").wants(http.StatusOK, "$25.10", "Typed wrongly.")
	b.get("/wages?state=approved").wants(http.StatusOK, "$25.10")
	b.get("/wages.csv").wants(http.StatusOK, "Maya Okafor", "$25.10")
	run(h, apprenticeship.Stream(maya), apprenticeship.Evolve, apprenticeship.ReachWageStep{Request: h.request(system), Step: 2, After: 1})
	b.get(wagesOfMaya+"/2/hold").send(wagesOfMaya+"/2/hold", "reason", "").wants(http.StatusUnprocessableEntity, "Why is missing")
	b.get(wagesOfMaya+"/2/hold").send(wagesOfMaya+"/2/hold", "reason", "The evaluation is outstanding.").wants(http.StatusOK, "Held back.", "The evaluation is outstanding.")
	b.get(wagesOfMaya + "/9/approve").wants(http.StatusNotFound)
}

func TestNobodyElseKnowsWhatEverybodyIsPaid(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	run(h, apprenticeship.Stream(maya), apprenticeship.Evolve, apprenticeship.ReachWageStep{Request: h.request(system), Step: 1})
	for _, key := range []string{"apprentice", "mentor", "manager", "coordinator"} {
		for _, path := range []string{"/wages", "/wages.csv", wagesOfMaya, wagesOfMaya + "/1/approve"} {
			h.as(key).get(path).wants(http.StatusForbidden).lacks("$")
		}
	}
	h.as("auditor").get(wagesOfMaya).wants(http.StatusOK, "To be approved").lacks("Approve step 1")
	h.as("auditor").get(wagesOfMaya + "/1/approve").wants(http.StatusForbidden)
}
