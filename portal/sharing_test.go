package portal

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/disclosure"
	"github.com/guildhall-dev/guildhall/internal/desk"
)

var lakeshoreSystem = domain.Actor{Partner: "lakeshore", Role: domain.Partner}

// told records that the college was told of records of Maya, to which she consented.
func (h *hospital) told(question string, fields ...domain.Scope) {
	h.Helper()
	run(h, disclosure.Stream("lakeshore", h.portal.Desk.Today()), disclosure.Evolve, disclosure.Disclose{
		Request: h.request(lakeshoreSystem), Partner: "lakeshore", Persons: []domain.PersonID{"maya"}, Fields: fields, Basis: disclosure.Consent,
		Interest: "Award of credit", QueryHash: question, Agreement: "lakeshore-1", Granted: map[domain.PersonID][]domain.Scope{"maya": fields},
	})
}

func TestSharingSaysWhatACollegeReadLast(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	b := h.as("apprentice")
	b.get("/sharing").send("/sharing", "records", "credits", "agree", "yes").wants(http.StatusOK, "It has not read anything yet.")
	h.told("first", domain.CreditRecords)
	h.told("second", domain.PathwayRecords)
	b.get("/sharing").wants(http.StatusOK, "On 22 Nov 2026 it was told: Your pathway.")
	b.get("/sharing").send("/language", "language", "es")
	b.get("/sharing").wants(http.StatusOK, "Quién ve su expediente", "El 22 nov 2026 se le comunicó: Su itinerario.").lacks("Stop sharing", "Since")
}

func TestTheLearnerReadsWhoSawWhatAndTakesItAlong(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	b := h.as("apprentice")
	b.get("/sharing/disclosures").wants(http.StatusOK, "Nobody outside was told anything about you")
	h.told("first", domain.CreditRecords)
	run(h, disclosure.Stream("lakeshore", sunday), disclosure.Evolve, disclosure.Disclose{
		Request: h.request(domain.Actor{Person: "jonas", Role: domain.PrivacyOfficer}), Partner: "lakeshore", Persons: []domain.PersonID{"maya"}, Fields: []domain.Scope{domain.MilestoneRecords},
		Basis: disclosure.Accreditor, Interest: "=Visit of the accreditors"})
	b.get("/sharing/disclosures").wants(http.StatusOK, "Sunday 22 November 2026", "Lakeshore Community College was told: Credits.", "For: Award of credit. You consented.", "34 CFR 99.31(a)(7)", "Disclosed by Jonas Beck", "2 rows")
	h.as("other").get("/sharing/disclosures").wants(http.StatusOK, "Nobody outside was told anything about you")
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, h.url+"/sharing/disclosures.csv", nil)
	check(t, err)
	res, err := b.client.Do(req)
	check(t, err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	check(t, err)
	if text := string(body); !strings.HasPrefix(text, "Day,Who,What,Why,Ground\n") || !strings.Contains(text, "2026-11-22,Lakeshore Community College,Credits,Award of credit,You consented\n") || strings.Contains(text, ",=Visit") {
		t.Errorf("the file is %q", text)
	}
}

func TestACorrectionIsAskedForAnsweredAndRemarkedOn(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.prepare()
	b := h.as("apprentice")
	const page, record = "/sharing/amendments", "milestone-maya-2026.hd-downtime-drill"
	b.get(page).wants(http.StatusOK, "You asked for no correction", "Milestone: Ward downtime drill", "Hours of the week of 9 Nov 2026")
	b.get(page).send(page, "record", record).wants(http.StatusUnprocessableEntity, "Say what is wrong")
	b.get(page).send(page, "record", "milestone-ben-2026.hd-downtime-drill", "text", "His, not mine.").wants(http.StatusNotFound, "You have no such record.", "His, not mine.")
	s := b.get(page).send(page, "record", record, "text", "It should be a 4.").wants(http.StatusOK, "Asked.", "Being looked into", "It should be a 4.", "The privacy officer answers by 6 Jan 2027.")
	name := ""
	for _, f := range named(s.all, "form") {
		if rest, ok := strings.CutPrefix(attr(f, "action"), page+"/"); ok {
			name, _, _ = strings.Cut(rest, "/")
		}
	}
	h.as("other").post(page+"/"+name+"/withdraw", map[string][]string{"key": {"k"}}).wants(http.StatusNotFound, "There is no such request.")
	_, err := h.portal.Desk.DecideAmendment(t.Context(), by(domain.Actor{Person: "jonas", Role: domain.PrivacyOfficer}), "maya", name, false, "The mentor stands by it.")
	check(t, err)
	answered := b.get(page).wants(http.StatusOK, "Not corrected", "Jonas Beck", "The mentor stands by it.")
	answered.send(page+"/"+name+"/statement").wants(http.StatusUnprocessableEntity, "Write what should stay with the record.")
	answered.send(page+"/"+name+"/statement", "statement", "I led both floors.").wants(http.StatusOK, "Kept.", "Your statement, which stays with the record", "I led both floors.")
	b.get(page).send(page+"/"+name+"/hearing").wants(http.StatusOK, "Asked. Somebody whom it does not concern hears you within 45 days", "To be heard", "You are heard by 6 Jan 2027.", "Leave a statement").lacks("Ask for a hearing")
	h.as("privacy").get("/approvals").wants(http.StatusOK, "Maya Okafor", "Asks for a hearing about the record", "by 6 Jan 2027")
	_, err = h.portal.Desk.RecordHearing(t.Context(), by(domain.Actor{Person: "vera", Role: domain.PrivacyOfficer}), "maya", name, desk.Hearing{On: sunday, HeldBy: "ruth", Reason: "Two people rated 3."})
	check(t, err)
	b.get(page).wants(http.StatusOK, "Not corrected", "The hearing, held by Ruth Adeyemi", "Two people rated 3.").lacks("Ask for a hearing")
	b.post(page+"/"+name+"/hearing", map[string][]string{"key": {"again"}}).wants(http.StatusConflict, "A hearing was held about this request.")
	b.post(page+"/"+name+"/withdraw", map[string][]string{"key": {"late"}}).wants(http.StatusConflict, "was decided")
	b.get(page).send(page, "record", "person-maya", "text", "My job title is old.").wants(http.StatusOK, "Asked.")
	open := b.get(page)
	for _, f := range named(open.all, "form") {
		if a := attr(f, "action"); strings.HasSuffix(a, "/withdraw") {
			open.send(a).wants(http.StatusOK, "Taken back")
		}
	}
}
