package rules

import (
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"pgregory.net/rapid"
)

func TestGradesACollegeCanSend(t *testing.T) {
	for g, want := range map[Grade]bool{
		"A+": true, "A": true, "A-": true, "B+": true, "C": true, "D-": true, "F": true, "P": true,
		"": false, "E": false, "a": false, "A++": false, "A*": false, "F+": false, "P+": false, "+": false, "PASS": false,
	} {
		if got := g.Valid(); got != want {
			t.Errorf("%q: got %v", g, got)
		}
	}
}

func TestAGradeIsAtLeastTheLowestARuleTakes(t *testing.T) {
	for _, c := range []struct {
		got, min Grade
		want     bool
	}{
		{"B", "C", true}, {"C", "C", true}, {"C-", "C", false}, {"C+", "C", true}, {"A-", "A", false}, {"B+", "A-", false},
		{"D-", "", true}, {"F", "", false}, {"", "", false}, {"P", "", true}, {"P", "C", true}, {"P", "C+", false}, {"P", "B", false},
		{"P", "P", true}, {"C", "P", true}, {"F", "P", false}, {"F", "F", false}, {"Z", "Z", false}, {"", "Z", false},
	} {
		if got := c.got.AtLeast(c.min); got != c.want {
			t.Errorf("%q for a rule that asks for %q: got %v", c.got, c.min, got)
		}
	}
}

func TestABetterGradeIsNeverRefusedWhereAWorseIsTaken(t *testing.T) {
	grades := []Grade{"F", "D-", "D", "D+", "C-", "C", "C+", "B-", "B", "B+", "A-", "A", "A+"}
	rapid.Check(t, func(t *rapid.T) {
		worse := rapid.IntRange(0, len(grades)-1).Draw(t, "worse")
		better := rapid.IntRange(worse, len(grades)-1).Draw(t, "better")
		min := rapid.SampledFrom(append([]Grade{"", "P"}, grades...)).Draw(t, "min")
		if grades[worse].AtLeast(min) && !grades[better].AtLeast(min) {
			t.Fatalf("a rule of %q takes %s and refuses %s", min, grades[worse], grades[better])
		}
	})
}

func TestAnArticulationHoldsFromItsFirstToItsLastDay(t *testing.T) {
	from, to := domain.NewDate(2026, time.August, 1), domain.NewDate(2027, time.July, 31)
	closed, open := Articulation{From: from, To: to}, Articulation{From: from}
	for _, c := range []struct {
		day          domain.Date
		closed, open bool
	}{
		{from.AddDays(-1), false, false}, {from, true, true}, {to, true, true}, {to.AddDays(1), false, true},
	} {
		if got := closed.ValidOn(c.day); got != c.closed {
			t.Errorf("closed rule on %v: got %v", c.day, got)
		}
		if got := open.ValidOn(c.day); got != c.open {
			t.Errorf("open rule on %v: got %v", c.day, got)
		}
	}
}
