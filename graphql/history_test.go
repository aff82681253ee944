package graphql_test

import (
	"strings"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
)

func TestAFigureTellsHowItCameAbout(t *testing.T) {
	h := open(t, staff, colleges)
	maya := h.enrol("maya")
	monday := domain.NewDate(2026, 8, 31)
	sheet := func(week string) string {
		return strings.Replace(maya, "apprenticeship-", "timesheet-", 1) + "." + week
	}
	for range 3 {
		week := monday.Week().String()
		h.week("maya", week, monday)
		h.done("maya", "submitTimesheet", "timesheet{id}", "week", week)
		h.done("dana", "approveTimesheet", "timesheet{state}", "timesheetId", sheet(week))
		monday = monday.AddDays(7)
	}
	h.attain("maya", maya, "hd-downtime-drill", "LAB")

	const history = `query($id:ID!,$f:Figure!,$after:String,$old:Boolean){apprentice(by:{id:$id}){history(figure:$f,first:2,after:$after,oldestFirst:$old){
		pageInfo{hasNextPage endCursor} edges{node{day at by before{text amount unit state} after{text amount unit total state} facts{id position stream name text day}}}}}}`
	minutes := map[string]any{"kind": "APPROVED_MINUTES"}
	newest := h.ask("samuel", history, "id", maya, "f", minutes)
	const at = "data.apprentice.history."
	first := at + "edges.0.node."
	if newest.get(first+"before.text") != "80 h" || newest.get(first+"after.text") != "120 h" || newest.get(first+"after.amount") != 7200.0 || newest.get(first+"after.unit") != "MINUTES" ||
		newest.get(first+"by") != "Dana Whitfield" || newest.get(first+"day") != "2026-11-23" || newest.get(first+"facts.0.stream") != sheet("2026-W38") ||
		newest.get(first+"facts.0.name") != "timesheet.approved" || newest.get(first+"facts.0.text") != "Timesheet approved" || len(newest.list(first+"facts")) != 1 {
		t.Errorf("newest first: %s", newest.text)
	}
	rest := h.ask("samuel", history, "id", maya, "f", minutes, "after", newest.get(at+"pageInfo.endCursor"))
	if newest.get(at+"pageInfo.hasNextPage") != true || rest.get(at+"pageInfo.hasNextPage") != false || len(rest.list(at+"edges")) != 1 || rest.get(first+"before.text") != "0 h" || rest.get(first+"after.text") != "40 h" {
		t.Errorf("the rest: %s", rest.text)
	}
	if oldest := h.ask("maya", history, "id", maya, "f", minutes, "old", true); oldest.get(first+"after.text") != "40 h" || oldest.get(at+"edges.1.node.after.text") != "80 h" {
		t.Errorf("oldest first: %s", oldest.text)
	}
	for _, c := range []struct {
		kind, of, before, after, fact string
	}{
		{"PENDING_MINUTES", "", "40 h", "0 h", "Timesheet approved"},
		{"APPROVED_MINUTES", "2026-W36", "0 h", "40 h", "Timesheet approved"},
		{"APPROVED_MINUTES", h.process(), "80 h", "120 h", "Timesheet approved"},
		{"MILESTONE", "hd-downtime-drill", "Under review", "Attained, rated 3", "Milestone assessed"},
		{"STATUS", "", "Registered", "Probationary", "Apprenticeship began"},
		{"READINESS", "", "0 of ", "1 of ", "Milestone assessed"},
		{"REQUIREMENT", "hd-downtime-drill", "Not met", "Met, rated 3", "Milestone assessed"},
		{"ROLE", "", "", "Help desk analyst", "Apprenticeship drafted"},
	} {
		f := map[string]any{"kind": c.kind}
		if c.of != "" {
			f["of"] = c.of
		}
		got := h.ask("lena", history, "id", maya, "f", f)
		if before, after := got.string(first+"before.text"), got.string(first+"after.text"); !strings.HasPrefix(before, c.before) || !strings.HasPrefix(after, c.after) || after == "" || got.get(first+"facts.0.text") != c.fact {
			t.Errorf("%s of %q: %s", c.kind, c.of, got.text)
		}
	}
	if got := h.ask("lena", history, "id", maya, "f", map[string]any{"kind": "CREDIT", "of": "no-such-rule"}); len(got.list(at+"edges")) != 0 {
		t.Errorf("of nothing: %s", got.text)
	}
	if code := h.code("lena", history, "id", maya, "f", map[string]any{"kind": "REQUIREMENT", "of": "nothing"}); code != "NO_SUCH_REQUIREMENT" {
		t.Errorf("of no requirement: %s", code)
	}
	if code := h.code("lena", `query($id:ID!){apprentice(by:{id:$id}){asOf(date:"2026-11-23"){history(figure:{kind:STATUS}){edges{cursor}}}}}`, "id", maya); code != "ALREADY_PAST" {
		t.Errorf("of the past: %s", code)
	}
	h.agree("lakeshore", "CYB 110", everyRecord...)
	h.consent("maya", "lakeshore", everyRecord...)
	if got := h.ask("lakeshore", history, "id", maya, "f", minutes); got.get("data.apprentice") == nil || got.get("data.apprentice.history") != nil {
		t.Errorf("a college's: %s", got.text)
	}
	if n := h.logged.Len(); n > 0 {
		t.Errorf("%d faults were logged: %v", n, h.logged.All())
	}
}
