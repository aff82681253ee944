package portal

import (
	"net/http"
	"reflect"
	"slices"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/framework"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/domain/position"
	"github.com/guildhall-dev/guildhall/domain/standard"
)

// ways are the latest versions of the built-in pathways.
func ways(t *testing.T) (out []pathway.Pathway) {
	t.Helper()
	all, err := pathway.Catalogue()
	check(t, err)
	for i, p := range all {
		if i+1 == len(all) || all[i+1].ID != p.ID {
			out = append(out, p)
		}
	}
	return out
}

func TestTheAtlasIsDrawnTheSameEveryTimeAndNothingLiesOnAnother(t *testing.T) {
	first := drawAtlas(ways(t))
	check(t, first.fault)
	for range 20 {
		if again := drawAtlas(ways(t)); !reflect.DeepEqual(first, again) {
			t.Fatal("the same catalogue was drawn differently")
		}
	}
	for i, r := range first.roles {
		for _, other := range first.roles[:i] {
			if r.x < other.x+roleWidth && other.x < r.x+roleWidth && r.y < other.y+roleHeight && other.y < r.y+roleHeight {
				t.Errorf("%s lies on %s", r.ID, other.ID)
			}
		}
		if r.x < 0 || r.y < 0 || r.x+roleWidth > first.width || r.y+roleHeight > first.height {
			t.Errorf("%s lies outside, at %d, %d", r.ID, r.x, r.y)
		}
	}
	for _, l := range first.links {
		from, _ := first.role(l.from)
		to, _ := first.role(l.to)
		if from.level >= to.level || l.path == "" {
			t.Errorf("%s at %d leads to %s at %d along %q", l.from, from.level, l.to, to.level, l.path)
		}
	}
}

func TestRolesThatLeadNowhereStandBelowTheOthers(t *testing.T) {
	def, err := standard.Find("it-security-pathway")
	check(t, err)
	all := ways(t)
	before := drawAtlas(all)
	lone := def.Pathway(1)
	a := drawAtlas(append(all, lone))
	check(t, a.fault)
	r, known := a.role(lone.Stages[0].Role.ID)
	if !known || r.level != 0 || r.y < before.height || a.height < r.y+roleHeight {
		t.Errorf("the role of a standard is at %+v, below %d", r, before.height)
	}
	if a := drawAtlas([]pathway.Pathway{lone}); a.fault != nil || a.width != roleWidth || a.height != roleHeight {
		t.Errorf("one role alone is drawn in %d by %d, %v", a.width, a.height, a.fault)
	}
	if a := drawAtlas(nil); a.fault != nil || a.width != 0 {
		t.Errorf("nothing is drawn in %d, %v", a.width, a.fault)
	}
}

// TestPathwaysThatLeadRoundInACircleStillHaveLevels: none does alone, two may together.
func TestPathwaysThatLeadRoundInACircleStillHaveLevels(t *testing.T) {
	stage := func(role domain.RoleID, next ...domain.RoleID) pathway.Stage {
		return pathway.Stage{Role: pathway.Role{ID: role, Title: string(role)}, Months: 6, Next: append([]domain.RoleID{}, next...)}
	}
	a := drawAtlas([]pathway.Pathway{
		{ID: "there", Stages: []pathway.Stage{stage("desk", "ward"), stage("ward")}},
		{ID: "back", Stages: []pathway.Stage{stage("ward", "desk"), stage("desk")}},
	})
	check(t, a.fault)
	if legs, months := a.way("desk", "ward", ""); len(legs) != 1 || months != 6 {
		t.Errorf("from desk to ward there are %d legs of %d months", len(legs), months)
	}
	for _, r := range a.roles {
		if r.level < 0 || r.level > 1 {
			t.Errorf("%s is at level %d of two roles", r.ID, r.level)
		}
	}
}

func TestTheWayKeepsToThePathwayOneIsOn(t *testing.T) {
	a := drawAtlas(ways(t))
	legs, months := a.way("help-desk-analyst", "security-analyst", "help-desk-to-security-analyst")
	if len(legs) != 2 || legs[1].stage.Role.ID != "systems-administrator" || months != 21 {
		t.Errorf("%d legs, %d months", len(legs), months)
	}
	if legs, months := a.way("help-desk-analyst", "device-security-engineer", ""); len(legs) != 2 || legs[1].on.ID != "network-to-device-security" || months != 18 {
		t.Errorf("%d legs, %d months", len(legs), months)
	}
	if legs, _ := a.way("help-desk-analyst", "practice-manager", ""); legs != nil {
		t.Errorf("%d legs to where no pathway leads", len(legs))
	}
}

// houseSkills publishes what two roles ask for.
func (h *hospital) houseSkills() {
	h.Helper()
	run(h, framework.Stream("alder-skills"), framework.Evolve, framework.Publish{Request: h.request(ruth), Name: "St. Alder skills", Version: "1", Content: framework.Content{
		Statements: []framework.StatementDefined{{Code: "K01", Kind: framework.Knowledge, Text: "How a ward works"}, {Code: "K02", Kind: framework.Knowledge, Text: "How intruders go about it"}, {Code: "T01", Kind: framework.Task, Text: "Investigate an alert"}},
		Roles: []framework.RoleDefined{{Code: "help-desk-analyst", Title: "Help desk analyst", Statements: []domain.StatementID{"K01"}},
			{Code: "systems-administrator", Title: "Systems administrator", Statements: []domain.StatementID{"K02"}},
			{Code: "security-analyst", Title: "Security analyst", Statements: []domain.StatementID{"K01", "K02", "T01"}}},
	}})
}

func TestTheCareerMapShowsTheGapToEveryRole(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.houseSkills()
	hr := domain.Actor{Person: "helen", Role: domain.HR}
	run(h, position.Stream("sa-main"), position.Evolve, position.Open{Request: h.request(hr), Opened: position.Opened{Role: "security-analyst", Title: "Security analyst", Site: "main", Headcount: 2, From: sunday}})
	b := h.as("apprentice")
	s := b.get("/career").wants(http.StatusOK, "seen from yours: help desk analyst", "You are here", "Next on your pathway", "1 of 3 held · About 21 months from your role · 2 openings", "1 of 1 held", "0 of 1 held")
	links := 0
	for _, a := range named(s.all, "a") {
		if attr(a, "class") == "job is-ahead" {
			links++
		}
	}
	if links == 0 {
		t.Error("no role ahead is drawn")
	}
	b.get("/career/roles/security-analyst").wants(http.StatusOK, "12 things are missing on the way. The plan is 21 months from help desk analyst.", "You hold 1 of these 3.",
		"By your work as help desk analyst", "Comes with work as systems administrator", "Learned in the role itself", "0 of 6 met", "2 places", "Nobody holds this role now.")
	b.get("/career/roles/systems-administrator").wants(http.StatusOK, "Owen Castellano leads them", "None now.")
	b.get("/career/roles/practice-manager").wants(http.StatusOK, "No pathway leads there from help desk analyst.", "Where the way there begins", "Practice coordinator", "Nobody has written down yet")
	b.get("/career/roles/astronaut").wants(http.StatusNotFound, "Choose one on the career map.")
	b.get("/career").send("/language", "language", "es")
	b.get("/career").wants(http.StatusOK, "Usted está aquí", "1 de 3 cubiertas").lacks("You are here", "months")
}

func TestARoleSaysWhoseTurnItIsWithEachRule(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.prepare()
	h.work("maya", lastWeek, domain.Hours(8))
	b := h.as("apprentice")
	b.get("/career/roles/systems-administrator").wants(http.StatusOK, "6 of 6 met", "400 h signed off").lacks("Your turn")
	other := h.as("other").get("/career/roles/systems-administrator").wants(http.StatusOK, "0 of 6 met", "Your turn since 7 Sep")
	other.lacks("400 h signed off")
}

func TestAnAtlasIsDrawnOnceForAnEdition(t *testing.T) {
	var k atlasKeeper
	drawn := 0
	all := ways(t)
	draw := func() ([]pathway.Pathway, error) { drawn++; return all, nil }
	for _, edition := range []string{"one", "one", "two", "two"} {
		if a, err := k.atlas(edition, nil, draw); err != nil || len(a.roles) == 0 {
			t.Fatal(err)
		}
	}
	if drawn != 2 {
		t.Errorf("two editions were drawn %d times", drawn)
	}
	if !slices.ContainsFunc(k.kept.roles, func(r atlasRole) bool { return r.ID == "help-desk-analyst" }) {
		t.Error("the help desk is missing")
	}
}

// BenchmarkCareer renders the career map, one role, and what the viewer is interested in.
func BenchmarkCareer(b *testing.B) {
	h := newHospital(b)
	h.houseSkills()
	h.prepare()
	for name, path := range map[string]string{"map": "/career", "role": "/career/roles/security-analyst", "interests": "/career/interests"} {
		b.Run(name, func(b *testing.B) { cost(b, h, "apprentice", path) })
	}
}
