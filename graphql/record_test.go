package graphql_test

import (
	"testing"
	"time"
)

func TestARegisteredApprenticeshipIsSteeredByTheRules(t *testing.T) {
	h := open(t, staff, colleges)
	maya := h.enrol("maya")
	on := []any{"apprenticeId", maya}
	h.agree("lakeshore", "CYB 110", everyRecord...)
	h.consent("maya", "lakeshore", everyRecord...)

	h.refused("NOT_COORDINATOR", "maya", "grantPriorCredit", "apprentice", append(on, "courseIds", []string{"ri-01"}, "evidence", "x")...)
	h.refused("CREDIT_BEYOND_REQUIREMENT", "lena", "grantPriorCredit", "apprentice", append(on, "processes", []any{map[string]any{"workProcessId": "wp-01", "minutes": 900*60 + 1}}, "evidence", "letter")...)
	h.done("lena", "grantPriorCredit", "apprentice{id}", append(on, "processes", []any{map[string]any{"workProcessId": "wp-01", "minutes": 900 * 60}}, "courseIds", []string{"ri-01"}, "evidence", "letter of the clinic")...)
	h.done("priya", "evaluateProgress", "apprentice{id}", append(on, "from", "2026-08-31", "to", "2026-11-20", "ratings", []any{map[string]any{"competencyId": "wp-01-c01", "rating": 3}}, "next", "run a drill alone")...)
	h.refused("NOT_EVALUATOR", "maya", "evaluateProgress", "apprentice", append(on, "from", "2026-08-31", "to", "2026-11-20", "next", "x")...)

	for range 100 {
		if h.ask("ruth", `query($a:ID!){apprentice(by:{id:$a}){wages{steps{step}}}}`, "a", maya).get("data.apprentice.wages.steps.0.step") != nil {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	h.refused("NOT_HR", "lena", "approveWageStep", "apprentice", append(on, "step", 1, "rateCents", 2500, "effectiveOn", "2026-08-31")...)
	h.done("ruth", "approveWageStep", "apprentice{id}", append(on, "step", 1, "rateCents", 2500, "effectiveOn", "2026-08-31")...)

	h.done("lena", "suspendApprenticeship", "apprentice{id}", append(on, "on", "2026-11-20", "expectedReturn", "2027-01-11", "reason", "family")...)
	h.refused("SUSPENDED", "lena", "completeProbation", "apprentice", on...)
	h.done("lena", "reinstateApprenticeship", "apprentice{id}", append(on, "on", "2026-11-22")...)
	h.refused("NO_SUCH_BREAK", "lena", "correctBreak", "apprentice", append(on, "no", 9, "from", "2026-11-20", "reason", "x")...)

	const record = `query($a:ID!){apprentice(by:{id:$a}){status ruleSet registration{agency} breaks{no from to} mentors{kind from}
		priorCredit{evidence processes{minutes}} evaluations{next ratings{rating}} wages{steps{rateCents state}} completion{rule met there need}}}`
	for who, want := range map[string]struct{ agency, evidence, next, rate, ratings any }{
		"maya":      {"Office of Apprenticeship", "letter of the clinic", "run a drill alone", 2500.0, 3.0},
		"lena":      {"Office of Apprenticeship", "letter of the clinic", "run a drill alone", nil, 3.0},
		"ruth":      {"Office of Apprenticeship", nil, "run a drill alone", 2500.0, 3.0},
		"samuel":    {"Office of Apprenticeship", "letter of the clinic", "run a drill alone", 2500.0, 3.0},
		"dana":      {nil, nil, nil, nil, 3.0},
		"priya":     {nil, nil, "run a drill alone", nil, 3.0},
		"lakeshore": {},
	} {
		got := h.ask(who, record, "a", maya)
		at := func(path string) any { return got.get("data.apprentice." + path) }
		if at("registration.agency") != want.agency || at("priorCredit.0.evidence") != want.evidence || at("evaluations.0.next") != want.next ||
			at("wages.steps.0.rateCents") != want.rate || at("evaluations.0.ratings.0.rating") != want.ratings || at("status") != "PROBATIONARY" {
			t.Errorf("%s reads %s", who, got.text)
		}
		if inside := who != "lakeshore"; (at("breaks.0.to") == "2026-11-21") != inside || (at("completion.0.met") == true) != inside {
			t.Errorf("%s reads %s", who, got.text)
		}
	}

	const desk = `{programs{id sites{ratio}} ratioBoards{apprentices journeyworkers within} deadlines{kind dueOn} filings{cause dueOn state}}`
	for who, want := range map[string][2]bool{"lena": {true, true}, "samuel": {true, true}, "maya": {false, true}, "priya": {false, false}, "lakeshore": {false, false}} {
		got := h.send(who+"-token", desk, nil)
		if (got.get("data.programs.0.id") != nil) != want[0] || (got.get("data.filings.0.cause") != nil) != want[1] {
			t.Errorf("%s reads %s", who, got.text)
		}
	}
	filing := h.ask("lena", `{filings{id}}`).string("data.filings.0.id")
	const form = `query($id:ID!){node(id:$id){...on Filing{form{agency apprenticeNo programNo cause occurredOn}}}}`
	if got := h.ask("lena", form, "id", filing); got.get("data.node.form") != nil {
		t.Errorf("before it is written it says %s", got.text)
	}
	h.done("lena", "prepareFiling", "filing{state}", "filingId", filing)
	for who, reads := range map[string]bool{"lena": true, "ruth": true, "samuel": true, "maya": true, "priya": false, "dana": false, "noah": false} {
		if got := h.ask(who, form, "id", filing); (got.get("data.node.form.programNo") == "P-1") != reads || (got.get("data.node") != nil) != reads {
			t.Errorf("%s reads %s", who, got.text)
		}
	}
	h.refused("NO_SUCH_FILING", "dana", "submitFiling", "filing", "filingId", filing, "reference", "R-1")
	if s := h.done("lena", "submitFiling", "filing{state}", "filingId", filing, "reference", "R-1").get("filing.state"); s != "SUBMITTED" {
		t.Errorf("the filing is %v", s)
	}

	h.done("maya", "cancelApprenticeship", "apprentice{id}", append(on, "by", "APPRENTICE")...)
	if got := h.done("lena", "reverseCancellation", "apprentice{status}", append(on, "reason", "she stays")...); got.get("apprentice.status") != "PROBATIONARY" {
		t.Errorf("%s", got.text)
	}
}
