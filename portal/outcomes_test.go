package portal

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	learning "github.com/guildhall-dev/guildhall/domain/activity"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/domain/selfid"
	places "github.com/guildhall-dev/guildhall/domain/site"
)

// hired lets somebody join who acts in a capacity, and gives visitors their key.
func (h *hospital) hired(id domain.PersonID, name string, as domain.Role, at domain.SiteID) {
	h.Helper()
	sealed, err := h.portal.Desk.Vault.Seal(h.Context(), id, name)
	check(h.T, err)
	run(h, person.Stream(id), person.Evolve, person.Join{Request: h.request(system), Joined: person.Joined{Name: sealed, Capacity: as, Position: "help-desk-analyst", Title: "Analyst", Site: at}})
	h.portal.Personas = append(h.portal.Personas, Persona{Key: string(id), Name: name, Person: id})
}

// taught lets so many people at a site take part in something.
func (h *hospital) taught(n int, at domain.SiteID) {
	h.Helper()
	var members []domain.PersonID
	for i := range n {
		id := domain.PersonID(fmt.Sprintf("%s-%d", at, i))
		h.hired(id, fmt.Sprintf("Worker %d", i), domain.Apprentice, at)
		members = append(members, id)
	}
	run(h, learning.Stream("drill-"+domain.ActivityID(at)), learning.Evolve, learning.Record{Request: h.request(ruth), Members: members, Result: learning.Result{Minutes: 60, Score: 8, Of: 10},
		Subject: learning.Subject{Title: "Drill", Format: "simulation", Delivery: learning.OnSite, TimeBasis: learning.WorkTime, Site: at}})
}

func TestOutcomesAreToldToWhomTheyAreForAndHideSmallGroups(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.hired("elias", "Elias Borg", domain.Executive, "main")
	_, err := h.portal.Desk.DescribeSite(t.Context(), by(ruth), "valley", places.Described{Name: "Valley clinic", Setting: places.Rural})
	check(t, err)
	h.as("elias").get("/outcomes").wants(http.StatusOK, "Topics without a figure", "Hidden because fewer than 10 people are in it", "Nothing is counted yet", "Quality of life")
	h.taught(14, "valley")
	h.taught(12, "north")
	b := h.as("elias")
	b.get("/outcomes?topic=participation").wants(http.StatusOK, "28 people", "Hidden because fewer than 10", "Counted over everybody", "Valley clinic", "each person once, in the year in which they began first").lacks("Maya", "Worker 1")
	b.get("/outcomes?topic=rural").wants(http.StatusOK, "Rural", "14 people", "Setting not described")
	b.get("/outcomes?topic=retention&by=year").wants(http.StatusOK, "Hidden: it would tell of each of a group of fewer than 10", "Year")
	csv := b.get("/outcomes.csv?topic=participation").wants(http.StatusOK, "Valley clinic", "Hidden because fewer than 10", "Everybody,28,28,28 people").lacks("Maya", "main,2")
	if csv.header.Get("Content-Type") != "text/csv; charset=utf-8; header=present" {
		t.Errorf("sent as %q", csv.header.Get("Content-Type"))
	}
	for key, status := range map[string]int{"coordinator": 200, "hr": 200, "auditor": 200, "manager": 200, "mentor": 403, "apprentice": 403} {
		h.as(key).get("/outcomes").wants(status)
		h.as(key).get("/outcomes.csv").wants(status)
	}
	h.as("manager").get("/outcomes?by=year&topic=participation").wants(http.StatusOK, "main").lacks("Valley", "28 people")
}

func TestOnlyTheOfficerIsToldWhatPeopleSaidAboutThemselves(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.hired("eva", "Eva Lund", domain.EEOOfficer, "main")
	h.hired("elias", "Elias Borg", domain.Executive, "main")
	for i := range 24 {
		id := domain.PersonID(fmt.Sprintf("w-%d", i))
		h.hired(id, "Worker", domain.Apprentice, "main")
		_, err := h.portal.Desk.Identify(t.Context(), by(domain.Actor{Person: id, Role: domain.Apprentice}), selfid.Answers{"sex": {[]string{"female", "male"}[i%2]}, "veteran": {[]string{"veteran", "not-a-veteran"}[min(i, 1)]}})
		check(t, err)
	}
	eva := h.as("eva")
	eva.get("/equal-opportunity").wants(http.StatusOK, "24 people", "12 people", "Female", "Not a veteran", "Hidden because fewer than 10").lacks("One person", "23 people")
	eva.get("/equal-opportunity.csv").wants(http.StatusOK, "Sex,Female", "Hidden because fewer than 10").lacks("23")
	for _, key := range []string{"elias", "hr", "coordinator", "auditor", "manager", "apprentice"} {
		h.as(key).get("/equal-opportunity").wants(http.StatusForbidden).lacks("Female")
		h.as(key).get("/equal-opportunity.csv").wants(http.StatusForbidden).lacks("Female")
	}
}
