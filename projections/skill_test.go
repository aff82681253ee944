package projections_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/attestation"
	"github.com/guildhall-dev/guildhall/domain/framework"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/projections"
)

func holdings(q projections.HoldingQuery) question {
	return func(t testing.TB, db *projections.DB) any {
		hs, err := db.Holdings(t.Context(), q)
		return lines(must(t, hs, err), func(h projections.Holding) string {
			now := ""
			if h.Now {
				now = "now"
			}
			return strings.TrimSpace(join(h.Person, h.Kind, h.ID, now))
		})
	}
}

func TestHoldings(t *testing.T) {
	summer := projections.HoldingQuery{Framework: "nice", Milestones: []domain.RequirementID{"hd-portfolio"}, On: day("2026-06-30")}
	of := func(change func(*projections.HoldingQuery)) question {
		q := summer
		change(&q)
		return holdings(q)
	}
	attested := func(d string, e attestation.Event) fact {
		return on(d, lena, attestation.Stream("ana-ruiz", "nice"), e)
	}
	found := attested("2026-04-01", attestation.Attested{Statements: []domain.StatementID{"K2", "K1"}, Basis: attestation.Experience, On: day("2026-04-01")})
	moved := on("2026-05-01", rules, "apprenticeship-ana", apprenticeship.StageEntered{Role: "systems-administrator", On: day("2026-05-04")})
	attained := on("2026-04-02", lena, portfolio, milestone.Started{PassLevel: 3}, milestone.Attained{On: day("2026-04-02"), Level: 3})
	nurse := on("2026-01-05", lena, "person-noor", person.Joined{Name: "sealed noor", Capacity: domain.Apprentice, Position: "registered-nurse", Manager: "joan"})
	erased := on("2026-02-05", lena, "person-noor", person.Erased{})

	check(t, []telling{
		{"whoever began holds the role they began in", nil, holdings(summer), []string{"ana-ruiz role help-desk-analyst now"}},
		{"the role before stays held", []fact{moved}, holdings(summer), []string{"ana-ruiz role help-desk-analyst", "ana-ruiz role systems-administrator now"}},
		{"a role to come is not held yet", []fact{moved}, of(func(q *projections.HoldingQuery) { q.On = day("2026-05-03") }), []string{"ana-ruiz role help-desk-analyst"}},
		{"a milestone that was asked for is held once attained", []fact{attained}, holdings(summer), []string{"ana-ruiz role help-desk-analyst now", "ana-ruiz milestone hd-portfolio"}},
		{"a milestone that names no statement is left out", []fact{attained}, of(func(q *projections.HoldingQuery) { q.Milestones = nil }), []string{"ana-ruiz role help-desk-analyst now"}},
		{"what was attested is held", []fact{found}, holdings(summer), []string{"ana-ruiz role help-desk-analyst now", "ana-ruiz prior-learning K1", "ana-ruiz prior-learning K2"}},
		{"what was attested is of its framework", []fact{found}, of(func(q *projections.HoldingQuery) { q.Framework = "onet" }), []string{"ana-ruiz role help-desk-analyst now"}},
		{"what was taken back is not held", []fact{found, attested("2026-04-02", attestation.Withdrawn{Statements: []domain.StatementID{"K1"}, Reason: "r", On: day("2026-04-02")})}, holdings(summer),
			[]string{"ana-ruiz role help-desk-analyst now", "ana-ruiz prior-learning K2"}},
		{"a team is who reports to a manager", []fact{nurse}, of(func(q *projections.HoldingQuery) { q.Team = "joan" }), []string{"noor role registered-nurse now"}},
		{"and whom they supervise", []fact{nurse}, of(func(q *projections.HoldingQuery) { q.Team = "dana-whitfield" }), []string{"ana-ruiz role help-desk-analyst now"}},
		{"nobody is found in another team", []fact{nurse}, of(func(q *projections.HoldingQuery) { q.Team = "joan"; q.Person = "ana-ruiz" }), []string{}},
		{"who was erased holds nothing", []fact{nurse, erased}, of(func(q *projections.HoldingQuery) { q.Person = "noor" }), []string{}},
	})
}

func TestStatementsAreThoseOfTheEditionInForce(t *testing.T) {
	edition := func(n int, text string, codes ...domain.StatementID) fact {
		f := on("2026-01-05", rules, "framework-nice", framework.Published{Edition: n, Name: "NICE", Version: "2"})
		for _, c := range codes {
			f.events = append(f.events, framework.StatementDefined{Code: c, Kind: framework.Skill, Text: text})
		}
		return f
	}
	db := told(t, edition(1, "old", "S1", "S2"), edition(2, "new", "S2", "S3"))
	found, err := db.Statements(t.Context(), "nice", "S1", "S2")
	if err != nil || len(found) != 1 || found["S2"].Text != "new" {
		t.Errorf("got %v, %v", found, err)
	}
	if f, err := db.Framework(t.Context(), "nice"); err != nil || f.Edition != 2 {
		t.Errorf("in force is %+v, %v", f, err)
	}
	if _, err := db.Framework(t.Context(), "onet"); domain.AsRefusal(err) == nil {
		t.Errorf("an unknown framework gives %v", err)
	}
}

func TestRelatedRolesAreReachedByTheShortestPath(t *testing.T) {
	relates := func(code string, others ...string) framework.RelatedDefined {
		e := framework.RelatedDefined{Code: code}
		for _, o := range others {
			e.Related = append(e.Related, framework.Related{Code: o, Tier: "near"})
		}
		return e
	}
	old := on("2026-01-05", rules, "framework-onet", framework.Published{Edition: 1}, relates("nurse", "surgeon"))
	db := told(t, old, on("2026-01-06", rules, "framework-onet", framework.Published{Edition: 2},
		relates("nurse", "educator", "specialist", "nurse"), relates("educator", "informatician", "specialist"), relates("specialist", "informatician", "pharmacist")))
	ask := func(steps int) string {
		found, err := db.Related(t.Context(), "onet", "nurse", steps)
		return strings.Join(lines(must(t, found, err), func(r projections.RelatedRole) string {
			path := "nurse"
			for _, s := range r.Path {
				path += fmt.Sprintf(" -%d-> %s", s.Place, s.To)
			}
			return path
		}), "; ")
	}
	for steps, want := range []string{"", "nurse -1-> educator; nurse -2-> specialist",
		"nurse -1-> educator; nurse -2-> specialist; nurse -1-> educator -1-> informatician; nurse -2-> specialist -2-> pharmacist"} {
		if got := ask(steps); got != want {
			t.Errorf("%d steps: %s, want %s", steps, got, want)
		}
	}
	if got := ask(1000); got != ask(2) {
		t.Errorf("there is no more: %s", got)
	}
}
