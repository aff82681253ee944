package graphql_test

import (
	"strings"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
)

func TestARecordIsReadAsItWas(t *testing.T) {
	h := open(t, staff, colleges)
	maya := h.enrol("maya")
	h.agree("lakeshore", "CYB 110", everyRecord...)
	h.consent("maya", "lakeshore", everyRecord...)
	monday := domain.NewDate(2026, 8, 31)
	for range 2 {
		week := monday.Week().String()
		h.week("maya", week, monday)
		h.done("maya", "submitTimesheet", "timesheet{id}", "week", week)
		h.done("dana", "approveTimesheet", "timesheet{state}", "timesheetId", strings.Replace(maya, "apprenticeship-", "timesheet-", 1)+"."+week)
		monday = monday.AddDays(7)
	}

	const then = `query($id:ID!,$day:Date!,$known:Date){apprentice(by:{id:$id}){
		progress{approvedMinutes} asOf(date:$day,knownOn:$known){displayName status startedOn progress{approvedMinutes} nextActions{title} consents{state}
		timesheets{edges{node{week state onTheJobMinutes entries{date minutes}}}}}}}`
	for _, who := range []string{"maya", "priya", "dana", "lena", "samuel"} {
		was := h.ask(who, then, "id", maya, "day", "2026-09-08")
		if was.get("data.apprentice.progress.approvedMinutes") != 4800.0 {
			t.Errorf("%s now: %s", who, was.text)
		}
		if was.get("data.apprentice.asOf.displayName") != "Maya Okafor" || was.get("data.apprentice.asOf.status") != "PROBATIONARY" || was.get("data.apprentice.asOf.progress.approvedMinutes") != 0.0 {
			t.Errorf("%s on 8 September, when nothing was signed off: %s", who, was.text)
		}
		weeks := was.list("data.apprentice.asOf.timesheets.edges")
		if len(weeks) != 2 || was.get("data.apprentice.asOf.timesheets.edges.0.node.onTheJobMinutes") != 960.0 || was.get("data.apprentice.asOf.timesheets.edges.1.node.onTheJobMinutes") != 2400.0 {
			t.Errorf("%s on 8 September, after two days of the second week: %s", who, was.text)
		}
	}
	if got := h.ask("samuel", then, "id", maya, "day", "2026-11-23"); got.get("data.apprentice.asOf.progress.approvedMinutes") != 4800.0 {
		t.Errorf("today: %s", got.text)
	}
	if got := h.ask("samuel", then, "id", maya, "day", "2026-09-08", "known", "2026-11-22"); got.get("data.apprentice.asOf") != nil {
		t.Errorf("by what was known before the record began: %s", got.text)
	}
	const known = `query($id:ID!,$day:Date!){apprentice(by:{id:$id}){asKnownOn(date:$day){progress{approvedMinutes}}}}`
	if got := h.ask("lena", known, "id", maya, "day", "2026-11-22"); got.get("data.apprentice.asKnownOn") != nil {
		t.Errorf("as known the day before: %s", got.text)
	}
	if got := h.ask("lena", known, "id", maya, "day", "2026-11-23"); got.get("data.apprentice.asKnownOn.progress.approvedMinutes") != 4800.0 {
		t.Errorf("as known today: %s", got.text)
	}

	if got := h.ask("noah", then, "id", maya, "day", "2026-09-08"); got.get("data.apprentice") != nil {
		t.Errorf("somebody else's: %s", got.text)
	}
	if got := h.ask("lakeshore", then, "id", maya, "day", "2026-09-08"); got.get("data.apprentice") == nil || got.get("data.apprentice.asOf") != nil {
		t.Errorf("a college's: %s", got.text)
	}
	if code := h.code("lena", then, "id", maya, "day", "2026-11-24"); code != "NOT_YET" {
		t.Errorf("tomorrow: %s", code)
	}
	if code := h.code("lena", `query($id:ID!){apprentice(by:{id:$id}){asOf(date:"2026-11-23"){asKnownOn(date:"2026-11-23"){id}}}}`, "id", maya); code != "ALREADY_PAST" {
		t.Errorf("the past of the past: %s", code)
	}
	var many strings.Builder
	for i := range 26 {
		many.WriteString("a" + string(rune('a'+i)) + `:asOf(date:"2026-09-08"){id}`)
	}
	if code := h.code("lena", `query($id:ID!){apprentice(by:{id:$id}){`+many.String()+`}}`, "id", maya); code != "TOO_MANY_PASTS" {
		t.Errorf("26 days: %s", code)
	}
	if n := h.logged.Len(); n > 0 {
		t.Errorf("%d faults were logged: %v", n, h.logged.All())
	}
}
