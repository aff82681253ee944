package policies_test

import (
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/credit"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/pathway"
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
