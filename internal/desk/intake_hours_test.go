package desk_test

import (
	"strings"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/domain/site"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
	"github.com/guildhall-dev/guildhall/domain/upload"
	"github.com/guildhall-dev/guildhall/internal/desk"
)

// numbered is a house in which Ana has the number e-1 and Ben e-2.
func numbered(t *testing.T) *house {
	h := staffed(t)
	p := must(h.Read.Standard(t.Context(), "it-security-pathway", 1))(t)
	if p.WorkProcesses[0].ID != "wp-01" {
		t.Fatalf("the first process is %s", p.WorkProcesses[0].ID)
	}
	return h
}

func (h *house) processTitle(i int) string {
	return must(h.Read.Standard(h.t.Context(), "it-security-pathway", 1))(h.t).WorkProcesses[i].Title
}

func TestHoursAreTakenOver(t *testing.T) {
	h := numbered(t)
	table := "apprentice;date;spent_on;hours\n" +
		"apprenticeship-ana;2026-03-02;wp-01;7,5\n" +
		"apprenticeship-ana;2026-03-03;" + h.processTitle(1) + ";7:30\n" +
		"apprenticeship-ben;3/13/2026;wp-01;8\n"
	hours, paper := desk.Table{Kind: upload.Hours}, desk.Table{Kind: upload.Hours, Approved: true}
	if got := h.handIn(lena, hours, table); got != "2 timesheet-ana.2026-W10 new; 3 timesheet-ana.2026-W10 new; 4 timesheet-ben.2026-W11 new" {
		t.Fatalf("taken over: %s", got)
	}
	week := must(h.Read.Week(t.Context(), "ana", domain.NewDate(2026, 3, 2).Week()))(t)
	if week.State != "submitted" || week.OnTheJob != 900 || week.Holder != "dana" {
		t.Errorf("the week is %+v", week)
	}
	if got := h.handIn(lena, hours, table); got != "repeated" {
		t.Errorf("again: %s", got)
	}

	// A row that changed changes that alone, and who signed off on paper is named.
	changed := strings.Replace(table, "7:30", "7:00", 1)
	if got := h.handIn(lena, hours, changed); got != "2 timesheet-ana.2026-W10 unchanged; 3 timesheet-ana.2026-W10 changed hours; 4 timesheet-ben.2026-W11 unchanged" {
		t.Errorf("one row changed: %s", got)
	}
	if got := h.handIn(lena, paper, changed+"apprenticeship-ben;2026-03-12;wp-01;8\n"); got != "2 timesheet-ana.2026-W10 changed signed off; 3 timesheet-ana.2026-W10 changed signed off; 4 timesheet-ben.2026-W11 changed signed off; 5 timesheet-ben.2026-W11 new" {
		t.Errorf("signed off: %s", got)
	}
	week = must(h.Read.Week(t.Context(), "ana", domain.NewDate(2026, 3, 2).Week()))(t)
	if week.State != "approved" || week.OnTheJob != 870 || week.DecidedBy != "lena" {
		t.Errorf("the week is %+v", week)
	}
	if got := h.handIn(lena, paper, "apprentice,date,spent_on,hours\napprenticeship-ana,2026-03-02,wp-01,6\n"); got != "2 timesheet-ana.2026-W10 changed hours" {
		t.Errorf("corrected: %s", got)
	}
	found := must(h.Read.Hours(t.Context(), "ana"))(t)["ana"]
	total := domain.Minutes(0)
	for _, f := range found {
		total += f.Approved
	}
	if total != 780 {
		t.Errorf("%s count", total)
	}
}

func TestATableOfHoursIsHeldToWhatASiteAllows(t *testing.T) {
	h := numbered(t)
	h.record(person.Stream("zoe"), person.Joined{Name: "sealed zoe", Capacity: domain.Mentor, Site: "northgate"})
	h.record(site.Stream("northgate"), site.Described{Name: "Northgate", Setting: site.Urban}, site.DayLimitSet{DayLimit: rules.DayLimit{Minutes: 480, From: domain.NewDate(2026, 3, 3)}})
	const head = "apprentice,date,spent_on,hours,site\n"
	monday, tuesday := "apprenticeship-ana,2026-03-02,wp-01,9,northgate\n", "apprenticeship-ana,2026-03-03,wp-01,9,northgate\n"
	got := h.handIn(lena, desk.Table{Kind: upload.Hours}, head+monday+tuesday)
	if want := "line 3: 9 h on Tuesday 3 March is more than the 8 h that this site allows for one day. Check the entries of that day."; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := h.handIn(lena, desk.Table{Kind: upload.Hours}, head+monday); got != "2 timesheet-ana.2026-W10 new" {
		t.Errorf("before the limit: %s", got)
	}
}

func TestATableOfHoursWithMistakesChangesNothing(t *testing.T) {
	h := numbered(t)
	h.record(timesheet.Stream("ben", domain.NewDate(2026, 4, 6).Week()), timesheet.Opened{Apprenticeship: "ben", Person: "ben", Week: domain.NewDate(2026, 4, 6).Week()},
		timesheet.HoursLogged{Entry: "2026-04-06.ojl.wp-02", Date: domain.NewDate(2026, 4, 6), Kind: timesheet.OnTheJob, SpentOn: "wp-02", Minutes: 60})
	before := h.head()
	got := h.handIn(lena, desk.Table{Kind: upload.Hours}, `apprentice,date,spent_on,hours
apprenticeship-ana,2026-03-02,wp-01,8
E-77,2026-03-02,wp-01,8
apprenticeship-ana,2/3/2026,wp-01,8
apprenticeship-ana,2026-03-03,wp-01,"1,000"
apprenticeship-ana,2026-03-03,knitting,8
apprenticeship-ana,2026-02-27,wp-01,8
apprenticeship-ana,2026-12-01,wp-01,8
apprenticeship-ana,2026-03-09,wp-01,20
apprenticeship-ana,2026-03-09,wp-02,8
apprenticeship-ben,2026-04-07,wp-01,8
apprenticeship-ana,2026-03-04,wp-01,0
`)
	for _, want := range []string{
		"line 3: apprentice: nobody with the number e-77 has an apprenticeship here.",
		`line 4: date: "2/3/2026" can be read in two ways. Write 2026-02-03 or 2026-03-02.`,
		`line 5: hours: "1,000" can be read in two ways. Write 1000 for the thousands, or a point for the fraction.`,
		`line 6: spent_on: "knitting" is neither a work process nor a course of the apprentice's standard.`,
		"line 7: Friday 27 February is before the first day, 2026-03-02.",
		"line 8: Tuesday 1 December is still to come.",
		"line 9: 28 h on Monday 9 March is more than",
		"line 11: Week 2026-W15 is with the apprentice and has hours that the table has not: 1 h on Monday 6 April.",
		"line 12: Hours on Wednesday 4 March are not more than nothing.",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in\n%s", want, got)
		}
	}
	if n := strings.Count(got, "\n") + 1; n != 9 || h.head() != before {
		t.Errorf("%d problems, and %d records more:\n%s", n, h.head()-before, got)
	}
	for _, by := range []domain.Actor{ana, priya, dana, ruth, auditor} {
		if got := h.handIn(by, desk.Table{Kind: upload.Hours}, "apprentice,date,spent_on,hours\nE-1,2026-03-02,wp-01,8\n"); got != "NOT_COORDINATOR" {
			t.Errorf("%s hands hours in: %s", by.Name(), got)
		}
	}
}
