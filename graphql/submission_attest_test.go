package graphql_test

import (
	"strings"
	"testing"

	"github.com/guildhall-dev/guildhall/domain/client"
)

// TestACollegeAttestsWhatALearnerDidThere has a college show evidence for a lab that the
// learner has begun: the mentor reads whose it is and decides.
func TestACollegeAttestsWhatALearnerDidThere(t *testing.T) {
	h := open(t, staff, colleges)
	maya, noah := h.enrol("maya"), h.enrol("noah")
	h.agree("lakeshore", "CYB 110", everyRecord...)
	h.consent("maya", "lakeshore", everyRecord...)
	h.consent("noah", "lakeshore", "CREDITS")
	milestone := func(requirement string) string {
		return strings.Replace(maya, "apprenticeship-", "milestone-", 1) + "." + requirement
	}
	on := func(apprentice, requirement, ref string, more ...any) map[string]any {
		item := map[string]any{"apprenticeId": apprentice, "requirementId": requirement, "externalRef": ref, "kind": "LAB", "note": "Imaged forty machines.", "uri": "https://range.example.org/7", "on": "2026-11-18"}
		for name, v := range pairs(more) {
			item[name] = v
		}
		return item
	}
	h.done("maya", "startMilestone", "milestone{id}", "milestoneId", milestone("hd-imaging-lab"))
	items := []any{
		on(maya, "hd-imaging-lab", "R-1"), on(maya, "hd-imaging-lab", "R-1"), on(maya, "hd-imaging-lab", "R-2"), on(maya, "hd-a-plus", "R-3"), on(maya, "hd-network-defence", "R-4"), on(maya, "no-such-thing", "R-5"),
		on(noah, "hd-imaging-lab", "R-6"), on("apprenticeship-nobody", "hd-imaging-lab", "R-7"), on(maya, "hd-imaging-lab", "R-8", "uri", "javascript:alert(1)"), on(maya, "hd imaging lab", "R-9"),
	}
	want := "RECORDED, UNCHANGED, REFUSED NOT_ASKED_FOR, REFUSED NOT_ASKED_FOR, REFUSED NOT_ASKED_FOR, REFUSED NOT_ASKED_FOR, REFUSED NO_SUCH_APPRENTICESHIP, REFUSED NO_SUCH_APPRENTICESHIP, REFUSED BAD_LINK, REFUSED BAD_ID"
	before := h.head()
	if got := h.do("lakeshore", "attestMilestones", became, "items", items, "dryRun", true); outcomes(got) != want || h.head() != before {
		t.Errorf("a dry run: %s, the log went from %d to %d", outcomes(got), before, h.head())
	}
	if got := h.done("lakeshore", "attestMilestones", became, "items", items); outcomes(got) != want {
		t.Errorf("%s: %s", outcomes(got), got.text)
	}
	if got := h.do("harbor", "attestMilestones", became, "items", items[:1]); outcomes(got) != "REFUSED NO_SUCH_APPRENTICESHIP" {
		t.Errorf("another college: %s", got.text)
	}
	const shown = `query($id:ID!){node(id:$id){... on Milestone{state evidence{kind note uri on attestedBy{name}}}}}`
	if got := h.ask("priya", shown, "id", milestone("hd-imaging-lab")); got.get("data.node.state") != "UNDER_REVIEW" || got.get("data.node.evidence.0.attestedBy.name") != colleges["lakeshore"] ||
		got.get("data.node.evidence.0.note") != "Imaged forty machines." || got.get("data.node.evidence.0.on") != "2026-11-18" || got.get("data.node.evidence.0.uri") != "https://range.example.org/7" {
		t.Errorf("the mentor reads %s", got.text)
	}
	if got := h.ask("lakeshore", shown, "id", milestone("hd-imaging-lab")); got.get("data.node") != nil {
		t.Errorf("the college is told what it gives no credit for: %s", got.text)
	}
	h.done("priya", "assessMilestone", "milestone{state}", "milestoneId", milestone("hd-imaging-lab"), "rating", 1, "feedback", "Image a laptop, too.")
	one := h.done("lakeshore", "attestMilestone", "milestone{id}", "apprenticeId", maya, "requirementId", "hd-imaging-lab", "externalRef", "R-10", "kind", "LAB", "note", "Imaged a laptop.")
	if one.get("milestone") != nil {
		t.Errorf("%s", one.text)
	}
	if got := h.done("priya", "assessMilestone", "milestone{state}", "milestoneId", milestone("hd-imaging-lab"), "rating", 3); got.get("milestone.state") != "ATTAINED" {
		t.Errorf("%s", got.text)
	}
	h.done("maya", "revokeConsent", "consent{id}", "consentId", "consent-maya.lakeshore")
	if got := h.do("lakeshore", "attestMilestones", became, "items", items[:1]); outcomes(got) != "REFUSED NO_SUCH_APPRENTICESHIP" {
		t.Errorf("without consent: %s", got.text)
	}
}

// TestEveryKindOfWriteTakesItsScope sends one item of each mutation with every scope there is.
func TestEveryKindOfWriteTakesItsScope(t *testing.T) {
	h := open(t, staff, colleges)
	takes := map[string]client.Scope{
		"reportEnrolments": client.EnrolmentsWrite, "reportResults": client.EnrolmentsWrite, "attestMilestones": client.MilestonesAttest,
		"startCreditEvaluations": client.CreditsWrite, "recommendCredits": client.CreditsWrite, "denyCredits": client.CreditsWrite,
		"recordCredits": client.CreditsWrite, "postCredits": client.CreditsWrite, "revokeCredits": client.CreditsWrite,
	}
	for _, scope := range client.Scopes {
		token := h.client(client.NameOf("harbor", strings.ReplaceAll(string(scope), ":", "-")), scope)
		for mutation, needed := range takes {
			for _, name := range []string{mutation, strings.TrimSuffix(mutation, "s")} {
				out := h.send(token, "mutation{r:"+name+"(input:"+least(schema.Types[strings.ToUpper(name[:1])+name[1:]+"Input"])+"){position userErrors{code}}}", nil)
				if code := out.string("data.r.userErrors.0.code"); (code == "INSUFFICIENT_SCOPE") != (scope != needed) {
					t.Errorf("%s with %s: %s", name, scope, out.text)
				}
			}
		}
	}
}
