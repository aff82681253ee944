package policies_test

import (
	"slices"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/projections"
)

// asked records that Ana's move to Owen's team waits for Dana, who reports to Nora, on the
// evidence that hd-a-plus was attained.
func (h *house) asked() {
	h.t.Helper()
	h.record("person-ana", person.Joined{Name: "sealed", Capacity: domain.Apprentice, Manager: "dana"})
	h.record("person-priya", person.Joined{Name: "sealed", Capacity: domain.Mentor})
	h.record("person-dana", person.Joined{Name: "sealed", Capacity: domain.Manager, Manager: "quinn"})
	h.record("person-quinn", person.Joined{Name: "sealed", Capacity: domain.Executive, Manager: "nora"})
	h.record("person-nora", person.Joined{Name: "sealed", Capacity: domain.Manager})
	h.record("apprenticeship-ana", apprenticeship.Drafted{Person: "ana", Role: "help-desk-analyst", Pathway: "help-desk-to-security-analyst", PathwayVersion: 1, StartOn: domain.NewDate(2026, 1, 5)},
		apprenticeship.SupervisorAssigned{Supervisor: "dana"})
	h.record("milestone-ana.hd-a-plus", milestone.Started{Apprenticeship: "ana", Person: "ana", Requirement: "hd-a-plus", PassLevel: 3})
	h.record("transition-ana.systems-administrator", transition.Proposed{Apprenticeship: "ana", Person: "ana", Proposer: "priya", From: "help-desk-analyst", To: "systems-administrator",
		Pathway: "help-desk-to-security-analyst", PathwayVersion: 1, EffectiveOn: domain.NewDate(2026, 4, 1)},
		transition.ReadinessSnapshotTaken{Snapshot: h.snapshot()},
		transition.Submitted{Steps: []transition.Step{{Office: pathway.CurrentManager, Assignee: "dana", Capacity: domain.Manager}, {Office: pathway.HumanResources, Capacity: domain.HR}}},
		transition.ApprovalStepOpened{Step: 0, DueOn: domain.NewDate(2026, 3, 16)})
}

// snapshot stands for Ana's evidence as the read model has it.
func (h *house) snapshot() string {
	h.t.Helper()
	h.learner()
	way, err := pathway.Find("help-desk-to-security-analyst", 1)
	if err != nil {
		h.t.Fatal(err)
	}
	l, err := h.read.Learner(h.t.Context(), "ana")
	if err != nil {
		h.t.Fatal(err)
	}
	rec, err := h.read.Record(h.t.Context(), l, way.Stages[0])
	if err != nil {
		h.t.Fatal(err)
	}
	return pathway.Snapshot(way.Stages[0].Readiness(rec))
}

const asked domain.Stream = "transition-ana.systems-administrator"

// since tells what was added to the move after it was asked for.
func (h *house) since() []string { return h.facts(asked)[4:] }

func (h *house) wantSince(names ...string) {
	h.t.Helper()
	if got := h.since(); !slices.Equal(got, names) {
		h.t.Errorf("since it was asked for there is %q, want %q", got, names)
	}
}

func TestSilenceGoesToTheNextManagerOnce(t *testing.T) {
	h := open(t)
	h.asked()
	h.tick(16)
	h.wantSince()
	h.tick(17)
	h.wantSince("transition.approval_escalated 2026-03-17")
	h.tick(17)
	h.tick(31)
	h.follow()
	h.again()
	h.wantSince("transition.approval_escalated 2026-03-17")
	moves, err := h.read.Overdue(t.Context(), domain.NewDate(2026, 4, 1))
	if err != nil || len(moves) != 1 {
		t.Fatalf("%d are overdue, %v", len(moves), err)
	}
	// Nora acts as a manager and nobody is above her: it stays with her, and stays overdue.
	if step, _, _ := moves[0].Open(); step.Assignee != "nora" || step.OverdueWith != "dana" {
		t.Errorf("the step is with %s after %s", step.Assignee, step.OverdueWith)
	}
	h.now = time.Date(2026, 4, 20, 9, 0, 0, 0, time.UTC)
	if err := h.policies(h.log).Tick(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.wantSince("transition.approval_escalated 2026-03-17")
}

func TestAForgottenMoveEndsOnce(t *testing.T) {
	h := open(t)
	h.asked()
	h.record(asked, transition.ApprovalReturned{Step: 0, By: "dana", Reason: "sealed"})
	sent := h.facts(asked)
	tick := func(days int) {
		t.Helper()
		h.now = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC).AddDate(0, 0, days)
		if err := h.policies(h.log).Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	tick(89)
	h.want(asked, sent...)
	tick(90)
	tick(91)
	h.want(asked, append(sent, "transition.expired 2026-05-31")...)
}

func TestApprovalsFallWithTheirEvidence(t *testing.T) {
	h := open(t)
	h.asked()
	h.record(asked, transition.ApprovalGranted{Step: 0, By: "dana", Snapshot: h.snapshot()}, transition.ApprovalStepOpened{Step: 1, DueOn: domain.NewDate(2026, 3, 16)})
	granted := h.facts(asked)
	h.follow()
	h.tick(3)
	h.want(asked, granted...)
	h.record("milestone-ana.hd-a-plus", milestone.EvidenceSubmitted{Kind: milestone.Certificate, Note: "sealed"})
	h.follow()
	h.follow()
	h.tick(4)
	h.again()
	h.want(asked, append(granted, "transition.approvals_lapsed 2026-03-03")...)
	if items, err := h.read.Awaiting(t.Context(), "ana"); err != nil || slices.ContainsFunc(items, func(i projections.InboxItem) bool { return i.Subject == asked }) {
		t.Errorf("somebody still has to decide: %+v, %v", items, err)
	}
}
