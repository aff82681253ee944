package credit

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/reservation"
	"github.com/guildhall-dev/guildhall/internal/spec"
)

// TestInvariant19PartnerWritesAreIdempotentByReferenceAndCheckedByVersion lets two colleges send awards for three
// learners under few references, over and over, some decided on old versions. A reference
// of a college names one award for ever, whatever is sent under it later; sending the same
// again adds nothing; and nothing is decided on a version that is no more.
func TestInvariant19PartnerWritesAreIdempotentByReferenceAndCheckedByVersion(t *testing.T) {
	used, stale, repeated := 0, 0, 0
	spec.Histories(t, func(t *rapid.T) {
		held := registry{}
		credits := map[domain.Stream]*spec.History[State, Event]{}
		names := map[string]Awarded{} // by college and reference
		for range rapid.IntRange(1, 25).Draw(t, "requests") {
			req := rapid.SampledFrom([]domain.Request{college, rival}).Draw(t, "college")
			a := given
			a.Partner = req.By.Partner
			a.Apprenticeship = domain.ApprenticeshipID(rapid.SampledFrom([]string{"a1", "a2", "a3"}).Draw(t, "learner"))
			a.Person = domain.PersonID(map[domain.ApprenticeshipID]string{"a1": "ana", "a2": "ana", "a3": "ben"}[a.Apprenticeship])
			a.Articulation.Rule = domain.RuleID(fmt.Sprint(a.Partner, "-", rapid.IntRange(1, 2).Draw(t, "rule")))
			a.ExternalRef = fmt.Sprint("R-", rapid.IntRange(1, 3).Draw(t, "ref"))
			a.Award.Hundredths = rapid.SampledFrom([]int{200, 300}).Draw(t, "credit")
			name := Stream(a.Apprenticeship, a.Articulation.Rule)
			if credits[name] == nil {
				credits[name] = spec.Begin(Evolve)
			}
			h := credits[name]
			seen := uint64(0)
			if rapid.Bool().Draw(t, "checked") {
				seen = uint64(rapid.IntRange(0, 2).Draw(t, "seen"))
			}
			give := Award{req, a, seen}
			before := len(h.Facts)
			facts, code := send(t, held, h, name, give)
			switch {
			case code == "TAKEN":
				if used++; !taken(credits, names, name, a) {
					t.Fatalf("%+v is refused, and neither its reference nor its rule is in use: %+v", a, names)
				}
			case code == "VERSION_CONFLICT":
				stale++
			case code == "" && len(facts) == 0:
				repeated++
			}
			if len(facts) > 0 && seen != 0 && int(seen) != before {
				t.Fatalf("decided on version %d of %d", seen, before)
			}
			for _, e := range facts {
				key := fmt.Sprint(req.By.Partner, " ", a.ExternalRef)
				if first, twice := names[key]; twice {
					t.Fatalf("%s names %+v and %+v", key, first, e)
				}
				names[key] = e.(Awarded)
			}
			if code == "" && !names[fmt.Sprint(req.By.Partner, " ", a.ExternalRef)].same(a) {
				t.Fatalf("%+v was answered as if it were %+v", a, names[fmt.Sprint(req.By.Partner, " ", a.ExternalRef)])
			}
		}
		awarded := map[string]domain.Stream{}
		for name, h := range credits {
			for _, e := range h.Facts {
				a := e.(Awarded)
				key := fmt.Sprint(a.Person, " ", a.Articulation.Rule)
				if other, twice := awarded[key]; twice {
					t.Fatalf("%s got credit in %s and in %s", key, name, other)
				}
				awarded[key] = name
			}
		}
	})
	if used == 0 || stale == 0 || repeated == 0 {
		t.Errorf("%d references were in use, %d versions stale, %d repeated: the test proves too little", used, stale, repeated)
	}
}

// taken reports whether another award has the college's reference, or its rule for the person.
func taken(credits map[domain.Stream]*spec.History[State, Event], names map[string]Awarded, name domain.Stream, a Awarded) bool {
	if _, used := names[fmt.Sprint(a.Partner, " ", a.ExternalRef)]; used {
		return true
	}
	for other, h := range credits {
		for _, e := range h.Facts {
			if b := e.(Awarded); other != name && b.Person == a.Person && b.Articulation.Rule == a.Articulation.Rule {
				return true
			}
		}
	}
	return false
}

// send awards the way a college's request is carried out: decided, claimed, recorded.
func send(t *rapid.T, held registry, h *spec.History[State, Event], name domain.Stream, give Award) ([]Event, string) {
	if _, err := give.Decide(h.State); err != nil {
		return nil, domain.AsRefusal(err).Code
	}
	claims := []Claim{give.Awarded.Once(), Reference(give.Awarded.Partner, give.Awarded.ExternalRef)}
	for i, c := range claims {
		if _, code := held.of(c).Try(t, reservation.Take{Holder: name}); code != "" {
			for _, c := range claims[:i] {
				if !h.State.Awarded() {
					held.of(c).Try(t, reservation.Release{Holder: name})
				}
			}
			return nil, code
		}
	}
	return h.Try(t, give)
}
