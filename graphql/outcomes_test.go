package graphql_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
)

// everybody is the staff and those who answer for what the others do not see.
var everybody = append(slices.Clip(staff),
	colleague{"vera", "Vera Lund", domain.EEOOfficer, ""}, colleague{"elias", "Elias Borg", domain.Executive, ""},
	colleague{"ines", "Ines Moreau", domain.Security, ""}, colleague{"paula", "Paula Reis", domain.PrivacyOfficer, ""})

func subject(kv ...any) map[string]any { return pairs(kv) }

// activity asks for one activity in somebody's name.
func (h *house) activity(who, id, selection string) answer {
	h.Helper()
	return h.ask(who, `query($i:ID!){node(id:$i){...on Activity{`+selection+`}}}`, "i", id)
}

// TestRows06To18WhatIsLearnedBesideTheHours goes through every way of learning that is not
// logged by the hour.
func TestRows06To18WhatIsLearnedBesideTheHours(t *testing.T) {
	h := open(t, everybody, colleges)
	maya := h.enrol("maya")
	milestone := strings.Replace(maya, "apprenticeship-", "milestone-", 1) + ".hd-imaging-lab"
	enrol := func(who string, kv ...any) string {
		return h.done(who, "enrolInActivity", "activity{id state}", "personId", "person-maya", "subject", subject(append(kv, "title", "Something new")...), "on", "2026-11-20").string("activity.id")
	}
	group := func(t *testing.T, format string) string {
		id := h.done("owen", "recordGroupActivity", "activity{id}", "memberIds", []string{"person-maya", "person-noah"}, "subject", subject("title", "Together", "format", format),
			"minutes", 240, "score", 8, "scoreOf", 10).string("activity.id")
		if got := h.activity("maya", id, "participants{name}"); len(got.list("data.node.participants")) != 1 || got.get("data.node.participants.0.name") != "Maya Okafor" {
			t.Errorf("%s: a participant sees %s", format, got.text)
		}
		if got := h.activity("lena", id, "participants{name}"); len(got.list("data.node.participants")) != 2 {
			t.Errorf("%s: a coordinator sees %s", format, got.text)
		}
		return id
	}
	alone := func(formats ...string) func(*testing.T) {
		return func(t *testing.T) {
			for _, f := range formats {
				id := enrol("maya", "format", f)
				h.done("maya", "startActivity", "activity{id}", "activityId", id, "on", "2026-11-21")
				if got := h.done("maya", "completeActivity", "activity{state minutes}", "activityId", id, "minutes", 600); got.get("activity.state") != "COMPLETED" || got.get("activity.minutes") != 600.0 {
					t.Errorf("%s: %s", f, got.text)
				}
			}
		}
	}
	t.Run("Row06 stretch assignment, pilot, leadership", alone("stretch-assignment", "pilot", "leadership"))
	t.Run("Row10 boot camp, short course, in-house training, workshop", alone("boot-camp", "short-course", "in-house-training", "workshop"))
	t.Run("Row07 what is learned is applied to a real problem", func(t *testing.T) {
		id := enrol("maya", "format", "online-module", "timeBasis", "EVENINGS")
		h.done("maya", "startActivity", "activity{id}", "activityId", id)
		got := h.done("maya", "applyActivity", "activity{applied{product uri participant{name}}}", "activityId", id, "product", "Dashboard of downtimes", "uri", "https://wiki.example/d")
		if got.get("activity.applied.0.product") != "Dashboard of downtimes" || got.get("activity.applied.0.uri") != "https://wiki.example/d" {
			t.Errorf("%s", got.text)
		}
		h.refused("NO_SUCH_ACTIVITY", "noah", "applyActivity", "activity", "activityId", id, "product", "Mine")
	})
	t.Run("Row08 a course at a partner college", func(t *testing.T) {
		h.refused("PARTNER_MISSING", "maya", "enrolInActivity", "activity", "subject", subject("title", "CYB 110", "format", "college-course"))
		id := enrol("maya", "format", "college-course", "partnerId", "partner-lakeshore")
		if got := h.activity("maya", id, "partner{name}"); got.get("data.node.partner.name") != "Lakeshore Community College" {
			t.Errorf("%s", got.text)
		}
	})
	t.Run("Row11 evenings, weekends or protected work time", func(t *testing.T) {
		h.refused("TIME_BASIS_MISSING", "maya", "enrolInActivity", "activity", "subject", subject("title", "Cloud", "format", "online-module"))
		id := enrol("maya", "format", "online-module", "timeBasis", "WORK_TIME", "delivery", "LOW_BANDWIDTH")
		if got := h.activity("priya", id, "timeBasis delivery"); got.get("data.node.timeBasis") != "WORK_TIME" || got.get("data.node.delivery") != "LOW_BANDWIDTH" {
			t.Errorf("%s", got.text)
		}
	})
	t.Run("Row13 a lab with scored attempts", func(t *testing.T) {
		for _, f := range []string{"ehr-sandbox", "interoperability-bench", "cyber-range", "secure-coding-lab", "cloud-configuration-lab"} {
			id := enrol("maya", "format", f, "topic", "cybersecurity")
			h.done("maya", "startActivity", "activity{id}", "activityId", id, "on", "2026-11-21")
			h.refused("OWN_ACTIVITY", "maya", "scoreAttempt", "activity", "activityId", id, "attempt", 1, "score", 10, "scoreOf", 10)
			h.done("priya", "scoreAttempt", "activity{id}", "activityId", id, "attempt", 1, "score", 4, "scoreOf", 10)
			h.done("priya", "scoreAttempt", "activity{id}", "activityId", id, "attempt", 2, "score", 9, "scoreOf", 10)
			got := h.done("priya", "completeActivity", "activity{score attempts{score}}", "activityId", id, "score", 9, "scoreOf", 10)
			if got.get("activity.score") != 9.0 || len(got.list("activity.attempts")) != 2 {
				t.Errorf("%s: %s", f, got.text)
			}
			h.refused("OWN_ACTIVITY", "maya", "recogniseActivity", "activity", "activityId", id, "milestoneId", milestone)
			if got := h.done("priya", "recogniseActivity", "activity{recognised{milestoneId}}", "activityId", id, "milestoneId", milestone); got.get("activity.recognised.0.milestoneId") != milestone {
				t.Errorf("%s", got.text)
			}
			if got := h.done("lena", "correctActivityResult", "activity{score corrected}", "activityId", id, "score", 8, "scoreOf", 10, "reason", "Added up wrongly"); got.get("activity.corrected") != true {
				t.Errorf("%s", got.text)
			}
		}
	})
	t.Run("Row14 a simulation of downtime or attack", func(t *testing.T) { group(t, "simulation") })
	t.Run("Row15 a team project, a case study, a workshop", func(t *testing.T) {
		for _, f := range []string{"team-project", "case-study", "workshop"} {
			group(t, f)
		}
	})
	t.Run("Row16 a rotation through another department", func(t *testing.T) {
		h.refused("DEPARTMENT_MISSING", "maya", "enrolInActivity", "activity", "subject", subject("title", "Rotation", "format", "rotation"))
		id := enrol("maya", "format", "rotation", "department", "Emergency department")
		if got := h.ask("maya", `{activities{id department}}`); !strings.Contains(got.text, "Emergency department") || !strings.Contains(got.text, id) {
			t.Errorf("%s", got.text)
		}
	})
	t.Run("Row17 mandatory modules on AI, HIPAA and the FDA", func(t *testing.T) {
		for _, topic := range []string{"ai-literacy", "hipaa", "fda-regulation"} {
			id := enrol("lena", "format", "compliance-module", "topic", topic, "mandatory", true)
			if got := h.activity("maya", id, "mandatory topic{family}"); got.get("data.node.mandatory") != true || got.get("data.node.topic.family") != "compliance" {
				t.Errorf("%s", got.text)
			}
		}
	})
	t.Run("Row18 soft skills are rated beside technical ones", func(t *testing.T) {
		id := group(t, "team-project")
		for _, topic := range []string{"communication", "teamwork", "adaptability", "empathy", "cybersecurity"} {
			h.done("owen", "rateSkill", "activity{id}", "activityId", id, "personId", "person-maya", "topic", topic, "rating", 3)
		}
		if got := h.activity("maya", id, "ratings{rating topic{family}}"); len(got.list("data.node.ratings")) != 5 {
			t.Errorf("%s", got.text)
		}
	})
	if got := h.ask("noah", `{activities(personId:"person-maya"){id}}`); len(got.list("data.activities")) != 0 {
		t.Errorf("a colleague sees %s", got.text)
	}
	h.refused("PEOPLE_ONLY", "lakeshore", "enrolInActivity", "activity", "subject", subject("title", "X", "format", "pilot"))
	h.refused("READ_ONLY", "samuel", "enrolInActivity", "activity", "subject", subject("title", "X", "format", "pilot"))
}

func TestRow09AnAcademyHasSeatsAndAWaitingList(t *testing.T) {
	h := open(t, everybody, colleges)
	agreed := h.agree("lakeshore", "CYB 110", everyRecord...)
	plan := []any{"title", "Cybersecurity academy", "topic", "cybersecurity", "partnerId", "partner-lakeshore", "agreementId", agreed, "from", "2027-01-11", "to", "2027-06-30", "seats", 1}
	h.refused("NOT_COORDINATOR", "priya", "planCohort", "cohort", plan...)
	id := h.done("lena", "planCohort", "cohort{id state}", plan...).string("cohort.id")
	h.refused("NOT_OPEN", "maya", "applyToCohort", "cohort", "cohortId", id)
	h.done("lena", "openCohort", "cohort{state}", "cohortId", id)
	h.done("lena", "inviteToCohort", "cohort{id}", "cohortId", id, "personIds", []string{"person-maya", "person-noah"})
	for _, who := range []string{"maya", "noah"} {
		h.done(who, "applyToCohort", "cohort{id}", "cohortId", id)
		h.done("lena", "offerSeat", "cohort{id}", "cohortId", id, "personId", "person-"+who, "until", "2026-12-10")
	}
	own := `query($i:ID!){node(id:$i){...on Cohort{seats seatsTaken waiting own{standing until}people{standing}}}}`
	if got := h.ask("noah", own, "i", id); got.get("data.node.own.standing") != "WAITING" || got.get("data.node.seatsTaken") != 1.0 || got.get("data.node.waiting") != 1.0 || len(got.list("data.node.people")) != 0 {
		t.Errorf("Noah sees %s", got.text)
	}
	h.refused("NO_OFFER", "noah", "decideSeat", "cohort", "cohortId", id, "accept", true)
	h.done("maya", "decideSeat", "cohort{id}", "cohortId", id, "accept", false)
	h.until("noah", `{node(id:"`+id+`"){...on Cohort{own{standing}}}}`, "data.node.own.standing", "OFFERED")
	h.done("noah", "decideSeat", "cohort{own{standing}}", "cohortId", id, "accept", true)
	h.refused("NOT_COORDINATOR", "noah", "enrolInCohort", "cohort", "cohortId", id)
	if got := h.done("lena", "enrolInCohort", "cohort{people{standing person{name}}}", "cohortId", id, "personId", "person-noah"); !strings.Contains(got.text, "ENROLLED") {
		t.Errorf("%s", got.text)
	}
	h.refused("SEATS_TAKEN", "lena", "changeCohortSeats", "cohort", "cohortId", id, "seats", 0)
	if got := h.ask("lakeshore", own, "i", id); got.get("data.node") != nil {
		t.Errorf("the college sees %s", got.text)
	}
}

func TestRow12And26AFeeIsSponsoredFromFunding(t *testing.T) {
	h := open(t, everybody, colleges)
	maya := h.enrol("maya")
	h.refused("NOT_YOURS_TO_FUND", "priya", "openFunding", "funding", "kind", "SCHOLARSHIP", "title", "Nurses fund", "amountCents", 50_000, "from", "2026-01-01", "to", "2027-12-31")
	fund := h.done("ruth", "openFunding", "funding{id}", "kind", "PUBLIC_GRANT", "title", "State grant", "funder", "Workforce board", "amountCents", 50_000, "from", "2026-01-01", "to", "2027-12-31").string("funding.id")
	h.refused("NOT_YOURS_TO_FUND", "maya", "sponsorCredential", "credential", "personId", "person-maya", "title", "Security+", "fundingId", fund, "cents", 40_400)
	h.refused("OWN_FUNDING", "ruth", "sponsorCredential", "credential", "personId", "person-ruth", "title", "Security+", "fundingId", fund, "cents", 40_400)
	id := h.done("ruth", "sponsorCredential", "credential{id state}", "personId", "person-maya", "title", "Security+", "fundingId", fund, "cents", 40_400).string("credential.id")
	h.refused("FUNDING_EXHAUSTED", "ruth", "sponsorCredential", "credential", "personId", "person-noah", "title", "Security+", "fundingId", fund, "cents", 40_400)

	earned := h.done("maya", "earnCredential", "credential{state number sponsoredCents}", "credentialId", id, "title", "CompTIA Security+", "issuer", "CompTIA", "number", "COMP-77", "on", "2026-11-20", "validTo", "2027-01-15")
	if earned.get("credential.state") != "HELD" || earned.get("credential.number") != "COMP-77" || earned.get("credential.sponsoredCents") != 40400.0 {
		t.Errorf("%s", earned.text)
	}
	h.refused("OWN_CREDENTIAL", "maya", "verifyCredential", "credential", "credentialId", id)
	h.refused("NO_SUCH_CREDENTIAL", "noah", "verifyCredential", "credential", "credentialId", id)
	h.refused("NO_SUCH_CREDENTIAL", "owen", "verifyCredential", "credential", "credentialId", id)
	h.done("priya", "verifyCredential", "credential{state}", "credentialId", id)
	counted := strings.Replace(maya, "apprenticeship-", "milestone-", 1) + ".hd-a-plus"
	if got := h.done("priya", "countCredential", "credential{countsFor}", "credentialId", id, "milestoneId", counted); got.get("credential.countsFor.0") != counted {
		t.Errorf("%s", got.text)
	}
	for who, want := range map[string]int{"maya": 1, "priya": 1, "lena": 1, "owen": 0, "noah": 0} {
		if got := h.ask(who, `{credentialsEnding(days:90){title validTo}}`); len(got.list("data.credentialsEnding")) != want {
			t.Errorf("%s is told of %s", who, got.text)
		}
	}
	if got := h.ask("maya", `{credentialsEnding(days:30){title}}`); len(got.list("data.credentialsEnding")) != 0 {
		t.Errorf("within 30 days: %s", got.text)
	}
	courses := h.done("ruth", "openFunding", "funding{id pays}", "kind", "EMPLOYER", "title", "Training", "amountCents", 50_000, "from", "2026-01-01", "to", "2027-12-31", "pays", []string{"ACTIVITIES", "COHORTS"})
	if got := fmt.Sprint(courses.list("funding.pays")); got != "[ACTIVITIES COHORTS]" {
		t.Errorf("it pays for %s", got)
	}
	h.refused("NOT_FOR_THIS", "ruth", "sponsorCredential", "credential", "personId", "person-noah", "title", "A+", "fundingId", courses.string("funding.id"), "cents", 100)
	h.refused("NO_SUCH_COHORT", "ruth", "commitFunding", "funding", "fundingId", courses.string("funding.id"), "personId", "person-maya", "forId", "cohort-none", "cents", 100)
	paid := subject("title", "Together", "format", "workshop", "fundingId", courses.string("funding.id"), "costCents", 20_000)
	h.refused("NOT_YOURS_TO_FUND", "owen", "recordGroupActivity", "activity", "memberIds", []string{"person-maya", "person-noah"}, "subject", paid, "minutes", 240)
	group := h.done("lena", "recordGroupActivity", "activity{id}", "memberIds", []string{"person-maya", "person-noah"}, "subject", paid, "minutes", 240).string("activity.id")
	taken := `query($i:ID!){node(id:$i){...on Funding{committedCents}}}`
	if got := h.ask("ruth", taken, "i", courses.string("funding.id")); got.get("data.node.committedCents") != 40000.0 {
		t.Errorf("for a group of two %s", got.text)
	}
	h.refused("NOT_COORDINATOR", "dana", "cancelGroupActivity", "activity", "activityId", group, "reason", "Never took place")
	h.refused("NO_SUCH_ACTIVITY", "priya", "cancelGroupActivity", "activity", "activityId", "activity-none", "reason", "Never took place")
	if got := h.done("lena", "cancelGroupActivity", "activity{state}", "activityId", group, "reason", "Never took place"); got.get("activity.state") != "CANCELLED" {
		t.Errorf("%s", got.text)
	}

	money := `query($i:ID!){node(id:$i){...on Funding{committedCents spentCents grants{id participant{name}cents}}}}`
	full := h.ask("ruth", money, "i", fund)
	h.done("ruth", "spendFunding", "funding{spentCents}", "fundingId", fund, "grantId", full.get("data.node.grants.0.id"), "ref", "INV-1", "cents", 40_000)
	if got := h.ask("elias", money, "i", fund); got.get("data.node.spentCents") != 40000.0 || got.get("data.node.committedCents") != 40400.0 || len(got.list("data.node.grants")) != 0 {
		t.Errorf("an executive sees %s", got.text)
	}
	for _, who := range []string{"maya", "priya", "dana", "lakeshore"} {
		if got := h.ask(who, money, "i", fund); got.get("data.node") != nil {
			t.Errorf("%s sees %s", who, got.text)
		}
	}
}

// workers are so many apprentices.
func workers(n int) (out []colleague) {
	for i := range n {
		out = append(out, colleague{domain.PersonID(fmt.Sprint("w", i)), fmt.Sprint("Worker ", i), domain.Apprentice, ""})
	}
	return out
}

// TestRow27SelfIdentificationIsReachedByNobody lets people say who they are, and everybody
// else try to find out.
func TestRow27SelfIdentificationIsReachedByNobody(t *testing.T) {
	const answering = 14
	h := open(t, append(slices.Clip(everybody), workers(answering)...), colleges)
	say := func(i int) {
		h.done(fmt.Sprint("w", i), "identifyMyself", "selfIdentification{answeredOn}", "answers", []any{
			map[string]any{"question": "sex", "options": []string{[]string{"female", "male"}[i%2]}},
			map[string]any{"question": "veteran", "options": []string{[]string{"veteran", "not-a-veteran"}[min(i, 1)]}}})
	}
	for i := range answering {
		say(i)
	}
	if got := h.ask("w0", `{selfIdentification{answers{question options}}}`); !strings.Contains(got.text, `"veteran"`) {
		t.Errorf("one's own answer: %s", got.text)
	}
	before := h.head()
	say(0)
	if h.head() != before {
		t.Error("saying the same again adds to the record")
	}
	const counts = `{selfIdentificationStatistics{question option count}}`
	told := h.ask("vera", counts)
	if told.get("data.selfIdentificationStatistics.0.count") != float64(answering) {
		t.Errorf("the officer sees %s", told.text)
	}
	for _, c := range told.list("data.selfIdentificationStatistics") {
		if c := c.(map[string]any); c["option"] != nil && c["count"] != nil {
			t.Errorf("a count that gives away a small one is told: %v", c)
		}
	}
	for _, who := range []string{"maya", "priya", "dana", "lena", "ruth", "samuel", "elias", "ines", "paula", "w0"} {
		if code := h.code(who, counts); code != "NOT_EEO_OFFICER" {
			t.Errorf("%s is told %s", who, code)
		}
	}

	var kept []string // streams
	for r, err := range h.log.Follow(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		if r.Stream.Category() == "selfid" {
			kept = append(kept, string(r.Stream))
			if q := r.Request; q.By.Person != "" || q.Key != "" || q.Digest != "" || q.Causation != "" || q.Correlation != "" {
				t.Errorf("a record tells whose it is: %+v", r)
			}
		}
		if r.Position == before {
			break
		}
	}
	if len(kept) != answering {
		t.Fatalf("%d answers are kept", len(kept))
	}
	for _, who := range []string{"w0", "lena", "ruth", "samuel", "vera", "elias", "lakeshore"} {
		if got := h.ask(who, `query($i:[ID!]!){nodes(ids:$i){__typename id}}`, "i", kept); strings.Contains(got.text, "selfid") || strings.Contains(got.text, "__typename\":") {
			t.Errorf("%s finds %s", who, got.text)
		}
	}
	h.done("ruth", "erasePerson", "person{id}", "personId", "person-w0", "reason", "ASKED", "reference", "DSR-14")
	h.done("lena", "confirmErasure", "person{id}", "personId", "person-w0", "asked", h.ask("lena", `{erasures{asked}}`).get("data.erasures.0.asked"))
	if again := h.ask("vera", counts); again.text != told.text {
		t.Errorf("after an erasure the officer sees %s", again.text)
	}
}

func TestRow30ASurveyIsAnsweredOnceAndByNobody(t *testing.T) {
	h := open(t, everybody, colleges)
	wave := func(questionnaires ...string) []any {
		return []any{"title", "Autumn", "moment", "BEFORE", "questionnaires", questionnaires, "from", "2026-11-01", "to", "2026-12-01"}
	}
	h.refused("NOT_COORDINATOR", "maya", "openSurvey", "survey", wave("burnout-signal")...)
	h.refused("NO_SUCH_INSTRUMENT", "lena", "openSurvey", "survey", wave("horoscope")...)
	id := h.done("lena", "openSurvey", "survey{id}", wave("burnout-signal", "work-satisfaction")...).string("survey.id")
	got := h.done("maya", "answerSurvey", "survey{questionnaires{id answered}}", "surveyId", id, "questionnaire", "burnout-signal", "scores", []int{1, 0})
	if got.get("survey.questionnaires.0.answered") != true || got.get("survey.questionnaires.1.answered") != false {
		t.Errorf("%s", got.text)
	}
	h.refused("ANSWERED_ALREADY", "maya", "answerSurvey", "survey", "surveyId", id, "questionnaire", "burnout-signal", "scores", []int{4, 4})
	h.refused("NO_SUCH_INSTRUMENT", "maya", "answerSurvey", "survey", "surveyId", id, "questionnaire", "quality-of-life", "scores", []int{1, 0, 1, 1})
	h.refused("PEOPLE_ONLY", "lakeshore", "answerSurvey", "survey", "surveyId", id, "questionnaire", "burnout-signal", "scores", []int{1, 0})
	if got := h.ask("elias", `{outcomes(measures:[BURNOUT_BEFORE]){hidden count total}}`); got.get("data.outcomes.0.hidden") != true || got.get("data.outcomes.0.count") != nil || got.get("data.outcomes.0.total") != nil {
		t.Errorf("one answer is told: %s", got.text)
	}
}

func TestRows28And33OutcomesAreToldToWhomTheyAreFor(t *testing.T) {
	h := open(t, append(slices.Clip(everybody), workers(12)...), colleges)
	h.done("lena", "describeSite", "site{id name setting}", "siteId", "main", "name", "Main campus", "setting", "RURAL")
	id := h.done("lena", "planCohort", "cohort{id}", "title", "Data academy", "partnerId", "partner-lakeshore", "from", "2026-11-01", "to", "2027-06-30", "seats", 20).string("cohort.id")
	h.done("lena", "openCohort", "cohort{id}", "cohortId", id)
	for i := range 12 {
		who := fmt.Sprint("w", i)
		h.done("lena", "inviteToCohort", "cohort{id}", "cohortId", id, "personIds", []string{"person-" + who})
		h.done(who, "applyToCohort", "cohort{id}", "cohortId", id)
		h.done("lena", "offerSeat", "cohort{id}", "cohortId", id, "personId", "person-"+who, "until", "2026-12-10")
		h.done(who, "decideSeat", "cohort{id}", "cohortId", id, "accept", true)
		h.done("lena", "enrolInCohort", "cohort{id}", "cohortId", id, "personId", "person-"+who)
	}
	const question = `{outcomes(measures:[PARTICIPATION]){dimension key count hidden}}`
	for _, who := range []string{"elias", "lena", "ruth", "samuel"} {
		if got := h.ask(who, question); got.get("data.outcomes.0.count") != 12.0 || !strings.Contains(got.text, `{"dimension":"SETTING","key":"rural","count":12,"hidden":false}`) {
			t.Errorf("%s is told %s", who, got.text)
		}
	}
	if got := h.ask("elias", `{outcomes(measures:[INVITATION]){count total average}}`); got.get("data.outcomes.0.total") != 12.0 || got.get("data.outcomes.0.average") != 10000.0 {
		t.Errorf("of the invited came %s", got.text)
	}
	if got := h.ask("dana", question); len(got.list("data.outcomes")) != 1 || got.get("data.outcomes.0.dimension") != "SITE" || got.get("data.outcomes.0.key") != "main" {
		t.Errorf("a manager is told %s", got.text)
	}
	if got := h.ask("lakeshore", question); len(got.list("data.outcomes")) != 1 || got.get("data.outcomes.0.dimension") != "COHORT" || got.get("data.outcomes.0.count") != 12.0 {
		t.Errorf("the college is told %s", got.text)
	}
	if got := h.ask("harbor", question); len(got.list("data.outcomes")) != 0 {
		t.Errorf("another college is told %s", got.text)
	}
	for _, who := range []string{"maya", "priya", "ines", "paula", "vera"} {
		if code := h.code(who, question); code != "NOT_FOR_YOU" {
			t.Errorf("%s is answered %s", who, code)
		}
	}
}
