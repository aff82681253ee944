package portal

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/internal/desk"
)

var helen = domain.Actor{Person: "helen", Role: domain.HR}

func TestPeopleAreFoundByNameNumberCapacityAndPresence(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	b := h.as("hr")
	b.get("/people").wants(http.StatusOK, "Maya Okafor", "Ruth Adeyemi", "Programme coordinator", "Add a person")
	b.get("/people?q=ok%C3%A1for+MAYA").wants(http.StatusOK, "Maya Okafor", "Show all").lacks("Ruth Adeyemi")
	b.get("/people?q=priya").wants(http.StatusOK, "Priya Raman").lacks("Maya Okafor")
	b.get("/people?capacity=manager").wants(http.StatusOK, "Dana Whitfield").lacks("Maya Okafor")
	b.get("/people?q=nobody+here").wants(http.StatusOK, "Nobody fits", "Show everybody")
	b.get("/people?presence=left").wants(http.StatusOK, "Nobody fits")
	b.get("/people/quinn").wants(http.StatusOK, "Record that they leave")
	b.get("/people/quinn/leave").wants(http.StatusOK, "After the last day they cannot sign in").
		send("/people/quinn/leave", "on", "2026-11-20", "reason", "retired").wants(http.StatusOK, "The last day of Quinn Mbeki is 20 Nov 2026.", "Record that they are back", "Left: Retired")
	b.get("/people?presence=left").wants(http.StatusOK, "Quinn Mbeki", "Last day 20 Nov 2026").lacks("Maya Okafor")
	b.get("/people").lacks("Quinn Mbeki")
}

func TestAListIsTakenAsCSVAsItWasNarrowedDown(t *testing.T) {
	t.Parallel()
	s := newHospital(t).as("coordinator").get("/people.csv?capacity=manager")
	if got := s.header.Get("Content-Type"); !strings.HasPrefix(got, "text/csv") {
		t.Fatal(got)
	}
	text := words(s.all[0])
	for _, want := range []string{"Name,Number,Acts as,Also,Job", "Dana Whitfield,dana,Manager"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in %s", want, text)
		}
	}
	if strings.Contains(text, "Maya") {
		t.Error("the filter does not hold in the file")
	}
}

func TestAPersonIsAddedOnceAndToldWhatIsMissing(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	b := h.as("coordinator")
	form := b.get("/people/new").wants(http.StatusOK, "The one that personnel gave them")
	form.send("/people/new").wants(http.StatusUnprocessableEntity, "Number is missing.", "Full name is missing.", "Job title is missing.")
	form.send("/people/new", "personId", "E 77/x", "name", "Ada", "title", "Analyst").wants(http.StatusUnprocessableEntity)
	form.send("/people/new", "personId", "E-77", "name", "Ada Byron", "title", "Analyst", "managerId", "maya").wants(http.StatusUnprocessableEntity, "acts as a manager")
	for range 2 {
		s := form.send("/people/new", "personId", "E-77", "name", "Ada Byron", "title", "Analyst", "managerId", "dana", "start", "2026-11-02").
			wants(http.StatusOK, "Ada Byron is on record.", "Analyst at main", "Dana Whitfield", "2 Nov 2026", "Not linked")
		if s.path != "/people/e-77" {
			t.Errorf("led to %s", s.path)
		}
	}
	b.get("/people/new").send("/people/new", "personId", "E-77", "name", "Eve Byron", "title", "Analyst").wants(http.StatusConflict, "belongs to somebody else already")
}

func TestACoordinatorGivesNoRightsAboveTheirOwn(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	add := []string{"personId", "E-78", "name", "Ida Rhodes", "title", "Analyst"}
	form := h.as("coordinator").get("/people/new").wants(http.StatusOK, "Registrar")
	if !form.offers("manager") {
		t.Error("a manager is not offered")
	}
	for _, given := range []domain.Role{domain.HR, domain.Auditor, domain.PrivacyOfficer, domain.Coordinator} {
		if form.offers(string(given)) {
			t.Errorf("%s is offered to a coordinator", given)
		}
		form.send("/people/new", append(add, "capacity", string(given))...).wants(http.StatusForbidden, "A coordinator lets people act as apprentice, mentor, manager or registrar")
	}
	h.as("hr").get("/people?q=rhodes").lacks("Ida Rhodes")
	h.as("hr").get("/people/new").send("/people/new", append(add, "capacity", "auditor")...).wants(http.StatusOK, "Ida Rhodes is on record.")
	h.as("coordinator").upload("people", "staff.csv", "employee_number,name,capacity\nE-78,Ida Rhodes,apprentice\n").
		wants(http.StatusUnprocessableEntity, "takes no other capacity from them")
}

func TestHumanResourcesChangeARecordAndNobodyTheirOwn(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	b := h.as("hr")
	b.get("/people/maya/manager").send("/people/maya/manager", "managerId", "owen", "from", "2026-11-01").wants(http.StatusOK, "From 1 Nov 2026 on they report to Owen Castellano.", "Reports to Owen Castellano")
	b.get("/people/maya/manager").send("/people/maya/manager", "managerId", "owen", "from", "1 November").wants(http.StatusUnprocessableEntity, "is no day")
	b.get("/people/maya/site").send("/people/maya/site", "from", "2026-11-01").wants(http.StatusOK, "they work at main")
	b.get("/people/maya/grant").send("/people/maya/grant", "capacity", "mentor", "from", "2026-11-01").wants(http.StatusOK, "Acts as: Mentor", "End “Mentor”")
	b.get("/people?capacity=mentor").wants(http.StatusOK, "Maya Okafor")
	b.get("/people/maya/revoke?capacity=mentor").send("/people/maya/revoke?capacity=mentor", "from", "2026-11-15").wants(http.StatusOK, "Does not act any more as: Mentor").lacks("End “Mentor”")
	b.get("/people/maya/revoke?capacity=mentor").wants(http.StatusNotFound)
	b.get("/people/maya/strike?entry=2").send("/people/maya/strike?entry=2", "reason", "It was somebody else.").wants(http.StatusOK, "Struck: It was somebody else.", "Nobody on record")
	b.get("/people/helen").wants(http.StatusOK, "Plan an absence").lacks("Record that they leave")
	b.get("/people/helen/leave").send("/people/helen/leave", "on", "2026-11-20", "reason", "retired").wants(http.StatusForbidden, "Nobody changes their own record")
}

func TestACoordinatorPlansAbsencesAndChangesNothingElse(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	b := h.as("coordinator")
	b.get("/people/dana").wants(http.StatusOK, "Plan an absence").lacks("Change the site", "Strike entry")
	b.get("/people/dana/site").wants(http.StatusForbidden, "Only human resources")
	b.get("/people/dana/absence").send("/people/dana/absence", "from", "2026-11-20", "until", "2026-11-10", "delegateId", "owen").wants(http.StatusUnprocessableEntity, "Give a last day on or after the first")
	b.get("/people/dana/absence").send("/people/dana/absence", "from", "2026-11-20", "until", "2026-12-04", "delegateId", "owen").wants(http.StatusOK, "Away", "Until 4 Dec 2026", "Owen Castellano")
	b.get("/people?presence=away").wants(http.StatusOK, "Dana Whitfield", "Until 4 Dec 2026").lacks("Maya Okafor")
	s := b.get("/people/dana")
	back := "/people/dana/back?absence=2"
	s.get(back).send(back, "on", "2026-11-21").wants(http.StatusOK, "The absence ends on 21 Nov 2026.", "Over").lacks("Until 4 Dec 2026")
}

func TestOnlyHumanResourcesAndAuditorsReadThePayGrade(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	run(h, person.Stream("maya"), person.Evolve, person.TakeJob{Request: h.request(helen), Person: "maya", Taken: person.JobTaken{Position: "help-desk-analyst", Title: "Help desk analyst", PayGrade: "IT-2", From: sunday}})
	for key, reads := range map[string]bool{"hr": true, "auditor": true, "coordinator": false} {
		s := h.as(key).get("/people/maya").wants(http.StatusOK, "Help desk to security analyst")
		if strings.Contains(s.main(), "IT-2") != reads {
			t.Errorf("%s reads the grade: %v", key, !reads)
		}
	}
	h.as("auditor").get("/people/maya").lacks("Change the record")
}

func TestOnlyThoseWhoLookPeopleUpDo(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	for _, key := range []string{"apprentice", "mentor", "manager"} {
		for _, path := range []string{"/people", "/people.csv", "/people/maya", "/people/new", "/people/maya/leave"} {
			h.as(key).get(path).wants(http.StatusForbidden, "This page is for").lacks("Ruth Adeyemi")
		}
	}
	h.as("hr").get("/people/nobody").wants(http.StatusNotFound)
	h.as("auditor").get("/people/maya/leave").wants(http.StatusForbidden)
}

func TestManyPeopleAreShownInParts(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	var rows strings.Builder
	rows.WriteString("employee_number,name,site\n")
	const many = 1000
	for n := range many {
		fmt.Fprintf(&rows, "N-%04d,Person %04d,main\n", n, n)
	}
	_, _, err := h.portal.Desk.Intake(t.Context(), by(ruth), desk.Table{Kind: "people", In: strings.NewReader(rows.String())})
	check(t, err)
	s := h.as("coordinator").get("/people?part=3").wants(http.StatusOK, fmt.Sprintf("1,%03d rows", len(staff)+1), "Previous", "Next")
	if n := len(named(s.all, "tr")); n != partOfList+1 {
		t.Errorf("%d rows in a part", n)
	}
}
