package graphql_test

import (
	"strings"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
)

func TestWeeksAreSignedOffTogetherStoodInForOpenedAgainAndCorrected(t *testing.T) {
	h := open(t, staff, colleges)
	maya, noah := h.enrol("maya"), h.enrol("noah")
	sheet := func(apprentice, week string) string {
		return strings.Replace(apprentice, "apprenticeship-", "timesheet-", 1) + "." + week
	}
	for _, who := range []string{"maya", "noah"} {
		for _, monday := range []domain.Date{domain.NewDate(2026, 11, 2), domain.NewDate(2026, 11, 9)} {
			h.week(who, monday.Week().String(), monday)
			h.done(who, "submitTimesheet", "timesheet{id}", "week", monday.Week().String())
		}
	}

	evening := map[string]any{"date": "2026-11-16", "spentOn": h.process(), "minutes": 120, "basis": "EVENING", "pay": "UNPAID"}
	logged := h.done("maya", "logHours", "timesheet{entries{site basis pay minutes}}", "week", "2026-W47", "entries", []any{evening})
	if logged.get("timesheet.entries.0.basis") != "EVENING" || logged.get("timesheet.entries.0.pay") != "UNPAID" || logged.get("timesheet.entries.0.site") != nil {
		t.Errorf("logged: %s", logged.text)
	}
	evening["site"] = "moon"
	h.refused("NO_SUCH_SITE", "maya", "logHours", "timesheet", "week", "2026-W47", "entries", []any{evening})

	// Dana signs off three of four at once; the one that was not handed in is refused alone.
	bulk := []any{"timesheetIds", []string{sheet(maya, "2026-W45"), sheet(maya, "2026-W47"), sheet(noah, "2026-W45"), sheet(noah, "2026-W46")}}
	const results = "results{timesheet{id state holder} position userErrors{code}}"
	first := h.doAgain("bulk-1", "dana", "approveTimesheets", results, bulk...)
	again := h.doAgain("bulk-1", "dana", "approveTimesheets", results, bulk...)
	for i, want := range []any{"APPROVED", nil, "APPROVED", "APPROVED"} {
		if got := first.list("results")[i].(map[string]any); (got["timesheet"] == nil) != (want == nil) || want != nil && got["timesheet"].(map[string]any)["state"] != want {
			t.Errorf("%d: %v", i, got)
		}
	}
	if first.get("results.1.userErrors.0.code") != "NOT_SUBMITTED" || first.text != again.text {
		t.Errorf("first %s\nagain %s", first.text, again.text)
	}
	if got := h.do("owen", "approveTimesheets", results, "timesheetIds", []string{sheet(maya, "2026-W46")}); got.get("results.0.userErrors.0.code") != "NO_SUCH_APPRENTICESHIP" {
		t.Errorf("another manager: %s", got.text)
	}
	if got := h.do("samuel", "approveTimesheets", results, bulk...); got.get("userErrors.0.code") != "READ_ONLY" || len(got.list("results")) != 0 {
		t.Errorf("an auditor: %s", got.text)
	}

	// Dana is away: Owen signs off instead, and sees what he signs.
	waiting := []any{"timesheetId", sheet(maya, "2026-W46")}
	h.refused("NOT_A_MANAGER", "dana", "handOverTimesheet", "timesheet", append(waiting, "to", "person-priya")...)
	h.refused("OWN_HOURS", "dana", "handOverTimesheet", "timesheet", append(waiting, "to", "person-maya")...)
	if got := h.done("dana", "handOverTimesheet", "timesheet{holder state}", append(waiting, "to", "person-owen")...); got.get("timesheet.holder") != "Owen Castellano" {
		t.Errorf("handed over: %s", got.text)
	}
	if got := h.ask("owen", `{inbox{subjectId}}`); got.get("data.inbox.0.subjectId") != sheet(maya, "2026-W46") {
		t.Errorf("Owen's inbox: %s", got.text)
	}
	h.refused("NOT_SUPERVISOR", "dana", "approveTimesheet", "timesheet", waiting...)
	h.done("owen", "approveTimesheet", "timesheet{state}", waiting...)

	// One week is opened again, another corrected. Both values are shown.
	approved := func() any {
		return h.ask("maya", `{apprentice(by:{person:"person-maya"}){progress{approvedMinutes}}}`).get("data.apprentice.progress.approvedMinutes")
	}
	if got := approved(); got != 4800.0 {
		t.Errorf("%v minutes count", got)
	}
	signed := []any{"timesheetId", sheet(maya, "2026-W45")}
	h.refused("OWN_HOURS", "maya", "reopenTimesheet", "timesheet", append(signed, "reason", "I forgot something")...)
	h.refused("REASON_MISSING", "dana", "reopenTimesheet", "timesheet", append(signed, "reason", " ")...)
	if got := h.done("dana", "reopenTimesheet", "timesheet{state reason}", append(signed, "reason", "Friday was a holiday.")...); got.get("timesheet.state") != "RETURNED" || got.get("timesheet.reason") != "Friday was a holiday." {
		t.Errorf("opened again: %s", got.text)
	}
	if got := approved(); got != 2400.0 {
		t.Errorf("%v minutes count while a week is open", got)
	}
	entry := "2026-11-09.ojl." + h.process()
	right := []any{"timesheetId", sheet(maya, "2026-W46"), "entry", entry, "minutes", 420, "reason", "An hour was lunch."}
	h.refused("OWN_HOURS", "maya", "correctHours", "timesheet", right...)
	h.done("owen", "correctHours", "timesheet{id}", right...)
	got := h.ask("maya", `query($id:ID!){node(id:$id){...on Timesheet{state onTheJobMinutes corrections{entry wasMinutes minutes reason by}}}}`, "id", sheet(maya, "2026-W46"))
	if got.get("data.node.state") != "APPROVED" || got.get("data.node.onTheJobMinutes") != 2340.0 || got.get("data.node.corrections.0.wasMinutes") != 480.0 ||
		got.get("data.node.corrections.0.minutes") != 420.0 || got.get("data.node.corrections.0.by") != "Owen Castellano" {
		t.Errorf("corrected: %s", got.text)
	}
	for by, want := range map[string]string{"PROCESS": h.process(), "SITE": "main", "WEEK": "2026-W46", "BASIS": ""} {
		got := h.ask("maya", `query($by:HoursBy!){apprentice(by:{person:"person-maya"}){hours(by:$by){key kind title approvedMinutes pendingMinutes}}}`, "by", by)
		if list := got.list("data.apprentice.hours"); len(list) != 1 || got.get("data.apprentice.hours.0.key") != want || got.get("data.apprentice.hours.0.approvedMinutes") != 2340.0 || got.get("data.apprentice.hours.0.pendingMinutes") != 0.0 {
			t.Errorf("hours by %s: %s", by, got.text)
		}
	}
	if got := approved(); got != 2340.0 {
		t.Errorf("%v minutes count after a correction", got)
	}
	h.refused("NO_SUCH_APPRENTICESHIP", "noah", "correctHours", "timesheet", right...)
}
