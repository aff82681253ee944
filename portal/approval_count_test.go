package portal

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	milestones "github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/internal/desk"
)

// atApprovals is the number that a page has at Approvals in its navigation.
func (s screen) atApprovals() (n int) {
	_, _ = fmt.Sscanf(words(byHref(s.all, "/approvals")), "Approvals %d", &n) // no number is nothing
	return n
}

// listed is how much the page of approvals lists.
func (s screen) listed() (n int) {
	for _, x := range s.all {
		for p := x; x.Data == "li" && p != nil; p = p.Parent {
			if p.Data == "section" && attr(p, "class") == "queue" {
				n++
			}
		}
	}
	return n
}

func TestTheNumberAtApprovalsIsWhatThePageLists(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.england()
	h.attain("up-workshop")
	d, ctx := h.portal.Desk, t.Context()
	_, err := d.Draft(ctx, by(ruth), "quinn-2026", desk.Plan{Person: "quinn", Supervisor: "owen", Mentor: "dana", Pathway: "help-desk-to-security-analyst", StartOn: sunday.AddDays(14), Age: 30})
	check(t, err)
	_, _, err = d.RequestAmendment(ctx, by(asMaya), "one", apprenticeship.Stream(maya), "The start was another day.")
	check(t, err)
	h.work("maya", lastWeek, domain.Hours(8))
	_, err = d.StartMilestone(ctx, by(asMaya), maya, "hd-ticket-portfolio")
	check(t, err)
	_, err = d.SubmitEvidence(ctx, by(asMaya), maya, "hd-ticket-portfolio", desk.Shown{Kind: milestones.Work, Note: "Three tickets.", Product: "Ticket 4711"})
	check(t, err)
	const ask = "/erasures/ben/ask"
	h.as("hr").get("/erasures/ben").send(ask, "name", "Ben Achterberg", "reason", "asked", "reference", "DSR-14").wants(http.StatusOK, "Asked.")

	for key, want := range map[string]int{"mentor": 1, "manager": 2, "receiving-manager": 0, "coordinator": 3, "privacy": 2, "hr": 0} {
		b := h.as(key)
		page := b.get("/approvals").wants(http.StatusOK)
		if page.listed() != want || page.atApprovals() != want {
			t.Errorf("%s: %d are listed, and the navigation says %d, not %d", key, page.listed(), page.atApprovals(), want)
		}
		if elsewhere := b.get("/apprentices").wants(http.StatusOK); elsewhere.atApprovals() != want {
			t.Errorf("%s: on another page the navigation says %d, not %d", key, elsewhere.atApprovals(), want)
		}
	}
	h.as("privacy").get("/approvals").wants(http.StatusOK, "2 things wait for you")
	h.as("manager").get("/approvals/hours/maya-2026/2026-W47").wants(http.StatusOK, "One other thing waits as well")

	// What others see to is known within a minute, what the viewer did at once.
	vera, ruths := h.as("privacy"), h.as("coordinator")
	vera.get("/erasures/ben").send("/erasures/ben/refuse", "reason", "Ben took it back.").wants(http.StatusOK, "Refused.")
	if n := vera.get("/privacy-log").atApprovals(); n != 1 {
		t.Errorf("once one was seen to, %d are told", n)
	}
	now := d.Now().Add(countedFor)
	d.Now = func() time.Time { return now }
	if n := ruths.get("/apprentices").atApprovals(); n != 2 {
		t.Errorf("a minute after somebody else saw to one, %d are told", n)
	}
	before := d.Read.Asked()
	ruths.get("/accessibility")
	once := d.Read.Asked() - before
	ruths.post("/approvals/hours", url.Values{"key": {"k"}})
	before = d.Read.Asked()
	ruths.get("/accessibility")
	if anew := d.Read.Asked() - before; anew <= once {
		t.Errorf("counting anew takes %d questions, and a page %d", anew, once)
	}
}
