package graphql_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/framework"
)

// skilled is a hospital whose own role framework names what its jobs need.
func skilled(t *testing.T) *house {
	h := open(t, staff, colleges)
	say := func(code domain.StatementID, kind framework.Kind, text string) framework.StatementDefined {
		return framework.StatementDefined{Code: code, Kind: kind, Text: text}
	}
	record(h, framework.Stream("alder"), framework.Evolve, framework.Publish{
		Request: domain.Request{By: domain.Actor{Policy: "operator", Role: domain.System}, At: now}, Name: "Alder skills", Version: "1",
		Content: framework.Content{
			Statements: []framework.StatementDefined{say("K1", framework.Knowledge, "Wards"), say("S1", framework.Skill, "Asking"), say("S2", framework.Skill, "Scripting"), say("T1", framework.Task, "Answer calls"), say("T2", framework.Task, "Patch servers")},
			Roles: []framework.RoleDefined{
				{Code: "help-desk-analyst", Title: "Help desk", Statements: []domain.StatementID{"K1", "S1", "T1"}},
				{Code: "systems-administrator", Title: "Administrator", Statements: []domain.StatementID{"S1", "S2", "T2"}},
				{Code: "security-analyst", Title: "Analyst", Statements: []domain.StatementID{"K1", "S1", "S2", "T2"}},
				{Code: "figurehead", Title: "Needs nothing"},
			},
		},
	})
	h.must(h.read.Wait(t.Context(), h.head()))
	return h
}

func TestAGapIsShownByKindToThoseItConcerns(t *testing.T) {
	h := skilled(t)
	maya := h.enrol("maya")
	const ask = `query($of:SkillHolder!){gap(of:$of workRole:{framework:"alder" code:"systems-administrator"}){workRole{title} held required percent
		groups{kind held{statement{code text} ground groundId} missing{code kind text}}}}`
	person, apprentice := map[string]any{"person": "person-maya"}, map[string]any{"apprentice": maya}
	for _, who := range []string{"maya", "lena", "ruth", "dana"} {
		for _, of := range []map[string]any{person, apprentice} {
			got := h.ask(who, ask, "of", of)
			told := fmt.Sprintf("%v %v %v %v", got.get("data.gap.held"), got.get("data.gap.required"), got.get("data.gap.percent"), got.get("data.gap.workRole.title"))
			if told != "1 3 33 Administrator" {
				t.Errorf("%s asking for %v is told %s: %s", who, of, told, got.text)
			}
		}
	}
	got := h.ask("maya", ask, "of", person)
	if got.string("data.gap.groups.0.kind") != "TASK" || got.string("data.gap.groups.0.missing.0.code") != "T2" ||
		got.string("data.gap.groups.2.held.0.statement.text") != "Asking" || got.string("data.gap.groups.2.held.0.ground") != "ROLE" ||
		got.string("data.gap.groups.2.held.0.groundId") != "help-desk-analyst" || got.string("data.gap.groups.2.missing.0.text") != "Scripting" {
		t.Errorf("groups: %s", got.text)
	}
	for _, who := range []string{"noah", "priya", "owen", "samuel", "lakeshore"} {
		for _, of := range []map[string]any{person, apprentice, {"person": "person-nobody"}, {"apprentice": "x"}} {
			if got := h.ask(who, ask, "of", of); got.get("data.gap") != nil {
				t.Errorf("%s asking for %v sees %s", who, of, got.text)
			}
		}
	}
	if got := h.ask("lakeshore", ask, "of", map[string]any{"workRole": "help-desk-analyst"}); got.get("data.gap.percent") != 33.0 {
		t.Errorf("from one role to another: %s", got.text)
	}
	if got := h.ask("maya", `{gap(of:{person:"person-maya"} workRole:{framework:"alder" code:"x"}){held}}`); got.get("data.gap") != nil {
		t.Errorf("of a role there is none of: %s", got.text)
	}
}

func TestTheLatticeIsPagedFromTheNearest(t *testing.T) {
	h := skilled(t)
	h.enrol("maya")
	const ask = `query($after:String){careerLattice(of:{person:"person-maya"} framework:"alder" first:2 after:$after){pageInfo{hasNextPage endCursor} edges{node{workRole{code} percent groups{missing{text}}}}}}`
	first := h.ask("maya", ask)
	if first.string("data.careerLattice.edges.0.node.workRole.code") != "help-desk-analyst" || first.string("data.careerLattice.edges.1.node.workRole.code") != "security-analyst" || first.get("data.careerLattice.pageInfo.hasNextPage") != true {
		t.Errorf("first page: %s", first.text)
	}
	second := h.ask("maya", ask, "after", first.get("data.careerLattice.pageInfo.endCursor"))
	if edges := second.list("data.careerLattice.edges"); len(edges) != 1 || second.string("data.careerLattice.edges.0.node.workRole.code") != "systems-administrator" || second.get("data.careerLattice.pageInfo.hasNextPage") != false {
		t.Errorf("second page: %s", second.text)
	}
	if got := h.ask("noah", ask); len(got.list("data.careerLattice.edges")) != 0 {
		t.Errorf("somebody else sees %s", got.text)
	}
	if code := h.code("maya", ask, "after", "!"); code != "BAD_CURSOR" {
		t.Errorf("a cursor that is none: %s", code)
	}
}

func TestTalentIsPagedAndAttestedStatementsCount(t *testing.T) {
	h := skilled(t)
	h.enrol("maya")
	h.enrol("noah")
	const ask = `query($after:String){talent(workRole:{framework:"alder" code:"systems-administrator"} first:1 after:$after){totalCount pageInfo{hasNextPage endCursor} edges{node{personId name title held required percent}}}}`
	h.done("lena", "attestStatements", "person{id}", "personId", "person-noah", "framework", "alder", "statements", []string{"S2", "T2"}, "basis", "EXPERIENCE", "note", "ran a server room")
	h.done("lena", "withdrawAttestation", "person{id}", "personId", "person-noah", "framework", "alder", "statements", []string{"T2"}, "reason", "that was a desk drawer")
	h.refused("NOT_COORDINATOR", "dana", "attestStatements", "person", "personId", "person-noah", "framework", "alder", "statements", []string{"S2"}, "basis", "COURSE")
	h.refused("NO_SUCH_STATEMENT", "lena", "attestStatements", "person", "personId", "person-noah", "framework", "alder", "statements", []string{"S9"}, "basis", "COURSE")
	h.refused("NO_SUCH_FRAMEWORK", "lena", "attestStatements", "person", "personId", "person-noah", "framework", "esco", "statements", []string{"S2"}, "basis", "COURSE")
	first := h.ask("lena", ask)
	if first.get("data.talent.totalCount") != 2.0 || first.string("data.talent.edges.0.node.personId") != "person-noah" || first.get("data.talent.edges.0.node.held") != 2.0 || first.get("data.talent.edges.0.node.percent") != 67.0 {
		t.Errorf("first page: %s", first.text)
	}
	second := h.ask("dana", ask, "after", first.get("data.talent.pageInfo.endCursor"))
	if second.string("data.talent.edges.0.node.name") != "Maya Okafor" || second.get("data.talent.pageInfo.hasNextPage") != false {
		t.Errorf("second page: %s", second.text)
	}
	if got := h.ask("owen", ask); got.get("data.talent.totalCount") != 0.0 {
		t.Errorf("a manager of others sees %s", got.text)
	}
	for _, who := range []string{"maya", "priya", "samuel"} {
		if code := h.code(who, ask); code != "NOT_STAFF_ADMIN" {
			t.Errorf("%s asking for talent gets %s", who, code)
		}
	}
}

func TestRelatedOccupationsInTheRealDatabase(t *testing.T) {
	dir := filepath.Join("..", "..", "shared", "data", "onet")
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("no real input at %s", dir)
	}
	found, err := framework.ReadOccupations(os.DirFS(dir), nil)
	if err != nil {
		t.Fatal(err)
	}
	h := open(t, staff, colleges)
	record(h, framework.Stream("onet"), framework.Evolve, framework.Publish{
		Request: domain.Request{By: domain.Actor{Policy: "operator", Role: domain.System}, At: now}, Name: "O*NET", Version: "30.1", Source: "USDOL/ETA, CC BY 4.0", Content: found.Content,
	})
	h.must(h.read.Wait(t.Context(), h.head()))
	if got := h.ask("maya", `{frameworks{id name version source}}`); got.string("data.frameworks.0.source") != "USDOL/ETA, CC BY 4.0" {
		t.Errorf("frameworks: %s", got.text)
	}
	const ask = `query($code:ID! $steps:Int! $to:ID $after:String){relatedRoles(workRole:{framework:"onet" code:$code} steps:$steps to:$to after:$after){pageInfo{hasNextPage endCursor}
		edges{node{steps workRole{code title} path{from to toTitle tier index}}}}}`
	near := h.ask("maya", ask, "code", "15-1232.00", "steps", 1)
	if edges := near.list("data.relatedRoles.edges"); len(edges) != 20 || near.string("data.relatedRoles.edges.7.node.workRole.code") != "15-1212.00" || near.get("data.relatedRoles.edges.7.node.path.0.index") != 8.0 {
		t.Errorf("the help desk is related to %s", near.text)
	}
	if got := h.ask("maya", ask, "code", "29-1141.00", "steps", 1, "to", "15-1211.01"); len(got.list("data.relatedRoles.edges")) != 0 {
		t.Errorf("a nurse is one step from informatics: %s", got.text)
	}
	far := h.ask("maya", ask, "code", "29-1141.00", "steps", 2, "to", "15-1211.01")
	var path []string
	for i := range far.list("data.relatedRoles.edges.0.node.path") {
		path = append(path, far.string(fmt.Sprintf("data.relatedRoles.edges.0.node.path.%d.to", i)))
	}
	if far.get("data.relatedRoles.edges.0.node.steps") != 2.0 || strings.Join(path, " ") != "29-1141.04 15-1211.01" {
		t.Errorf("a nurse reaches informatics by %v: %s", path, far.text)
	}
	second := h.ask("maya", ask, "code", "15-1232.00", "steps", 2, "after", near.get("data.relatedRoles.pageInfo.endCursor"))
	if second.get("data.relatedRoles.edges.0.node.steps") != 2.0 {
		t.Errorf("after those one step away: %s", second.text)
	}
	for _, steps := range []int{0, 5} {
		if code := h.code("maya", ask, "code", "15-1232.00", "steps", steps); code != "BAD_STEPS" {
			t.Errorf("%d steps: %s", steps, code)
		}
	}
}
