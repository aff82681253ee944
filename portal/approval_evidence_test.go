package portal

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/guildhall-dev/guildhall/domain"
	milestones "github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/internal/desk"
)

// leads reports whether a link goes there.
func (s screen) leads(href string) bool {
	return slices.ContainsFunc(named(s.all, "a"), func(a *html.Node) bool { return attr(a, "href") == href })
}

// Who decides about a move reads what the requirements were met by, as far as they read what the
// apprentice did; others are told who does.
func TestWhoDecidesAMoveReadsTheEvidence(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.prepare()
	h.asked()
	const note, rated = "Three tickets, from call to cause.", "Priya Raman rated it on 22 Nov 2026: 3 Alone."
	grant := func(person domain.PersonID, role domain.Role) {
		t.Helper()
		_, err := h.portal.Desk.Decide(t.Context(), by(domain.Actor{Person: person, Role: role}), maya, "systems-administrator", transition.Grant, "", "")
		check(t, err)
	}
	for _, key := range []string{"manager", "coordinator", "hr"} {
		s := h.as(key).get(moveOfMaya).wants(http.StatusOK, note, "https://wiki.example/tickets", rated).lacks("What Maya sent")
		for _, a := range named(s.all, "a") {
			if to := attr(a, "href"); strings.HasPrefix(to, "#shown-") && byID(s.all, to[1:]) == nil {
				t.Errorf("%s: %s leads nowhere", key, to)
			}
		}
		if !s.leads("#shown-hd-imaging-lab") {
			t.Errorf("%s: nothing leads from a requirement to its evidence", key)
		}
	}
	grant("dana", domain.Manager)
	owen := h.as("receiving-manager").get(moveOfMaya).wants(http.StatusOK, "Rated 3", "1 piece", "What Maya sent for this is read by their mentor, Priya Raman, and their manager, Dana Whitfield.").lacks(note, rated)
	if owen.leads("#shown-hd-imaging-lab") {
		t.Error("a link leads to evidence that is not there")
	}
}

// Learners see again what they sent, with who reads their work; who only decides about a move does not.
func TestTheHistoryOfAMilestoneShowsWhatWasSent(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.prepare()
	const (
		page              = "/history?figure=milestone&of=hd-imaging-lab"
		note, rated, bare = "Three tickets, from call to cause.", "Priya Raman rated it on 22 Nov 2026: 3 Alone.", "No link or file came with it."
		link              = "https://wiki.example/tickets"
	)
	own := h.as("apprentice").get(page).wants(http.StatusOK, note, link, "sent on 22 Nov 2026", rated).lacks(bare)
	if !own.leads(link) {
		t.Error("the link of the evidence cannot be followed")
	}
	for _, key := range []string{"mentor", "manager", "coordinator", "hr", "auditor"} {
		h.as(key).get("/apprentices/maya-2026"+page).wants(http.StatusOK, note, link, rated)
	}
	h.as("receiving-manager").get("/apprentices/maya-2026" + page).wants(http.StatusNotFound)
	h.as("other").get("/apprentices/maya-2026" + page).wants(http.StatusNotFound)
	h.asked()
	_, err := h.portal.Desk.Decide(t.Context(), by(domain.Actor{Person: "dana", Role: domain.Manager}), maya, "systems-administrator", transition.Grant, "", "")
	check(t, err)
	h.as("receiving-manager").get("/apprentices/maya-2026"+page).wants(http.StatusOK).lacks(note, link, rated)
}

func TestEvidenceWithoutALinkAndAFileSaysSo(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	asMaya := domain.Actor{Person: "maya", Role: domain.Apprentice}
	_, err := h.portal.Desk.StartMilestone(t.Context(), by(asMaya), maya, "hd-imaging-lab")
	check(t, err)
	p, err := h.portal.Desk.SubmitEvidence(t.Context(), by(asMaya), maya, "hd-imaging-lab", desk.Shown{Kind: milestones.Work, Note: "I imaged four machines."})
	check(t, err)
	check(t, h.portal.Desk.Read.Wait(t.Context(), p))
	const bare = "No link or file came with it."
	h.as("apprentice").get("/history?figure=milestone&of=hd-imaging-lab").wants(http.StatusOK, "I imaged four machines.", bare)
	h.as("mentor").get("/approvals/milestones/maya-2026/hd-imaging-lab").wants(http.StatusOK, bare)
}

func TestWhoDecidesIsWarnedOfWhatRunsOutAfterTheStart(t *testing.T) {
	t.Parallel()
	for days, want := range map[int]string{
		12: "runs out on 4 December, before the move begins.", 14: "runs out on 6 December, the day the move begins.",
		15: "runs out on 7 December, the day after the move begins.", 16: "runs out on 8 December, 2 days after the move begins.", 75: ""} {
		h := newHospital(t)
		h.prepareUntil(sunday.AddDays(days))
		h.asked()
		s := h.as("manager").get(moveOfMaya).wants(http.StatusOK, "6 of 6 met")
		if want == "" {
			s.lacks("runs out", "Look at this first")
			continue
		}
		s.wants(http.StatusOK, "Look at this first", want, "6 of 6 met, one runs out soon")
	}
}
