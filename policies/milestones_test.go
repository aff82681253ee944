package policies_test

import (
	"slices"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/credit"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/domain/person"
)

func (h *house) milestone(id domain.ApprenticeshipID, req domain.RequirementID) pathway.MilestoneState {
	h.t.Helper()
	head, err := h.log.Head(h.t.Context())
	if err == nil {
		err = h.read.Wait(h.t.Context(), head)
	}
	if err != nil {
		h.t.Fatal(err)
	}
	m, _, err := h.read.Milestone(h.t.Context(), id, req)
	if err != nil {
		h.t.Fatal(err)
	}
	return m.State
}

func TestWhatIsValidForATimeExpiresOnce(t *testing.T) {
	h := open(t)
	h.record("milestone-ana.hipaa", milestone.Started{Apprenticeship: "ana", Person: "ana", Requirement: "hipaa", PassLevel: 1},
		milestone.Attained{On: domain.NewDate(2025, 3, 2), Level: 1, Basis: "milestone-ana.hipaa", ValidUntil: domain.NewDate(2026, 3, 1)})
	h.record("milestone-ana.lab", milestone.Started{Apprenticeship: "ana", Person: "ana", Requirement: "lab", PassLevel: 1},
		milestone.Attained{On: domain.NewDate(2025, 3, 2), Level: 1, Basis: "milestone-ana.lab", ValidUntil: domain.NewDate(2026, 3, 2)})
	for range 2 {
		if err := h.policies(h.log).Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if a, b := h.milestone("ana", "hipaa"), h.milestone("ana", "lab"); a != pathway.Expired || b != pathway.Attained {
		t.Errorf("the one that ended yesterday is %s, the one that ends today %s", a, b)
	}
	h.now = h.now.Add(24 * time.Hour)
	if err := h.policies(h.log).Tick(t.Context()); err != nil {
		t.Fatal(err)
	}
	if b := h.milestone("ana", "lab"); b != pathway.Expired {
		t.Errorf("a day later it is %s", b)
	}
	if head, _ := h.log.Head(t.Context()); head != 6 {
		t.Errorf("%d records, want 4 and one for each that expired", head)
	}
}

func TestACreditTakenBackTakesItsMilestone(t *testing.T) {
	h := open(t)
	for _, m := range []struct{ stream, basis domain.Stream }{{"milestone-ana.course", "credit-ana.cyb-110"}, {"milestone-ana.other", "credit-ana.cyb-120"}} {
		h.record(m.stream, milestone.Started{Apprenticeship: "ana", Person: "ana", PassLevel: 1, ByCredit: true}, milestone.Attained{On: domain.NewDate(2026, 2, 2), Basis: string(m.basis)})
	}
	h.record("credit-ana.cyb-110", credit.Revoked{Reason: "sealed"})
	h.follow()
	h.again()
	if a, b := h.milestone("ana", "course"), h.milestone("ana", "other"); a != pathway.InProgress || b != pathway.Attained {
		t.Errorf("the milestone of the credit is %s, another %s", a, b)
	}
}

// TestATeamShowsForEachMember: evidence that Ana shows with Ben is reviewed for Ben as well,
// once, by his own mentor; it is none for somebody who is no apprentice or in another role.
func TestATeamShowsForEachMember(t *testing.T) {
	h := open(t)
	began := func(id domain.ApprenticeshipID, role domain.RoleID, mentor domain.PersonID) {
		h.record(apprenticeship.Stream(id), apprenticeship.Drafted{Person: domain.PersonID(id), Pathway: "it-support-upskilling", PathwayVersion: 1, Role: role, StartOn: domain.NewDate(2026, 1, 5)},
			apprenticeship.MentorAssigned{Mentor: mentor, From: domain.NewDate(2026, 1, 5)}, apprenticeship.Began{On: domain.NewDate(2026, 1, 5)})
		h.record(person.Stream(domain.PersonID(id)), person.Joined{Capacity: domain.Apprentice})
	}
	began("ana", "help-desk-analyst", "tom")
	began("ben", "help-desk-analyst", "lea")
	began("cleo", "systems-administrator", "lea")
	way, err := pathway.Find("it-support-upskilling", 1)
	if err != nil {
		t.Fatal(err)
	}
	workshop, _, _ := way.Requirement("up-workshop")
	h.record("milestone-ana.up-workshop", milestone.Begin("ana", "ana", workshop),
		milestone.EvidenceSubmitted{Kind: milestone.Work, Note: "sealed", Assessor: "tom", Team: []domain.PersonID{"ben", "cleo", "dora"}})
	h.follow()
	h.again()
	m, _, err := h.read.Milestone(t.Context(), "ben", "up-workshop")
	if err != nil || h.milestone("ben", "up-workshop") != pathway.UnderReview {
		t.Fatalf("%+v, %v", m, err)
	}
	if m, _, err = h.read.Milestone(t.Context(), "ben", "up-workshop"); err != nil || len(m.Evidence) != 1 || m.Assessor != "lea" ||
		m.Evidence[0].From != (milestone.Piece{Stream: "milestone-ana.up-workshop", Revision: 2}) || !slices.Equal(m.Evidence[0].Team, []domain.PersonID{"ana", "cleo", "dora"}) {
		t.Errorf("%+v, %v", m, err)
	}
	if s := h.milestone("cleo", "up-workshop"); s != "" {
		t.Errorf("it is %s for somebody in another role", s)
	}
}
