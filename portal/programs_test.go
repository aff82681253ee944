package portal

import (
	"net/http"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/domain/program"
)

// registered registers the hospital's own, and lets Nia join, who has no apprenticeship.
func (h *hospital) registered() {
	h.Helper()
	run(h, program.Stream("health-it"), program.Evolve, program.Register{Request: h.request(ruth),
		Registered: program.Registered{Title: "Health information technology", Sponsor: "St. Alder Health", Agency: "State agency", Number: "P-118", Profile: "us-registered"}})
	run(h, program.Stream("health-it"), program.Evolve, program.AddSite{Request: h.request(ruth), Site: "main", Ratio: "2:1", From: sunday})
	_, err := h.portal.Desk.Join(h.Context(), by(ruth), "e-900", "Nia Cole", person.Joined{Capacity: domain.Apprentice, Title: "Help desk analyst", Position: "help-desk-analyst", Site: "main"})
	check(h.T, err)
	h.portal.Personas = append(h.portal.Personas, Persona{Key: "nia", Name: "Nia Cole", Person: "e-900"})
}

func TestProgrammesSayHowFarTheirApprenticesAre(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.as("coordinator").get("/programs").wants(http.StatusOK, "No programme yet", "Register a programme")
	h.registered()
	for key, starts := range map[string]bool{"coordinator": true, "hr": false, "auditor": false} {
		s := h.as(key).get("/programs").wants(http.StatusOK, "Health information technology", "P-118", "Learning 2", "Preparing 0")
		if starts {
			s.wants(http.StatusOK, "Start an apprenticeship")
		} else {
			s.lacks("Start an apprenticeship")
		}
		h.as(key).get("/programs/health-it").wants(http.StatusOK, "registered with State agency", "Apprentices by standard", "IT security", "2 to 1")
	}
	h.as("coordinator").get("/programs/none").wants(http.StatusNotFound)
	for _, key := range []string{"apprentice", "mentor", "manager"} {
		h.as(key).get("/programs/health-it").wants(http.StatusForbidden)
	}
	h.as("hr").get("/programs/start").wants(http.StatusForbidden)
}

func TestAProgrammeIsRegisteredAndChanged(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	b := h.as("coordinator")
	b.get("/programs/new").send("/programs/new", "title", "Clinical informatics").wants(http.StatusUnprocessableEntity, "Sponsor is missing.")
	b.get("/programs/new").send("/programs/new", "title", "Clinical informatics", "sponsor", "St. Alder", "agency", "State agency", "programNo", "P-2", "profile", "us-registered").
		wants(http.StatusOK, "Registered. Add the sites", "As the rules say")
	path := "/programs/clinical-informatics"
	b.get(path+"/site").send(path+"/site", "siteId", "main", "ratio", "lots").wants(http.StatusUnprocessableEntity)
	b.get(path+"/site").send(path+"/site", "siteId", "main", "ratio", "2:1").wants(http.StatusOK, "Apprentices learn at main", "2 to 1")
	b.get(path+"/amend").send(path+"/amend", "days", "ten").wants(http.StatusUnprocessableEntity, "is no whole number")
	b.get(path+"/amend").send(path+"/amend", "days", "30", "working", "true", "weeks", "12").wants(http.StatusOK, "Within 30 working days", "Every 12 weeks")
	b.get(path+"/employer").send(path+"/employer", "employer", "Harbor Clinics", "acceptance", "A-7").wants(http.StatusOK, "Harbor Clinics joined")
	b.get(path+"/end").send(path+"/end", "reason", "The agency merged it.").wants(http.StatusOK, "Ended", "The agency merged it.").lacks("Change the programme")
}

func TestAnApprenticeshipIsPreparedSignedRegisteredAndBegun(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.registered()
	ruth, nia := h.as("coordinator"), h.browser()
	nia.post("/demo/sign-in/nia", nil)
	ruth.get("/people/e-900").wants(http.StatusOK, "Start an apprenticeship")
	form := ruth.get("/programs/start?person=e-900").wants(http.StatusOK, "Nia Cole")
	action := "/programs/start?person=e-900"
	form.send(action, "startOn", "2026-11-16").wants(http.StatusUnprocessableEntity, "Age at the start is missing.")
	form.send(action, "pathwayId", "pathway.help-desk-to-security-analyst", "managerId", "dana", "mentorId", "priya", "startOn", "2026-11-23", "ageAtStart", "12").
		wants(http.StatusUnprocessableEntity, "An apprentice is at least")
	for range 2 {
		s := form.send(action, "pathwayId", "pathway.help-desk-to-security-analyst", "managerId", "dana", "mentorId", "priya", "startOn", "2026-11-23", "ageAtStart", "17").
			wants(http.StatusOK, "Prepared. Now everybody signs.", "Signatures: 0 of 3", "The signature of the sponsor is needed")
		if s.path != "/apprenticeships/e-900-2026" {
			t.Fatal(s.path)
		}
	}
	const path = "/apprenticeships/e-900-2026"
	ruth.get("/programs/health-it").wants(http.StatusOK, "Nia Cole", "Nia Cole signs", "To be signed")
	ruth.get(path+"/register").wants(http.StatusConflict, "cannot be done now")
	ruth.get(path + "/sign?party=apprentice").wants(http.StatusConflict)
	nia.get(path).wants(http.StatusOK, "Your signature is needed").lacks("Sign for the sponsor")
	nia.get(path+"/sign?party=apprentice").send(path+"/sign?party=apprentice").wants(http.StatusOK, "Signed. It is on record.", "Signatures: 1 of 3", "Nothing is needed from you now")
	nia.post(path+"/sign?party=sponsor", nil).wants(http.StatusForbidden)
	ruth.get(path+"/sign?party=sponsor").send(path+"/sign?party=sponsor").wants(http.StatusOK, "The guardian signs on paper")
	ruth.get(path+"/sign?party=guardian").send(path+"/sign?party=guardian").wants(http.StatusOK, "A coordinator registers it with the agency")
	ruth.get(path+"/register").send(path+"/register", "apprenticeNo", "A-900").wants(http.StatusOK, "State agency", "A-900", "A coordinator records the first day")
	ruth.get(path+"/begin").send(path+"/begin").wants(http.StatusOK, "Begun. Nia Cole can log hours from 23 Nov 2026 on.", "On probation").lacks("Planned for")
	for _, key := range []string{"other", "receiving-manager"} {
		h.as(key).get(path).wants(http.StatusNotFound)
		h.as(key).get(path + "/cancel").wants(http.StatusNotFound)
	}
	h.as("manager").get(path).wants(http.StatusOK, "Nia Cole").lacks("Change the apprenticeship")
}

func TestAnApprenticeshipIsSuspendedGoesOnAndIsCancelled(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	b := h.as("coordinator")
	const path = "/apprenticeships/maya-2026"
	b.get(path).wants(http.StatusOK, "Suspend it for a time", "Record that probation was passed")
	b.get(path+"/suspend").send(path+"/suspend", "on", "2026-11-20").wants(http.StatusUnprocessableEntity, "Why is missing.")
	b.get(path+"/suspend").send(path+"/suspend", "on", "2026-11-20", "expectedReturn", "2027-02-01", "reason", "Parental leave").wants(http.StatusOK, "Suspended from 20 Nov 2026 on.", "Still on a break, expected back 1 Feb 2027", "End the break")
	b.get(path+"/reinstate").send(path+"/reinstate", "on", "2026-11-22").wants(http.StatusOK, "It goes on from 22 Nov 2026.", "On probation")
	b.get(path+"/mentor").send(path+"/mentor", "mentorId", "quinn").wants(http.StatusOK, "Quinn Mbeki is the mentor")
	b.get(path+"/supervisor").send(path+"/supervisor", "managerId", "owen").wants(http.StatusOK, "Owen Castellano signs off the hours")
	b.get(path+"/probation").send(path+"/probation").wants(http.StatusOK, "Probation was passed.", "Under way")
	b.get(path+"/cancel").send(path+"/cancel", "party", "sponsor").wants(http.StatusUnprocessableEntity, "Name it.")
	h.as("apprentice").get(path+"/cancel").send(path+"/cancel", "on", "2026-11-22", "cause", "I move away.").wants(http.StatusOK, "Cancelled. It ended on 22 Nov 2026.", "I move away.")
	b.get(path+"/reverse").send(path+"/reverse", "reason", "Maya stays.").wants(http.StatusOK, "It goes on as before.")
	h.as("hr").get(path+"/cancel").wants(http.StatusConflict, "cannot be done now")
}
