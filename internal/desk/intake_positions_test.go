package desk_test

import (
	"strings"
	"testing"

	"github.com/guildhall-dev/guildhall/domain/upload"
	"github.com/guildhall-dev/guildhall/internal/desk"
)

func TestPositionsAreTakenOver(t *testing.T) {
	h := staffed(t)
	positions := desk.Table{Kind: upload.Positions}
	const table = "position_id,role,site,grade,headcount,from\nP-1,Systems administrator,Riverside,IT-3,1,2026-06-01\nP-2,night-porter,riverside,,2,\n"
	if got := h.handIn(ruth, positions, table); got != "2 p-1 new; 3 p-2 new" {
		t.Fatalf("taken over: %s", got)
	}
	if p := must(h.Read.PositionOf(t.Context(), "p-1"))(t); p.Role != admin || p.Site != "riverside" || p.PayGrade != "IT-3" || p.Headcount != 1 || p.OpenedOn.String() != "2026-06-01" || p.Title != "Systems administrator" {
		t.Errorf("on record is %+v", p)
	}
	if got := h.handIn(ruth, positions, table); got != "repeated" {
		t.Errorf("again: %s", got)
	}
	if got := h.handIn(ruth, positions, strings.Replace(table, "IT-3,1", ",3", 1)); got != "2 p-1 changed headcount; 3 p-2 unchanged" {
		t.Errorf("more places: %s", got)
	}
	before := h.head()
	got := h.handIn(ruth, positions, "position_id,role,site,headcount\nP-1,registered-nurse,riverside,1\nP-3,x,riverside,many\nP-4,x,riverside,0\nP-5,x,riverside,1\nP-5,x,riverside,1\n")
	for _, want := range []string{
		"line 2: position_id: p-1 is on record for systems-administrator at riverside. Another role or site is another position: give it another id.",
		`line 3: headcount: "many" is not a whole number up to 500. Write digits alone.`,
		"line 4: A position has 1 to 500 places.",
		"line 6: position_id: the position is on line 5 already. Keep one of the rows.",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in\n%s", want, got)
		}
	}
	if h.head() != before {
		t.Error("a table with mistakes changed something")
	}
	if got := h.handIn(lena, positions, table); got != "NOT_HR" {
		t.Errorf("a coordinator hands positions in: %s", got)
	}
}
