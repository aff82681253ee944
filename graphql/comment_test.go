package graphql_test

import (
	"strings"
	"testing"
)

// A move is talked about by those who take part in it, and by nobody else.
func TestAMoveIsTalkedAboutByThoseWhoTakePart(t *testing.T) {
	h := open(t, everybody, colleges)
	maya := h.enrol("maya")
	h.agree("lakeshore", "CYB 110", everyRecord...)
	h.consent("maya", "lakeshore", everyRecord...)
	h.done("lena", "waiveReadiness", "apprentice{id}", "apprenticeId", maya, "toRole", "systems-administrator", "reason", "Eight years in the army's signal corps")
	move := h.done("maya", "proposeTransition", "transition{id}", "apprenticeId", maya, "effectiveOn", "2026-12-07").string("transition.id")

	const feed = `{changes(first:100){changes{__typename ...on Upsert{position node{id}}}}}`
	const said = `query($id:ID!){node(id:$id){...on RoleTransition{version comments{by note former at}}}}`
	before, shown := h.ask("lakeshore", feed), h.ask("lakeshore", said, "id", move)
	comment := func(who, note string) {
		h.done(who, "commentTransition", "transition{comments{note}}", "transitionId", move, "note", note)
	}
	comment("dana", "Can you begin with nights?")
	comment("maya", "From December.")
	for who, want := range map[string]int{"maya": 2, "dana": 2, "lena": 2, "ruth": 2, "samuel": 2, "owen": 0, "priya": 0, "lakeshore": 0} {
		got := h.ask(who, said, "id", move)
		if n := len(got.list("data.node.comments")); n != want {
			t.Errorf("%s reads %s", who, got.text)
		}
		if want > 0 && (got.get("data.node.comments.0.by") != "Dana Whitfield" || got.get("data.node.comments.1.note") != "From December." || got.get("data.node.comments.1.former") != false) {
			t.Errorf("%s reads %s", who, got.text)
		}
	}
	if after := h.ask("lakeshore", said, "id", move); after.text != shown.text || !strings.Contains(shown.text, `"version"`) {
		t.Errorf("a college is told %s, and was told %s", after.text, shown.text)
	}
	if after := h.ask("lakeshore", feed); after.text != before.text || !strings.Contains(before.text, move) {
		t.Errorf("the feed of a college is %s, and was %s", after.text, before.text)
	}
	for who, code := range map[string]string{"lakeshore": "PEOPLE_ONLY", "samuel": "READ_ONLY", "priya": "NO_SUCH_TRANSITION", "owen": "NO_SUCH_APPRENTICESHIP", "noah": "NO_SUCH_APPRENTICESHIP"} {
		h.refused(code, who, "commentTransition", "transition", "transitionId", move, "note", "Not me")
	}
	h.refused("NOTE_MISSING", "maya", "commentTransition", "transition", "transitionId", move, "note", " ")
	h.done("dana", "decideTransition", "transition{id}", "transitionId", move, "decision", "APPROVE")
	if got := h.ask("owen", said, "id", move); len(got.list("data.node.comments")) != 2 {
		t.Errorf("who decides next reads %s", got.text)
	}
}
