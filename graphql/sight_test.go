package graphql_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
)

// TestWhoOnlyDecidesAMoveReadsNoEvidence lets the manager who would receive an apprentice
// decide, and look at what she showed.
func TestWhoOnlyDecidesAMoveReadsNoEvidence(t *testing.T) {
	h := open(t, everybody, colleges)
	maya := h.enrol("maya")
	h.attain("maya", maya, "hd-imaging-lab", "LAB")
	h.done("maya", "earnCredential", "credential{id}", "title", "A+", "issuer", "CompTIA", "on", "2026-11-20", "validTo", "2026-12-01", "kind", "CERTIFICATION")
	h.done("lena", "waiveReadiness", "apprentice{id}", "apprenticeId", maya, "toRole", "systems-administrator", "reason", "Eight years in the army's signal corps")
	move := h.done("priya", "proposeTransition", "transition{id}", "apprenticeId", maya, "effectiveOn", "2026-12-07").string("transition.id")
	h.done("dana", "decideTransition", "transition{id}", "transitionId", move, "decision", "APPROVE")
	const asked = `query($id:ID!){node(id:$id){...on Milestone{state evidence{note uri}}}}`
	lab := strings.Replace(maya, "apprenticeship-", "milestone-", 1) + ".hd-imaging-lab"
	for who, want := range map[string]int{"owen": 0, "priya": 1, "dana": 1, "maya": 1, "lena": 1} {
		if got := h.ask(who, asked, "id", lab); got.get("data.node.state") != "ATTAINED" || len(got.list("data.node.evidence")) != want {
			t.Errorf("%s reads %s", who, got.text)
		}
	}
	h.week("maya", "2026-W47", domain.NewDate(2026, 11, 16))
	for who, want := range map[string]int{"owen": 0, "priya": 1, "dana": 1, "maya": 1, "lena": 1, "ruth": 1, "samuel": 1} {
		if got := h.ask(who, `query($id:ID!){node(id:$id){...on Apprentice{timesheets{edges{node{id}}}}}}`, "id", maya); len(got.list("data.node.timesheets.edges")) != want {
			t.Errorf("%s reads %s", who, got.text)
		}
	}
	const why = `query($id:ID!){node(id:$id){...on Apprentice{explanations(about:[CERTIFICATE]){title}}}}`
	for who, want := range map[string]int{"owen": 0, "priya": 1, "maya": 1} {
		if got := h.ask(who, why, "id", maya); len(got.list("data.node.explanations")) != want {
			t.Errorf("%s is told %s", who, got.text)
		}
	}
	if got := h.ask("ines", `query($id:ID!){node(id:$id){id}apprentices{totalCount}}`, "id", maya); got.get("data.node") != nil || got.get("data.apprentices.totalCount") != 0.0 {
		t.Errorf("who has nothing to clear reads %s", got.text)
	}
}

// TestWhoGuidesOneOfAGroupDoesNotRateTheOthers has a manager rate somebody of another team.
func TestWhoGuidesOneOfAGroupDoesNotRateTheOthers(t *testing.T) {
	h := open(t, slices.Concat(everybody, []colleague{{"kai", "Kai Brandt", domain.Apprentice, ""}}), colleges)
	h.enrol("maya")
	id := h.done("owen", "recordGroupActivity", "activity{id}", "memberIds", []string{"person-maya", "person-kai"}, "subject", subject("title", "Together", "format", "workshop"),
		"minutes", 240).string("activity.id")
	h.refused("NO_SUCH_PERSON", "dana", "rateSkill", "activity", "activityId", id, "personId", "person-kai", "topic", "communication", "rating", 0)
	h.done("dana", "rateSkill", "activity{id}", "activityId", id, "personId", "person-maya", "topic", "communication", "rating", 3)
	h.done("owen", "rateSkill", "activity{id}", "activityId", id, "personId", "person-kai", "topic", "communication", "rating", 3)
}

// TestWhoTaughtSeesNothingOfWhatIsLearnedAfterwards asks for the certificates of somebody
// whose apprenticeship is over.
func TestWhoTaughtSeesNothingOfWhatIsLearnedAfterwards(t *testing.T) {
	h := open(t, everybody, colleges)
	maya := h.enrol("maya")
	h.done("maya", "earnCredential", "credential{id}", "title", "A+", "issuer", "CompTIA", "on", "2026-11-20", "kind", "CERTIFICATION")
	held := func() int {
		return len(h.ask("priya", `{credentials(personId:"person-maya"){title}}`).list("data.credentials"))
	}
	if n := held(); n != 1 {
		t.Errorf("the mentor sees %d certificates", n)
	}
	h.done("maya", "cancelApprenticeship", "apprentice{status}", "apprenticeId", maya, "by", "APPRENTICE", "on", "2026-11-23")
	if n := held(); n != 0 {
		t.Errorf("who was the mentor sees %d certificates", n)
	}
}
