package portal

import (
	"net/http"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
)

func TestACohortIsPlannedOpenedFilledAndCompleted(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	b := h.as("coordinator")
	b.get("/cohorts").wants(http.StatusOK, "No cohort yet", "Plan a cohort")
	b.get("/cohorts/new").send("/cohorts/new", "title", "Cyber academy").wants(http.StatusUnprocessableEntity, "Seats is missing.")
	b.get("/cohorts/new").send("/cohorts/new", "title", "Cyber academy", "topic", "cybersecurity", "partnerId", "lakeshore", "delivery", "remote", "from", "2026-12-01", "to", "2027-03-01", "seats", "1").
		wants(http.StatusOK, "Planned. Open it", "Nobody can apply yet", "0 of 1 seats", "Lakeshore Community College")
	const path = "/cohorts/cyber-academy-2026-12-01"
	b.get(path+"/open").send(path+"/open").wants(http.StatusOK, "Open to apply", "Invite people")
	b.get(path+"/invite").send(path+"/invite", "personIds", "ben, nobody").wants(http.StatusNotFound, "no such person")
	b.get(path+"/invite").send(path+"/invite", "personIds", "ben\nmaya").wants(http.StatusOK, "2 people are invited.", "Invited")
	b.get(path+"/apply").send(path+"/apply", "personId", "ben").wants(http.StatusOK, "Applied", "Offer Ben Achterberg a seat")
	b.get(path+"/apply").send(path+"/apply", "personId", "maya").wants(http.StatusOK, "Offer Maya Okafor a seat")
	b.get(path+"/offer?person=ben").send(path+"/offer?person=ben", "until", "2026-11-30").wants(http.StatusOK, "Seat offered", "To be accepted until 30 Nov 2026", "1 of 1 seats")
	b.get(path+"/offer?person=maya").send(path+"/offer?person=maya", "until", "2026-11-30").wants(http.StatusOK, "On the waiting list")
	b.get(path+"/seats").send(path+"/seats", "seats", "0").wants(http.StatusConflict, "There cannot be fewer")
	_, err := h.portal.Desk.DecideSeat(t.Context(), by(domain.Actor{Person: "ben", Role: domain.Apprentice}), "cyber-academy-2026-12-01", true)
	check(t, err)
	b.get(path+"/enrol?person=ben").send(path+"/enrol?person=ben").wants(http.StatusOK, "Takes part", "Ben Achterberg took part to the end")
	b.get(path+"/complete?person=ben").send(path+"/complete?person=ben").wants(http.StatusOK, "Took part to the end")
	b.get(path+"/leave?person=maya").send(path+"/leave?person=maya", "reason", "Nights.").wants(http.StatusOK, "No longer takes part", "Nights.")
	b.get(path + "/offer?person=none").wants(http.StatusNotFound)
	b.get(path+"/cancel").send(path+"/cancel", "reason", "Too few.").wants(http.StatusOK, "Cancelled", "Too few.").lacks("Change the cohort")
	h.as("auditor").get(path).wants(http.StatusOK, "Ben Achterberg").lacks("Change the cohort")
	for _, key := range []string{"apprentice", "mentor", "manager"} {
		h.as(key).get(path).wants(http.StatusForbidden)
	}
	h.as("auditor").get(path + "/cancel").wants(http.StatusForbidden)
	b.get("/cohorts/none").wants(http.StatusNotFound)
}
