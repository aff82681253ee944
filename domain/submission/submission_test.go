package submission

import (
	"slices"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
)

var (
	grade  = domain.Refuse(domain.Invalid, "BAD_GRADE", "%q is not a grade.", "Ana Ruiz, B").About("grade")
	taken  = domain.Refuse(domain.Conflict, "REFERENCE_USED", "Your reference names another award.").About("externalRef")
	answer = []Outcome{{Became: Recorded, Object: "credit-ana.r-1"}, {Became: Waits}, {Became: Refused, Refused: grade}, {Became: Refused, Refused: taken}}
)

func same(a, b Outcome) bool {
	return a.Became == b.Became && a.Object == b.Object && (a.Refused == nil) == (b.Refused == nil) && (a.Refused == nil || a.Refused.Code == b.Refused.Code && a.Refused.Kind == b.Refused.Kind && a.Refused.Reason == b.Refused.Reason && a.Refused.Field == b.Refused.Field)
}

// TestWhatIsKeptIsToldAgain refuses the same two items again, and one of them for another
// reason: what was recorded since is not told.
func TestWhatIsKeptIsToldAgain(t *testing.T) {
	kept := Keep(answer)
	now := []Outcome{{Became: Unchanged, Object: "credit-ana.r-1"}, {Became: Recorded, Object: "credit-ben.r-1"}, {Became: Refused, Refused: grade}, {Became: Refused, Refused: taken}}
	if got := kept.Told(now); !slices.EqualFunc(got, answer, same) {
		t.Errorf("%+v", got)
	}
	now[3] = Outcome{Became: Recorded}
	got := kept.Told(now)
	if r := got[3].Refused; r == nil || r.Code != taken.Code || r.Kind != taken.Kind || r.Field != taken.Field || r.Reason == taken.Reason {
		t.Errorf("%+v", r)
	}
	if got := kept.Told(nil); got[2].Refused.Code != grade.Code {
		t.Errorf("%+v", got)
	}
	if !kept.Refuses() || Keep(answer[:2]).Refuses() {
		t.Error("it is not told which submission has refusals")
	}
}

// TestKindsAreKeptByNumber pins what the record holds of a refusal's kind.
func TestKindsAreKeptByNumber(t *testing.T) {
	for kind, number := range map[domain.Kind]int{domain.Invalid: 1, domain.Forbidden: 2, domain.NotFound: 3, domain.Conflict: 4, domain.Busy: 5} {
		kept := Keep([]Outcome{{Became: Refused, Refused: domain.Refuse(kind, "CODE", "A reason.")}})
		if kept.Items[0].Kind != number || kept.Told(nil)[0].Refused.Kind != kind {
			t.Errorf("kind %d is kept as %d, and was as %d", kind, kept.Items[0].Kind, number)
		}
	}
}

func TestAWholeFailsWithOneItem(t *testing.T) {
	for _, c := range []struct {
		mode  Mode
		items []Outcome
		fails bool
	}{{Mode{}, answer, false}, {Mode{Whole: true}, answer[:2], false}, {Mode{Whole: true}, answer, true}, {Mode{Trial: true, Whole: true}, answer, true}} {
		all := slices.Clone(c.items)
		if got := c.mode.Fails(all); got != c.fails {
			t.Errorf("%+v of %d items fails: %v", c.mode, len(all), got)
		}
		if left := all[0] == (Outcome{Became: Left}); left != c.fails || len(all) > 2 && all[2].Refused == nil {
			t.Errorf("%+v leaves %+v", c.mode, all)
		}
	}
}

func TestARequestHasSomeItemsAndNotTooMany(t *testing.T) {
	for n, code := range map[int]string{0: "ITEMS_MISSING", 1: "", MaxItems: "", MaxItems + 1: "TOO_MANY_ITEMS"} {
		got := ""
		if r := domain.AsRefusal(Check(n)); r != nil {
			got = r.Code
		}
		if got != code {
			t.Errorf("%d items: %q, want %q", n, got, code)
		}
	}
}
