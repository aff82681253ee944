package portal

import (
	"net/http"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/cohort"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/domain/position"
)

const ownInterests = "/career/interests"

func TestAnInterestIsKeptAndTakenBack(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	b := h.as("apprentice")
	b.get(ownInterests).wants(http.StatusOK, "None yet.", "No cohort takes applications now.")
	b.get("/career/roles/practice-manager").send(ownInterests, "aim", "pathway.coordinator-to-practice-manager").wants(http.StatusOK, "Kept.", "Practice coordination to practice management")
	b.get("/career/roles/practice-manager").wants(http.StatusOK, "You are interested since 22 Nov 2026.")
	b.get(ownInterests).send(ownInterests, "aim", "pathway.nowhere", "note", "I wonder").wants(http.StatusNotFound, "There is no pathway", "I wonder")
	b.get(ownInterests).send(ownInterests, "aim", "cohort.nowhere").wants(http.StatusNotFound, "There is no such cohort.")
	b.get(ownInterests).send(ownInterests, "aim", "the moon").wants(http.StatusUnprocessableEntity, "Choose a pathway or a cohort.")
	b.get(ownInterests).send(ownInterests+"/withdraw").wants(http.StatusOK, "Taken back.", "None yet.")
}

func TestAReferralIsAnsweredByWhomItIsAbout(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	maya := h.as("apprentice")
	s := maya.get(ownInterests).send("/career/referrals", "number", "nobody", "aim", "pathway.it-support-upskilling", "note", "Patient with everybody.")
	s.wants(http.StatusNotFound, "There is no such person.", "Patient with everybody.")
	s.send("/career/referrals").wants(http.StatusNotFound)
	maya.get(ownInterests).send("/career/referrals", "aim", "pathway.it-support-upskilling").wants(http.StatusUnprocessableEntity, "Choose a colleague of your team")
	maya.get(ownInterests).send("/career/referrals", "number", "ben", "aim", "pathway.it-support-upskilling", "note", "Patient with everybody.").wants(http.StatusOK, "Referred.", "Ben Achterberg", "Not answered yet")
	ben := h.as("other")
	asked := ben.get(ownInterests).wants(http.StatusOK, "Maya Okafor recommends you: IT support: AI literacy and privacy", "Patient with everybody.")
	answer := ""
	for _, f := range named(asked.all, "form") {
		if a := attr(f, "action"); len(a) > len("/career/referrals/") && a[:18] == "/career/referrals/" {
			answer = a
		}
	}
	maya.post(answer, map[string][]string{"answer": {"yes"}, "key": {"k"}}).wants(http.StatusNotFound, "There is no such referral")
	asked.send(answer, "answer", "yes").wants(http.StatusOK, "Answered.", "Since 22 Nov 2026").lacks("recommends you")
	maya.get(ownInterests).wants(http.StatusOK, "Interested")
}

func TestMentoringAndMembershipsAreOfferedAndEnded(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	b := h.as("apprentice")
	b.get(ownInterests).send("/career/mentoring", "kind", "peer", "note", "At the service desk.").wants(http.StatusOK, "Offered since 22 Nov 2026.", "At the service desk.")
	b.get(ownInterests).send("/career/mentoring/withdraw").wants(http.StatusOK, "Taken back.").lacks("Offered since")
	soon := b.get(ownInterests).send("/career/memberships", "on", "soon", "association", "HIMSS").wants(http.StatusUnprocessableEntity, "is not a day")
	if _, values := soon.form("/career/memberships"); values.Get("association") != "HIMSS" {
		t.Error("what was typed is lost")
	}
	b.get(ownInterests).send("/career/memberships", "on", "2024-02-01").wants(http.StatusUnprocessableEntity, "Name the association.")
	s := b.get(ownInterests).send("/career/memberships", "on", "2024-02-01", "association", "HIMSS").wants(http.StatusOK, "HIMSS", "Since 1 Feb 2024")
	for _, f := range named(s.all, "form") {
		if a := attr(f, "action"); len(a) > 19 && a[:19] == "/career/memberships" && a != "/career/memberships" {
			s.send(a).wants(http.StatusOK, "From 1 Feb 2024 to 22 Nov 2026")
			return
		}
	}
	t.Error("no form ends a membership")
}

func TestASeatThatIsHeldIsTakenOrGivenBack(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	d, ctx := h.portal.Desk, t.Context()
	for _, id := range []domain.CohortID{"cloud", "data"} {
		_, err := d.PlanCohort(ctx, by(ruth), id, cohort.Planned{Title: "Foundations of " + string(id), Delivery: "remote", From: sunday.AddDays(50), To: sunday.AddDays(120), Seats: 2})
		check(t, err)
		_, err = d.OpenCohort(ctx, by(ruth), id)
		check(t, err)
	}
	b := h.as("apprentice")
	b.get(ownInterests).wants(http.StatusOK, "2 seats are free").send("/career/cohorts/cloud/apply").wants(http.StatusOK, "Applied.", "You applied")
	b.get(ownInterests).send("/career/cohorts/data/apply").wants(http.StatusOK)
	for _, id := range []domain.CohortID{"cloud", "data"} {
		_, err := d.OfferSeat(ctx, by(ruth), id, "maya", sunday.AddDays(8))
		check(t, err)
	}
	h.as("other").post("/career/cohorts/cloud/seat", map[string][]string{"answer": {"yes"}, "key": {"k"}}).lacks("The seat is yours.")
	b.get("/pathway").wants(http.StatusOK, "Accept or decline your seat in Foundations of cloud")
	b.get(ownInterests).wants(http.StatusOK, "A seat is held for you: Foundations of cloud", "It is yours if you take it by 30 Nov 2026.").
		send("/career/cohorts/cloud/seat", "answer", "yes").wants(http.StatusOK, "The seat is yours.", "Your seat is taken")
	b.get(ownInterests).send("/career/cohorts/data/seat", "answer", "no").wants(http.StatusOK, "Declined.", "2 seats are free")
	b.get(ownInterests).send("/career/cohorts/cloud/leave").wants(http.StatusOK, "Withdrawn.")
}

// TestWhoHasNoApprenticeshipBeginsAtTheCareerMap: they find pathways that begin where they work.
func TestWhoHasNoApprenticeshipBeginsAtTheCareerMap(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	name, err := h.portal.Desk.Vault.Seal(t.Context(), "noor", "Noor Rahimi")
	check(t, err)
	run(h, person.Stream("noor"), person.Evolve, person.Join{Request: h.request(system), Joined: person.Joined{Name: name, Capacity: domain.Apprentice, Position: "registered-nurse", Title: "Registered nurse", Site: "main"}})
	hr := domain.Actor{Person: "helen", Role: domain.HR}
	run(h, position.Stream("ci-main"), position.Evolve, position.Open{Request: h.request(hr), Opened: position.Opened{Role: "clinical-informatics-associate", Title: "Clinical informatics associate", Site: "main", Headcount: 1, From: sunday}})
	h.portal.Personas = append(h.portal.Personas, Persona{Key: "noor", Name: "Noor Rahimi", Person: "noor"})
	b := h.as("noor")
	home := b.get("/").wants(http.StatusOK, "Pathways that begin in your role", "Nursing to clinical informatics", "30 months in all, to clinical informatics specialist.", "seen from yours: registered nurse")
	if home.path != "/career" {
		t.Errorf("they begin at %s", home.path)
	}
	for _, a := range named(home.all, "a") {
		if attr(a, "href") == "/hours" {
			t.Error("they are led to hours that they cannot log")
		}
	}
	b.get("/career/roles/clinical-informatics-associate").wants(http.StatusOK, "The plan is 6 months from registered nurse.", "One place", "0 of 5 met").
		send(ownInterests, "aim", "pathway.nurse-to-clinical-informatics").wants(http.StatusOK, "Kept.")
}
