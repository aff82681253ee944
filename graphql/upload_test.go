package graphql_test

import (
	"strings"
	"testing"
)

func TestPeopleAreImportedByThoseWhoMay(t *testing.T) {
	h := open(t, staff, colleges)
	const report = `report{sha256 dryRun repeated new changed unchanged unknownColumns rows{line subject outcome changes} problems{line column message}}`
	const table = "employee_number,name,manager,hat\nE-1,Zoe Hart,maya,cap\nE-2,Tim Rowe,E-1,\n"
	sound := strings.Replace(table, "maya", "", 1)
	before := h.head()
	dry := h.done("lena", "importPeople", report, "csv", sound, "dryRun", false)
	if dry.get("report.new") != 2.0 || dry.string("report.unknownColumns.0") != "hat" || dry.string("report.rows.0.outcome") != "NEW" || h.head() != before+3 {
		t.Fatalf("taken over: %s", dry.text)
	}
	before = h.head()
	if again := h.do("ruth", "importPeople", report, "csv", sound); again.get("report.repeated") != true {
		t.Errorf("again: %s", again.text)
	}
	if got := h.do("lena", "importPeople", report, "csv", table); got.string("userErrors.0.code") != "BAD_FILE" || got.get("report.problems.0.line") != 2.0 || got.string("report.problems.0.column") != "manager_number" || got.get("position") != nil {
		t.Errorf("with a mistake: %s", got.text)
	}
	if got := h.do("lena", "importPeople", report, "csv", "employee_number,name\nE-1,Zoe Hart-Lind\n", "dryRun", true); got.get("report.changed") != 1.0 || got.string("report.rows.0.changes.0") != "name" {
		t.Errorf("what would change: %s", got.text)
	}
	for _, who := range []string{"maya", "priya", "dana"} {
		if got := h.do(who, "importPeople", report, "csv", sound); got.string("userErrors.0.code") != "NOT_STAFF_ADMIN" || got.get("report") != nil {
			t.Errorf("%s imports people: %s", who, got.text)
		}
	}
	for _, given := range []string{"hr", "auditor", "privacy-officer", "coordinator"} {
		if got := h.do("lena", "importPeople", report, "csv", "employee_number,name,capacity\nE-5,Ivy Moss,"+given+"\n"); got.string("userErrors.0.code") != "BAD_FILE" || got.string("report.problems.0.column") != "capacity" || got.get("position") != nil {
			t.Errorf("a coordinator lets somebody act as %s: %s", given, got.text)
		}
	}
	for who, code := range map[string]string{"samuel": "READ_ONLY", "lakeshore": "PEOPLE_ONLY"} {
		if got := h.do(who, "importPeople", report, "csv", sound); got.string("userErrors.0.code") != code {
			t.Errorf("%s imports people: %s", who, got.text)
		}
	}
	if h.head() != before {
		t.Error("something was changed")
	}

	// A request answered before is answered again, and a key stands for one request.
	first := h.doAgain("k-1", "lena", "importPeople", report, "csv", "employee_number,name\nE-3,Una Lane\n")
	again := h.doAgain("k-1", "lena", "importPeople", report, "csv", "employee_number,name\nE-3,Una Lane\n")
	if first.get("report.new") != 1.0 || again.get("position") != first.get("position") {
		t.Errorf("%s, and again %s", first.text, again.text)
	}
	if got := h.doAgain("k-1", "lena", "importPeople", report, "csv", "employee_number,name\nE-4,Una Lane\n"); got.string("userErrors.0.code") != "IDEMPOTENCY_MISMATCH" {
		t.Errorf("another table under the same key: %s", got.text)
	}

	const list = `{uploads{kind rows new by}}`
	if got := h.ask("ruth", list); len(got.list("data.uploads")) != 2 || got.string("data.uploads.0.by") != "Lena Fischer" || got.string("data.uploads.0.kind") != "PEOPLE" {
		t.Errorf("uploads: %s", got.text)
	}
	for _, who := range []string{"maya", "dana", "lakeshore"} {
		if got := h.send(who+"-token", list, nil); len(got.list("data.uploads")) != 0 {
			t.Errorf("%s sees %s", who, got.text)
		}
	}
}

func TestHoursAreImportedInTheCoordinatorsName(t *testing.T) {
	h := open(t, staff, colleges)
	maya := h.enrol("maya")
	const report = `report{new changed unchanged rows{line subject outcome} problems{line column message}}`
	table := "apprentice,date,spent_on,hours\n" + maya + ",2026-09-01," + h.process() + ",7:30\n"
	got := h.done("lena", "importHours", report, "csv", table)
	if got.get("report.new") != 1.0 {
		t.Fatalf("handed in: %s", got.text)
	}
	sheet := got.string("report.rows.0.subject")
	if week := h.ask("maya", `query($id:ID!){node(id:$id){...on Timesheet{state onTheJobMinutes}}}`, "id", sheet); week.string("data.node.state") != "SUBMITTED" || week.get("data.node.onTheJobMinutes") != 450.0 {
		t.Errorf("the week: %s", week.text)
	}
	if got := h.done("lena", "importHours", report, "csv", table+"\n", "approved", true); got.get("report.changed") != 1.0 {
		t.Errorf("signed off: %s", got.text)
	}
	if week := h.ask("maya", `query($id:ID!){node(id:$id){...on Timesheet{state decidedBy}}}`, "id", sheet); week.string("data.node.state") != "APPROVED" || week.string("data.node.decidedBy") != "Lena Fischer" {
		t.Errorf("the week: %s", week.text)
	}
	for _, who := range []string{"maya", "dana", "ruth"} {
		if got := h.do(who, "importHours", report, "csv", table); got.string("userErrors.0.code") != "NOT_COORDINATOR" {
			t.Errorf("%s imports hours: %s", who, got.text)
		}
	}
}
