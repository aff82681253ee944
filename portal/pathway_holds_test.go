package portal

import (
	"net/http"
	"strings"
	"testing"
)

// TestEachMilestoneSaysWhoDoesWhatNext reads the rows as the learner and as the mentor, and the
// histories, which lead back to where one acts.
func TestEachMilestoneSaysWhoDoesWhatNext(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	maya, priya := h.as("apprentice"), h.as("mentor")
	row := func(b browser, path, id, want string) {
		t.Helper()
		if got := words(byID(b.get(path).wants(http.StatusOK).all, "m-"+id)); !strings.Contains(got, want) {
			t.Errorf("%s: %s says %q, want %q", path, id, got, want)
		}
	}
	const theirs = "/apprentices/maya-2026"
	row(maya, "/pathway", "hd-imaging-lab", "Start it when you begin to work on it; Priya rates what you show.")
	row(maya, "/pathway", "hd-network-defence", "Start it when you begin the course; the college posts the result.")
	row(priya, theirs, "hd-imaging-lab", "Maya starts it and sends evidence; Priya rates it.")
	maya.get("/pathway").wants(http.StatusOK, "These open once your role is systems administrator.")
	priya.get(theirs).wants(http.StatusOK, "These open once the role of Maya is systems administrator.")

	maya.post("/milestones/maya-2026/hd-network-defence/start", nil).wants(http.StatusOK)
	row(maya, "/pathway", "hd-network-defence", "The coordinator still has to agree with a college on a course for it.")
	form := maya.get("/pathway").send("/milestones/maya-2026/hd-imaging-lab/start")
	row(maya, "/pathway", "hd-imaging-lab", "Send evidence when you have something to show; Priya rates it.")
	const history = "/history?figure=milestone&of=hd-imaging-lab"
	if s := maya.get(history).wants(http.StatusOK, "Send evidence when you have something to show"); !s.links("/pathway#m-hd-imaging-lab") {
		t.Error("the history does not lead to where evidence is sent")
	}
	form.send("/milestones/maya-2026/hd-imaging-lab/evidence", "note", "Built and handed over.").wants(http.StatusOK)
	if s := priya.get(theirs + history); !s.links("/approvals/milestones/maya-2026/hd-imaging-lab") {
		t.Error("the history does not lead the mentor to what waits")
	}
}

// TestWhatOthersHoldIsToldAsWaiting reads about a week that was sent, as who waits and as who acts.
func TestWhatOthersHoldIsToldAsWaiting(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	maya := h.as("apprentice")
	maya.get(weekForm).send(weekForm, hoursOf(0), "8", "action", "send").wants(http.StatusOK)
	maya.get("/pathway").wants(http.StatusOK, "Waiting for Dana Whitfield: 8 h of the week of 16 November 2026", "Since 22 Nov.",
		"8 h wait for sign-off.", "The whole apprenticeship takes").lacks("Sign off 8 h", "All hours on the job")
	h.as("manager").get("/apprentices/maya-2026").wants(http.StatusOK, "Sign off 8 h for the week of 16 November 2026").lacks("Waiting for Dana")
}
