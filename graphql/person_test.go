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
	h.refused("BAD_REFERENCE", "ruth", "erasePerson", "person", "personId", "person-maya", "reason", "ASKED")
	h.refused("STILL_KEPT", "ruth", "erasePerson", "person", "personId", "person-maya", "reason", "RETENTION", "reference", "DSR-14")

	// One person asks, another one confirms.
	const erasures = `{erasures{personId asked askedBy reason reference state decidedBy refusal}}`
	asks := func() float64 {
		a := h.done("ruth", "erasePerson", "person{name erased}", "personId", "person-maya", "reason", "ASKED", "reference", "DSR-14")
		if a.get("person.name") != "Maya Okafor" || a.get("person.erased") != false {
			t.Fatalf("one person alone erased her: %s", a.text)
		}
		waiting := h.ask("lena", erasures)
		if waiting.get("data.erasures.0.state") != "OPEN" || waiting.get("data.erasures.0.askedBy") != "person-ruth" || waiting.get("data.erasures.0.reference") != "DSR-14" {
			t.Fatalf("asked for: %s", waiting.text)
		}
		return waiting.get("data.erasures.0.asked").(float64)
	}
	of := asks()
	h.refused("SECOND_PERSON", "ruth", "confirmErasure", "person", "personId", "person-maya", "asked", of)
	h.refused("SECOND_PERSON", "ruth", "refuseErasure", "person", "personId", "person-maya", "asked", of, "reason", "No")
	h.refused("NOT_STAFF_ADMIN", "dana", "confirmErasure", "person", "personId", "person-maya", "asked", of)
	h.refused("CHANGED_MEANWHILE", "lena", "confirmErasure", "person", "personId", "person-maya", "asked", of+1)
	h.refused("NOT_YOURS", "lena", "withdrawErasure", "person", "personId", "person-maya", "asked", of)
	h.refused("REASON_MISSING", "lena", "refuseErasure", "person", "personId", "person-maya", "asked", of, "reason", " ")
	h.done("ruth", "withdrawErasure", "person{erased}", "personId", "person-maya", "asked", of)
	h.refused("NOT_ASKED", "lena", "confirmErasure", "person", "personId", "person-maya", "asked", of)
	of = asks()
	h.done("lena", "refuseErasure", "person{erased}", "personId", "person-maya", "asked", of, "reason", "Maya took it back on the phone")
	if got := h.ask("ruth", erasures); got.get("data.erasures.0.refusal") != "Maya took it back on the phone" || got.get("data.erasures.1.state") != "WITHDRAWN" {
		t.Errorf("refused: %s", got.text)
	}
	for _, who := range []string{"dana", "maya"} {
		if got := h.ask(who, erasures); len(got.list("data.erasures")) != 0 {
			t.Errorf("%s sees %s", who, got.text)
		}
	}
	of = asks()
	erase := func() answer {
		return h.doAgain("erase-1", "lena", "confirmErasure", "person{id name role erased}", "personId", "person-maya", "asked", of)
	}
	first := erase()
	if first.get("person.name") != "Former colleague" || first.get("person.erased") != true || first.get("person.role") != "APPRENTICE" || first.get("position") == nil {
		t.Fatalf("erased: %s", first.text)
	}
	if again := erase(); again.text != first.text {
		t.Errorf("erased again: %s, at first %s", again.text, first.text)
	}
	if got := h.ask("samuel", erasures); got.get("data.erasures.0.state") != "DONE" || got.get("data.erasures.0.decidedBy") != "person-lena" || got.get("data.erasures.1.refusal") != "Erased" {
		t.Errorf("afterwards the auditor reads %s", got.text)
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
