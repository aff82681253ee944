package graphql_test

import (
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
)

// A move is let pass unready, somebody stands in, the day is put off, and it is taken back.
func TestAMoveOnItsWay(t *testing.T) {
	deputy := colleague{"mina", "Mina Sato", domain.Manager, ""}
	h := open(t, append([]colleague{deputy}, staff...), colleges)
	maya := h.enrol("maya")
	h.refused("NOT_READY", "priya", "proposeTransition", "transition", "apprenticeId", maya, "effectiveOn", "2026-12-07")
	h.refused("NOT_COORDINATOR", "priya", "waiveReadiness", "apprentice", "apprenticeId", maya, "toRole", "systems-administrator", "reason", "She is ready")
	h.done("lena", "waiveReadiness", "apprentice{id}", "apprenticeId", maya, "toRole", "systems-administrator", "reason", "Eight years in the army's signal corps")
	id := h.done("priya", "proposeTransition", "transition{id}", "apprenticeId", maya, "effectiveOn", "2026-12-07").string("transition.id")

	h.refused("NOT_RELEASING", "lena", "deferTransition", "transition", "transitionId", id, "effectiveOn", "2026-12-14", "reason", "why")
	h.refused("TOO_LATE", "dana", "deferTransition", "transition", "transitionId", id, "effectiveOn", "2027-12-14", "reason", "why")
	if got := h.done("dana", "deferTransition", "transition{effectiveOn askedFor}", "transitionId", id, "effectiveOn", "2026-12-14", "reason", "Until the new phones are live"); got.get("transition.effectiveOn") != "2026-12-14" || got.get("transition.askedFor") != "2026-12-07" {
		t.Errorf("put off: %s", got.text)
	}
	if got := h.ask("mina", `{inbox{subjectId}approvals{transitionId}}`); len(got.list("data.inbox"))+len(got.list("data.approvals")) != 0 {
		t.Errorf("Mina holds %s", got.text)
	}
	h.refused("NOT_IN_CAPACITY", "dana", "delegateApproval", "transition", "transitionId", id, "to", "person-ruth", "from", "2026-11-23", "until", "2026-11-27")
	h.done("dana", "delegateApproval", "transition{id}", "transitionId", id, "to", "person-mina", "from", "2026-11-23", "until", "2026-11-27")
	held := h.ask("mina", `{inbox{subjectId}approvals{transitionId apprenticeName toRole step{number office state holderName deputyName deputyUntil dueOn overdue reason}}}`)
	if held.get("data.inbox.0.subjectId") != id || held.get("data.approvals.0.transitionId") != id || held.get("data.approvals.0.step.holderName") != "Mina Sato" || held.get("data.approvals.0.step.overdue") != false {
		t.Errorf("Mina stands in for %s", held.text)
	}
	if got := h.ask("samuel", `{approvals{apprenticeName step{deputyName}}}`); got.get("data.approvals.0.apprenticeName") != "Maya Okafor" || got.get("data.approvals.0.step.deputyName") != "Mina Sato" {
		t.Errorf("an auditor sees %s", got.text)
	}
	decide := func(who string) {
		h.done(who, "decideTransition", "transition{id}", "transitionId", id, "decision", "APPROVE", "reason", "A pleasure, says "+who)
	}
	decide("mina")
	decide("owen")
	decide("lena")
	decide("ruth")

	const told = `query($id:ID!){node(id:$id){...on RoleTransition{state payGrade approvedOn waived{requirement by reason}steps{reason}timeline{fact by office to day reason}}}}`
	own := h.ask("maya", told, "id", id)
	if own.get("data.node.state") != "SCHEDULED" || own.get("data.node.approvedOn") != "2026-11-23" || len(own.list("data.node.timeline")) != 16 || own.get("data.node.waived.0.by") != "Lena Fischer" ||
		own.get("data.node.steps.0.reason") != "A pleasure, says mina" || own.get("data.node.timeline.0.fact") != "readiness_waived" {
		t.Errorf("the apprentice reads %s", own.text)
	}
	if got := h.ask("dana", told, "id", id); got.get("data.node.steps.1.reason") != nil || got.get("data.node.payGrade") != nil {
		t.Errorf("a manager reads what others wrote: %s", got.text)
	}
	h.done("ruth", "scheduleTransition", "transition{id}", "transitionId", id, "effectiveOn", "2026-12-14", "payGrade", "IT-3")
	for who, want := range map[string]any{"ruth": "IT-3", "maya": "IT-3", "samuel": "IT-3", "dana": "IT-3", "owen": "IT-3", "lena": nil, "priya": nil} {
		if got := h.ask(who, told, "id", id); got.get("data.node.payGrade") != want {
			t.Errorf("%s reads %v of the pay grade", who, got.get("data.node.payGrade"))
		}
	}
	h.refused("NOT_EFFECTIVE", "ruth", "confirmTransition", "transition", "transitionId", id)
	h.refused("NOT_EFFECTIVE", "ruth", "correctTransition", "transition", "transitionId", id, "effectiveOn", "2026-11-23", "reason", "why")
	h.refused("NOT_HR", "maya", "rescindTransition", "transition", "transitionId", id, "reason", "why")
	if got := h.done("lena", "rescindTransition", "transition{state}", "transitionId", id, "reason", "The position was cut"); got.get("transition.state") != "RESCINDED" {
		t.Errorf("taken back: %s", got.text)
	}
	h.refused("PEOPLE_ONLY", "lakeshore", "rescindTransition", "transition", "transitionId", id, "reason", "why")
}

// A move ends with an apprenticeship that is cancelled, and is asked for anew once that is
// taken back.
func TestAMoveEndsWithItsApprenticeship(t *testing.T) {
	h := open(t, staff, colleges)
	maya := h.enrol("maya")
	h.done("lena", "waiveReadiness", "apprentice{id}", "apprenticeId", maya, "toRole", "systems-administrator", "reason", "Eight years in the army's signal corps")
	ask := func() string {
		return h.done("priya", "proposeTransition", "transition{id}", "apprenticeId", maya, "effectiveOn", "2026-12-07").string("transition.id")
	}
	id := ask()
	h.done("maya", "cancelApprenticeship", "apprentice{status}", "apprenticeId", maya, "by", "APPRENTICE", "on", "2026-11-23")
	asked := `{node(id:"` + id + `"){...on RoleTransition{reference state withdrawnBecause timeline{fact by cause}}}}`
	h.until("maya", asked, "data.node.state", "WITHDRAWN")
	got := h.ask("maya", asked)
	facts := got.list("data.node.timeline")
	last, _ := facts[len(facts)-1].(map[string]any)
	if got.get("data.node.withdrawnBecause") != "CANCELLED" || last["fact"] != "withdrawn" || last["by"] != nil || last["cause"] != "CANCELLED" {
		t.Errorf("the apprentice reads %s", got.text)
	}
	if got := h.ask("dana", `{inbox{subjectId}approvals{transitionId}}`); len(got.list("data.inbox"))+len(got.list("data.approvals")) != 0 {
		t.Errorf("somebody still has to decide: %s", got.text)
	}
	h.done("lena", "reverseCancellation", "apprentice{status}", "apprenticeId", maya, "reason", "It was a slip")
	if got := h.ask("maya", asked); got.get("data.node.state") != "WITHDRAWN" {
		t.Errorf("after the reversal: %s", got.text)
	}
	h.done("lena", "waiveReadiness", "apprentice{id}", "apprenticeId", maya, "toRole", "systems-administrator", "reason", "As before")
	if ask(); h.ask("maya", asked).get("data.node.state") != "SUBMITTED" || h.ask("maya", asked).get("data.node.withdrawnBecause") != nil {
		t.Errorf("asked for anew: %s", h.ask("maya", asked).text)
	}
	if is := h.ask("maya", asked).get("data.node.reference"); is != "RT-1001" || is != got.get("data.node.reference") {
		t.Errorf("it went by %v and goes by %v", got.get("data.node.reference"), is)
	}
}
