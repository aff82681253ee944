package portal

import (
	"net/http"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/internal/desk"
)

// concluded has Maya's completion asked for, as if all was met.
func (h *hospital) concluded() {
	h.Helper()
	run(h, apprenticeship.Stream(maya), apprenticeship.Evolve, apprenticeship.CompleteProbation{Request: h.request(ruth)})
	run(h, apprenticeship.Stream(maya), apprenticeship.Evolve, apprenticeship.RequestCompletion{Request: h.request(ruth)})
}

func TestACompletionIsSentBackOrCertified(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.concluded()
	const path = completionPath + "maya-2026"
	for _, key := range []string{"manager", "mentor", "apprentice", "hr"} {
		h.as(key).get(path).wants(http.StatusForbidden)
	}
	b := h.as("coordinator")
	b.get("/approvals").wants(http.StatusOK, "One thing waits for your office", "Maya Okafor", "Asks for completion", "Apprenticeship", "Today")
	b.get(path).wants(http.StatusOK, "Record the certificate", "What the standard asks for")
	b.get(path+"/return").send(path+"/return").wants(http.StatusUnprocessableEntity, "What has to be mended? is missing.")
	b.get(path+"/return").send(path+"/return", "reason", "A week is missing.").wants(http.StatusOK, "Sent back.", "Completion has not been asked for.")
	b.get("/approvals").wants(http.StatusOK, "Nothing is waiting for you")
	run(h, apprenticeship.Stream(maya), apprenticeship.Evolve, apprenticeship.RequestCompletion{Request: h.request(ruth)})
	b.get(path+"/certify").send(path+"/certify", "agency", "Another agency", "certificateNo", "C-1").wants(http.StatusUnprocessableEntity, "registered this apprenticeship")
	b.get(path+"/certify").send(path+"/certify", "certificateNo", "C-1").wants(http.StatusOK, "Completed. Maya sees it on the pathway.", "certificate C-1")
	b.get(path + "/elsewhere").wants(http.StatusNotFound)
}

func TestAnOfficeIsToldWhatWaitsForIt(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	_, err := h.portal.Desk.Draft(t.Context(), by(ruth), "quinn-2026", desk.Plan{Person: "quinn", Supervisor: "owen", Mentor: "dana", Pathway: "help-desk-to-security-analyst", StartOn: sunday.AddDays(14), Age: 30})
	check(t, err)
	h.as("coordinator").get("/approvals").wants(http.StatusOK, "Quinn Mbeki", "The agreement is to be signed for the sponsor", "by 6 Dec 2026")
	h.as("manager").get("/approvals").wants(http.StatusOK).lacks("Quinn Mbeki")
	_, _, err = h.portal.Desk.RequestAmendment(t.Context(), by(asMaya), "one", apprenticeship.Stream(maya), "The start was another day.")
	check(t, err)
	h.as("privacy").get("/approvals").wants(http.StatusOK, "Maya Okafor", "Asks for a correction of the record", "by ")
	errands, err := h.portal.Desk.Errands(t.Context(), domain.Actor{Person: "jonas", Role: domain.Auditor})
	if err != nil || len(errands) > 0 {
		t.Errorf("an auditor is told %v, %v", errands, err)
	}
}

func TestBesideARequestStandsOnlyWhatWaits(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.prepare()
	h.asked()
	_, err := h.portal.Desk.Draft(t.Context(), by(ruth), "quinn-2026", desk.Plan{Person: "quinn", Supervisor: "owen", Mentor: "dana", Pathway: "help-desk-to-security-analyst", StartOn: sunday.AddDays(14), Age: 30})
	check(t, err)
	dana, office := h.as("manager"), h.as("coordinator")
	office.get(moveOfMaya).wants(http.StatusOK, "You can read this request. Dana Whitfield has it now.", "All approvals").lacks("Waiting for you 0", "That was the last one.")
	dana.get(moveOfMaya).wants(http.StatusOK, "Waiting for you 1 request").
		send(moveOfMaya, "decision", "grant").wants(http.StatusOK, "You approved", "That was the last one.")
	dana.get(moveOfMaya).wants(http.StatusOK, "That was the last one.") // also once the page has renewed itself
	h.as("receiving-manager").get(moveOfMaya).send(moveOfMaya, "decision", "grant").wants(http.StatusOK, "You approved")
	office.get(moveOfMaya).wants(http.StatusOK, "Waiting for you 1 request", "One other thing waits as well").
		send(moveOfMaya, "decision", "grant").wants(http.StatusOK, "You approved", "No other request waits for you.", "One other thing waits as well").lacks("That was the last one.")
}
