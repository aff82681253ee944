package pathway

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/guildhall-dev/guildhall/domain"
)

// roads is a pathway of roles only: "a>b c, b>, c>b" leads from a to b or c, and from c to b.
// A role that is followed by nothing says nothing; one with an exclamation mark is an entry.
func roads(text string) (p Pathway) {
	for stage := range strings.SplitSeq(text, ",") {
		role, next, said := strings.Cut(strings.TrimSpace(stage), ">")
		role, entry := strings.CutSuffix(role, "!")
		s := Stage{Role: Role{ID: domain.RoleID(role), Title: role}, Months: 1, Entry: entry,
			Requirements: []Requirement{{ID: domain.RequirementID(role + "-hours"), Title: "Hours", Kind: Hours, Minutes: 60}}}
		if said {
			s.Next = []domain.RoleID{}
		}
		for to := range strings.FieldsSeq(next) {
			s.Next = append(s.Next, domain.RoleID(to))
		}
		p.Stages = append(p.Stages, s)
	}
	p.ID, p.Standard, p.Version, p.Title = "p", "s", 1, "P"
	for i := range p.Stages {
		if !p.isGoal(i) {
			p.Stages[i].Approvals = []Step{CurrentManager}
		}
	}
	return p
}

func ids(stages []Stage) string {
	var out []string
	for _, s := range stages {
		out = append(out, string(s.Role.ID))
	}
	return strings.Join(out, " ")
}

func TestRolesLeadToEachOther(t *testing.T) {
	for text, want := range map[string]struct{ from, next, route, entries string }{
		"a, b, c":                  {"a", "b", "a b c", "a"},
		"a>b c, b>d, c, d":         {"a", "b c", "a b d", "a"},
		"a>c b, b>d, c, d":         {"a", "c b", "a c d", "a"},
		"a>b, b>, c!>b":            {"c", "b", "c b", "a c"},
		"a>b, b>, c!>d, d":         {"b", "", "a b", "a c"},
		"a":                        {"a", "", "a", "a"},
		"a>b d, b>c d, c>d, d":     {"b", "c d", "a b c d", "a"},
		"a>b, b>c e, c>d, d>, e>d": {"b", "c e", "a b c d", "a"},
	} {
		p := roads(text)
		if err := p.Check(); err != nil {
			t.Errorf("%s: %v", text, err)
		}
		held := []domain.RoleID{"a", domain.RoleID(want.from)}
		if want.from == "a" || want.from == "c" {
			held = held[1:]
		}
		if next, route, in := ids(p.Next(domain.RoleID(want.from))), ids(p.Route(held...)), ids(p.Entries()); next != want.next || route != want.route || in != want.entries {
			t.Errorf("%s: from %s to %q, route %q, entries %q", text, want.from, next, route, in)
		}
	}
	p := roads("a>b c, b>d, c, d")
	if got := ids(p.Route("a", "c")); got != "a c d" {
		t.Errorf("whoever took the other way is on %q", got)
	}
	if got := ids(p.Route("elsewhere")); got != "a b d" {
		t.Errorf("whoever comes from elsewhere is on %q", got)
	}
	if _, ok := p.Following("d"); ok || p.Next("nowhere") != nil {
		t.Error("a goal leads on, or a role that is not on the pathway does")
	}
}

// TestACheckedPathwayAlwaysArrives: whatever passes the check, every role is reached from an
// entry, and every way from a role ends at a goal.
func TestACheckedPathwayAlwaysArrives(t *testing.T) {
	sound := 0
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 5).Draw(t, "roles")
		var stages []string
		for i := range n {
			s := string(rune('a' + i))
			if rapid.IntRange(0, 4).Draw(t, "entry") == 0 {
				s += "!"
			}
			if rapid.Bool().Draw(t, "says what is next") {
				s += ">"
				for _, to := range rapid.SliceOfNDistinct(rapid.IntRange(0, n-1), 0, 2, rapid.ID[int]).Draw(t, "next") {
					s += string(rune('a'+to)) + " "
				}
			}
			stages = append(stages, s)
		}
		p := roads(strings.Join(stages, ","))
		if p.Check() != nil {
			return
		}
		sound++
		reached := map[domain.RoleID]bool{}
		var walk func(s Stage, steps int)
		walk = func(s Stage, steps int) {
			if steps > n {
				t.Fatalf("%v goes round in circles", stages)
			}
			reached[s.Role.ID] = true
			for _, next := range p.Next(s.Role.ID) {
				walk(next, steps+1)
			}
		}
		for _, s := range p.Entries() {
			walk(s, 1)
		}
		if len(reached) != n {
			t.Fatalf("%v: only %d roles are reached", stages, len(reached))
		}
		if way := p.Route(p.Stages[rapid.IntRange(0, n-1).Draw(t, "from")].Role.ID); len(p.Next(way[len(way)-1].Role.ID)) != 0 {
			t.Fatalf("%v: the way ends before a goal", stages)
		}
	})
	if sound == 0 {
		t.Error("no pathway was sound: the test proves too little")
	}
}

func TestGroupsNest(t *testing.T) {
	leaf := func(id domain.RequirementID) Requirement { return Requirement{ID: id, Kind: Lab} }
	s := Stage{Requirements: []Requirement{{ID: "way", Kind: Group, Any: true, Of: []Requirement{
		{ID: "both", Kind: Group, All: true, Of: []Requirement{leaf("a"), leaf("b")}},
		{ID: "two", Kind: Group, Choose: 2, Of: []Requirement{leaf("c"), leaf("d"), leaf("e")}},
	}}}}
	for _, c := range []struct {
		there []domain.RequirementID
		met   bool
		words string
	}{
		{nil, false, "1 of 2, none there; all 2, none there; 2 of 3, none there"},
		{[]domain.RequirementID{"a", "c"}, false, "1 of 2, none there; all 2, 1 there; 2 of 3, 1 there"},
		{[]domain.RequirementID{"a", "b"}, true, "1 of 2, 1 there; all 2, 2 there; 2 of 3, none there"},
		{[]domain.RequirementID{"c", "e"}, true, "1 of 2, 1 there; all 2, none there; 2 of 3, 2 there"},
	} {
		f := s.Readiness(Record{Milestones: attained(c.there...)})[0]
		if got := strings.Join([]string{f.Words(), f.Of[0].Words(), f.Of[1].Words()}, "; "); f.Met != c.met || got != c.words {
			t.Errorf("with %v: met %v, %s", c.there, f.Met, got)
		}
		if w := f.Of[0].Of[0].Words(); w != "" {
			t.Errorf("a lab is a group: %q", w)
		}
	}
}

func TestKindsAreData(t *testing.T) {
	seen := map[Kind]bool{}
	for _, m := range Kinds() {
		if seen[m.Kind] || m.Title == "" || !domain.ValidID(domain.RequirementID(m.Kind)) ||
			!slices.Contains([]How{Logged, Chosen, Assessed, Scored, Awarded, Checked, Attended}, m.Met) {
			t.Errorf("%+v", m)
		}
		seen[m.Kind] = true
		if milestone := m.Met != Logged && m.Met != Chosen; milestone != (len(m.Evidence) > 0) || milestone != (Requirement{Kind: m.Kind}).IsMilestone() {
			t.Errorf("%s: evidence %v", m.Kind, m.Evidence)
		}
		r := Requirement{ID: "r", Title: "R", Kind: m.Kind, Minutes: 60}
		switch m.Met {
		case Chosen:
			r.Minutes, r.Of = 0, []Requirement{{ID: "s", Title: "S", Kind: Certificate}}
		case Awarded:
			r.Course, r.Credit = "Networks", domain.Credit{Hundredths: 300, Unit: domain.Semester}
		case Scored:
			r.Score = Score{Pass: 70, Of: 100}
		}
		p := roads("a")
		p.Stages[0].Requirements = append(p.Stages[0].Requirements, r)
		if err := p.Check(); err != nil {
			t.Errorf("a pathway cannot have a %s: %v", m.Kind, err)
		}
	}
	for _, k := range strings.Fields(`hours group work lab course certificate simulation workshop team-project case-study stretch-assignment
		rotation pilot leadership compliance soft-skill micro-credential boot-camp online-module internship`) {
		if !seen[Kind(k)] {
			t.Errorf("there is no kind %s", k)
		}
	}
	soft, hipaa := Requirement{Kind: "soft-skill"}, Requirement{Kind: "compliance", Months: 24}
	if got := fmt.Sprint(soft.Successes(), soft.Observed(), soft.ByCredit(), hipaa.ValidMonths(), Requirement{Kind: "compliance"}.ValidMonths(), Requirement{Kind: Lab, Attempts: 3}.Successes()); got != "2 true false 24 12 3" {
		t.Errorf("got %s", got)
	}
}
