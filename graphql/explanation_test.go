package graphql_test

import (
	"strings"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
)

const explained = `query($id:ID!,$about:[ExplanationAbout!]){apprentice(by:{id:$id}){
	progress{findings{requirement{key} met approvedMinutes pendingMinutes of{requirement{key} met}}}
	explanations(about:$about){...E of{...E}}}}
	fragment E on Explanation{about subjectId title rule{id title source reference} there needed missing pending unit why do turn turnName since due next reason}`

// explanation is the one with a key in a list of explanations.
func explanation(list []any, key, value string) answer {
	for _, e := range list {
		if one := (answer{body: e.(map[string]any)}); one.get(key) == value {
			return one
		}
	}
	return answer{}
}

func TestWhatIsNotYetIsExplained(t *testing.T) {
	h := open(t, staff, colleges)
	maya := h.enrol("maya")
	monday := domain.NewDate(2026, 11, 16)
	week := monday.Week().String()
	h.week("maya", week, monday)
	h.done("maya", "submitTimesheet", "timesheet{id}", "week", week)
	h.attain("maya", maya, "hd-downtime-drill", "LAB")
	portfolio := strings.Replace(maya, "apprenticeship-", "milestone-", 1) + ".hd-ticket-portfolio"
	h.done("maya", "startMilestone", "milestone{id}", "milestoneId", portfolio)
	h.done("maya", "submitEvidence", "milestone{id}", "milestoneId", portfolio, "kind", "WORK", "note", "Ten tickets.")
	h.done("priya", "assessMilestone", "milestone{state}", "milestoneId", portfolio, "rating", 1, "feedback", "Say what you tried first.")

	const at = "data.apprentice."
	got := h.ask("maya", explained, "id", maya)
	es := got.list(at + "explanations")
	for _, f := range got.list(at + "progress.findings") {
		f := answer{body: f.(map[string]any)}
		key := f.string("requirement.key")
		e := explanation(es, "rule.id", key)
		if (f.get("met") == true) != (e.body == nil) {
			t.Errorf("%s is met: %v, and explained: %v", key, f.get("met"), e.body)
		}
		if minutes := f.get("approvedMinutes"); minutes != nil && e.body != nil && (e.get("there") != minutes || e.get("unit") != "MINUTES" || e.get("rule.source") != "PATHWAY") {
			t.Errorf("%s: %v", key, e.body)
		}
	}
	for _, c := range []struct{ key, value, next, turn, name string }{
		{"subjectId", strings.Replace(maya, "apprenticeship-", "timesheet-", 1) + "." + week, "sign-hours", "MANAGER", "Dana Whitfield"},
		{"subjectId", portfolio, "improve-on", "APPRENTICE", "Maya Okafor"},
		{"about", "MOVE", "meet-all", "APPRENTICE", "Maya Okafor"},
		{"about", "APPRENTICESHIP", "pass-probation", "COORDINATOR", "Workforce development"},
	} {
		e := explanation(es, c.key, c.value)
		if e.get("next") != c.next || e.get("turn") != c.turn || e.get("turnName") != c.name || e.string("why") == "" || e.string("do") == "" {
			t.Errorf("%s: %v", c.value, e.body)
		}
	}
	if e := explanation(es, "subjectId", portfolio); e.get("reason") != "Say what you tried first." {
		t.Errorf("the learner is not told why: %v", e.body)
	}
	if got := h.ask("ruth", explained, "id", maya, "about", []string{"REQUIREMENT"}); explanation(got.list(at+"explanations"), "subjectId", portfolio).get("reason") != nil || explanation(got.list(at+"explanations"), "about", "MOVE").body != nil {
		t.Errorf("human resources: %s", got.text)
	}

	const turns = `{turns{apprenticeName days urgency explanation{subjectId next due}}}`
	if got := h.ask("dana", turns); len(got.list("data.turns")) != 1 || got.get("data.turns.0.apprenticeName") != "Maya Okafor" || got.get("data.turns.0.explanation.next") != "sign-hours" || got.get("data.turns.0.urgency") != "CALM" {
		t.Errorf("what waits for the manager: %s", got.text)
	}
	if got := h.ask("maya", turns); len(got.list("data.turns")) < 3 || explanation(got.list("data.turns"), "explanation.next", "improve-on").body == nil {
		t.Errorf("what waits for the learner: %s", got.text)
	}
	for _, who := range []string{"noah", "priya", "owen", "samuel"} {
		if got := h.ask(who, turns); len(got.list("data.turns")) != 0 {
			t.Errorf("what waits for %s: %s", who, got.text)
		}
	}
	h.until("ruth", turns, "data.turns.0.explanation.next", "approve-wage")
	wages := h.ask("ruth", explained, "id", maya, "about", []string{"WAGES"})
	if len(wages.list(at+"explanations")) == 0 || len(h.ask("maya", explained, "id", maya, "about", []string{"WAGES"}).list(at+"explanations")) == 0 {
		t.Errorf("wages for human resources and the learner: %s", wages.text)
	}
	for _, who := range []string{"priya", "dana", "lena"} {
		if got := h.ask(who, explained, "id", maya, "about", []string{"WAGES"}); len(got.list(at+"explanations")) != 0 {
			t.Errorf("wages are not the business of %s: %s", who, got.text)
		}
	}
	if code := h.code("lakeshore", turns); code != "PEOPLE_ONLY" {
		t.Errorf("what waits for a college: %s", code)
	}
	h.agree("lakeshore", "CYB 110", everyRecord...)
	if got := h.ask("maya", explained, "id", maya, "about", []string{"SHARING"}); explanation(got.list(at+"explanations"), "next", "let-college-see").get("rule.reference") != "34 CFR 99.30" {
		t.Errorf("why the college sees nothing: %s", got.text)
	}
	if got := h.ask("dana", explained, "id", maya, "about", []string{"SHARING"}); len(got.list(at+"explanations")) != 0 {
		t.Errorf("what is shared is not the manager's business: %s", got.text)
	}
	h.consent("maya", "lakeshore", everyRecord...)
	if got := h.ask("maya", explained, "id", maya, "about", []string{"SHARING"}); len(got.list(at+"explanations")) != 0 {
		t.Errorf("it is shared: %s", got.text)
	}
	if got := h.ask("lakeshore", explained, "id", maya); got.get("data.apprentice") == nil || len(got.list(at+"explanations")) != 0 {
		t.Errorf("a college: %s", got.text)
	}
	if n := h.logged.Len(); n > 0 {
		t.Errorf("%d faults were logged: %v", n, h.logged.All())
	}
}

func TestAMoveAndACreditExplainThemselves(t *testing.T) {
	h := open(t, staff, colleges)
	maya := h.enrol("maya")
	h.agree("lakeshore", "CYB 110", everyRecord...)
	h.consent("maya", "lakeshore", everyRecord...)
	h.done("maya", "startMilestone", "milestone{id}", "milestoneId", strings.Replace(maya, "apprenticeship-", "milestone-", 1)+".hd-network-defence")
	asked := h.done("maya", "requestCredit", "credit{id explanations{next turn turnName missing unit}}", "ruleId", h.ask("maya", `{articulationRules{id}}`).get("data.articulationRules.0.id"))
	if e := explanation(asked.list("credit.explanations"), "next", "award-credit"); e.get("turn") != "PARTNER" || e.get("turnName") != "Lakeshore Community College" || e.get("missing") != 300.0 || e.get("unit") != "SEMESTER" {
		t.Errorf("credit: %s", asked.text)
	}
	course := h.ask("maya", explained, "id", maya, "about", []string{"REQUIREMENT"})
	if e := explanation(course.list("data.apprentice.explanations"), "rule.id", "hd-network-defence"); e.get("next") != "await-credit" || e.get("turnName") != "Lakeshore Community College" {
		t.Errorf("the course: %v", e.body)
	}
}
