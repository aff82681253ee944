package graphql_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
)

// shownOf is what a learner's record tells about the work behind it.
const shownOf = `query($id:ID!){node(id:$id){...on Apprentice{displayName progress{total}timesheets{edges{node{id}}}milestones{edges{node{state feedback evidence{note}}}}competencies{state}
	credits{edges{node{state grade}}}transitions{edges{node{id}}}hours(by:WEEK){key approvedMinutes pendingMinutes}breaks{from}completion{title}priorCredit{on}evaluations{next}wages{atEntryCents}unshown{event}
	nextActions{title}explanations{about title reason}history(figure:{kind:PENDING_MINUTES}){edges{node{text:by}}}asOf(date:"2026-11-23"){timesheets{edges{node{id}}}}}}}`

// seen is how many there are of what is listed at some paths, such as "timesheets.edges".
func seen(a answer, paths ...string) (out []int) {
	for _, p := range paths {
		out = append(out, len(a.list("data.node."+p)))
	}
	return out
}

// states are those of the milestones in an answer, each once.
func states(a answer) (out []string) {
	for _, e := range a.list("data.node.milestones.edges") {
		out = append(out, e.(map[string]any)["node"].(map[string]any)["state"].(string))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// TestAPeerMentorReadsWhatAMentorReadsAndDecidesNothing lets a colleague accompany Maya from one
// day to another.
func TestAPeerMentorReadsWhatAMentorReadsAndDecidesNothing(t *testing.T) {
	h := open(t, append([]colleague{{"joe", "Joe Tanaka", domain.Mentor, ""}}, staff...), colleges)
	maya := h.enrol("maya")
	h.week("maya", "2026-W47", domain.NewDate(2026, 11, 16))
	h.attain("maya", maya, "hd-imaging-lab", "LAB")
	h.agree("lakeshore", "CYB 110", everyRecord...)
	h.consent("maya", "lakeshore", everyRecord...)
	h.done("lakeshore", "recordCredit", "credit{id}", "apprenticeId", maya, "externalRef", "L-1", "courseCode", "CYB 110", "credit", "3", "grade", "A", "term", "Fall 2026")
	h.until("maya", `{node(id:"`+strings.Replace(maya, "apprenticeship-", "milestone-", 1)+`.hd-network-defence"){...on Milestone{state}}}`, "data.node.state", "ATTAINED")
	if got := h.ask("joe", shownOf, "id", maya); got.get("data.node") != nil {
		t.Errorf("who is no mentor reads %s", got.text)
	}
	h.done("lena", "assignMentor", "apprentice{id}", "apprenticeId", maya, "mentorId", "person-joe", "kind", "PEER", "from", "2026-11-16")
	mentor, got := h.ask("priya", shownOf, "id", maya), h.ask("joe", shownOf, "id", maya)
	if got.text != mentor.text || got.get("data.node.credits.edges.0.node.state") != "AWARDED" || got.get("data.node.credits.edges.0.node.grade") != nil || got.get("data.node.wages") != nil {
		t.Errorf("a peer mentor reads   %s\nand the other mentor %s", got.text, mentor.text)
	}
	if n := seen(got, "timesheets.edges", "history.edges", "asOf.timesheets.edges", "unshown"); !slices.Equal(n, []int{1, 0, 1, 0}) {
		t.Errorf("a peer mentor reads %v: %s", n, got.text)
	}
	milestone := strings.Replace(maya, "apprenticeship-", "milestone-", 1) + ".hd-ticket-portfolio"
	h.done("maya", "startMilestone", "milestone{id}", "milestoneId", milestone)
	h.done("maya", "submitEvidence", "milestone{id}", "milestoneId", milestone, "kind", "WORK", "note", "Ten tickets.")
	h.refused("NOT_ASSESSOR", "joe", "assessMilestone", "milestone", "milestoneId", milestone, "rating", 3)
	h.refused("PEER_MENTOR", "joe", "planMilestone", "milestone", "milestoneId", milestone, "due", "2026-12-01")
	h.refused("PEER_MENTOR", "joe", "proposeTransition", "transition", "apprenticeId", maya, "effectiveOn", "2026-12-07")
	h.refused("NOT_COORDINATOR", "joe", "requestCompletion", "apprentice", "apprenticeId", maya)
	h.refused("NOT_EVALUATOR", "joe", "evaluateProgress", "apprentice", "apprenticeId", maya, "from", "2026-09-01", "to", "2026-11-20", "next", "More nights")
	h.done("lena", "releaseMentor", "apprentice{id}", "apprenticeId", maya, "mentorId", "person-joe", "on", "2026-11-23")
	if got := h.ask("joe", shownOf, "id", maya); got.get("data.node") != nil {
		t.Errorf("who was a peer mentor reads %s", got.text)
	}
}

// TestWhoOnlyDecidesAMoveReadsTotals lets the manager who would receive Maya look at her record,
// beside those who accompany her.
func TestWhoOnlyDecidesAMoveReadsTotals(t *testing.T) {
	h := open(t, everybody, colleges)
	maya := h.enrol("maya")
	week := h.week("maya", "2026-W47", domain.NewDate(2026, 11, 16)).string("timesheet.id")
	h.done("maya", "submitTimesheet", "timesheet{id}", "week", "2026-W47")
	h.attain("maya", maya, "hd-imaging-lab", "LAB")
	portfolio := strings.Replace(maya, "apprenticeship-", "milestone-", 1) + ".hd-ticket-portfolio"
	h.done("maya", "startMilestone", "milestone{id}", "milestoneId", portfolio)
	h.done("maya", "submitEvidence", "milestone{id}", "milestoneId", portfolio, "kind", "WORK", "note", "Ten tickets.")
	h.done("priya", "assessMilestone", "milestone{state}", "milestoneId", portfolio, "rating", 1, "feedback", "Say what you tried first.")
	h.done("lena", "waiveReadiness", "apprentice{id}", "apprenticeId", maya, "toRole", "systems-administrator", "reason", "Eight years in the army's signal corps")
	move := h.done("maya", "proposeTransition", "transition{id}", "apprenticeId", maya, "effectiveOn", "2026-12-07").string("transition.id")
	h.done("dana", "decideTransition", "transition{id}", "transitionId", move, "decision", "APPROVE")

	owen := h.ask("owen", shownOf, "id", maya)
	if n := seen(owen, "timesheets.edges", "breaks", "completion", "history.edges", "asOf.timesheets.edges"); !slices.Equal(n, make([]int, 5)) || !slices.Equal(states(owen), []string{"ATTAINED"}) || len(owen.list("data.node.competencies")) != 0 {
		t.Errorf("who decides about her move reads %v of it, and milestones %q: %s", n, states(owen), owen.text)
	}
	if totals := owen.list("data.node.hours"); len(totals) != 1 || owen.get("data.node.hours.0.key") != "all" || owen.get("data.node.hours.0.pendingMinutes") != 2400.0 {
		t.Errorf("the hours add up to %s", owen.text)
	}
	for _, secret := range []string{"Say what you tried first.", "week of", "2026-W47"} {
		if strings.Contains(owen.text, secret) {
			t.Errorf("who decides about her move reads %q: %s", secret, owen.text)
		}
	}
	for _, who := range []string{"maya", "priya", "dana", "lena", "ruth", "samuel"} {
		got := h.ask(who, shownOf, "id", maya)
		if n := seen(got, "timesheets.edges"); n[0] != 1 || len(states(got)) < 3 || got.get("data.node.hours.0.key") != "2026-W47" {
			t.Errorf("%s reads %s", who, got.text)
		}
	}

	const node = `query($id:ID!){node(id:$id){__typename}}`
	for id, who := range map[string]map[string]bool{
		week:      {"owen": false, "dana": true, "priya": true, "maya": true, "lena": true, "noah": false},
		portfolio: {"owen": false, "dana": true, "priya": true, "maya": true, "lena": true, "noah": false},
		move:      {"owen": true, "dana": true, "priya": false, "maya": true, "lena": true, "noah": false},
	} {
		for name, sees := range who {
			if got := h.ask(name, node, "id", id); (got.get("data.node") != nil) != sees {
				t.Errorf("%s asks for %s and reads %s", name, id, got.text)
			}
		}
	}
	const waived = `query($id:ID!){node(id:$id){...on RoleTransition{waived{requirement reason}}}}`
	for who, told := range map[string]bool{"owen": true, "dana": true, "maya": true, "lena": true, "samuel": true} {
		if got := h.ask(who, waived, "id", move); (got.get("data.node.waived.0.reason") != nil) != told {
			t.Errorf("%s reads %s", who, got.text)
		}
	}
	if got := h.ask("owen", `{deadlines{title}articulationRules{courseCode}}`); len(got.list("data.deadlines")) != 0 {
		t.Errorf("who decides about her move has %s", got.text)
	}
}

// TestAMentorIsNotToldWhatWasWrittenAboutAMove has the mentor ask for a move, which lets the
// mentor read what became of it and not why something was let pass.
func TestAMentorIsNotToldWhatWasWrittenAboutAMove(t *testing.T) {
	h := open(t, staff, colleges)
	maya, noah := h.enrol("maya"), h.enrol("noah")
	var moves []string
	for by, id := range map[string]string{"priya": maya, "noah": noah} {
		h.done("lena", "waiveReadiness", "apprentice{id}", "apprenticeId", id, "toRole", "systems-administrator", "reason", "WAIVED")
		move := h.done(by, "proposeTransition", "transition{id}", "apprenticeId", id, "effectiveOn", "2026-12-07").string("transition.id")
		h.done("dana", "decideTransition", "transition{id}", "transitionId", move, "decision", "RETURN", "reason", "RETURNED")
		moves = append(moves, move)
	}
	const record = `query($ids:[ID!]!){nodes(ids:$ids){...on Apprentice{transitions{edges{node{waived{requirement reason}steps{reason}timeline{reason}}}}explanations{reason}nextActions{title}}
		...on RoleTransition{waived{reason}steps{reason}timeline{reason}explanations{reason}}}turns{explanation{reason}}}`
	own := h.ask("priya", record, "ids", []string{maya, moves[0], moves[1]})
	if strings.Contains(own.text, "WAIVED") {
		t.Errorf("a mentor reads why something was let pass: %s", own.text)
	}
	if !strings.Contains(own.text, "RETURNED") {
		t.Errorf("who asked is not told why it was sent back: %s", own.text)
	}
	if others := h.ask("priya", record, "ids", []string{noah}); strings.Contains(others.text, `RETURNED"},{`) || len(others.list("data.nodes.0.transitions.edges")) != 0 {
		t.Errorf("a mentor reads of a move that another asked for: %s", others.text)
	}
	if got := h.ask("priya", `query($id:ID!){node(id:$id){...on Apprentice{explanations(about:[MOVE]){title reason}}}}`, "id", noah); strings.Contains(got.text, "RETURNED") {
		t.Errorf("a mentor is told why it was sent back: %s", got.text)
	}
}
