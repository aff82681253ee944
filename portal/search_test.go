package portal

import (
	"net/http"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/person"
)

func TestPeopleRequestsAndReferencesAreFound(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.prepare()
	h.asked()
	h.graded()
	h.hired("zoe", "Zoë Ångström-Müller", domain.HR, "main")
	b := h.as("coordinator")
	b.get("/search").wants(http.StatusOK, "What can be found here", "Accents make no difference")
	b.get("/search?q=okaf+may").wants(http.StatusOK, "Maya Okafor", "Apprentices", "Role changes", "Maya Okafor to ", "RT-1001, asked for on 22 Nov 2026", "People").lacks("Ben")
	b.get("/search?q=kafor").wants(http.StatusOK, "No result for “kafor”")
	for _, asked := range []string{"zoe", "angstrom", "MULLER", "%C3%85ngstr"} {
		b.get("/search?q="+asked).wants(http.StatusOK, "Zoë Ångström-Müller")
	}
	b.get("/search?q=a-1").wants(http.StatusOK, "Registration number, Maya Okafor", "Registration number, Ben Achterberg")
	b.get("/search?q=L-1").wants(http.StatusOK, "Reference of a credit, Maya Okafor")
}

func TestARequestIsFoundByItsReferenceByThoseWhoKnowOfIt(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.prepare()
	h.asked()
	for _, asked := range []string{"RT-1001", "rt+1001", "rt1001", "1001", "+rt-1001+"} {
		s := h.as("coordinator").get("/search?q="+asked).wants(http.StatusOK, "One result", "Maya Okafor to Systems administrator", "RT-1001, asked for on 22 Nov 2026")
		if !s.links(moveOfMaya) {
			t.Errorf("%q does not lead to the request", asked)
		}
	}
	for _, asked := range []string{"RT-1002", "RT-100", "RT", "01001", "1001x"} {
		h.as("coordinator").get("/search?q="+asked).wants(http.StatusOK, "No result")
	}
	finds := func(want map[string]bool) {
		t.Helper()
		for key, knows := range want {
			if s := h.as(key).get("/search?q=RT-1001"); knows {
				s.wants(http.StatusOK, "One result", "Maya Okafor to Systems administrator")
			} else {
				s.wants(http.StatusOK, "No result for “RT-1001”").lacks("Maya Okafor")
			}
		}
	}
	finds(map[string]bool{"coordinator": true, "hr": true, "auditor": true, "manager": true, "mentor": false, "receiving-manager": false, "privacy": false})
	_, err := h.portal.Desk.Decide(t.Context(), by(domain.Actor{Person: "dana", Role: domain.Manager}), maya, "systems-administrator", "grant", "", "")
	check(t, err)
	finds(map[string]bool{"manager": true, "mentor": false, "receiving-manager": true, "privacy": false})
	for _, key := range []string{"apprentice", "other", "registrar"} {
		h.as(key).get("/search?q=RT-1001").wants(http.StatusForbidden).lacks("Systems administrator")
	}
}

func TestOnlyWhatSomebodyMaySeeIsFound(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.graded()
	for key, found := range map[string]bool{"coordinator": true, "hr": true, "auditor": true, "manager": true, "mentor": true, "receiving-manager": false} {
		s := h.as(key).get("/search?q=maya").wants(http.StatusOK)
		if found {
			s.wants(http.StatusOK, "Maya Okafor")
		} else {
			s.lacks("Maya Okafor")
		}
		s = h.as(key).get("/search?q=A-1").wants(http.StatusOK)
		if !found {
			s.lacks("Maya Okafor")
		}
	}
	h.as("mentor").get("/search?q=L-1").wants(http.StatusOK, "No result")
	h.as("manager").get("/search?q=helen").wants(http.StatusOK, "No result")
	for _, key := range []string{"apprentice", "registrar"} {
		h.as(key).get("/search?q=ben").wants(http.StatusForbidden).lacks("Achterberg")
	}
}

func TestThePrivacyOfficerFindsPeopleAndWhatTheyAskOfTheirRecords(t *testing.T) {
	h := newHospital(t)
	h.graded()
	_, _, err := h.portal.Desk.RequestAmendment(t.Context(), by(domain.Actor{Person: "maya", Role: domain.Apprentice}), "lab", "milestone-maya-2026.hd-imaging-lab", "I passed in October.")
	check(t, err)
	run(h, person.Stream("quinn"), person.Evolve, person.AskErasure{Request: h.request(ruth), Person: "quinn", Reason: person.Asked, Reference: "DSR-2026/14"})
	b := h.as("privacy")
	s := b.get("/search?q=okafor").wants(http.StatusOK, "Maya Okafor: A milestone", "To answer", "People").lacks("Role changes", "Help desk to security")
	led := map[string]bool{}
	for _, n := range named(s.all, "a") {
		led[attr(n, "href")] = true
	}
	for _, to := range []string{"/privacy-log/corrections/maya/lab", "/privacy-log?q=maya"} {
		if !led[to] {
			t.Errorf("nothing leads to %s", to)
		}
		b.get(to).wants(http.StatusOK)
	}
	for _, asked := range []string{"dsr-2026", "mbeki"} {
		b.get("/search?q="+asked).wants(http.StatusOK, "Quinn Mbeki: DSR-2026/14")
		h.as("hr").get("/search?q="+asked).wants(http.StatusOK, "Quinn Mbeki: DSR-2026/14")
		h.as("manager").get("/search?q=" + asked).lacks("DSR-2026/14")
	}
	b.get("/search?q=L-1").wants(http.StatusOK, "No result")
	b.get("/search?q=A-1").wants(http.StatusOK, "No result")
	h.as("coordinator").get("/search?q=okafor").wants(http.StatusOK, "Maya Okafor").lacks("A milestone")
	run(h, person.Stream("quinn"), person.Evolve, person.Erase{Request: h.request(domain.Actor{Person: "vera", Role: domain.PrivacyOfficer}), Person: "quinn", Of: 2})
	b.get("/search?q=dsr-2026").wants(http.StatusOK, "DSR-2026/14").lacks("Quinn Mbeki")
}

func TestWhoIsErasedIsNotFoundAndWhoIsRenamedIs(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	b := h.as("hr")
	b.get("/search?q=quinn").wants(http.StatusOK, "Quinn Mbeki")
	renamed, err := h.portal.Desk.Vault.Seal(t.Context(), "quinn", "Quinn Halloran")
	check(t, err)
	run(h, person.Stream("quinn"), person.Evolve, person.Update{Request: h.request(system), Person: "quinn", Name: renamed, Capacity: domain.Mentor, Job: person.JobChanged{Position: "help-desk-analyst", Title: "Help desk analyst"}})
	b.get("/search?q=hallo").wants(http.StatusOK, "Quinn Halloran")
	b.get("/search?q=mbeki").wants(http.StatusOK, "No result")
	helen := domain.Actor{Person: "helen", Role: domain.HR}
	_, err = h.portal.Desk.AskErasure(t.Context(), by(ruth), "quinn", person.Asked, "DSR-14")
	check(t, err)
	asked, err := h.portal.Desk.Erasures(t.Context(), helen, "quinn")
	check(t, err)
	_, err = h.portal.Desk.Erase(t.Context(), by(helen), "quinn", asked[0].Asked)
	check(t, err)
	b.get("/search?q=hallo").wants(http.StatusOK, "No result")
	b.get("/search?q=quinn").wants(http.StatusOK, "No result")
}
