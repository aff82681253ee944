package portal

import (
	"net/http"
	"strings"
	"testing"
)

// TestWhatIsMissingComesFirst has one of six things signed off, and reads the pathway and the page
// of the next role.
func TestWhatIsMissingComesFirst(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	maya := h.as("apprentice")
	const lab, decide = "/milestones/maya-2026/hd-imaging-lab/", "/approvals/milestones/maya-2026/hd-imaging-lab"
	maya.get("/pathway").wants(http.StatusOK, "6 things are missing.").send(lab + "start")
	maya.get("/pathway").send(lab+"evidence", "note", "Built it.")
	if s := maya.get("/pathway").wants(http.StatusOK, "0 of 6 met"); !strings.Contains(words(byID(s.all, "ready")), "In review since 22 Nov 2026. With Priya Raman.") {
		t.Error("what is looked at does not say with whom it is")
	}
	h.as("mentor").get(decide).send(decide, "rating", "4")
	ready := words(byID(maya.get("/pathway").wants(http.StatusOK, "1 of 6 met").all, "ready"))
	if met := strings.Index(ready, "Met: "); met < strings.LastIndex(ready, "Not met yet: ") {
		t.Errorf("what is met comes before what is missing: %q", ready)
	}
	maya.get("/career/roles/systems-administrator").wants(http.StatusOK, "5 things are missing. The plan is 9 months from help desk analyst.", "1 of 6 met")
}

func TestNothingIsMissingOnceAllIsMet(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.prepare()
	maya := h.as("apprentice")
	maya.get("/career/roles/systems-administrator").wants(http.StatusOK, "Nothing is missing. The plan is 9 months")
	maya.get("/pathway").wants(http.StatusOK, "6 of 6 met").lacks("missing")
}
