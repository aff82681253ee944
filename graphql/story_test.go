package graphql_test

import (
	"strings"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
)

func TestAnApprenticeLearnsIsCreditedMovesOnAndWithdrawsConsent(t *testing.T) {
	h := open(t, staff, colleges)
	maya, noah := h.enrol("maya"), h.enrol("noah")
	of := func(category, rest string) string {
		return strings.Replace(maya, "apprenticeship-", category+"-", 1) + "." + rest
	}
	h.agree("lakeshore", "CYB 110", everyRecord...)
	h.agree("harbor", "SEC 101", everyRecord...)
	consent := h.consent("maya", "lakeshore", everyRecord...)
	h.consent("noah", "harbor", everyRecord...)

	// Hours: logged, handed in, signed off once.
	monday := domain.NewDate(2026, 8, 31)
	for range 10 {
		week := monday.Week().String()
		logged := h.week("maya", week, monday)
		if logged.get("timesheet.onTheJobMinutes") != 2400.0 || len(logged.list("timesheet.entries")) != 5 || logged.string("timesheet.entries.0.title") == "" {
			t.Fatalf("logged: %s", logged.text)
		}
		sheet := h.done("maya", "submitTimesheet", "timesheet{id state}", "week", week)
		if sheet.get("timesheet.state") != "SUBMITTED" {
			t.Fatalf("handed in: %s", sheet.text)
		}
		if got := h.ask("dana", `{inbox{kind subjectId apprenticeName title}}`); got.get("data.inbox.0.subjectId") != sheet.get("timesheet.id") || got.get("data.inbox.0.apprenticeName") != "Maya Okafor" {
			t.Fatalf("inbox: %s", got.text)
		}
		if got := h.done("dana", "approveTimesheet", "timesheet{state decidedBy}", "timesheetId", sheet.get("timesheet.id")); got.get("timesheet.decidedBy") != "Dana Whitfield" {
			t.Fatalf("signed off: %s", got.text)
		}
		monday = monday.AddDays(7)
	}
	h.refused("ALREADY_APPROVED", "dana", "approveTimesheet", "timesheet", "timesheetId", of("timesheet", "2026-W36"))
	h.refused("NO_SUCH_APPRENTICESHIP", "owen", "approveTimesheet", "timesheet", "timesheetId", of("timesheet", "2026-W36"))

	// Milestones, but for the course.
	h.attain("maya", maya, "hd-ticket-portfolio", "WORK")
	h.attain("maya", maya, "hd-downtime-drill", "WORK")
	h.attain("maya", maya, "hd-imaging-lab", "LAB")
	h.attain("maya", maya, "hd-a-plus", "CERTIFICATE")
	if got := h.refused("NOT_READY", "priya", "proposeTransition", "transition", "apprenticeId", maya, "effectiveOn", "2026-11-23"); !strings.Contains(got.string("userErrors.0.message"), "Network defence") {
		t.Errorf("what is missing: %s", got.text)
	}

	// The college awards credit, and asking again changes nothing.
	award := []any{"apprenticeId", maya, "externalRef", "LCC-2026-77", "courseCode", "CYB 110", "credit", "3", "grade", "B+", "term", "Fall 2026"}
	first := h.doAgain("award-1", "lakeshore", "recordCredit", "credit{id credit unit state awardedBy{name} satisfies}", award...)
	again := h.doAgain("award-1", "lakeshore", "recordCredit", "credit{id credit unit state awardedBy{name} satisfies}", award...)
	if first.get("credit.state") != "AWARDED" || first.get("credit.awardedBy.name") != "Lakeshore Community College" || first.text != again.text {
		t.Errorf("first %s\nagain %s", first.text, again.text)
	}
	award[3] = "LCC-2026-78"
	if got := h.doAgain("award-1", "lakeshore", "recordCredit", "credit{id}", award...); got.get("userErrors.0.code") != "IDEMPOTENCY_MISMATCH" || got.get("credit") != nil {
		t.Errorf("the key of another award: %s", got.text)
	}
	h.until("lakeshore", `{node(id:"`+of("milestone", "hd-network-defence")+`"){...on Milestone{state}}}`, "data.node.state", "ATTAINED")

	// Everything is met: the move is asked for, and approved by four people.
	h.refused("OWN_REQUEST", "dana", "proposeTransition", "transition", "apprenticeId", maya, "effectiveOn", "2026-11-23")
	progress := h.ask("maya", `query($id:ID!){apprentice(by:{id:$id}){progress{approvedMinutes met total nextRole{title}}nextActions{title holder subjectId}}}`, "id", maya)
	if progress.get("data.apprentice.progress.approvedMinutes") != 24000.0 || progress.get("data.apprentice.progress.met") != progress.get("data.apprentice.progress.total") ||
		progress.get("data.apprentice.progress.nextRole.title") != "Systems administrator" {
		t.Fatalf("progress: %s", progress.text)
	}
	propose := func() answer {
		return h.doAgain("move-1", "priya", "proposeTransition", "transition{id state proposedBy steps{office state holderName}readiness{snapshot met total}}", "apprenticeId", maya, "effectiveOn", "2026-11-23")
	}
	move := propose()
	id, snapshot := move.get("transition.id"), move.get("transition.readiness.snapshot")
	if move.get("transition.state") != "SUBMITTED" || move.get("transition.proposedBy") != "Priya Raman" || len(move.list("transition.steps")) != 4 {
		t.Fatalf("the move: %s", move.text)
	}
	decide := func(who string) []any { return []any{"transitionId", id, "decision", "APPROVE", "snapshot", snapshot} }
	h.refused("OWN_REQUEST", "priya", "decideTransition", "transition", decide("priya")...)
	h.refused("OWN_REQUEST", "maya", "decideTransition", "transition", decide("maya")...)
	h.refused("NOT_YOUR_STEP", "lena", "decideTransition", "transition", decide("lena")...)
	h.refused("EVIDENCE_CHANGED", "dana", "decideTransition", "transition", "transitionId", id, "decision", "APPROVE", "snapshot", "another")
	for i, who := range []string{"dana", "owen", "lena", "ruth"} {
		if got := h.ask(who, `{inbox{kind subjectId title due}}`); got.get("data.inbox.0.subjectId") != id || got.get("data.inbox.0.title") != "The move to Systems administrator" {
			t.Errorf("inbox of %s: %s", who, got.text)
		}
		got := h.done(who, "decideTransition", "transition{state steps{state decidedOn}}", decide(who)...)
		if steps := got.list("transition.steps"); steps[i].(map[string]any)["state"] != "GRANTED" {
			t.Errorf("after %s: %s", who, got.text)
		}
	}
	h.until("maya", `{apprentice(by:{person:"person-maya"}){currentRole{id}}}`, "data.apprentice.currentRole.id", "systems-administrator")
	h.refused("ALREADY_APPROVED", "dana", "decideTransition", "transition", decide("dana")...)
	if late := propose(); late.get("transition.id") != id || late.get("transition.state") != "EFFECTIVE" || late.get("position") != move.get("position") {
		t.Errorf("asking again long after: %s, at first %s", late.text, move.text)
	}

	// The college's feed has its learner's objects and nothing else.
	const changes = `query($after:Cursor){changes(after:$after first:3){cursor upToDate snapshot position
		changes{__typename ...on Upsert{node{__typename id version}} ...on Removal{id typename reason mustErase}}}}`
	feed, cursor := h.walk("lakeshore", changes, nil)
	want := map[string]string{maya: "Apprentice", of("milestone", "hd-network-defence"): "Milestone", first.string("credit.id"): "CreditAward", id.(string): "RoleTransition"}
	if len(feed) != len(want) {
		t.Errorf("the feed has %d objects, not %d: %v", len(feed), len(want), feed)
	}
	for object, typename := range want {
		if feed[object] != typename {
			t.Errorf("%s is %q in the feed, not %q", object, feed[object], typename)
		}
	}
	if theirs, _ := h.walk("harbor", changes, nil); len(theirs) != 1 || theirs[noah] != "Apprentice" {
		t.Errorf("the other college's feed: %v", theirs)
	}

	// Consent is withdrawn: everything is to be erased, and nothing is answered any more.
	h.done("maya", "revokeConsent", "consent{id state}", "consentId", consent)
	gone, _ := h.walk("lakeshore", changes, cursor)
	for object, typename := range want {
		if gone[object] != "Removal of "+typename+" CONSENT_REVOKED true" {
			t.Errorf("%s after consent was withdrawn: %q", object, gone[object])
		}
	}
	for object := range want {
		if got := h.ask("lakeshore", `query($id:ID!){node(id:$id){id}}`, "id", object); got.get("data.node") != nil {
			t.Errorf("%s is still answered: %s", object, got.text)
		}
	}
	if got := h.ask("lakeshore", `{apprentices{totalCount edges{node{id}}}}`); got.get("data.apprentices.totalCount") != 0.0 || len(got.list("data.apprentices.edges")) != 0 {
		t.Errorf("still listed: %s", got.text)
	}
	if fresh, _ := h.walk("lakeshore", changes, nil); len(fresh) != 0 {
		t.Errorf("a new walk finds %v", fresh)
	}
	h.refused("NO_SUCH_APPRENTICESHIP", "lakeshore", "recordCredit", "credit", "apprenticeId", maya, "externalRef", "x", "courseCode", "CYB 110", "credit", "3", "grade", "A", "term", "Fall 2026")
	if n := h.logged.Len(); n > 0 {
		t.Errorf("%d faults were logged: %v", n, h.logged.All())
	}
}

// walk goes through a feed to its end. It returns what became of each object.
func (h *house) walk(who, query string, cursor any) (map[string]string, any) {
	h.Helper()
	seen := map[string]string{}
	for range 20 {
		page := h.ask(who, query, "after", cursor)
		if page.get("data.changes.snapshot") == nil {
			h.Fatalf("no page: %s", page.text)
		}
		for _, c := range page.list("data.changes.changes") {
			one := answer{body: c.(map[string]any)}
			if one.get("__typename") == "Removal" {
				erase := " false"
				if one.get("mustErase") == true {
					erase = " true"
				}
				seen[one.string("id")] = "Removal of " + one.string("typename") + " " + one.string("reason") + erase
				continue
			}
			seen[one.string("node.id")] = one.string("node.__typename")
		}
		cursor = page.get("data.changes.cursor")
		if page.get("data.changes.upToDate") == true {
			return seen, cursor
		}
	}
	h.Fatalf("the feed of %s does not end", who)
	return nil, nil
}
