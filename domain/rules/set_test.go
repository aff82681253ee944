package rules

import (
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"pgregory.net/rapid"
)

func TestARuleSetThatSomebodyIsEnrolledUnderNeverChanges(t *testing.T) {
	us, err := Find("us-registered-1")
	if err != nil {
		t.Fatal(err)
	}
	if us.MinimumAge != 16 || us.DayLimit != domain.Hours(24) || us.ProbationMonths != 12 || us.ProbationPercent != 25 ||
		us.InstructionPerYear != domain.Hours(144) || us.ApprovalDays != 14 || us.EscalationWorkingDays != 10 || us.ReversalDays != 30 ||
		us.Route != AgencyCertificate || !us.CauseAfterProbation || !us.CreditByEndOfProbation || !us.EqualOpportunityReports {
		t.Errorf("us-registered-1 is now %+v", us)
	}
	uk, err := Find("uk-standards-1")
	if err != nil {
		t.Fatal(err)
	}
	if uk.OffTheJob != domain.Hours(187) || uk.MinimumMonths != 8 || uk.ReviewWeeks != 12 || uk.Route != GatewayAndAssessment || !uk.BreakNeedsReturn || uk.ProbationMonths != 0 {
		t.Errorf("uk-standards-1 is now %+v", uk)
	}
	if none, err := Find(""); err != nil || none.ID != us.ID || !reflect.DeepEqual(USRegistered, us) {
		t.Errorf("who names no rules runs under %s: %v", none.ID, err)
	}
	if _, err := Find("us-registered-99"); domain.AsRefusal(err) == nil {
		t.Errorf("rules that nobody wrote were found: %v", err)
	}
}

func TestAnAgencyIsToldInItsOwnTime(t *testing.T) {
	friday := domain.NewDate(2026, time.March, 6)
	for agency, due := range map[string]domain.Date{
		"OH SAA": friday.AddDays(63), " ohio state apprenticeship council ": friday.AddDays(63), "Oregon SAA": friday.AddDays(90), "DC": friday.AddDays(10), "US DOL": friday.AddDays(45), "": friday.AddDays(45),
	} {
		if got := USRegistered.ReportingTo(agency, friday).DueOn(friday); got != due {
			t.Errorf("%q is told by %s, want %s", agency, got, due)
		}
	}
	if before := domain.NewDate(2000, time.January, 1); USRegistered.ReportingTo("DC", before) != USRegistered.Reporting {
		t.Error("a setting held before its first day")
	}
}

func TestTheEditionOfTheDayIsTheOneInForce(t *testing.T) {
	day := func(year int) domain.Date { return domain.NewDate(year, time.January, 1) }
	sets := []Set{{ID: "a-1", Profile: "a", From: day(2020)}, {ID: "a-2", Profile: "a", From: day(2024)}, {ID: "b-1", Profile: "b", From: day(2020), To: day(2022)}}
	for _, c := range []struct {
		profile string
		year    int
		want    string
	}{{"a", 2020, "a-1"}, {"a", 2023, "a-1"}, {"a", 2024, "a-2"}, {"a", 2019, ""}, {"b", 2022, "b-1"}, {"b", 2023, ""}, {"c", 2023, ""}} {
		got, err := edition(sets, c.profile, day(c.year))
		if got.ID != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%s in %d: %q, %v", c.profile, c.year, got.ID, err)
		}
	}
	if uk, err := On("uk-standards", day(2026)); err != nil || uk.ID != "uk-standards-1" {
		t.Errorf("%s, %v", uk.ID, err)
	}
}

func TestProbationIsAQuarterOfTheTermAndAYearAtMost(t *testing.T) {
	start := domain.NewDate(2026, time.January, 1)
	for _, c := range []struct{ end, last domain.Date }{
		{start.AddMonths(24), start.AddDays(181)}, {start.AddMonths(60), domain.NewDate(2026, time.December, 31)}, {domain.Date{}, domain.NewDate(2026, time.December, 31)},
	} {
		if got, ok := USRegistered.ProbationEnds(start, c.end); !ok || got != c.last {
			t.Errorf("until %s: %s, want %s", c.end, got, c.last)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		end := start.AddDays(rapid.IntRange(4, 3650).Draw(t, "days"))
		last, _ := USRegistered.ProbationEnds(start, end)
		if days := last.AddDays(1).DaysSince(start); days*4 > end.DaysSince(start) || last.AddDays(1).After(start.AddMonths(12)) {
			t.Fatalf("until %s probation lasts %d days", end, days)
		}
	})
}

func TestAMistakeInAFileOfRulesIsNamed(t *testing.T) {
	good := `{"id":"x-1","profile":"x","title":"X","from":"2026-01-01","route":"agency-certificate","minimumAge":16,"dayLimit":1440,"reversalDays":30,"approvalDays":14,"escalationWorkingDays":10,"reporting":{"days":45}}`
	for _, c := range []struct{ name, change, to, want string }{
		{"sound", "", "", ""},
		{"a field no set has", `"minimumAge"`, `"minimalAge"`, "minimalAge"},
		{"a route", "agency-certificate", "lottery", "lottery"},
		{"a number", `"approvalDays":14`, `"approvalDays":0`, "approvalDays"},
		{"half a bound", `"dayLimit"`, `"probationMonths":6,"dayLimit"`, "probation"},
		{"no first day", `"2026-01-01"`, `""`, "from"},
		{"an id", `"x-1"`, `"X 1"`, "X 1"},
		{"an agency", `"reporting"`, `"agencies":[{"name":"A","from":"2026-01-01","reporting":{"days":0}}],"reporting"`, "agencies"},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := strings.Replace(good, c.change, c.to, 1)
			_, err := Load(fstest.MapFS{"x.json": {Data: []byte(text)}})
			if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
	if _, err := Load(fstest.MapFS{"x.json": {Data: []byte(good)}, "y.json": {Data: []byte(good)}}); err == nil || !strings.Contains(err.Error(), "x-1") {
		t.Errorf("one id twice: %v", err)
	}
}
