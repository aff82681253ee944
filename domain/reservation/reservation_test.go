package reservation

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/spec"
)

var (
	ana  = domain.Stream("credit-ana.r-1")
	ben  = domain.Stream("credit-ben.r-1")
	late = domain.Refuse(domain.Conflict, "REFERENCE_USED", "The reference is in use.")
)

func TestReserving(t *testing.T) {
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "what is free is taken", When: Take{Holder: ana}, Then: []Event{Taken{ana}}},
		{Name: "a holder takes it once", Given: []Event{Taken{ana}}, When: Take{Holder: ana}},
		{Name: "what is taken is not free", Given: []Event{Taken{ana}}, When: Take{Holder: ben}, Refused: "TAKEN"},
		{Name: "who comes too late is told why", Given: []Event{Taken{ana}}, When: Take{Holder: ben, Taken: late}, Refused: "REFERENCE_USED"},
		{Name: "a holder gives it up", Given: []Event{Taken{ana}}, When: Release{Holder: ana}, Then: []Event{Released{ana}}},
		{Name: "what was given up is free", Given: []Event{Taken{ana}, Released{ana}}, When: Take{Holder: ben}, Then: []Event{Taken{ben}}},
		{Name: "nobody gives up what another holds", Given: []Event{Taken{ana}}, When: Release{Holder: ben}},
		{Name: "what is free need not be given up", When: Release{Holder: ana}},
	})
}

func TestOneHoldsItAtATime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := spec.Begin(Evolve)
		for range rapid.IntRange(1, 20).Draw(t, "requests") {
			who := rapid.SampledFrom([]domain.Stream{ana, ben}).Draw(t, "who")
			if rapid.Bool().Draw(t, "take") {
				h.Try(t, Take{Holder: who})
			} else {
				h.Try(t, Release{Holder: who})
			}
		}
		var holder domain.Stream
		for _, e := range h.Facts {
			switch e := e.(type) {
			case Taken:
				if holder != "" {
					t.Fatalf("%s took what %s held: %+v", e.Holder, holder, h.Facts)
				}
				holder = e.Holder
			case Released:
				if holder != e.Holder {
					t.Fatalf("%s gave up what %q held: %+v", e.Holder, holder, h.Facts)
				}
				holder = ""
			}
		}
	})
}

func TestPartsAreNotConfused(t *testing.T) {
	if Stream("k", "a", "bc") == Stream("k", "ab", "c") || Stream("k", "a") == Stream("l", "a") {
		t.Error("two things have one stream")
	}
	if s := Stream("award-reference", strings.Repeat("x", 5000)); len(s) > 200 || s.Category() != "unique" {
		t.Errorf("%s is not a stream", s)
	}
}
