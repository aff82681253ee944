package portal

import (
	"net/http"
	"net/url"
	"testing"
)

const (
	mayasPage    = "/apprentices/maya-2026"
	mayasErasure = "/erasures/maya"
)

func TestNobodyIsErasedByOnePersonAlone(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.prepare()
	maya := h.as("apprentice")
	maya.get("/pathway").wants(http.StatusOK)
	const lab = "/approvals/milestones/maya-2026/hd-imaging-lab"
	h.as("mentor").get(lab).wants(http.StatusOK, "Three tickets, from call to cause.")
	for _, key := range []string{"manager", "mentor", "apprentice", "other"} {
		b := h.as(key)
		b.get(mayasPage).lacks("Erase Maya")
		b.get(mayasErasure).wants(http.StatusForbidden)
		b.post(mayasErasure+"/ask", url.Values{"name": {"Maya Okafor"}, "reason": {"asked"}, "reference": {"DSR-14"}}).wants(http.StatusForbidden)
		b.post(mayasErasure+"/confirm", url.Values{"name": {"Maya Okafor"}, "asked": {"2"}}).wants(http.StatusForbidden)
	}
	h.as("auditor").get(mayasErasure).wants(http.StatusOK, "Erase Maya Okafor?").lacks("Ask for it")
	h.as("auditor").post(mayasErasure+"/ask", url.Values{"reason": {"asked"}}).wants(http.StatusForbidden)

	hr, vera := h.as("hr"), h.as("privacy")
	const ask, confirm, refuse, withdraw = mayasErasure + "/ask", mayasErasure + "/confirm", mayasErasure + "/refuse", mayasErasure + "/withdraw"
	s := hr.get(mayasPage).wants(http.StatusOK, "Erase Maya Okafor…").get(mayasErasure).wants(http.StatusOK, "Erase Maya Okafor?", "It cannot be undone.", "Only they can ask to be erased.")
	s.send(ask, "name", "Maya Okafor", "reference", "DSR-14").wants(http.StatusUnprocessableEntity, "Choose why.")
	s.send(ask, "name", "Maya Okafor", "reason", "asked").wants(http.StatusUnprocessableEntity, "Give the number of the file")
	s.send(ask, "name", "Maya Okafor", "reason", "retention", "reference", "DSR-14").wants(http.StatusConflict, "The time for which records are kept has not begun")
	s = s.send(ask, "name", "Maya Okafo", "reason", "asked", "reference", "DSR-14").wants(http.StatusUnprocessableEntity, "Type the name as it stands above: Maya Okafor.")
	s.send(ask, "name", " Maya Okafor ").wants(http.StatusOK, "Asked. It waits with privacy officer.", "Waits for a second person", "You asked for it", "DSR-14").lacks("Erase for good")
	maya.get("/pathway").wants(http.StatusOK, "Your pathway")

	// Who asked confirms nothing; the other one finds it in the inbox.
	hr.post(confirm, url.Values{"name": {"Maya Okafor"}, "asked": {"2"}}).wants(http.StatusForbidden, "You asked for this yourself")
	hr.get("/approvals").lacks("Needs a second person")
	s = vera.get("/approvals").wants(http.StatusOK, "Maya Okafor", "Erasure", "Needs a second person").get(mayasErasure).wants(http.StatusOK, "Helen Park", "They asked for it")
	s.send(refuse, "reason", " ").wants(http.StatusUnprocessableEntity, "Say why not")
	s.send(refuse, "reason", "Maya took it back.").wants(http.StatusOK, "Refused.", "Maya took it back.", "Ask for it")
	s = hr.get(mayasErasure).wants(http.StatusOK, "Maya took it back.")
	s.send(ask, "name", "Maya Okafor", "reason", "asked", "reference", "DSR-15").wants(http.StatusOK, "Asked.")
	s = hr.get(mayasErasure)
	s.send(withdraw).wants(http.StatusOK, "Withdrawn.")
	vera.get("/approvals").wants(http.StatusOK).lacks("Maya")
	vera.post(confirm, url.Values{"name": {"Maya Okafor"}, "asked": {"4"}}).wants(http.StatusConflict, "Nobody asks for this erasure")
	hr.get(mayasErasure).send(ask, "name", "Maya Okafor", "reason", "asked", "reference", "DSR-16").wants(http.StatusOK, "Asked.")
	s = vera.get(mayasErasure)
	s.send(confirm, "name", "Maya").wants(http.StatusUnprocessableEntity, "Type the name as it stands above")
	s.send(confirm, "name", "Maya Okafor").wants(http.StatusOK, "Erased. Nothing that is left", "DSR-16", "Helen Park").lacks("Maya")

	h.as("mentor").get(lab).wants(http.StatusOK, "Erased").lacks("Three tickets")
	hr.get("/apprentices").wants(http.StatusOK, "Former colleague", "400 of 400 h").lacks("Maya")
	for _, key := range []string{"hr", "manager", "mentor", "coordinator", "auditor", "privacy"} {
		h.as(key).crawl("/", func(s screen) { s.wants(http.StatusOK).lacks("Maya").lacks("Okafor") })
	}
	if s := maya.get("/pathway"); s.path != "/sign-in" {
		t.Errorf("she still sees %s", s.path)
	}
	h.browser().post("/demo/sign-in/apprentice", nil).wants(http.StatusConflict, "This person was erased")
	h.browser().get("/sign-in").wants(http.StatusOK, "Ben Achterberg").lacks("Maya")
}
