package policies_test

import (
	"context"
	"errors"
	"iter"
	"os"
	"path/filepath"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/credit"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/eventstest"
	"github.com/guildhall-dev/guildhall/policies"
)

// An older log is what a program sees of a log that does not know yet that milestones begin.
type older struct{ events.Log }

func (l older) Read(ctx context.Context, s domain.Stream) iter.Seq2[events.Recorded, error] {
	return forgetful(l.Log.Read(ctx, s))
}

func (l older) Follow(ctx context.Context, p events.Position) iter.Seq2[events.Recorded, error] {
	return forgetful(l.Log.Follow(ctx, p))
}

func forgetful(records iter.Seq2[events.Recorded, error]) iter.Seq2[events.Recorded, error] {
	return func(yield func(events.Recorded, error) bool) {
		for r, err := range records {
			if e, ok := r.Event.(milestone.Started); ok {
				r.Event = events.Unknown{Form: domain.Form{Name: e.EventName(), Schema: 1}}
			}
			if !yield(r, err) {
				return
			}
		}
	}
}

func TestWhatANewerProgramKnowsIsLeftToIt(t *testing.T) {
	h := open(t)
	award := func(requirement domain.RequirementID) {
		h.record("credit-ana."+domain.Stream(requirement), credit.Awarded{Subject: credit.Subject{Apprenticeship: "ana", Person: "ana",
			Articulation: rules.Articulation{Rule: "r-1", Requirement: requirement}}})
	}
	award("first")
	h.follow()
	remembered := h.remembered()

	h.record("milestone-ana.second", milestone.Started{Apprenticeship: "ana", Person: "ana", Requirement: "second", PassLevel: 1, ByCredit: true})
	award("second")
	award("third")
	if err := h.policies(older{eventstest.Finite{Log: h.log}}).Follow(t.Context()); !errors.Is(err, eventstest.ErrEnd) {
		t.Fatal(err)
	}
	h.want("milestone-ana.second", "milestone.started 2026-03-02")
	h.want("milestone-ana.third", "milestone.started 2026-03-02", "milestone.attained 2026-03-02")
	if got := h.remembered(); got != remembered {
		t.Errorf("the place in the log is %q, want %q as before", got, remembered)
	}

	h.follow()
	h.want("milestone-ana.second", "milestone.started 2026-03-02", "milestone.attained 2026-03-02")
	h.want("milestone-ana.third", "milestone.started 2026-03-02", "milestone.attained 2026-03-02")
}

// remembered is what the policies keep as their place in the log.
func (h *house) remembered() string {
	h.t.Helper()
	text, err := os.ReadFile(filepath.Join(h.dir, policies.File))
	if err != nil {
		h.t.Fatal(err)
	}
	return string(text)
}
