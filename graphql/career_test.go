package graphql_test

import "testing"

const helpDesk = "pathway-help-desk-to-security-analyst@1"

func TestACareerIsKept(t *testing.T) {
	h := open(t, staff, colleges)
	change := []any{"personId", "person-maya", "managerId", "person-dana", "from", "2026-12-01"}
	h.refused("NOT_HR", "dana", "changeManager", "person", change...)
	h.refused("NOT_HR", "maya", "changeManager", "person", "personId", "person-noah", "managerId", "person-dana", "from", "2026-12-01")
	h.refused("NOT_A_MANAGER", "ruth", "changeManager", "person", "personId", "person-maya", "managerId", "person-priya", "from", "2026-12-01")
	h.done("ruth", "changeManager", "person{id}", change...)
	h.done("ruth", "changeManager", "person{id}", "personId", "person-dana", "managerId", "person-owen", "from", "2026-12-01")
	h.refused("REPORTS_IN_A_CIRCLE", "ruth", "changeManager", "person", "personId", "person-owen", "managerId", "person-dana", "from", "2026-12-01")
	h.done("ruth", "changeManager", "person{id}", "personId", "person-maya", "managerId", "person-owen", "from", "2026-12-05", "corrects", 3)
	got := h.ask("maya", `{node(id:"person-maya"){...on Person{joinedOn before:managers{name} early:managers(on:"2026-12-02"){name} after:managers(on:"2026-12-05"){name} career{entry kind value from correctedBy writtenBy}}}}`)
	if len(got.list("data.node.before"))+len(got.list("data.node.early")) != 0 || got.get("data.node.after.0.name") != "Owen Castellano" || got.get("data.node.career.0.correctedBy") != 4.0 || got.get("data.node.career.0.writtenBy") != "Ruth Adeyemi" {
		t.Errorf("Maya reads %s", got.text)
	}
	if got := h.ask("noah", `{node(id:"person-maya"){id}}`); got.get("data.node") != nil {
		t.Errorf("a colleague reads %s", got.text)
	}
	h.refused("OWN_RECORD", "ruth", "grantCapacity", "person", "personId", "person-ruth", "capacity", "COORDINATOR", "from", "2026-11-23")
	if got := h.done("ruth", "grantCapacity", "person{role capacities}", "personId", "person-priya", "capacity", "MANAGER", "from", "2026-11-23"); len(got.list("person.capacities")) != 2 || got.get("person.role") != "MENTOR" {
		t.Errorf("Priya acts as %s", got.text)
	}
	h.refused("REASON_MISSING", "ruth", "strikeEntry", "person", "personId", "person-priya", "entry", 3, "reason", " ")
	h.done("ruth", "strikeEntry", "person{capacities career{reason}}", "personId", "person-priya", "entry", 3, "reason", "That was another Priya")
	h.done("dana", "planAbsence", "person{career{kind until}}", "personId", "person-dana", "from", "2026-12-01", "until", "2026-12-10", "delegateId", "person-owen")
	h.refused("NOT_YOURS", "owen", "planAbsence", "person", "personId", "person-dana", "from", "2026-12-01", "until", "2026-12-10")
	h.done("ruth", "recordDeparture", "person{leftOn}", "personId", "person-noah", "on", "2026-11-20", "reason", "RESIGNED")
	if got := h.send("noah-token", `{viewer{name}}`, nil); got.status == 200 {
		t.Errorf("who has left is answered %s", got.text)
	}
	h.done("ruth", "recordReturn", "person{leftOn}", "personId", "person-noah", "on", "2026-11-23")
	h.refused("PEOPLE_ONLY", "lakeshore", "changeManager", "person", change...)
}

func TestWishesAreOnesOwn(t *testing.T) {
	h := open(t, staff, colleges)
	h.refused("BAD_AIM", "noah", "expressInterest", "person", "note", "anything")
	h.done("noah", "expressInterest", "person{interests{pathwayId since note}}", "pathwayId", helpDesk, "note", "Since the ransomware drill")
	h.refused("REFERS_ONESELF", "dana", "referColleague", "person", "personId", "person-dana", "pathwayId", helpDesk)
	h.done("dana", "referColleague", "person{id}", "personId", "person-maya", "pathwayId", helpDesk, "note", "Sees a pattern before the dashboard does")
	asked := h.ask("maya", `{node(id:"person-maya"){...on Person{referrals{referral by{name} note answer}}}}`)
	if asked.get("data.node.referrals.0.by.name") != "Dana Whitfield" || asked.get("data.node.referrals.0.answer") != nil || asked.get("data.node.referrals.0.note") != "Sees a pattern before the dashboard does" {
		t.Fatalf("Maya is referred: %s", asked.text)
	}
	h.refused("NO_SUCH_REFERRAL", "maya", "answerReferral", "person", "referral", 99, "accept", true)
	h.done("maya", "answerReferral", "person{referrals{answer}interests{since}}", "referral", asked.get("data.node.referrals.0.referral"), "accept", true)
	if got := h.ask("lena", `query($p:ID!){interested(pathwayId:$p){person{name}note}}`, "p", helpDesk); len(got.list("data.interested")) != 2 {
		t.Errorf("interested are %s", got.text)
	}
	if got := h.send("dana-token", `query($p:ID!){interested(pathwayId:$p){person{name}}}`, map[string]any{"p": helpDesk}); got.get("errors.0.extensions.code") != "NOT_COORDINATOR" {
		t.Errorf("a manager reads who is interested: %s", got.text)
	}
	h.done("noah", "withdrawInterest", "person{interests{until}}", "pathwayId", helpDesk)
	h.done("noah", "offerMentoring", "person{mentoring{kind}}", "kind", "PEER", "note", "For those who begin")
	if got := h.ask("ruth", `{mentorOffers{person{name}kind note}}`); got.get("data.mentorOffers.0.person.name") != "Noah Lindqvist" || got.get("data.mentorOffers.0.kind") != "PEER" {
		t.Errorf("offers: %s", got.text)
	}
	h.done("noah", "withdrawMentoring", "person{mentoring{kind}}", "kind", "PEER")
	joined := h.done("maya", "joinAssociation", "person{memberships{membership association}}", "association", "HIMSS", "on", "2026-01-01")
	if joined.get("person.memberships.0.association") != "HIMSS" {
		t.Errorf("joined: %s", joined.text)
	}
	h.done("maya", "endMembership", "person{memberships{until}}", "membership", joined.get("person.memberships.0.membership"), "on", "2026-11-20")
}

func TestAVacancyIsFilledFromWithin(t *testing.T) {
	h := open(t, staff, colleges)
	maya := h.enrol("maya")
	opened := []any{"role", "systems-administrator", "title", "Systems administrator", "siteId", "main", "payGrade", "IT-3", "from", "2026-11-01"}
	h.refused("NOT_HR", "dana", "openPosition", "opening", opened...)
	id := h.done("ruth", "openPosition", "opening{id headcount vacant}", opened...).get("opening.id")
	other := h.done("ruth", "openPosition", "opening{id}", "role", "security-analyst", "title", "Analyst", "siteId", "main", "from", "2026-11-01").get("opening.id")
	const vacancies = `{positions(vacantOnly:true){id title siteId payGrade vacant promised places{personName}}}`
	if got := h.ask("maya", vacancies); len(got.list("data.positions")) != 2 || got.get("data.positions.1.payGrade") != nil {
		t.Errorf("an apprentice sees %s", got.text)
	}
	h.done("priya", "suggestOpening", "person{id}", "personId", "person-maya", "positionId", id, "note", "Made for you")
	if got := h.ask("maya", `{node(id:"person-maya"){...on Person{suggestions{positionId by{name} note}}}}`); got.get("data.node.suggestions.0.positionId") != id || got.get("data.node.suggestions.0.by.name") != "Priya Raman" {
		t.Errorf("suggested: %s", got.text)
	}
	h.done("lena", "waiveReadiness", "apprentice{id}", "apprenticeId", maya, "toRole", "systems-administrator", "reason", "Did the work before")
	move := h.done("priya", "proposeTransition", "transition{id}", "apprenticeId", maya, "effectiveOn", "2026-12-07").get("transition.id")
	for _, who := range []string{"dana", "owen", "lena", "ruth"} {
		h.done(who, "decideTransition", "transition{id}", "transitionId", move, "decision", "APPROVE")
	}
	plan := func(on, where any) []any { return []any{"transitionId", move, "effectiveOn", on, "positionId", where} }
	h.refused("ANOTHER_ROLE", "ruth", "scheduleTransition", "transition", plan("2026-12-07", other)...)
	h.refused("IN_THE_PAST", "ruth", "scheduleTransition", "transition", plan("2026-11-01", id)...)
	if got := h.ask("ruth", vacancies); got.get("data.positions.1.promised") != 0.0 {
		t.Errorf("a refused plan keeps a place: %s", got.text)
	}
	if got := h.done("ruth", "scheduleTransition", "transition{positionId}", plan("2026-12-07", id)...); got.get("transition.positionId") != id {
		t.Errorf("planned: %s", got.text)
	}
	h.refused("POSITION_FULL", "ruth", "fillPosition", "opening", "positionId", id, "personId", "person-noah", "on", "2026-11-23")
	h.refused("POSITION_PROMISED", "ruth", "closePosition", "opening", "positionId", id)
	h.done("ruth", "scheduleTransition", "transition{positionId}", plan("2026-11-23", id)...)
	h.until("ruth", `{positions(role:"systems-administrator"){held}}`, "data.positions.0.held", 1.0)
	if got := h.ask("ruth", `{positions(role:"systems-administrator"){vacant places{personName internal from}}}`); got.get("data.positions.0.places.0.personName") != "Maya Okafor" || got.get("data.positions.0.places.0.internal") != true {
		t.Errorf("filled: %s", got.text)
	}
	h.until("ruth", `{node(id:"person-maya"){...on Person{position}}}`, "data.node.position", "systems-administrator")
	if got := h.ask("ruth", `{node(id:"person-maya"){...on Person{payGrade title managers{name}}}}`); got.get("data.node.payGrade") != "IT-3" || got.get("data.node.title") != "Systems administrator" {
		t.Errorf("on record is %s", got.text)
	}
	h.done("ruth", "vacatePosition", "opening{vacant}", "positionId", id, "personId", "person-maya", "on", "2026-11-23")
	h.done("ruth", "closePosition", "opening{closedOn}", "positionId", id)
	if got := h.send("lakeshore-token", `{positions{id}}`, nil); got.get("errors.0.extensions.code") != "PEOPLE_ONLY" {
		t.Errorf("a college sees %s", got.text)
	}
}
