package graphql_test

import (
	"strings"
	"testing"
)

func TestACreditGoesItsWay(t *testing.T) {
	w := openTown(t)
	rule := strings.TrimPrefix(w.lake, "agreement-") + "-lake-215"
	w.done("lena", "addArticulationRule", "agreement{id}", "agreementId", w.lake, "courseCode", "LAKE 215", "title", "Administration", "satisfies", "sa-secure-administration",
		"credit", "3", "from", "2026-01-01", "level", "LOWER_DIVISION", "basis", "EQUIVALENCE", "sending",
		map[string]any{"join": "OR", "groups": []any{map[string]any{"join": "AND", "courses": []any{map[string]any{"code": "ITN 260", "minGrade": "B"}}}}})

	w.refused("TOO_LITTLE_SHOWN", "maya", "requestCredit", "credit", "ruleId", rule)
	id := w.done("lena", "proposeCredit", "credit{id state}", "apprenticeId", w.maya, "ruleId", rule, "learning", "Systems administration").string("credit.id")
	if seen := w.ask("lakeshore", `query($id:ID!){node(id:$id){id}}`, "id", id); seen.get("data.node") != nil {
		t.Errorf("the college learns of what nobody asked it for: %s", seen.text)
	}
	w.done("maya", "requestCredit", "credit{state}", "ruleId", rule, "source", "COURSE", "courses", []any{map[string]any{"code": "ITN 260", "grade": "A-"}})
	w.refused("VERSION_CONFLICT", "lakeshore", "startCreditEvaluation", "credit", "creditId", id, "version", 1)
	w.refused("NO_SUCH_CREDIT", "harbor", "startCreditEvaluation", "credit", "creditId", id)
	w.done("lakeshore", "startCreditEvaluation", "credit{version}", "creditId", id, "version", 2)
	w.done("lakeshore", "referCredit", "credit{state}", "creditId", id, "note", "Is the lab the same?")
	w.done("lakeshore", "returnCredit", "credit{state}", "creditId", id)
	w.done("lakeshore", "denyCredit", "credit{state}", "creditId", id, "reason", "The lab is missing.")
	if got := w.ask("maya", `query($id:ID!){node(id:$id){... on CreditAward{reason state}}}`, "id", id); got.get("data.node.reason") != "The lab is missing." {
		t.Errorf("the learner is not told why: %s", got.text)
	}
	w.done("maya", "appealCredit", "credit{state}", "creditId", id, "grounds", "The lab was part of ITN 260.")
	w.done("lakeshore", "recommendCredit", "credit{state}", "creditId", id, "credit", "2", "level", "LOWER_DIVISION", "evaluator", "Faculty of IT", "validTo", "2027-06-30")
	const all = `query($id:ID!){node(id:$id){... on CreditAward{state credit grade source level byException transcriptRef appealed reason recommendation{credit evaluator}
		courses{code grade} applied{course minutes} history{event by note} externalRef}}}`
	if got := w.ask("maya", all, "id", id); got.get("data.node.state") != "RECOMMENDED" || got.get("data.node.credit") != "3" || got.get("data.node.recommendation.credit") != "2" || got.get("data.node.grade") != nil {
		t.Errorf("a recommendation looks like an award: %s", got.text)
	}
	award := []any{"apprenticeId", w.maya, "externalRef", "LAKE-9", "courseCode", "LAKE 215", "credit", "3", "grade", "B", "term", "Fall 2026", "basis", "EQUIVALENCE"}
	w.refused("REFERENCE_USED", "lakeshore", "recordCredit", "credit", append(award[:len(award):len(award)], "externalRef", "LAKE NOAH")...)
	w.done("lakeshore", "recordCredit", "credit{state credit}", award...)
	milestone := strings.Replace(w.maya, "apprenticeship-", "milestone-", 1) + ".sa-secure-administration"
	w.until("maya", `{node(id:"`+milestone+`"){... on Milestone{state}}}`, "data.node.state", "ATTAINED")
	w.refused("REFERENCE_USED", "lakeshore", "recordCredit", "credit", "apprenticeId", w.noah, "externalRef", "LAKE-9", "courseCode", "LAKE 215", "credit", "3", "grade", "B", "term", "Fall 2026",
		"courses", []any{map[string]any{"code": "ITN 260", "grade": "B"}})
	w.done("lakeshore", "postCredit", "credit{state}", "creditId", id, "transcriptRef", "T-9")

	w.refused("NOT_COORDINATOR", "maya", "applyCredit", "credit", "creditId", id, "course", "ri-03", "minutes", 600)
	w.refused("NO_SUCH_TARGET", "lena", "applyCredit", "credit", "creditId", id, "course", "ri-99", "minutes", 600)
	w.done("lena", "applyCredit", "credit{id}", "creditId", id, "course", "ri-03", "minutes", 600)
	if got := w.ask("maya", all, "id", id); len(got.list("data.node.history")) != 11 || got.get("data.node.applied.0.minutes") != float64(600) ||
		got.get("data.node.history.5.note") != "The lab is missing." || got.get("data.node.transcriptRef") != "T-9" || got.get("data.node.level") != nil {
		t.Errorf("the learner sees %s", got.text)
	}
	if got := w.ask("priya", all, "id", id); got.text != `{"data":{"node":{"state":"POSTED","credit":"3","grade":null,"source":null,"level":null,"byException":null,"transcriptRef":null,"appealed":null,"reason":null,`+
		`"recommendation":null,"courses":null,"applied":[],"history":[],"externalRef":null}}}` {
		t.Errorf("a mentor sees %s", got.text)
	}
	if got := w.ask("lakeshore", all, "id", id); got.get("data.node.history.0.by") != nil || got.get("data.node.history.1.by") != nil || got.get("data.node.history.6.note") != "The lab was part of ITN 260." || len(got.list("data.node.applied")) != 0 {
		t.Errorf("the college sees %s", got.text)
	}
	w.done("lena", "reverseCreditApplication", "credit{id}", "creditId", id, "course", "ri-03", "reason", "It was the wrong course.")

	w.done("maya", "revokeConsent", "consent{state}", "consentId", "consent-maya.lakeshore")
	w.refused("NO_SUCH_CREDIT", "lakeshore", "denyCredit", "credit", "creditId", id, "reason", "No.")
	w.done("lakeshore", "revokeCredit", "credit{id}", "creditId", id, "reason", "The transcript was forged.")
	if got := w.ask("maya", all, "id", id); got.get("data.node.state") != "REVOKED" || got.get("data.node.reason") != "The transcript was forged." || len(got.list("data.node.applied")) != 0 {
		t.Errorf("after it was revoked: %s", got.text)
	}
}

func TestCreditThatNoRuleCoversIsAnExceptionOnRecord(t *testing.T) {
	w := openTown(t)
	except := func(who string) []any {
		return []any{"apprenticeId", w.noah, "source", "CERT", "learning", "CompTIA Security+", "exception", map[string]any{"partnerId": "partner-harbor", "reason": "INSIDE: the dean agreed",
			"courseCode": "SEC 300", "title": "Security", "satisfies": "sa-secure-administration", "credit": "2", "from": "2026-01-01"}}
	}
	w.refused("NOT_COORDINATOR", "noah", "proposeCredit", "credit", except("noah")...)
	id := w.done("lena", "proposeCredit", "credit{id}", except("lena")...).string("credit.id")
	award := []any{"apprenticeId", w.noah, "externalRef", "HSC-300", "courseCode", "SEC 300", "credit", "2", "grade", "P", "term", "Fall 2026"}
	w.refused("NO_SUCH_RULE", "lakeshore", "recordCredit", "credit", award...)
	got := w.done("harbor", "recordCredit", "credit{id state byException history{by note}}", award...)
	if got.get("credit.id") != id || got.get("credit.byException") != true || strings.Contains(got.text, "INSIDE") || strings.Contains(got.text, "STAFF") {
		t.Errorf("the college is told %s", got.text)
	}
	if got := w.ask("lena", `query($id:ID!){node(id:$id){... on CreditAward{history{note}}}}`, "id", id); got.get("data.node.history.0.note") != "INSIDE: the dean agreed" {
		t.Errorf("the basis of the exception is not on record: %s", got.text)
	}
}
