package graphql_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/person"
)

func TestRow05ExpertsTeachPeersAccompanyAndAnEmployeeBecomesAMentor(t *testing.T) {
	h := open(t, append(slices.Clip(staff), colleague{"tess", "Tess Moreau", domain.Mentor, ""}), colleges)
	maya := h.enrol("maya")
	h.refused("NOT_COORDINATOR", "maya", "assignMentor", "apprentice", "apprenticeId", maya, "mentorId", "person-tess", "kind", "PEER", "from", "2026-11-23")
	h.done("lena", "assignMentor", "apprentice{id}", "apprenticeId", maya, "mentorId", "person-tess", "kind", "PEER", "from", "2026-11-23")
	got := h.ask("maya", `query($i:ID!){apprentice(by:{id:$i}){mentors{name kind to}}}`, "i", maya)
	if !strings.Contains(got.text, `{"name":"Priya Raman","kind":"JOURNEYWORKER","to":null}`) || !strings.Contains(got.text, `{"name":"Tess Moreau","kind":"PEER","to":null}`) {
		t.Errorf("the mentors are %s", got.text)
	}
	at := []any{"milestoneId", milestoneOf(maya, "hd-downtime-drill")}
	h.done("maya", "startMilestone", "milestone{id}", at...)
	h.done("maya", "submitEvidence", "milestone{id}", append(at, "kind", "WORK", "note", "Ran the drill.")...)
	if got := h.do("tess", "assessMilestone", "milestone{id}", append(at, "rating", 3)...); got.get("userErrors.0.code") == nil {
		t.Errorf("a peer assesses: %s", got.text)
	}
	if got := h.done("priya", "assessMilestone", "milestone{state}", append(at, "rating", 3)...); got.get("milestone.state") != "ATTAINED" {
		t.Errorf("the expert assesses: %s", got.text)
	}

	h.done("noah", "offerMentoring", "person{id}", "kind", "PEER", "note", "For whoever begins at the help desk")
	h.done("owen", "offerMentoring", "person{id}", "kind", "EXPERT")
	offers := h.ask("lena", `{mentorOffers{person{id name}kind note}}`)
	if !strings.Contains(offers.text, `{"person":{"id":"person-noah","name":"Noah Lindqvist"},"kind":"PEER","note":"For whoever begins at the help desk"}`) || !strings.Contains(offers.text, `"name":"Owen Castellano"},"kind":"EXPERT"`) {
		t.Errorf("the offers are %s", offers.text)
	}
	if code := h.code("maya", `{mentorOffers{kind}}`); code != "NOT_COORDINATOR" {
		t.Errorf("a learner reads who offers: %s", code)
	}
	h.done("lena", "assignMentor", "apprentice{id}", "apprenticeId", maya, "mentorId", "person-owen", "from", "2026-11-23")
	if got := h.ask("maya", `query($i:ID!){apprentice(by:{id:$i}){mentors{name kind}}}`, "i", maya); !strings.Contains(got.text, `{"name":"Owen Castellano","kind":"JOURNEYWORKER"}`) {
		t.Errorf("who offered is no mentor: %s", got.text)
	}
}

func TestRow21TalentIsFoundAndAColleagueReferred(t *testing.T) {
	h := skilled(t)
	h.enrol("maya")
	found := h.ask("dana", `{talent(workRole:{framework:"alder"code:"security-analyst"}){edges{node{personId name held required}}}}`)
	if len(found.list("data.talent.edges")) != 1 || found.get("data.talent.edges.0.node.personId") != "person-maya" || found.get("data.talent.edges.0.node.held") != 2.0 || found.get("data.talent.edges.0.node.required") != 4.0 {
		t.Fatalf("the manager finds %s", found.text)
	}
	aim := []any{"personId", "person-noah", "pathwayId", helpDeskPathway, "note", "Finds the cause before the ticket is read"}
	h.refused("REFERS_ONESELF", "noah", "referColleague", "person", aim...)
	h.done("maya", "referColleague", "person{id}", aim...)
	asked := h.ask("noah", `{node(id:"person-noah"){...on Person{referrals{referral by{name}note answer}interests{pathwayId}}}}`)
	if asked.get("data.node.referrals.0.by.name") != "Maya Okafor" || asked.get("data.node.referrals.0.answer") != nil || len(asked.list("data.node.interests")) != 0 {
		t.Errorf("Noah is referred: %s", asked.text)
	}
	interested := `query($p:ID!){interested(pathwayId:$p){person{id}}}`
	if got := h.ask("lena", interested, "p", helpDeskPathway); len(got.list("data.interested")) != 0 {
		t.Errorf("who did not answer is interested: %s", got.text)
	}
	h.done("noah", "answerReferral", "person{id}", "referral", asked.get("data.node.referrals.0.referral"), "accept", true)
	if got := h.ask("lena", interested, "p", helpDeskPathway); len(got.list("data.interested")) != 1 || got.get("data.interested.0.person.id") != "person-noah" {
		t.Errorf("the coordinator reads %s", got.text)
	}
}

// TestRow22InterestIsToldApartFromTakingPart has many people interested in an academy that
// half of them enter, and the gap told.
func TestRow22InterestIsToldApartFromTakingPart(t *testing.T) {
	h := open(t, append(slices.Clip(everybody), workers(24)...), colleges)
	id := h.done("lena", "planCohort", "cohort{id}", "title", "Data academy", "partnerId", "partner-lakeshore", "from", "2026-11-01", "to", "2027-06-30", "seats", 30).string("cohort.id")
	h.done("lena", "openCohort", "cohort{id}", "cohortId", id)
	for i := range 24 {
		who := fmt.Sprint("w", i)
		h.done(who, "expressInterest", "person{id}", "cohortId", id)
		if i%2 == 0 {
			h.enter(who, id)
		}
	}
	if got := h.ask("elias", `{outcomes(measures:[INTEREST,PARTICIPATION]){measure dimension count total}}`); !strings.Contains(got.text, `{"measure":"INTEREST","dimension":"ALL","count":24,"total":12}`) ||
		!strings.Contains(got.text, `{"measure":"PARTICIPATION","dimension":"ALL","count":12`) {
		t.Errorf("told is %s", got.text)
	}
	h.done("w1", "withdrawInterest", "person{id}", "cohortId", id)
	if got := h.ask("ruth", `query($i:ID!){interested(cohortId:$i){person{id}}}`, "i", id); len(got.list("data.interested")) != 23 || strings.Contains(got.text, `"person-w1"`) {
		t.Errorf("interested are %s", got.text)
	}
}

func TestRow23TheGapIsSeenByWhoeverHasItAndTheirAdvisers(t *testing.T) {
	h := skilled(t)
	h.enrol("maya")
	const ask = `{gap(of:{person:"person-maya"}workRole:{framework:"alder"code:"security-analyst"}){held required percent groups{missing{code}}}
		careerLattice(of:{person:"person-maya"}framework:"alder"){edges{node{percent workRole{code}}}}}`
	before := h.ask("maya", ask)
	if before.get("data.gap.percent") != 50.0 || !strings.Contains(before.text, `"S2"`) || !strings.Contains(before.text, `"T2"`) {
		t.Errorf("the gap is %s", before.text)
	}
	h.done("lena", "attestStatements", "person{id}", "personId", "person-maya", "framework", "alder", "statements", []string{"S2"}, "basis", "COURSE")
	after := h.ask("maya", ask)
	if after.get("data.gap.percent") != 75.0 || strings.Contains(after.text, `"S2"`) {
		t.Errorf("what was attested is missing: %s", after.text)
	}
	for _, adviser := range []string{"lena", "ruth", "dana"} {
		if got := h.ask(adviser, ask); got.text != after.text {
			t.Errorf("%s sees %s", adviser, got.text)
		}
	}
	for _, other := range []string{"noah", "owen", "lakeshore"} {
		if got := h.ask(other, ask); got.get("data.gap") != nil || len(got.list("data.careerLattice.edges")) != 0 {
			t.Errorf("%s sees %s", other, got.text)
		}
	}
}

// TestRow31TurnoverIsToldOfThoseWhoTakePartAndOfOthers has 2 of 24 leave who take part in
// something, and 14 of 37 others.
func TestRow31TurnoverIsToldOfThoseWhoTakePartAndOfOthers(t *testing.T) {
	h := open(t, append(slices.Clip(everybody), workers(48)...), colleges)
	id := h.done("lena", "planCohort", "cohort{id}", "title", "Data academy", "partnerId", "partner-lakeshore", "from", "2026-11-01", "to", "2027-06-30", "seats", 30).string("cohort.id")
	h.done("lena", "openCohort", "cohort{id}", "cohortId", id)
	for i := range 24 {
		h.enter(fmt.Sprint("w", i), id)
	}
	for i := range 16 {
		who := i
		if i >= 2 {
			who += 24
		}
		h.done("ruth", "recordDeparture", "person{id}", "personId", fmt.Sprint("person-w", who), "on", "2026-11-22", "reason", "RESIGNED")
	}
	const question = `{outcomes(measures:[PARTICIPANT_TURNOVER,OTHER_TURNOVER]){measure dimension count total average}}`
	for _, who := range []string{"elias", "ruth"} {
		if got := h.ask(who, question); !strings.Contains(got.text, `{"measure":"PARTICIPANT_TURNOVER","dimension":"ALL","count":24,"total":2,"average":833}`) ||
			!strings.Contains(got.text, `{"measure":"OTHER_TURNOVER","dimension":"ALL","count":37,"total":14,"average":3784}`) {
			t.Errorf("%s is told %s", who, got.text)
		}
	}
}

// enter takes somebody into a cohort.
func (h *house) enter(who, cohort string) {
	h.Helper()
	h.done(who, "applyToCohort", "cohort{id}", "cohortId", cohort)
	h.done("lena", "offerSeat", "cohort{id}", "cohortId", cohort, "personId", "person-"+who, "until", "2026-12-10")
	h.done(who, "decideSeat", "cohort{id}", "cohortId", cohort, "accept", true)
	h.done("lena", "enrolInCohort", "cohort{id}", "cohortId", cohort, "personId", "person-"+who)
}

// TestRow32PlacesFilledFromWithinAreToldWithTheirDays fills half of the places with people who
// worked here for years, ten days sooner than the others.
func TestRow32PlacesFilledFromWithinAreToldWithTheirDays(t *testing.T) {
	h := open(t, everybody, colleges)
	place := h.done("ruth", "openPosition", "opening{id}", "role", "security-analyst", "title", "Analyst", "siteId", "main", "headcount", 24, "from", "2026-11-01").get("opening.id")
	for i := range 24 {
		id, start, on := domain.PersonID(fmt.Sprint("s", i)), domain.NewDate(2019, 4, 1), domain.NewDate(2026, 11, 11)
		if i%2 == 1 {
			start, on = domain.NewDate(2026, 11, 21), domain.NewDate(2026, 11, 21)
		}
		name, err := h.vault.Seal(t.Context(), id, "Somebody")
		h.must(err)
		record(h, person.Stream(id), person.Evolve, person.Join{Request: domain.Request{By: domain.Actor{Policy: "operator", Role: domain.System}, At: now},
			Joined: person.Joined{Name: name, Capacity: domain.Apprentice, Site: "main", Start: start}})
		h.must(h.read.Wait(t.Context(), h.head()))
		h.done("ruth", "fillPosition", "opening{id}", "positionId", place, "personId", "person-"+string(id), "on", on.String())
	}
	got := h.ask("elias", `{outcomes(measures:[INTERNAL_FILL,DAYS_TO_FILL_WITHIN,DAYS_TO_FILL_OUTSIDE]){measure dimension count total average}}`)
	for _, want := range []string{`"INTERNAL_FILL","dimension":"ALL","count":24,"total":12,`, `"DAYS_TO_FILL_WITHIN","dimension":"ALL","count":12,"total":120,"average":10}`, `"DAYS_TO_FILL_OUTSIDE","dimension":"ALL","count":12,"total":240,"average":20}`} {
		if !strings.Contains(got.text, want) {
			t.Errorf("%s is not told in %s", want, got.text)
		}
	}
}

func TestRow34AnAssociationIsJoinedAndAnOpeningSuggested(t *testing.T) {
	h := open(t, staff, colleges)
	joined := h.done("maya", "joinAssociation", "person{memberships{membership association since until}}", "association", "HIMSS, Ohio chapter", "on", "2026-02-01")
	if joined.get("person.memberships.0.association") != "HIMSS, Ohio chapter" || joined.get("person.memberships.0.until") != nil {
		t.Errorf("joined: %s", joined.text)
	}
	met := h.done("owen", "recordGroupActivity", "activity{id}", "memberIds", []string{"person-maya", "person-noah"}, "subject", subject("title", "Chapter evening", "format", "networking"), "minutes", 120).string("activity.id")
	if got := h.activity("maya", met, "title format{kind}"); got.get("data.node.format.kind") != "network" {
		t.Errorf("met colleagues elsewhere: %s", got.text)
	}
	opening := h.done("ruth", "openPosition", "opening{id}", "role", "security-analyst", "title", "Security analyst, nights", "siteId", "main", "from", "2026-11-01").get("opening.id")
	h.refused("NOT_AN_ADVISER", "noah", "suggestOpening", "person", "personId", "person-maya", "positionId", opening)
	h.done("ruth", "suggestOpening", "person{id}", "personId", "person-maya", "positionId", opening, "note", "Two of four skills are yours already")
	told := h.ask("maya", `{node(id:"person-maya"){...on Person{suggestions{positionId by{name}note}}}}`)
	if told.get("data.node.suggestions.0.positionId") != opening || told.get("data.node.suggestions.0.by.name") != "Ruth Adeyemi" || told.get("data.node.suggestions.0.note") != "Two of four skills are yours already" {
		t.Fatalf("Maya is told %s", told.text)
	}
	if got := h.ask("maya", `query($i:ID!){node(id:$i){...on Position{title vacant}}}`, "i", opening); got.get("data.node.title") != "Security analyst, nights" || got.get("data.node.vacant") != 1.0 {
		t.Errorf("the opening is %s", got.text)
	}
	if got := h.ask("noah", `{node(id:"person-maya"){...on Person{suggestions{positionId}}}}`); got.get("data.node") != nil {
		t.Errorf("a colleague reads %s", got.text)
	}
}
