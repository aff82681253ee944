package graphql_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
)

func TestSomebodyIsErased(t *testing.T) {
	h := open(t, staff, colleges)
	maya := h.enrol("maya")
	h.agree("lakeshore", "CYB 110", everyRecord...)
	h.consent("maya", "lakeshore", everyRecord...)
	sheet := h.week("maya", "2026-W47", domain.NewDate(2026, 11, 16)).string("timesheet.id")
	h.done("maya", "submitTimesheet", "timesheet{id}", "week", "2026-W47")
	h.done("dana", "returnTimesheet", "timesheet{id}", "timesheetId", sheet, "reason", "Maya was ill on Tuesday")
	const changes = `query($after:Cursor){changes(after:$after first:9){cursor upToDate snapshot position
		changes{__typename ...on Upsert{node{__typename id version}} ...on Removal{id typename reason mustErase}}}}`
	_, cursor := h.walk("lakeshore", changes, nil)

	const record = `query($a:ID!){apprentice(by:{id:$a}){displayName status progress{pendingMinutes approvedMinutes}timesheets{edges{node{state reason onTheJobMinutes}}}}}`
	before := h.ask("lena", record, "a", maya)
	if before.get("data.apprentice.displayName") != "Maya Okafor" || before.get("data.apprentice.timesheets.edges.0.node.reason") != "Maya was ill on Tuesday" {
		t.Fatalf("before: %s", before.text)
	}
	h.refused("NOT_STAFF_ADMIN", "dana", "erasePerson", "person", "personId", "person-maya", "reason", "ASKED")
	h.refused("NOT_STAFF_ADMIN", "maya", "erasePerson", "person", "personId", "person-maya", "reason", "ASKED")
	h.refused("PEOPLE_ONLY", "lakeshore", "erasePerson", "person", "personId", "person-maya", "reason", "ASKED")
	h.refused("READ_ONLY", "samuel", "erasePerson", "person", "personId", "person-maya", "reason", "ASKED")
	h.refused("ERASES_ONESELF", "ruth", "erasePerson", "person", "personId", "person-ruth", "reason", "ASKED")
	h.refused("NO_SUCH_PERSON", "ruth", "erasePerson", "person", "personId", "person-nobody", "reason", "ASKED")
	h.refused("BAD_ID", "ruth", "erasePerson", "person", "personId", maya, "reason", "ASKED")

	erase := func() answer {
		return h.doAgain("erase-1", "ruth", "erasePerson", "person{id name role erased}", "personId", "person-maya", "reason", "ASKED")
	}
	first := erase()
	if first.get("person.name") != "Former colleague" || first.get("person.erased") != true || first.get("person.role") != "APPRENTICE" || first.get("position") == nil {
		t.Fatalf("erased: %s", first.text)
	}
	if again := erase(); again.text != first.text {
		t.Errorf("erased again: %s, at first %s", again.text, first.text)
	}
	if again := h.done("lena", "erasePerson", "person{erased}", "personId", "person-maya", "reason", "RETENTION"); again.get("person.erased") != true {
		t.Errorf("erased by another: %s", again.text)
	}

	// The record stays, without her.
	after := h.ask("lena", record, "a", maya)
	want := strings.NewReplacer("Maya Okafor", "Former colleague", "Maya was ill on Tuesday", "Erased").Replace(before.text)
	if after.text != want {
		t.Errorf("afterwards the record says\n%s\nnot\n%s", after.text, want)
	}
	if got := h.ask("dana", `{node(id:"person-maya"){id}}`); got.get("data.node") != nil {
		t.Errorf("her manager sees %s", got.text)
	}
	if got := h.ask("priya", `{node(id:"person-priya"){...on Person{name erased}}}`); got.get("data.node.name") != "Priya Raman" || got.get("data.node.erased") != false {
		t.Errorf("Priya sees of herself %s", got.text)
	}

	// She is nobody any more, and nothing is written about her.
	if got := h.send("maya-token", `{viewer{name}}`, nil); got.status != http.StatusUnauthorized {
		t.Errorf("her token is still answered with %d: %s", got.status, got.text)
	}
	h.refused("PERSON_ERASED", "priya", "proposeTransition", "transition", "apprenticeId", maya, "effectiveOn", "2026-12-01", "note", "Maya is ready")

	// The college is told to erase its copy.
	h.until("lakeshore", `{apprentices{totalCount}}`, "data.apprentices.totalCount", 0.0)
	if gone, _ := h.walk("lakeshore", changes, cursor); gone[maya] != "Removal of Apprentice CONSENT_REVOKED true" {
		t.Errorf("the college is told %v", gone)
	}
	if n := h.logged.Len(); n > 0 {
		t.Errorf("%d faults were logged: %v", n, h.logged.All())
	}
}
