package graphql_test

import (
	"fmt"
	"strings"
	"testing"
)

// awardItem is an award under the rule of CYB 110 or what else is said.
func awardItem(apprentice, ref string, more ...any) map[string]any {
	item := map[string]any{"apprenticeId": apprentice, "externalRef": ref, "courseCode": "CYB 110", "credit": "3", "grade": "B+", "term": "Fall 2026"}
	for name, v := range pairs(more) {
		item[name] = v
	}
	return item
}

// TestACollegeSendsCreditForManyAtOnce takes credit from the request over the recommendation to
// the award, the transcript and back, for all learners in one request each.
func TestACollegeSendsCreditForManyAtOnce(t *testing.T) {
	h := open(t, staff, colleges)
	maya, noah := h.enrol("maya"), h.enrol("noah")
	agreement := h.agree("lakeshore", "CYB 110", everyRecord...)
	h.agree("harbor", "SEC 101", everyRecord...)
	h.consent("maya", "lakeshore", everyRecord...)
	rule := strings.TrimPrefix(agreement, "agreement-") + "-cyb-110"
	credit := func(apprentice string) string {
		return "credit-" + strings.TrimPrefix(apprentice, "apprenticeship-") + "." + rule
	}
	send := func(want, who, mutation string, more []any, items ...any) answer {
		t.Helper()
		out := h.do(who, mutation, became, append([]any{"items", items}, more...)...)
		if got := outcomes(out); got != want {
			t.Errorf("%s by %s: %s, want %s\n%s", mutation, who, got, want, out.text)
		}
		return out
	}
	on := func(id string, more ...any) map[string]any {
		item := pairs(more)
		item["creditId"] = id
		return item
	}

	h.done("maya", "requestCredit", "credit{id}", "ruleId", rule)
	send("RECORDED, REFUSED NO_SUCH_CREDIT, REFUSED BAD_ID", "lakeshore", "startCreditEvaluations", nil, on(credit(maya)), on(credit(noah)), on("CYB 110"))
	advise := []any{"credit", "2", "evaluator", "ACE"}
	send("RECORDED, UNCHANGED", "lakeshore", "recommendCredits", nil, on(credit(maya), advise...), on(credit(maya), advise...))
	h.consent("noah", "lakeshore", everyRecord...)

	items := []any{
		awardItem(maya, "L-1"), awardItem(noah, "L-2", "grade", "D"), awardItem(noah, "L-1"), awardItem(noah, "L-3", "credit", "3.333"), awardItem(noah, "L-4", "courseCode", "SEC 101"),
		awardItem("apprenticeship-nobody", "L-5"), awardItem("maya", "L-6"), awardItem(maya, "L-1"), awardItem(maya, "L-7"), awardItem(noah, "L-8"),
	}
	want := "UNCHANGED, REFUSED GRADE_TOO_LOW, REFUSED REFERENCE_USED, REFUSED BAD_CREDIT, REFUSED NO_SUCH_RULE, REFUSED NO_SUCH_APPRENTICESHIP, REFUSED BAD_ID, UNCHANGED, REFUSED ALREADY_AWARDED, RECORDED"
	before := h.head()
	send("RECORDED"+strings.TrimPrefix(want, "UNCHANGED"), "lakeshore", "recordCredits", []any{"dryRun", true}, items...)
	send("LEFT, REFUSED GRADE_TOO_LOW, LEFT", "lakeshore", "recordCredits", []any{"allOrNothing", true}, items[0], items[1], items[9])
	if h.head() != before {
		t.Errorf("nothing was to be recorded, and the log went from %d to %d", before, h.head())
	}
	send("RECORDED", "lakeshore", "recordCredits", nil, items[0])
	before = h.head()
	if send("REFUSED REFERENCE_USED", "lakeshore", "recordCredits", nil, items[2]); h.acted("lakeshore", before) {
		t.Error("what is refused reserved something")
	}
	done := send(want, "lakeshore", "recordCredits", nil, items...)
	if done.get("results.0.id") != credit(maya) || fmt.Sprint(done.get("results.3.error.path")) != "[input items 3 credit]" || done.get("results.9.position") != done.get("position") || done.get("results.7.position") != nil {
		t.Errorf("%s", done.text)
	}
	const states = `query($ids:[ID!]!){nodes(ids:$ids){... on CreditAward{state externalRef transcriptRef reason}}}`
	if got := h.ask("lakeshore", states, "ids", []string{credit(maya), credit(noah)}); got.get("data.nodes.0.state") != "AWARDED" || got.get("data.nodes.0.externalRef") != "L-1" || got.get("data.nodes.1.externalRef") != "L-8" {
		t.Errorf("%s", got.text)
	}

	send("REFUSED NO_SUCH_CREDIT, REFUSED NO_SUCH_CREDIT", "harbor", "postCredits", nil, on(credit(maya), "transcriptRef", "T-1"), on("credit-nobody."+rule, "transcriptRef", "T-1"))
	send("RECORDED, REFUSED REFERENCE_MISSING", "lakeshore", "postCredits", nil, on(credit(maya), "transcriptRef", "T-1"), on(credit(noah), "transcriptRef", " "))
	send("UNCHANGED, RECORDED", "lakeshore", "postCredits", nil, on(credit(maya), "transcriptRef", "T-1"), on(credit(noah), "transcriptRef", "T-2"))
	send("REFUSED VERSION_CONFLICT", "lakeshore", "revokeCredits", nil, on(credit(noah), "version", 1, "reason", "It was another course."))
	h.done("noah", "revokeConsent", "consent{id}", "consentId", "consent-noah.lakeshore")
	send("REFUSED NOT_NOW, REFUSED NO_SUCH_CREDIT", "lakeshore", "denyCredits", nil, on(credit(maya), "reason", "No."), on(credit(noah), "reason", "No."))
	send("REFUSED REASON_MISSING, RECORDED", "lakeshore", "revokeCredits", nil, on(credit(maya), "reason", ""), on(credit(noah), "reason", "It was another course."))
	if got := h.ask("noah", states, "ids", []string{credit(noah)}); got.get("data.nodes.0.state") != "REVOKED" || got.get("data.nodes.0.reason") != "It was another course." {
		t.Errorf("%s", got.text)
	}

	h.done("lena", "suspendInstitution", "institution{id}", "partnerId", "partner-lakeshore", "reason", "an audit")
	if got := h.do("lakeshore", "revokeCredits", became, "items", []any{on(credit(maya), "reason", "x")}); got.get("userErrors.0.code") != "PARTNER_SUSPENDED" || len(got.list("results")) != 0 {
		t.Errorf("a suspended college: %s", got.text)
	}
}
