package portal

import (
	"net/http"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/placement"
)

// place lets an apprentice learn under somebody at the main site.
func (h *hospital) place(id domain.ApprenticeshipID, under domain.PersonID) {
	h.Helper()
	run(h, placement.Stream("health-it", "main"), placement.Evolve, placement.Place{Request: h.request(system), Apprenticeship: id, Under: under, From: sunday.AddDays(-30)})
}

func TestTheRatioBoardSaysWhereJourneyworkersAreMissing(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.programme("health-it", "Health information technology")
	_, err := h.portal.Desk.AddSite(t.Context(), by(ruth), "health-it", "main", "2:1", sunday)
	check(t, err)
	b := h.as("coordinator")
	b.get("/ratio").wants(http.StatusOK, "Every site is within its ratio", "2:1, apprentices to journeyworkers", "Room for 2 more", "Health information technology")
	h.place(ben, "priya")
	run(h, placement.Stream("health-it", "main"), placement.Evolve, placement.Go{Request: h.request(system), Journeyworker: "quinn", Day: sunday.AddDays(-1)})
	b.get("/ratio").wants(http.StatusOK, "Full")
	_, err = h.portal.Desk.AddSite(t.Context(), by(ruth), "health-it", "main", "1:1", sunday)
	check(t, err)
	b.get("/ratio").wants(http.StatusOK, "One site has too few journeyworkers", "One journeyworker missing")
	b.get("/ratio/health-it/main").wants(http.StatusOK, "Nobody more can be placed here", "Priya Raman", "Maya Okafor", "Ben Achterberg", "2 apprentices learn here")
	b.get("/ratio/health-it/nowhere").wants(http.StatusNotFound)
	b.get("/ratio.csv").wants(http.StatusOK, "main", "One journeyworker missing")
}

// Mentors see the board of where they teach, and name only those they accompany.
func TestAMentorSeesTheBoardOfTheirSiteAndNamesOwnApprentices(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.as("mentor").get("/ratio/health-it/main").wants(http.StatusOK, "Maya Okafor", "An apprentice of another team", "No ratio on record").lacks("Ben")
	h.as("manager").get("/ratio").wants(http.StatusOK, "Nobody learns at a site yet")
	h.as("manager").get("/ratio/health-it/main").wants(http.StatusNotFound).lacks("Maya")
	h.as("apprentice").get("/ratio").wants(http.StatusForbidden)
}
