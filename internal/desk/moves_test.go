package desk_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/internal/desk"
)

func (h *house) grants(by ...domain.Actor) {
	h.t.Helper()
	for _, who := range by {
		if _, err := h.Decide(h.t.Context(), desk.Ask{By: who}, "ana", admin, transition.Grant, "", ""); err != nil {
			h.t.Fatalf("%s: %v", who.Name(), err)
		}
	}
}

func TestAMoveIsAskedForUnreadyByWaiver(t *testing.T) {
	h := staffed(t)
	ctx := t.Context()
	h.meets("ana", help, "hd-a-plus")
	_, err := h.propose(priya, "ana")
	refused(t, err, "NOT_READY")
	_, err = h.WaiveReadiness(ctx, desk.Ask{By: priya}, "ana", admin, "why")
	refused(t, err, "NOT_COORDINATOR")
	_, err = h.WaiveReadiness(ctx, desk.Ask{By: lena}, "ana", admin, "")
	refused(t, err, "REASON_MISSING")
	_, err = h.WaiveReadiness(ctx, desk.Ask{By: lena}, "ana", "astronaut", "why")
	refused(t, err, "NO_SUCH_STAGE")
	if _, err := h.WaiveReadiness(ctx, desk.Ask{By: lena}, "ana", admin, "Ana taught the course herself"); err != nil {
		t.Fatal(err)
	}
	if _, err := h.propose(priya, "ana"); err != nil {
		t.Fatal(err)
	}
	waived := must(h.Read.Waivers(ctx, "ana", admin))(t)
	if len(waived) != 1 || waived[0].Requirement != "hd-a-plus" || waived[0].By != "lena" {
		t.Errorf("waived: %+v", waived)
	}
}

func TestSomebodyStandsIn(t *testing.T) {
	h := staffed(t)
	ctx := t.Context()
	h.meets("ana", help)
	if _, err := h.propose(priya, "ana"); err != nil {
		t.Fatal(err)
	}
	delegate := func(by domain.Actor, to domain.PersonID) error {
		_, err := h.Delegate(ctx, desk.Ask{By: by}, "ana", admin, "", to, h.Today(), h.Today().AddDays(3))
		return err
	}
	refused(t, delegate(owen, "owen"), "NO_SUCH_APPRENTICESHIP")
	refused(t, delegate(dana, "priya"), "OWN_REQUEST")
	refused(t, delegate(dana, "lena"), "NOT_IN_CAPACITY")
	refused(t, delegate(dana, "nobody"), "NO_SUCH_PERSON")
	h.record("person-gone", person.Joined{Name: "sealed", Capacity: domain.Manager}, person.Erased{Reason: person.Asked})
	refused(t, delegate(dana, "gone"), "PERSON_ERASED")
	if err := delegate(dana, "owen"); err != nil {
		t.Fatal(err)
	}
	if got := must(h.Approvals(ctx, owen))(t); len(got) != 1 {
		t.Errorf("who stands in holds %+v", got)
	}
	h.grants(owen)
	second := func() error {
		_, err := h.Decide(ctx, desk.Ask{By: owen}, "ana", admin, transition.Grant, "", "")
		return err
	}
	if err := second(); err != nil {
		t.Errorf("who holds the next step as well names it by what is open: %v", err)
	}
}

func TestTheDayIsPutOffWithinLimits(t *testing.T) {
	h := staffed(t)
	ctx := t.Context()
	h.meets("ana", help)
	if _, err := h.propose(priya, "ana"); err != nil {
		t.Fatal(err)
	}
	put := func(by domain.Actor, days int, why string) error {
		_, err := h.Defer(ctx, desk.Ask{By: by}, "ana", admin, h.Today().AddDays(14+days), why)
		return err
	}
	refused(t, put(owen, 10, "why"), "NO_SUCH_APPRENTICESHIP")
	refused(t, put(lena, 10, "why"), "NOT_RELEASING")
	refused(t, put(dana, 10, ""), "REASON_MISSING")
	refused(t, put(dana, 61, "why"), "TOO_LATE")
	if err := put(dana, 30, "The new ticket system goes live"); err != nil {
		t.Fatal(err)
	}
	h.grants(dana, owen, lena, ruth)
	m := must(h.Read.Transition(ctx, "ana", admin))(t)
	if m.EffectiveOn != h.Today().AddDays(44) || m.AskedFor != h.Today().AddDays(14) || m.ApprovedOn != h.Today() {
		t.Errorf("asked for %s, approved %s, effective %s", m.AskedFor, m.ApprovedOn, m.EffectiveOn)
	}
	_, err := h.Rescind(ctx, desk.Ask{By: owen}, "ana", admin, "why")
	refused(t, err, "NOT_HR")
	if _, err := h.Rescind(ctx, desk.Ask{By: ruth}, "ana", admin, "The position was cut"); err != nil {
		t.Fatal(err)
	}
}

func TestATrialEndsWithAWord(t *testing.T) {
	h := staffed(t)
	ctx := t.Context()
	h.meets("ana", help)
	if _, err := h.propose(priya, "ana"); err != nil {
		t.Fatal(err)
	}
	h.grants(dana, owen, lena, ruth)
	h.record(transition.Stream("ana", admin), transition.MadeEffective{On: h.Today().AddDays(14)})
	h.enters("ana", admin, "owen")
	confirm := func(by domain.Actor) error {
		_, err := h.Confirm(ctx, desk.Ask{By: by}, "ana", admin)
		return err
	}
	refused(t, confirm(owen), "ON_TRIAL")
	if slices.ContainsFunc(h.next("ana"), func(s string) bool { return len(s) > 12 && s[:12] == "confirm-move" }) {
		t.Errorf("the trial has not ended: %q", h.next("ana"))
	}
	h.now = h.now.AddDate(0, 3, 15)
	held := false
	for _, a := range must(h.Next(ctx, ana, must(h.Read.Learner(ctx, "ana"))(t)))(t) {
		held = held || a.Kind == desk.ConfirmMove && a.Person == "owen" && a.Since == domain.NewDate(2026, 9, 17)
	}
	if !held {
		t.Errorf("nobody is told that the trial ended: %q", h.next("ana"))
	}
	refused(t, confirm(dana), "NOT_YOUR_TEAM")
	refused(t, confirm(priya), "OWN_REQUEST")
	if err := confirm(owen); err != nil {
		t.Fatal(err)
	}
	correct := func(by domain.Actor, on domain.Date) error {
		_, err := h.CorrectTerms(ctx, desk.Ask{By: by}, "ana", admin, on, "IT-3", "A typing mistake")
		return err
	}
	refused(t, correct(owen, domain.NewDate(2026, 6, 15)), "NOT_HR")
	refused(t, correct(ruth, domain.NewDate(2026, 6, 2)), "BEFORE_APPROVAL")
	if err := correct(ruth, domain.NewDate(2026, 6, 15)); err != nil {
		t.Fatal(err)
	}
}

// Managers see their own part of a move, and what others wrote only if they asked for it.
func TestWhoIsToldWhatAboutAMove(t *testing.T) {
	h := staffed(t)
	ctx := t.Context()
	h.meets("ana", help)
	if _, err := h.propose(ana, "ana"); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Decide(ctx, desk.Ask{By: dana}, "ana", admin, transition.Grant, "", "Ana is my best analyst"); err != nil {
		t.Fatal(err)
	}
	for by, want := range map[domain.Actor]string{ana: "6 of 6, 2 reasons", lena: "6 of 6, 2 reasons", auditor: "6 of 6, 2 reasons", dana: "5 of 6, 1 reasons", owen: "4 of 6, 0 reasons", priya: "0 of 6, 0 reasons"} {
		facts, err := h.Timeline(ctx, by, "ana", admin)
		if err != nil {
			t.Fatal(err)
		}
		reasons := 0
		for _, f := range facts {
			if f.Reason != "" {
				reasons++
			}
		}
		if got := fmt.Sprintf("%d of 6, %d reasons", len(facts), reasons); got != want {
			t.Errorf("%s is told %s, want %s: %+v", by.Name(), got, want, facts)
		}
	}
	_, err := h.Timeline(ctx, ben, "ana", admin)
	refused(t, err, "NO_SUCH_APPRENTICESHIP")
}

// TestNothingGoesOnInAnApprenticeshipThatEnded tries to move on, and to attain, what is over
// or on a break.
func TestNothingGoesOnInAnApprenticeshipThatEnded(t *testing.T) {
	h := staffed(t)
	ctx := t.Context()
	h.meets("ana", help)
	h.meets("ben", help)
	h.mustPropose("ana")
	h.record("apprenticeship-ben", apprenticeship.Suspended{Reason: "sealed", On: h.Today()})
	_, err := h.propose(priya, "ben")
	refused(t, err, "SUSPENDED")
	h.record("milestone-ana.hd-downtime-drill", milestone.Revoked{By: "lena", Reason: "sealed"}, milestone.EvidenceSubmitted{Kind: milestone.Work, Note: "sealed", Assessor: "priya"})
	h.record("apprenticeship-ana", apprenticeship.Cancelled{By: apprenticeship.ByApprentice, On: h.Today()})
	_, err = h.Decide(ctx, desk.Ask{By: dana}, "ana", admin, transition.Grant, "", "")
	refused(t, err, "ENDED")
	_, err = h.Assess(ctx, desk.Ask{By: priya}, "ana", "hd-downtime-drill", desk.Assessment{Mark: milestone.Mark{Rating: 4}})
	refused(t, err, "ENDED")
	_, err = h.SubmitEvidence(ctx, desk.Ask{By: ana}, "ana", "hd-downtime-drill", desk.Shown{Note: "late"})
	refused(t, err, "ENDED")
	_, err = h.StartMilestone(ctx, desk.Ask{By: ana}, "ana", "hd-a-plus")
	refused(t, err, "ENDED")
	_, err = h.WaiveMilestone(ctx, desk.Ask{By: lena}, "ana", "hd-a-plus", milestone.Equivalent, "late")
	refused(t, err, "ENDED")
	_, err = h.Observe(ctx, desk.Ask{By: priya}, "ana", "hd-a-plus", 4, "")
	refused(t, err, "ENDED")
	_, err = h.PlanMilestone(ctx, desk.Ask{By: priya}, "ana", "hd-a-plus", h.Today().AddDays(9))
	refused(t, err, "ENDED")
	_, err = h.WaiveReadiness(ctx, desk.Ask{By: lena}, "ana", admin, "late")
	refused(t, err, "ENDED")
	if _, err := h.Decide(ctx, desk.Ask{By: dana}, "ana", admin, transition.Deny, "", "It is over."); err != nil {
		t.Errorf("it cannot be declined: %v", err)
	}
}

// What was on its way when an apprenticeship was completed goes on, and nothing new begins.
func TestAMoveGoesOnAfterCompletion(t *testing.T) {
	h := staffed(t)
	ctx := t.Context()
	h.meets("ana", help)
	h.mustPropose("ana")
	h.record("apprenticeship-ana", apprenticeship.CompletionCertified{On: h.Today()})
	stream := string(transition.Stream("ana", admin))
	if got, want := h.next("ana"), []string{"decide-move manager dana " + stream + " 2026-06-17"}; !slices.Equal(got, want) {
		t.Errorf("next is %q, want %q", got, want)
	}
	if _, err := h.Decide(ctx, desk.Ask{By: dana}, "ana", admin, transition.SendBack, "", "Next month"); err != nil {
		t.Fatal(err)
	}
	h.mustPropose("ana")
	h.grants(dana)
	_, err := h.Withdraw(ctx, desk.Ask{By: ana}, "ana", admin)
	if err != nil {
		t.Fatal(err)
	}
	_, err = h.propose(priya, "ana")
	refused(t, err, "ENDED")
}

// A move that took effect cannot be put right to a day before the role before it, nor after the
// one that followed.
func TestRolesStayInTheirOrder(t *testing.T) {
	h := staffed(t)
	h.enters("ana", admin, "owen")
	h.record(domain.Stream(transition.Stream("ana", admin)), transition.Proposed{Apprenticeship: "ana", Person: "ana", Proposer: "priya", From: help, To: admin, EffectiveOn: domain.NewDate(2026, 3, 30)},
		transition.Submitted{}, transition.Approved{}, transition.Scheduled{EffectiveOn: domain.NewDate(2026, 3, 30)}, transition.MadeEffective{On: domain.NewDate(2026, 3, 30)})
	h.enters("ana", goal, "owen")
	right := func(day domain.Date) error {
		_, err := h.CorrectTerms(t.Context(), desk.Ask{By: ruth}, "ana", admin, day, "", "payroll")
		return err
	}
	refused(t, right(domain.NewDate(2026, 3, 2)), "OUT_OF_ORDER")
	refused(t, right(domain.NewDate(2026, 4, 27)), "OUT_OF_ORDER")
	refused(t, right(domain.NewDate(2026, 3, 3)), "BEFORE_APPROVAL")
}
