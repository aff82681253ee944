package portal

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	consents "github.com/guildhall-dev/guildhall/domain/consent"
	"github.com/guildhall-dev/guildhall/domain/disclosure"
	milestones "github.com/guildhall-dev/guildhall/domain/milestone"
)

// shares lets Lakeshore see credits of Maya.
func (h *hospital) shares() {
	h.Helper()
	_, err := h.portal.Desk.GiveConsent(h.Context(), by(domain.Actor{Person: "maya", Role: domain.Apprentice}), "lakeshore", []domain.Scope{domain.CreditRecords}, "Award of credit", sunday.AddDays(30))
	check(h.T, err)
}

// text is a file as one line.
func (b browser) text(path string) string {
	b.Helper()
	return words(b.get(path).wants(http.StatusOK).all[0])
}

func TestThePrivacyOfficerSeesWhoWasToldWhat(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	vera := h.as("privacy")
	vera.get("/privacy-log").wants(http.StatusOK, "No institution has asked for anything yet")
	h.shares()
	h.told("first", domain.CreditRecords)
	run(h, disclosure.Stream("lakeshore", sunday), disclosure.Evolve, disclosure.Turn{Request: h.request(lakeshoreSystem), Partner: "lakeshore", Fields: []domain.Scope{domain.TransitionRecords}, Interest: "Award of credit", QueryHash: "second", Code: "NOT_SHARED"})
	vera.get("/privacy-log").wants(http.StatusOK, "Maya Okafor", "Lakeshore Community College", "The learner’s consent", "Award of credit", "Refused", "2 shown")
	vera.get("/privacy-log?q=okaf").wants(http.StatusOK, "Maya Okafor", "1 shown")
	vera.get("/privacy-log?q=achter").wants(http.StatusOK, "Nothing fits").lacks("Maya")
	vera.get("/privacy-log?kind=refused").wants(http.StatusOK, "Nobody in particular").lacks("Maya")
	vera.get("/privacy-log?from=2026-11-23").wants(http.StatusOK, "Nothing fits")
	vera.get("/privacy-log?until=2026-11-22&institution=lakeshore").wants(http.StatusOK, "Maya Okafor")
	if csv := vera.text("/privacy-log.csv?kind=consent"); csv != "Day,Institution,Learner,Number,Records,Ground,Interest,Outcome 2026-11-22,Lakeshore Community College,Maya Okafor,maya,Credits,The learner’s consent,Award of credit,Told" {
		t.Errorf("as a file: %q", csv)
	}

	const exception = "/privacy-log/exception"
	s := vera.get(exception).wants(http.StatusOK, "Record an exception")
	s.send(exception, "persons", "maya, nobody-here", "fields", "credits", "interest", "Order 12-345", "basis", string(disclosure.Subpoena)).wants(http.StatusNotFound, "One of these numbers is nobody’s.")
	s.send(exception, "persons", "maya; ben", "fields", "credits", "interest", "Order 12-345", "basis", string(disclosure.Subpoena)).wants(http.StatusOK, "Recorded.", "Ben Achterberg", "Subpoena, 34 CFR 99.31(a)(9)")

	vera.get("/privacy-log/consents").wants(http.StatusOK, "Maya Okafor", "Given", "22 Dec 2026", "Credits")
	vera.get("/privacy-log/consents?state=ending").wants(http.StatusOK, "Maya Okafor")
	vera.get("/privacy-log/consents?state=revoked").wants(http.StatusOK, "Nothing fits")
	run(h, consents.Stream("maya", "lakeshore"), consents.Evolve, consents.Revoke{Request: h.request(domain.Actor{Person: "maya", Role: domain.Apprentice})})
	vera.get("/privacy-log/consents?state=revoked").wants(http.StatusOK, "Maya Okafor", "Taken back", "22 Nov 2026")
	if csv := vera.text("/privacy-log/consents.csv"); csv != "Learner,Number,Institution,Records,Given,Ends,State Maya Okafor,maya,Lakeshore Community College,Credits,2026-11-22,2026-11-22,Taken back" {
		t.Errorf("consents as a file: %q", csv)
	}

	auditor := h.as("auditor")
	auditor.get("/privacy-log").wants(http.StatusOK, "Maya Okafor").lacks("Record an exception")
	auditor.get("/erasures").wants(http.StatusOK, "Nobody is to be erased")
	for _, key := range []string{"apprentice", "manager", "coordinator", "hr"} {
		for _, path := range []string{"/privacy-log", "/privacy-log.csv", "/privacy-log/consents", "/privacy-log/corrections", exception} {
			h.as(key).get(path).wants(http.StatusForbidden).lacks("Lakeshore")
		}
	}
}

func TestThePrivacyOfficerRecordsHearings(t *testing.T) {
	h := newHospital(t)
	vera, d := h.as("privacy"), h.portal.Desk
	asMaya := by(domain.Actor{Person: "maya", Role: domain.Apprentice})
	_, _, err := d.RequestAmendment(t.Context(), asMaya, "lab", milestones.Stream(maya, "hd-imaging-lab"), "I passed in October.")
	check(t, err)
	const lab, hearing = "/privacy-log/corrections/maya/lab", "/privacy-log/corrections/maya/lab/hearing"
	vera.get(lab).wants(http.StatusOK).lacks("Record the hearing")
	_, err = d.DecideAmendment(t.Context(), by(domain.Actor{Person: "vera", Role: domain.PrivacyOfficer}), "maya", "lab", false, "The lab was in November.")
	check(t, err)
	_, err = d.RequestHearing(t.Context(), asMaya, "maya", "lab")
	check(t, err)
	vera.get("/privacy-log/corrections").wants(http.StatusOK, "To be heard", "45 days left")
	vera.get(lab).wants(http.StatusOK, "To be heard", "Hear by", "34 CFR 99.22", "Record the hearing")
	s := vera.get(hearing).wants(http.StatusOK, "Ruth Adeyemi", "Helen Park", "whoever refused the request")
	if !s.offers("ruth") || s.offers("vera") || s.offers("priya") || s.offers("maya") {
		t.Error("others are offered than those who may hold it")
	}
	s.send(hearing).wants(http.StatusUnprocessableEntity, "Held by is missing.", "Evidence and reasons is missing.")
	s.send(hearing, "heldById", "vera", "accepted", "stay", "reason", "I read it again.").wants(http.StatusForbidden, "somebody whom it does not concern")
	s.send(hearing, "heldById", "ruth", "on", "2026-11-30", "accepted", "stay", "reason", "Two logs agree.").wants(http.StatusUnprocessableEntity, "still to come")
	s.send(hearing, "heldById", "ruth", "accepted", "correct", "reason", "One log was late.").wants(http.StatusOK, "Recorded. Maya reads it", "Accepted", "Ruth Adeyemi", "One log was late.").lacks("Record the hearing")
	h.as("auditor").get(lab).wants(http.StatusOK, "One log was late.")
	h.as("auditor").get(hearing).wants(http.StatusForbidden)
	h.as("coordinator").get(hearing).wants(http.StatusForbidden)
}

func TestThePrivacyOfficerAnswersCorrections(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	vera, d := h.as("privacy"), h.portal.Desk
	vera.get("/privacy-log/corrections").wants(http.StatusOK, "Nobody has asked for a correction")
	asMaya := by(domain.Actor{Person: "maya", Role: domain.Apprentice})
	for _, name := range []string{"lab", "hours"} {
		_, _, err := d.RequestAmendment(t.Context(), asMaya, name, milestones.Stream(maya, "hd-imaging-lab"), "I passed in October.")
		check(t, err)
	}
	vera.get("/privacy-log/corrections").wants(http.StatusOK, "Maya Okafor", "6 Jan 2027", "45 days left", "To answer")
	const lab, answer = "/privacy-log/corrections/maya/lab", "/privacy-log/corrections/maya/lab/answer"
	vera.get(lab).wants(http.StatusOK, "I passed in October.", "A milestone", "Answer it")
	s := vera.get(answer).wants(http.StatusOK, "34 CFR 99.21")
	s.send(answer, "accepted", "refuse").wants(http.StatusUnprocessableEntity, "Reason is missing.")
	s.send(answer, "accepted", "refuse", "reason", "The lab was in November.").wants(http.StatusOK, "Answered. Maya reads it", "The lab was in November.", "hearing").lacks("Answer it")
	_, err := d.AddStatement(t.Context(), asMaya, "maya", "lab", "It was October.")
	check(t, err)
	vera.get(lab).wants(http.StatusOK, "It was October.").lacks("Nothing yet")
	vera.get("/privacy-log/corrections/maya/hours/answer").send("/privacy-log/corrections/maya/hours/answer", "accepted", "accept", "reason", "Corrected.").wants(http.StatusOK, "Accepted")
	vera.get("/privacy-log/corrections/maya/none").wants(http.StatusNotFound)
	h.as("auditor").get(lab).wants(http.StatusOK, "I passed in October.").lacks("Answer it")
	h.as("auditor").get(answer).wants(http.StatusForbidden)
	if csv := vera.text("/privacy-log/corrections.csv"); !strings.Contains(csv, "Maya Okafor,maya,A milestone,milestone-maya-2026.hd-imaging-lab,2026-11-22,2027-01-06,,Refused,2026-11-22") {
		t.Errorf("as a file: %q", csv)
	}
}

// A page of the log costs as much in the middle of many as at the beginning.
func TestDisclosuresAreReadInParts(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.shares()
	for i := range partOfList + 20 {
		h.told(fmt.Sprint("question ", i), domain.CreditRecords)
		run(h, disclosure.Stream("lakeshore", sunday), disclosure.Evolve, disclosure.Turn{Request: h.request(lakeshoreSystem), Partner: "lakeshore", Fields: []domain.Scope{domain.TransitionRecords}, QueryHash: fmt.Sprint(i), Code: "NOT_SHARED"})
	}
	vera := h.as("privacy")
	seen, path := 0, "/privacy-log"
	for path != "" {
		s := vera.get(path).wants(http.StatusOK)
		seen += len(named(s.all, "tr")) - 1
		path = ""
		for _, a := range named(s.all, "a") {
			if words(a) == "Next" {
				path = attr(a, "href")
			}
		}
	}
	if want := strings.Count(vera.text("/privacy-log.csv"), "Lakeshore"); seen != want || want <= partOfList {
		t.Errorf("%d were seen in parts, %d in the file", seen, want)
	}
}
