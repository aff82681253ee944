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
		if got := h.ask(who, list); len(got.list("data.uploads")) != 0 {
			t.Errorf("%s sees %s", who, got.text)
		}
	}
}
