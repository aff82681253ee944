package framework

import (
	"fmt"
	"os"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/spec"
)

const (
	technicalSupport = "IO-WRL-007"
	administration   = "IO-WRL-005"
	infrastructure   = "PD-WRL-004"
	defence          = "PD-WRL-001"
	response         = "PD-WRL-003"
)

func nice(t *testing.T) map[string]RoleDefined {
	t.Helper()
	r, err := Read(os.DirFS(shared(t, "data/nice")))
	if err != nil {
		t.Fatal(err)
	}
	roles := map[string]RoleDefined{}
	for _, role := range r.Content.Roles {
		roles[role.Code] = role
	}
	return roles
}

// The figures are those that anybody gets who joins the publisher's tables.
func TestTheGapFromTheHelpDeskInTheRealFramework(t *testing.T) {
	roles := nice(t)
	for _, c := range []struct {
		target                 string
		held                   []string
		count, required, share int
	}{
		{defence, []string{technicalSupport}, 33, 206, 16},
		{defence, []string{technicalSupport, administration, response}, 90, 206, 44},
		{response, []string{technicalSupport}, 33, 107, 31},
		{administration, []string{technicalSupport}, 44, 137, 32},
		{infrastructure, []string{technicalSupport}, 27, 75, 36},
		{defence, nil, 0, 206, 0},
		{defence, []string{defence}, 206, 206, 100},
	} {
		var grounds []Ground
		for _, code := range c.held {
			grounds = append(grounds, Ground{ByRole, code, roles[code].Statements})
		}
		g := Compare(roles[c.target].Statements, grounds...)
		got := [3]int{len(g.Held), len(g.Held) + len(g.Missing), Percent(len(g.Held), len(g.Held)+len(g.Missing))}
		if want := [3]int{c.count, c.required, c.share}; got != want {
			t.Errorf("%v holds %v of %s; want %v", c.held, got, c.target, want)
		}
	}
}

func TestAStatementIsHeldOnItsFirstGround(t *testing.T) {
	desk := Ground{ByRole, "help-desk", []domain.StatementID{"K2", "K1"}}
	lab := Ground{ByMilestone, "lab", []domain.StatementID{"S1", "K1"}}
	got := Compare([]domain.StatementID{"S1", "K9", "K1", "K1"}, desk, lab)
	want := Gap{[]Held{{"K1", desk}, {"S1", lab}}, []domain.StatementID{"K9"}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// Whatever is held: each statement the role needs is held or missing and not both, nothing
// else is, and one more ground never takes anything away.
func TestAGapIsWhatTheRoleNeedsAndMoreGroundsOnlyCloseIt(t *testing.T) {
	codes := rapid.SliceOf(rapid.Custom(func(t *rapid.T) domain.StatementID {
		return domain.StatementID(fmt.Sprintf("K%d", rapid.IntRange(0, 12).Draw(t, "code")))
	}))
	spec.Histories(t, func(t *rapid.T) {
		required := codes.Draw(t, "required")
		var grounds []Ground
		for i := range rapid.IntRange(0, 4).Draw(t, "grounds") {
			grounds = append(grounds, Ground{ByRole, fmt.Sprint(i), codes.Draw(t, "held")})
		}
		g := Compare(required, grounds...)
		var all []domain.StatementID
		for _, h := range g.Held {
			if !slices.Contains(h.Ground.Statements, h.Code) {
				t.Fatalf("%s is held on %+v, which does not name it", h.Code, h.Ground)
			}
			all = append(all, h.Code)
		}
		all = append(all, g.Missing...)
		slices.Sort(all)
		if want := slices.Compact(slices.Sorted(slices.Values(required))); !slices.Equal(all, want) {
			t.Fatalf("held and missing are %v, required %v", all, want)
		}
		if more := Compare(required, append(grounds, Ground{ByPrior, "more", codes.Draw(t, "more")})...); len(more.Held) < len(g.Held) {
			t.Fatalf("one more ground leaves %d of %d held", len(more.Held), len(g.Held))
		}
		if share := Percent(len(g.Held), len(all)); (share == 100) != (len(g.Missing) == 0 && len(all) > 0) || (share == 0) != (len(g.Held) == 0) {
			t.Fatalf("%d of %d is %d %%", len(g.Held), len(all), share)
		}
	})
}

func TestAShareIsWholeOnlyWhenNothingIsMissing(t *testing.T) {
	spec.Histories(t, func(t *rapid.T) {
		required := rapid.IntRange(1, 2000).Draw(t, "required")
		held := rapid.IntRange(0, required).Draw(t, "held")
		if share := Percent(held, required); (share == 100) != (held == required) || (share == 0) != (held == 0) || share < 0 || share > 100 {
			t.Fatalf("%d of %d is %d %%", held, required, share)
		}
	})
}
