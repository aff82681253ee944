package portal

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/filing"
	"github.com/guildhall-dev/guildhall/domain/program"
)

// programme registers a programme of this name, which apprentices of the house may follow.
func (h *hospital) programme(id domain.ProgramID, title string) {
	h.Helper()
	_, err := h.portal.Desk.RegisterProgram(h.Context(), by(ruth), id, program.Registered{Title: title, Sponsor: "St. Alder Health", Agency: "State agency", Number: "P-1", Profile: "us-registered", Settings: program.Settings{ReviewWeeks: 12}})
	check(h.T, err)
}

// toTell lets an agency have to be told that an apprenticeship began.
func (h *hospital) toTell(id domain.ApprenticeshipID, due domain.Date) {
	h.Helper()
	run(h, filing.Stream(id, 6), filing.Evolve, filing.Open{Request: h.request(system), Due: filing.Due{
		Apprenticeship: id, Program: "health-it", Agency: "State agency", Cause: "began", OccurredOn: due.AddDays(-45), DueOn: due}})
}

const filingOfMaya = "/filings/maya-2026/6"

func TestWhatIsDueIsToldToWhoeverAnswersForIt(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.programme("health-it", "Health information technology")
	h.toTell(maya, sunday.AddDays(-4))
	h.as("coordinator").get("/deadlines").wants(http.StatusOK, "One thing is late", "Tell the agency", "State agency has to be told: The apprenticeship began.", "4 days late", "18 Nov 2026", "Evaluation", "Priya Raman", "Maya Okafor", "Ben Achterberg")
	for key, hidden := range map[string]string{"manager": "Ben", "mentor": "Ben", "receiving-manager": "Maya", "other": "Maya"} {
		h.as(key).get("/deadlines").wants(http.StatusOK).lacks(hidden)
		h.as(key).get("/deadlines.csv").lacks(hidden)
	}
	h.as("mentor").get("/deadlines").wants(http.StatusOK, "Maya Okafor").lacks("State agency")
	h.as("apprentice").get("/deadlines").wants(http.StatusOK, "State agency")
	if s := h.browser().get("/deadlines"); s.path != "/sign-in" {
		t.Errorf("a visitor is at %s", s.path)
	}
}

func TestDeadlinesAreFilteredAndTakenAsCSV(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.programme("health-it", "Health information technology")
	h.toTell(maya, sunday.AddDays(-4))
	b := h.as("coordinator")
	b.get("/deadlines?kind=evaluation").wants(http.StatusOK, "Maya Okafor").lacks("State agency")
	b.get("/deadlines?kind=expected-return").wants(http.StatusOK, "Nothing is due", "Nothing fits this filter")
	s := b.get("/deadlines.csv?kind=filing")
	if text := words(s.all[0]); s.status != http.StatusOK || !strings.Contains(text, "2026-11-18") || strings.Contains(text, "Evaluation") {
		t.Errorf("%d: %s", s.status, text)
	}
}

func TestAFilingIsWrittenSentAndAnswered(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.toTell(maya, sunday.AddDays(-4))
	b := h.as("coordinator")
	b.get("/filings").wants(http.StatusOK, "One filing is late", "The apprenticeship began.", "To be written", "4 days late")
	b.get(filingOfMaya).wants(http.StatusOK, "State agency had to be told of Maya Okafor by 18 November 2026.", "What will be written", "Registration number", "A-1").
		send(filingOfMaya, "action", "write").wants(http.StatusOK, "Send it to the agency now", "What was written")
	b.get(filingOfMaya).send(filingOfMaya, "action", "send").wants(http.StatusUnprocessableEntity, "Give the reference of the agency's receipt.")
	b.get(filingOfMaya).send(filingOfMaya, "action", "send", "reference", "RA-2231").wants(http.StatusOK, "Recorded as sent.", "RA-2231")
	b.get(filingOfMaya).send(filingOfMaya, "action", "answer").wants(http.StatusUnprocessableEntity, "Choose what the agency answered.")
	b.get(filingOfMaya).send(filingOfMaya, "action", "answer", "answer", "rejected").wants(http.StatusUnprocessableEntity, "Say what the agency found wrong.")
	b.get(filingOfMaya).send(filingOfMaya, "action", "answer", "answer", "rejected", "errors", "The occupation code is missing.").wants(http.StatusOK, "Put right what the agency found", "The occupation code is missing.")
	b.get("/filings?state=rejected").wants(http.StatusOK, "Found wrong, to be written anew")
	b.get(filingOfMaya).send(filingOfMaya, "action", "write").wants(http.StatusOK).
		send(filingOfMaya, "action", "send", "reference", "RA-2232").wants(http.StatusOK).
		send(filingOfMaya, "action", "answer", "answer", "accepted").wants(http.StatusOK, "Nothing more is to be done", "accepted it on 22 November 2026")
	if form, _ := b.get(filingOfMaya).form(filingOfMaya); form != nil {
		t.Error("an accepted filing can be changed")
	}
	b.get("/filings").wants(http.StatusOK, "Every agency has been told", "RA-2232")
	b.get("/deadlines?kind=filing").wants(http.StatusOK, "Nothing is due")
}

func TestOnlyACoordinatorTellsTheAgency(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.toTell(maya, sunday.AddDays(3))
	for _, key := range []string{"hr", "auditor"} {
		s := h.as(key).get(filingOfMaya).wants(http.StatusOK, "What will be written")
		if form, _ := s.form(filingOfMaya); form != nil {
			t.Errorf("%s has a form", key)
		}
		s.post(filingOfMaya, map[string][]string{"action": {"write"}}).wants(http.StatusForbidden, "Only a coordinator")
	}
	for _, key := range []string{"manager", "mentor", "apprentice", "receiving-manager"} {
		h.as(key).get("/filings").wants(http.StatusForbidden, "This page is for")
		h.as(key).get(filingOfMaya).wants(http.StatusForbidden)
	}
	h.as("coordinator").get("/filings/maya-2026/7").wants(http.StatusNotFound)
	h.as("coordinator").get("/filings/maya-2026/x").wants(http.StatusNotFound)
}

func TestDeadlinesLeadToRequestsThatAreLate(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.work("maya", lastWeek, domain.Hours(8))
	now := h.portal.Desk.Now().AddDate(0, 0, 21)
	h.portal.Desk.Now = func() time.Time { return now }
	const said, late = "Requests that wait too long for somebody are listed with the apprentices at risk.", "/apprentices?risk=late"
	for _, key := range []string{"mentor", "manager", "coordinator", "hr"} {
		b := h.as(key)
		if !b.get("/deadlines").wants(http.StatusOK, said).leads(late) {
			t.Errorf("%s is not led to the list", key)
		}
		b.get(late).wants(http.StatusOK, "One apprentice at risk", "Maya Okafor", "A request has waited")
	}
	for _, key := range []string{"apprentice", "auditor"} {
		h.as(key).get("/deadlines").wants(http.StatusOK).lacks(said)
	}
}
