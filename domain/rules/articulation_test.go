package rules

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/guildhall-dev/guildhall/domain"
)

// byTime is what the University of Alaska Anchorage gives apprentices for time on the job.
var byTime = Articulation{
	Rule: "uaa-time", Course: "TECH 1", Title: "Apprenticeship", Requirement: "degree", Credit: domain.Credit{Hundredths: 3800, Unit: domain.Semester},
	From: domain.NewDate(2026, time.July, 1),
	Steps: []Step{
		{domain.Hours(2000), 1000}, {domain.Hours(3000), 1400}, {domain.Hours(4000), 1900},
		{domain.Hours(5000), 2400}, {domain.Hours(6000), 2900}, {domain.Hours(8000), 3800},
	},
}

func TestTimeIsWorthTheStepBelow(t *testing.T) {
	if err := byTime.Check(); err != nil {
		t.Fatal(err)
	}
	for hours, want := range map[int]string{
		0: "0", 1999: "0", 2000: "10", 2500: "10", 2999: "10", 3000: "14", 4000: "19", 5000: "24", 6000: "29", 7999: "29", 8000: "38", 20000: "38",
	} {
		if got := byTime.Worth(Shown{Minutes: domain.Hours(hours)}); got.Decimal() != want || got.Unit != domain.Semester {
			t.Errorf("%d h are worth %s %s, want %s", hours, got.Decimal(), got.Unit, want)
		}
	}
	if got := byTime.Worth(Shown{Minutes: domain.Hours(2000) - 1}); got.Hundredths != 0 {
		t.Errorf("a minute short is worth %s", got.Decimal())
	}
}

func TestMoreTimeIsNeverWorthLess(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		less := rapid.IntRange(0, 600_000).Draw(t, "minutes")
		more := less + rapid.IntRange(0, 100_000).Draw(t, "more")
		a, b := byTime.Worth(Shown{Minutes: domain.Minutes(less)}), byTime.Worth(Shown{Minutes: domain.Minutes(more)})
		if b.Hundredths < a.Hundredths || b.Hundredths > byTime.Credit.Hundredths {
			t.Fatalf("%d min are worth %s, %d min %s", less, a.Decimal(), more, b.Decimal())
		}
	})
}

func TestSendingCourses(t *testing.T) {
	course := func(code string, min Grade) Course { return Course{Code: code, MinGrade: min} }
	both := Sending{Join: And, Groups: []Group{{And, []Course{course("A", "C"), course("B", "")}}, {Or, []Course{course("C", ""), course("D", "")}}}}
	either := both
	either.Join = Or
	for _, c := range []struct {
		name         string
		taken        []Taken
		both, either bool
	}{
		{"nothing", nil, false, false},
		{"one of the first group", []Taken{{"A", "A"}}, false, false},
		{"all of the first group", []Taken{{"A", "C"}, {"B", "D"}}, false, true},
		{"the first group with too low a grade", []Taken{{"A", "C-"}, {"B", "A"}}, false, false},
		{"the first group, repeated", []Taken{{"A", "D"}, {"A", "B"}, {"B", "A"}}, false, true},
		{"one of the second group", []Taken{{"D", "P"}}, false, true},
		{"failed", []Taken{{"D", "F"}}, false, false},
		{"everything", []Taken{{"D", "C"}, {"B", "C"}, {"A", "C"}}, true, true},
	} {
		for name, s := range map[string]struct {
			sending Sending
			want    bool
		}{"and": {both, c.both}, "or": {either, c.either}} {
			a := Articulation{Credit: domain.Credit{Hundredths: 300, Unit: domain.Quarter}, Sending: s.sending}
			if got := a.Worth(Shown{Courses: c.taken}).Hundredths > 0; got != s.want {
				t.Errorf("%s, groups joined by %s: got %v", c.name, name, got)
			}
		}
	}
}

func TestAPromiseIsChecked(t *testing.T) {
	year := Articulation{Rule: "r", Course: "C", Title: "T", Requirement: "q", Credit: domain.Credit{Hundredths: 300, Unit: domain.Semester},
		From: domain.NewDate(2026, time.July, 1), To: domain.NewDate(2027, time.June, 30), Year: "2026-27", Level: domain.LowerDivision, Basis: domain.LifeExperience}
	if err := year.Check(); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		change func(*Articulation)
		code   string
	}{
		"no year":                 {func(a *Articulation) { a.Year = "2026-28" }, "BAD_YEAR"},
		"a long year":             {func(a *Articulation) { a.Year = "2026-27\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4" }, "BAD_YEAR"},
		"open beyond the year":    {func(a *Articulation) { a.To = domain.Date{} }, "OUTSIDE_YEAR"},
		"begun before the year":   {func(a *Articulation) { a.From = a.From.AddDays(-1) }, "OUTSIDE_YEAR"},
		"an unknown level":        {func(a *Articulation) { a.Level = "high" }, "BAD_CREDIT_LEVEL"},
		"an unknown basis":        {func(a *Articulation) { a.Basis = "luck" }, "BAD_CREDIT_BASIS"},
		"steps that fall":         {func(a *Articulation) { a.Steps = []Step{{20, 300}, {10, 300}} }, "BAD_STEPS"},
		"steps beyond the credit": {func(a *Articulation) { a.Steps = []Step{{20, 400}} }, "BAD_STEPS"},
		"steps short of it":       {func(a *Articulation) { a.Steps = []Step{{20, 200}} }, "BAD_STEPS"},
		"a step at once":          {func(a *Articulation) { a.Steps = []Step{{0, 300}} }, "BAD_STEPS"},
		"too many steps":          {func(a *Articulation) { a.Steps = make([]Step, 31) }, "TOO_MANY"},
		"groups without a join":   {func(a *Articulation) { a.Sending.Groups = []Group{{And, []Course{{Code: "A"}}}} }, "BAD_JOIN"},
		"courses without a join":  {func(a *Articulation) { a.Sending = Sending{And, []Group{{"", []Course{{Code: "A"}}}}} }, "BAD_JOIN"},
		"an empty group":          {func(a *Articulation) { a.Sending = Sending{And, []Group{{And, nil}}} }, "BAD_GROUP"},
		"a course without a code": {func(a *Articulation) { a.Sending = Sending{And, []Group{{And, []Course{{}}}}} }, "COURSE_MISSING"},
		"a course failed":         {func(a *Articulation) { a.Sending = Sending{And, []Group{{And, []Course{{Code: "A", MinGrade: "F"}}}}} }, "BAD_GRADE"},
		"a course without a unit": {func(a *Articulation) {
			a.Sending = Sending{And, []Group{{And, []Course{{Code: "A", Credit: domain.Credit{Hundredths: 1}}}}}}
		}, "BAD_CREDIT"},
		"too many groups":          {func(a *Articulation) { a.Sending = Sending{And, make([]Group, 31)} }, "TOO_MANY"},
		"more courses than a page": {func(a *Articulation) { a.Sending = Sending{And, []Group{{And, make([]Course, 31)}}} }, "BAD_GROUP"},
	} {
		a := year
		c.change(&a)
		if r := domain.AsRefusal(a.Check()); r == nil || r.Code != c.code || r.Field == "" {
			t.Errorf("%s: %+v, want %s", name, r, c.code)
		}
		if a.Equal(year) || !a.Equal(a) {
			t.Errorf("%s: equality is wrong", name)
		}
	}
}
