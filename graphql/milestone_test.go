package graphql_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/guildhall-dev/guildhall/domain/standard"
)

func TestMilestonesArePlannedWatchedCorrectedWaivedAndRevoked(t *testing.T) {
	h := open(t, staff, colleges)
	maya := h.enrol("maya")
	at := func(requirement string) []any {
		return []any{"milestoneId", strings.Replace(maya, "apprenticeship-", "milestone-", 1) + "." + requirement}
	}
	const one = `query($id:ID!){node(id:$id){...on Milestone{state due passed needed rating waived feedback validUntil
		attempts{number rating wasRating passed counts assessor reason} evidence{note}}}}`

	// A kind is told by its id and title, and old clients know it as OTHER.
	kinds := h.ask("maya", `{requirementKinds{id title met observed team successes validMonths}}`)
	ids := map[any]bool{}
	for _, k := range kinds.list("data.requirementKinds") {
		ids[k.(map[string]any)["id"]] = true
	}
	for _, id := range []string{"lab", "simulation", "rotation", "soft-skill", "compliance"} {
		if !ids[id] {
			t.Errorf("there is no kind %s: %s", id, kinds.text)
		}
	}

	// Planned by the mentor; not by a colleague, whose it is not.
	h.done("priya", "planMilestone", "milestone{id}", append(at("hd-imaging-lab"), "due", "2026-12-18")...)
	h.refused("IN_THE_PAST", "priya", "planMilestone", "milestone", append(at("hd-imaging-lab"), "due", "2026-11-01")...)
	h.refused("NO_SUCH_APPRENTICESHIP", "noah", "planMilestone", "milestone", append(at("hd-imaging-lab"), "due", "2026-12-18")...)
	if got := h.ask("maya", one, "id", at("hd-imaging-lab")[1]); got.get("data.node.due") != "2026-12-18" || got.get("data.node.state") != "PLANNED" || got.get("data.node.needed") != 1.0 {
		t.Errorf("planned: %s", got.text)
	}

	// Assessed wrongly and put right: both ratings stay.
	h.attain("maya", maya, "hd-imaging-lab", "LAB")
	h.refused("NOT_ASSESSOR", "dana", "correctAssessment", "milestone", append(at("hd-imaging-lab"), "attempt", 1, "rating", 1, "reason", "The wrong report.")...)
	h.refused("OWN_MILESTONE", "maya", "correctAssessment", "milestone", append(at("hd-imaging-lab"), "attempt", 1, "rating", 4, "reason", "I am good.")...)
	h.done("priya", "correctAssessment", "milestone{id}", append(at("hd-imaging-lab"), "attempt", 1, "rating", 1, "reason", "The wrong report.")...)
	got := h.ask("maya", one, "id", at("hd-imaging-lab")[1])
	if got.get("data.node.state") != "NOT_YET_ATTAINED" || got.get("data.node.feedback") != "The wrong report." || got.get("data.node.attempts.0.rating") != 1.0 ||
		got.get("data.node.attempts.0.wasRating") != 3.0 || got.get("data.node.attempts.0.assessor") != "Priya Raman" || got.get("data.node.attempts.0.passed") != false {
		t.Errorf("corrected: %s", got.text)
	}
	h.done("priya", "correctAssessment", "milestone{id}", append(at("hd-imaging-lab"), "attempt", 1, "rating", 3, "reason", "It was the right one.")...)

	// Competencies of the standard are milestones too, and are rated by watching.
	d, err := standard.Find("it-security-pathway")
	h.must(err)
	skill := string(d.WorkProcesses[0].Competencies[0].ID)
	h.refused("NOT_ASSESSOR", "lena", "observeMilestone", "milestone", append(at(skill), "rating", 3)...)
	h.refused("OWN_MILESTONE", "maya", "observeMilestone", "milestone", append(at(skill), "rating", 4)...)
	h.refused("NOT_BY_WATCHING", "priya", "observeMilestone", "milestone", append(at("hd-downtime-drill"), "rating", 4)...)
	h.refused("NO_SUCH_MILESTONE", "priya", "observeMilestone", "milestone", append(at("nothing"), "rating", 4)...)
	h.done("dana", "observeMilestone", "milestone{id}", append(at(skill), "rating", 2, "feedback", "Ask before you restart.")...)
	h.done("priya", "observeMilestone", "milestone{id}", append(at(skill), "rating", 4)...)
	all := h.ask("maya", `{apprentice(by:{person:"person-maya"}){competencies{title state rating requirement{key kindId kindTitle}}}}`)
	total, _ := d.Competencies()
	if list := all.list("data.apprentice.competencies"); len(list) != total {
		t.Errorf("%d of %d competencies", len(list), total)
	}
	first := "data.apprentice.competencies.0."
	if all.get(first+"state") != "ATTAINED" || all.get(first+"rating") != 4.0 || all.get(first+"title") != d.WorkProcesses[0].Competencies[0].Text || all.get(first+"requirement.kindId") != "competency" {
		t.Errorf("competencies: %.400s", all.text)
	}

	// Waived for a reason by a coordinator, and taken back.
	why := func(m, basis string) []any {
		return append(at(m), "basis", basis, "reason", "Twelve years on the ward.")
	}
	h.refused("NOT_BY_PRIOR_LEARNING", "lena", "waiveMilestone", "milestone", why("hd-downtime-drill", "PRIOR_LEARNING")...)
	h.refused("NOT_COORDINATOR", "priya", "waiveMilestone", "milestone", why("hd-downtime-drill", "EQUIVALENT")...)
	h.done("lena", "waiveMilestone", "milestone{id}", why("hd-downtime-drill", "EQUIVALENT")...)
	if got := h.ask("maya", one, "id", at("hd-downtime-drill")[1]); got.get("data.node.state") != "WAIVED" || got.get("data.node.waived") != "EQUIVALENT" || got.get("data.node.feedback") != "Twelve years on the ward." {
		t.Errorf("waived: %s", got.text)
	}
	met := func() any {
		return h.ask("maya", `{apprentice(by:{person:"person-maya"}){progress{met}}}`).get("data.apprentice.progress.met")
	}
	if got := met(); got != 2.0 {
		t.Errorf("%v requirements are met with a waiver", got)
	}
	h.refused("NOT_COORDINATOR", "dana", "revokeMilestone", "milestone", append(at("hd-imaging-lab"), "reason", "Not hers.")...)
	h.done("lena", "revokeMilestone", "milestone{id}", append(at("hd-imaging-lab"), "reason", "Not hers.")...)
	h.done("lena", "revokeMilestone", "milestone{id}", append(at("hd-downtime-drill"), "reason", "Another ward.")...)
	if got := met(); got != 0.0 {
		t.Errorf("%v requirements are met without", got)
	}
	if got := h.ask("priya", one, "id", at("hd-imaging-lab")[1]); got.get("data.node.state") != "IN_PROGRESS" || got.get("data.node.attempts.0.counts") != false {
		t.Errorf("revoked: %s", got.text)
	}
	h.refused("SAME_EVIDENCE", "maya", "submitEvidence", "milestone", append(at("hd-imaging-lab"), "note", "Once more.", "uri", "https://wiki.example/hd-imaging-lab")...)
	h.refused("NOT_FOR_TEAMS", "maya", "submitEvidence", "milestone", append(at("hd-imaging-lab"), "note", "We did it.", "team", []string{"person-noah"})...)
	h.refused("RATING_MISSING", "priya", "assessMilestone", "milestone", at("hd-imaging-lab")...)
}

func TestAPathwayTellsItsGraph(t *testing.T) {
	h := open(t, staff, colleges)
	all := h.ask("maya", `{pathways{id stages{role{id} entry next{id} requirements{key kind kindId kindTitle choose of{key kindId}}}}}`)
	for _, p := range all.list("data.pathways") {
		known, led := map[any]bool{}, 0
		stages := p.(map[string]any)["stages"].([]any)
		for _, s := range stages {
			known[s.(map[string]any)["role"].(map[string]any)["id"]] = true
		}
		for _, s := range stages {
			next := s.(map[string]any)["next"].([]any)
			if led += len(next); slices.ContainsFunc(next, func(r any) bool { return !known[r.(map[string]any)["id"]] }) {
				t.Errorf("a stage of %v leads to nowhere: %v", p.(map[string]any)["id"], next)
			}
		}
		if len(stages) > 1 && led == 0 {
			t.Errorf("%v leads nowhere", p.(map[string]any)["id"])
		}
	}
}
