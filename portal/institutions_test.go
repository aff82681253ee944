package portal

import (
	"net/http"
	"strings"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/client"
	"github.com/guildhall-dev/guildhall/domain/partner"
	"github.com/guildhall-dev/guildhall/domain/webhook"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/internal/roster"
)

// connected gives Lakeshore a system and a webhook that lost a notice, and has it name a student.
func (h *hospital) connected() {
	h.Helper()
	lakeshore := domain.Actor{Partner: "lakeshore", Role: domain.Partner}
	name := client.NameOf("lakeshore", "sis")
	run(h, client.Stream(name), client.Evolve, client.Register{Request: h.request(ruth), Registered: client.Registered{Title: "Student system", Scopes: []client.Scope{client.CreditsRead}}})
	stream := webhook.Stream("lakeshore", "news")
	run(h, stream, webhook.Evolve, webhook.Add{Request: h.request(lakeshore), Partner: "lakeshore", Added: webhook.Added{URL: "https://sis.example/hook"}, Secret: webhook.SecretMade{Secret: "s-1"}})
	run(h, stream, webhook.Evolve, webhook.Fail{Request: h.request(system), Position: 9, Why: webhook.TimedOut})
	run(h, stream, webhook.Evolve, webhook.GiveUp{Request: h.request(system), Position: 9, Why: webhook.TimedOut})
	_, _, err := h.portal.Desk.IntakeRoster(h.Context(), by(ruth), desk.Roster{Partner: "lakeshore", Files: []roster.File{
		{Name: "users.csv", Data: []byte("user_id,login_id,full_name,status\nL-1,l1,Maya Okafor,active\nL-2,l2,Zed Nobody,active\n")},
		{Name: "courses.csv", Data: []byte("course_id,short_name,long_name,status\nC-1,CYB 110,Network defence,active\n")},
		{Name: "enrollments.csv", Data: []byte("course_id,user_id,role,section_id,status\nC-1,L-1,student,,active\nC-1,L-2,student,,active\n")},
	}})
	check(h.T, err)
}

func TestInstitutionsSayWhetherWhatTheyShouldBeToldArrives(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.connected()
	for _, key := range []string{"coordinator", "auditor"} {
		b := h.as(key)
		b.get("/institutions").wants(http.StatusOK, "Lakeshore Community College", "2 rows, 2 not matched", "Students to match 2", "Notices given up 1")
		b.get("/institutions").wants(http.StatusOK, "Not synced since 22 Nov 2026", "One notice was given up.", "One system has no key that works.")
		b.get("/reports").wants(http.StatusOK, "not synced, of 1")
		b.get("/institutions/lakeshore").wants(http.StatusOK, "Not synced since 22 Nov 2026", "Feed read last", "Student system", "credits:read", "Cannot log in", "https://sis.example/hook", "Agreement lakeshore-1")
	}
	h.as("auditor").get("/institutions/lakeshore").lacks("Suspend it", "Send the newest again")
	for _, key := range []string{"apprentice", "mentor", "manager", "hr"} {
		h.as(key).get("/institutions/lakeshore").wants(http.StatusForbidden)
		h.as(key).get("/students").wants(http.StatusForbidden)
	}
	h.as("coordinator").get("/institutions/none").wants(http.StatusNotFound)
}

func TestARegistrarSeesHowTheSystemsOfTheCollegeKeepUp(t *testing.T) {
	h := newHospital(t)
	h.connected()
	run(h, partner.Stream("harbor"), partner.Evolve, partner.Onboard{Request: h.request(system), Onboarded: partner.Onboarded{Name: "Harbor Technical College"}})
	b := h.as("registrar")
	b.get("/college/sync").wants(http.StatusOK, "Not synced since 22 Nov 2026", "One notice was given up.", "Student system", "https://sis.example/hook", "Lists of students").lacks("Harbor", "Send the newest again", "Maya")
	h.as("coordinator").get("/college/sync").wants(http.StatusForbidden)
	h.as("hr").get("/reports").wants(http.StatusOK).lacks("not synced")
}

func TestAnInstitutionIsAddedSuspendedAndResumed(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	b := h.as("coordinator")
	b.get("/institutions/new").send("/institutions/new").wants(http.StatusUnprocessableEntity, "Name is missing.")
	b.get("/institutions/new").send("/institutions/new", "name", "Harbor State College").wants(http.StatusOK, "Added.", "None. Without one it sees nothing")
	const path = "/institutions/harbor-state-college"
	b.get(path+"/suspend").send(path+"/suspend", "reason", "A leak.").wants(http.StatusOK, "Suspended at once.", "A leak.")
	b.get(path+"/resume").send(path+"/resume").wants(http.StatusOK, "It takes part again.", "Takes part")
}

func TestALostNoticeIsSentAgainAndNoticesArePaused(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.connected()
	b := h.as("coordinator")
	const path = "/institutions/lakeshore"
	b.get(path+"/resend?webhook=news").send(path+"/resend?webhook=news").wants(http.StatusOK, "It is sent again", "The newest is sent again")
	b.get(path+"/pause?webhook=news").send(path+"/pause?webhook=news", "reason", "They move house.").wants(http.StatusOK, "Paused", "They move house.", "Resume news")
	b.get(path+"/resend?webhook=news").send(path+"/resend?webhook=news").wants(http.StatusConflict, "Resume it")
	b.get(path+"/restart?webhook=news").send(path+"/restart?webhook=news").wants(http.StatusOK, "Resumed.")
	b.get(path+"/pause?webhook=none").send(path+"/pause?webhook=none", "reason", "x").wants(http.StatusNotFound)
}

// offered are the apprentices that a page offers, in its order.
func offered(s screen) (ids []string) {
	for _, n := range named(s.all, "input") {
		if attr(n, "name") == "apprenticeId" {
			ids = append(ids, attr(n, "value"))
		}
	}
	return ids
}

func TestSomebodySaysWhoAStudentIs(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.connected()
	b := h.as("coordinator")
	s := b.get("/students").wants(http.StatusOK, "Maya Okafor", "CYB 110", "Zed Nobody is nobody here")
	var match, refuse string
	for _, a := range named(s.all, "a") {
		switch text := words(a); {
		case text == "Say who Maya Okafor is":
			match = attr(a, "href")
		case text == "Zed Nobody is nobody here":
			refuse = attr(a, "href")
		}
	}
	form := b.get(match).wants(http.StatusOK, "Who is Maya Okafor?")
	if of := offered(form); len(of) == 0 || of[0] != string(maya) {
		t.Errorf("those offered are %q", of)
	}
	form.send(match).wants(http.StatusUnprocessableEntity, "Apprentice is missing.")
	if of := offered(b.get(match+"?q=nobody+at+all").wants(http.StatusOK, "Nobody here fits.").lacks("It is this apprentice")); len(of) > 0 {
		t.Errorf("who asks for nobody is offered %q", of)
	}
	for _, asked := range []string{"oka", string(maya), "maya"} {
		if of := offered(b.get(match+"?q="+asked).wants(http.StatusOK, "Show the likeliest again")); len(of) != 1 || of[0] != string(maya) {
			t.Errorf("who asks for %s is offered %q", asked, of)
		}
	}
	form.send(match, "apprenticeId", string(maya)).wants(http.StatusOK, "Matched.").lacks("Say who Maya Okafor is")
	b.get(refuse).send(refuse).wants(http.StatusOK, "Nothing waits of this student any more.", "Every student is matched")
	h.as("auditor").get("/students").wants(http.StatusOK).lacks("Say who")
	h.as("auditor").get(match).wants(http.StatusForbidden)
	b.get(strings.Replace(match, "/match", "/other", 1)).wants(http.StatusNotFound)
}
