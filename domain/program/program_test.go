package program

import (
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/internal/spec"
)

var (
	today = domain.NewDate(2026, time.March, 2)
	kim   = domain.Request{By: domain.Actor{Person: "kim", Role: domain.Coordinator}, On: today}
	ana   = domain.Request{By: domain.Actor{Person: "ana", Role: domain.Apprentice}, On: today}
	books = Registered{Title: "Health IT", Sponsor: "Mercy", Agency: "OH SAA", Number: "P-1", Profile: "us-registered", On: today}
	sixty = Settings{Reporting: rules.Reporting{Days: 60}}
)

func TestAProgramme(t *testing.T) {
	plan := func(change func(*Registered)) Register {
		c := Register{kim, books}
		change(&c.Registered)
		return c
	}
	there := []Event{books}
	gone := []Event{books, Deregistered{"no apprentices", today}}
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "a programme is registered", When: Register{kim, books}, Then: there},
		{Name: "it is registered once", Given: there, When: Register{kim, books}},
		{Name: "it is not registered as another", Given: there, When: plan(func(r *Registered) { r.Number = "P-2" }), Refused: "ALREADY_REGISTERED"},
		{Name: "an apprentice registers none", When: Register{ana, books}, Refused: "NOT_COORDINATOR"},
		{Name: "it has an agency", When: plan(func(r *Registered) { r.Agency = " " }), Refused: "TEXT_MISSING"},
		{Name: "it follows a profile that there is", When: plan(func(r *Registered) { r.Profile = "mars" }), Refused: "RULE_SET_NOT_FOUND"},
		{Name: "its settings are sound", When: plan(func(r *Registered) { r.Settings.Reporting.Days = 999 }), Refused: "BAD_SETTING"},

		{Name: "settings change from a day on", Given: there, When: Amend{kim, sixty, today.AddDays(9)}, Then: []Event{Amended{sixty, today.AddDays(9)}}},
		{Name: "what holds already is not amended", Given: append(there[:1:1], Amended{sixty, today}), When: Amend{kim, sixty, today.AddDays(9)}},
		{Name: "nothing is amended before there was a programme", Given: there, When: Amend{kim, sixty, today.AddDays(-1)}, Refused: "BAD_DAY"},
		{Name: "what is not there is not amended", When: Amend{kim, sixty, today}, Refused: "NO_SUCH_PROGRAM"},

		{Name: "a site has a ratio", Given: there, When: AddSite{kim, "north", "2:1", today}, Then: []Event{SiteAdded{"north", "2:1", today}}},
		{Name: "a site is added once", Given: append(there[:1:1], SiteAdded{"north", "2:1", today}), When: AddSite{kim, "north", "2:1", today}},
		{Name: "a ratio is two numbers", Given: there, When: AddSite{kim, "north", "two to one", today}, Refused: "BAD_RATIO"},
		{Name: "a site has an id", Given: there, When: AddSite{kim, "North Campus", "", today}, Refused: "BAD_ID"},
		{Name: "a site is added on a day", Given: there, When: AddSite{kim, "north", "", domain.Date{}}, Refused: "BAD_DAY"},

		{Name: "an employer joins", Given: there, When: JoinEmployer{kim, "Lakeside Clinic", "AA-7"}, Then: []Event{EmployerJoined{"Lakeside Clinic", "AA-7", today}}},
		{Name: "an employer joins once", Given: append(there[:1:1], EmployerJoined{"Lakeside Clinic", "AA-7", today}), When: JoinEmployer{kim, "Lakeside Clinic", "AA-8"}},
		{Name: "an employer accepts in writing", Given: there, When: JoinEmployer{kim, "Lakeside Clinic", ""}, Refused: "TEXT_MISSING"},

		{Name: "a programme ends", Given: there, When: Deregister{kim, "no apprentices"}, Then: gone[1:]},
		{Name: "it ends once", Given: gone, When: Deregister{kim, "no apprentices"}, Refused: "DEREGISTERED"},
		{Name: "it ends for a reason", Given: there, When: Deregister{kim, ""}, Refused: "TEXT_MISSING"},
		{Name: "what has ended has no new site", Given: gone, When: AddSite{kim, "north", "", today}, Refused: "DEREGISTERED"},
		{Name: "what is not there does not end", When: Deregister{kim, "x"}, Refused: "NO_SUCH_PROGRAM"},
	})
}

func TestWhatHoldsOnADay(t *testing.T) {
	amended := []Amended{{sixty, today.AddDays(10)}, {Settings{ReviewWeeks: 4}, today.AddDays(5)}}
	for after, want := range map[int]Settings{0: {}, 5: {ReviewWeeks: 4}, 10: sixty, 99: sixty} {
		if got := SettingsOn(Settings{}, amended, today.AddDays(after)); got != want {
			t.Errorf("after %d days: %+v, want %+v", after, got, want)
		}
	}
	sites := []SiteAdded{{"north", "1:1", today}, {"north", "2:1", today.AddDays(10)}, {"south", "", today}}
	for _, c := range []struct {
		site  domain.SiteID
		after int
		want  string
	}{{"north", 0, "1:1"}, {"north", 10, "2:1"}, {"south", 10, ""}, {"north", -1, ""}} {
		if got, ok := RatioOn(sites, c.site, today.AddDays(c.after)); ok != (c.want != "") || ok && got.String() != c.want {
			t.Errorf("%s after %d days: %s", c.site, c.after, got)
		}
	}
}
