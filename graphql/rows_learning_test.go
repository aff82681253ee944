package graphql_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/partner"
)

// follow lets somebody begin on a pathway today and returns the apprenticeship.
func (h *house) follow(who, pathway string) (apprentice string) {
	h.Helper()
	return h.begin(who, pathway, "2026-11-23")
}

// milestoneOf is the id of a requirement's milestone.
func milestoneOf(apprentice, requirement string) string {
	return strings.Replace(apprentice, "apprenticeship-", "milestone-", 1) + "." + requirement
}

// met are the requirements of the present role that somebody meets, by their keys.
func (h *house) met(who, apprentice string) (keys []string, of int) {
	h.Helper()
	got := h.ask(who, `query($i:ID!){apprentice(by:{id:$i}){progress{total findings{requirement{key}met}}}}`, "i", apprentice)
	for _, f := range got.list("data.apprentice.progress.findings") {
		if f := (answer{body: f.(map[string]any)}); f.get("met") == true {
			keys = append(keys, f.string("requirement.key"))
		}
	}
	total, _ := got.get("data.apprentice.progress.total").(float64)
	return keys, int(total)
}

func TestRow01ThePathwayToAnotherRoleIsSeenFromTheFirstDay(t *testing.T) {
	h := skilled(t)
	maya := h.follow("maya", helpDeskPathway)
	got := h.ask("maya", `query($i:ID!){apprentice(by:{id:$i}){startedOn currentRole{id}
		pathway{stages{role{id title}months next{id}requirements{title minutes}}}
		progress{approvedMinutes met total nextRole{id}findings{requirement{key}met}}nextActions{title holder}}}`, "i", maya)
	if got.get("data.apprentice.startedOn") != "2026-11-23" || got.get("data.apprentice.currentRole.id") != "help-desk-analyst" {
		t.Fatalf("the first day: %s", got.text)
	}
	next := map[any][]any{}
	for _, s := range got.list("data.apprentice.pathway.stages") {
		s := answer{body: s.(map[string]any)}
		for _, n := range s.list("next") {
			next[s.get("role.id")] = append(next[s.get("role.id")], n.(map[string]any)["id"])
		}
		if s.string("role.title") == "" || s.get("months").(float64) <= 0 || len(s.list("requirements")) < 5 {
			t.Errorf("a stage tells little: %v", s.body)
		}
	}
	if fmt.Sprint(next["help-desk-analyst"], next["systems-administrator"], next["network-support"], next["security-analyst"]) != "[systems-administrator network-support] [security-analyst] [security-analyst] []" {
		t.Errorf("the way is %v", next)
	}
	if got.get("data.apprentice.progress.nextRole.id") != "systems-administrator" || got.get("data.apprentice.progress.met") != 0.0 || len(got.list("data.apprentice.progress.findings")) != 6 {
		t.Errorf("what is ahead: %s", got.text)
	}
	if a := got.list("data.apprentice.nextActions"); len(a) == 0 || a[0].(map[string]any)["holder"] != "APPRENTICE" {
		t.Errorf("nothing is to be done: %s", got.text)
	}
	way := h.ask("maya", `query($i:ID!){apprentice(by:{id:$i}){pathway{stages{requirements{key nice:statements(framework:"nice") other:statements(framework:"onet")}}}}}`, "i", maya)
	if !strings.Contains(way.text, `{"key":"hd-network-defence","nice":["K0717","K0724","K0732","K0950","K0951"],"other":[]}`) || !strings.Contains(way.text, `{"key":"hd-hours","nice":[],"other":[]}`) {
		t.Errorf("what milestones prove: %s", way.text)
	}
	gap := h.ask("maya", `query($i:ID!){gap(of:{apprentice:$i}workRole:{framework:"alder"code:"security-analyst"}){held required groups{kind missing{text}}}}`, "i", maya)
	if gap.get("data.gap.held") != 2.0 || gap.get("data.gap.required") != 4.0 || !strings.Contains(gap.text, `"Patch servers"`) || !strings.Contains(gap.text, `"Scripting"`) {
		t.Errorf("the gap to the goal: %s", gap.text)
	}
}

func TestRow02ClinicalExperienceIsCreditedOnTheWayToInformatics(t *testing.T) {
	h := open(t, staff, colleges)
	noah := h.follow("noah", "pathway-clinician-to-informatics-lead@1")
	way := h.ask("noah", `query($i:ID!){apprentice(by:{id:$i}){currentRole{id}pathway{stages{role{id}requirements{key prior}}}}}`, "i", noah)
	if way.get("data.apprentice.currentRole.id") != "registered-nurse" || way.get("data.apprentice.pathway.stages.2.role.id") != "clinical-informatics-lead" {
		t.Fatalf("the way: %s", way.text)
	}
	licence := []any{"basis", "PRIOR_LEARNING", "reason", "Six years on a medical ward, licence RN-20114"}
	for _, key := range []string{"cl-workflow", "cl-clinical-communication"} {
		at := append([]any{"milestoneId", milestoneOf(noah, key)}, licence...)
		h.refused("OWN_MILESTONE", "noah", "waiveMilestone", "milestone", at...)
		if got := h.done("lena", "waiveMilestone", "milestone{state}", at...); got.get("milestone.state") != "WAIVED" {
			t.Errorf("%s: %s", key, got.text)
		}
	}
	if keys, _ := h.met("noah", noah); !slices.Equal(keys, []string{"cl-workflow", "cl-clinical-communication"}) {
		t.Errorf("the licence meets %q", keys)
	}
	for _, r := range way.list("data.apprentice.pathway.stages.0.requirements") {
		if r := (answer{body: r.(map[string]any)}); r.get("prior") == nil && !strings.HasSuffix(r.string("key"), "-hours") {
			out := h.do("lena", "waiveMilestone", "milestone{id}", append([]any{"milestoneId", milestoneOf(noah, r.string("key"))}, licence...)...)
			if code := out.get("userErrors.0.code"); code != "NOT_BY_PRIOR_LEARNING" && code != "MANDATORY" {
				t.Errorf("%s is met by what the pathway does not name: %s", r.string("key"), out.text)
			}
		}
	}
}

func TestRow03LearningInTheSameRoleEndsWithoutAMove(t *testing.T) {
	h := open(t, staff, colleges)
	maya := h.follow("maya", "pathway-it-support-upskilling@1")
	got := h.ask("maya", `query($i:ID!){apprentice(by:{id:$i}){pathway{stages{role{id}next{id}}}progress{nextRole{id}}}}`, "i", maya)
	if len(got.list("data.apprentice.pathway.stages")) != 1 || len(got.list("data.apprentice.pathway.stages.0.next")) != 0 || got.get("data.apprentice.progress.nextRole") != nil {
		t.Errorf("learning in the same role leads elsewhere: %s", got.text)
	}
	for key, kind := range map[string]string{"up-ai-literacy": "CERTIFICATE", "up-hipaa": "CERTIFICATE", "up-prompting": "CERTIFICATE", "up-zero-trust": "CERTIFICATE", "up-applied": "WORK", "up-workshop": "WORK", "up-badge": "CERTIFICATE"} {
		at := []any{"milestoneId", milestoneOf(maya, key)}
		h.done("maya", "startMilestone", "milestone{id}", at...)
		h.done("maya", "submitEvidence", "milestone{id}", append(at, "kind", kind, "note", "Done.", "uri", "https://wiki.example/"+key, "product", "Answers of the assistant are checked at the desk")...)
		h.done("priya", "assessMilestone", "milestone{state}", append(at, "rating", 3)...)
	}
	if keys, total := h.met("maya", maya); len(keys) != total || total != 6 {
		t.Errorf("of %d requirements these are met: %q", total, keys)
	}
	h.refused("NO_NEXT_ROLE", "priya", "proposeTransition", "transition", "apprenticeId", maya, "effectiveOn", "2026-12-07")
	h.done("lena", "completeProbation", "apprentice{id}", "apprenticeId", maya)
	if got := h.ask("maya", `query($i:ID!){apprentice(by:{id:$i}){completion{title}explanations(about:[COMPLETION]){next turn}}}`, "i", maya); len(got.list("data.apprentice.completion")) != 0 || got.get("data.apprentice.explanations.0.next") != "ask-for-completion" {
		t.Errorf("what is still missing: %s", got.text)
	}
	if got := h.done("priya", "requestCompletion", "apprentice{status}", "apprenticeId", maya); got.get("apprentice.status") != "COMPLETION_PENDING" {
		t.Errorf("asked for: %s", got.text)
	}
	done := h.done("lena", "certifyCompletion", "apprentice{status currentRole{id}transitions{edges{node{id}}}}", "apprenticeId", maya, "agency", "Office of Apprenticeship", "certificateNo", "UP-1")
	if done.get("apprentice.status") != "COMPLETED" || done.get("apprentice.currentRole.id") != "help-desk-analyst" || len(done.list("apprentice.transitions.edges")) != 0 {
		t.Errorf("completed: %s", done.text)
	}
}

func TestRow04ApprenticesAndInternsLearnInTheITDepartment(t *testing.T) {
	h := open(t, staff, colleges)
	maya, noah := h.enrol("maya"), h.follow("noah", "pathway-graduate-to-data-analyst@1")
	got := h.ask("lena", `{apprentices{edges{node{id status employer{name kind}currentRole{title}pathway{title}}}}}`)
	for _, want := range []string{maya, noah, `"Help desk analyst"`, `"Data intern"`, `"St. Alder Health"`, `"EMPLOYER"`} {
		if !strings.Contains(got.text, want) {
			t.Errorf("%s is missing in %s", want, got.text)
		}
	}
	if worked := h.week("maya", "2026-W46", domain.NewDate(2026, 11, 9)); worked.get("timesheet.onTheJobMinutes") != 2400.0 {
		t.Errorf("an apprentice works: %s", worked.text)
	}
	internship := []any{"title", "Internship with the reporting team", "format", "internship"}
	h.refused("DEPARTMENT_MISSING", "noah", "enrolInActivity", "activity", "subject", subject(internship...))
	id := h.done("noah", "enrolInActivity", "activity{id}", "subject", subject(append(internship, "department", "Reporting team")...), "on", "2026-11-20").string("activity.id")
	h.done("noah", "startActivity", "activity{id}", "activityId", id, "on", "2026-11-20")
	if done := h.done("noah", "completeActivity", "activity{state minutes department}", "activityId", id, "minutes", 18_000); done.get("activity.state") != "COMPLETED" || done.get("activity.department") != "Reporting team" {
		t.Errorf("the internship: %s", done.text)
	}
	h.done("priya", "recogniseActivity", "activity{id}", "activityId", id, "milestoneId", milestoneOf(noah, "di-internship"))
	h.attain("noah", noah, "di-internship", "WORK")
	if keys, _ := h.met("noah", noah); !slices.Contains(keys, "di-internship") {
		t.Errorf("the internship meets nothing: %q", keys)
	}
}

// TestRow19CompetencyFamiliesGoAcrossRoles finds each family of competency in roles of
// different kinds, and has it rated in what is learned beside them.
func TestRow19CompetencyFamiliesGoAcrossRoles(t *testing.T) {
	h := open(t, staff, colleges)
	roles := map[any]map[any]bool{}
	var find func(role any, requirements []any)
	find = func(role any, requirements []any) {
		for _, r := range requirements {
			r := answer{body: r.(map[string]any)}
			for _, tag := range r.list("tags") {
				if roles[tag] == nil {
					roles[tag] = map[any]bool{}
				}
				roles[tag][role] = true
			}
			find(role, r.list("of"))
		}
	}
	got := h.ask("maya", `{pathways{stages{role{id}requirements{tags of{tags}}}}activityTopics{id family}}`)
	for _, p := range got.list("data.pathways") {
		for _, s := range p.(map[string]any)["stages"].([]any) {
			s := answer{body: s.(map[string]any)}
			find(s.get("role.id"), s.list("requirements"))
		}
	}
	var families []string
	for _, topic := range got.list("data.activityTopics") {
		if topic := topic.(map[string]any); topic["family"] == "technical" {
			families = append(families, topic["id"].(string))
		}
	}
	slices.Sort(families)
	if want := strings.Fields("ai-ml cloud-integration cybersecurity data-governance informatics-analytics interoperability medical-device-security"); !slices.Equal(families, want) {
		t.Errorf("the families are %q", families)
	}
	for _, f := range families {
		if len(roles[f]) < 2 {
			t.Errorf("%s belongs to the roles %v", f, roles[f])
		}
	}
}

func TestRow20TargetRolesHaveTheirPublicCodes(t *testing.T) {
	h := open(t, staff, colleges)
	codes := map[string]string{}
	got := h.ask("maya", `{pathways{stages{role{id onet nice rapids}}}}`)
	for _, p := range got.list("data.pathways") {
		for _, s := range p.(map[string]any)["stages"].([]any) {
			r := s.(map[string]any)["role"].(map[string]any)
			codes[r["id"].(string)] = strings.ReplaceAll(fmt.Sprint(r["onet"], " ", r["nice"], " ", r["rapids"]), "<nil>", "-")
		}
	}
	for role, want := range map[string]string{
		"clinical-informatics-specialist": "15-1211.01 - -",
		"security-analyst":                "15-1212.00 PD-WRL-001 -",
		"help-desk-analyst":               "15-1232.00 IO-WRL-007 1059CB",
		"clinical-data-analyst":           "15-2051.02 IO-WRL-001 2079CB",
		"junior-cloud-engineer":           "15-1231.00 - 3048",
		"cloud-architect":                 "15-1299.08 DD-WRL-001 -",
		"ai-integration-specialist":       "15-2051.00 - -",
		"data-scientist":                  "15-2051.00 - -",
		"medical-coder":                   "29-2072.00 - -",
		"practice-manager":                "- - -",
	} {
		if codes[role] != want {
			t.Errorf("%s is coded %q, want %q", role, codes[role], want)
		}
	}
}

// TestRow20AMedicalSecretaryIsOnTheWayToCoding: what a college's credit stands for counts to
// what the role asks for in class, as it counts for completion.
func TestRow20AMedicalSecretaryIsOnTheWayToCoding(t *testing.T) {
	h := open(t, staff, colleges)
	roles := map[any]any{}
	for _, s := range h.ask("noah", `{pathways{id stages{role{id onet}next{id}}}}`).list("data.pathways") {
		if p := (answer{body: s.(map[string]any)}); p.get("id") == "pathway-office-to-medical-coder@1" {
			for _, s := range p.list("stages") {
				s := answer{body: s.(map[string]any)}
				roles[s.get("role.onet")] = s.get("next.0.id")
			}
		}
	}
	if fmt.Sprint(roles) != "map[29-2072.00:<nil> 31-9092.00:medical-coder 43-6013.00:medical-coder]" {
		t.Errorf("the way to coding is %v", roles)
	}
	maya := h.follow("maya", "pathway-office-to-medical-coder@1")
	agreement := h.done("lena", "draftPartnerAgreement", "agreement{id}", "partnerId", "partner-lakeshore", "scopes", everyRecord).string("agreement.id")
	h.done("lena", "signPartnerAgreement", "agreement{id}", "agreementId", agreement)
	h.done("lakeshore", "signPartnerAgreement", "agreement{id}", "agreementId", agreement)
	h.done("lena", "addArticulationRule", "agreement{id}", "agreementId", agreement, "courseCode", "HIM 110", "title", "Medical terminology", "satisfies", "mk-finance", "credit", "3", "minGrade", "C", "from", "2026-01-01")
	h.done("lena", "activatePartnerAgreement", "agreement{id}", "agreementId", agreement, "from", "2026-01-01", "to", "2027-12-31")
	h.consent("maya", "lakeshore", everyRecord...)
	id := h.done("lakeshore", "recordCredit", "credit{id}", "apprenticeId", maya, "externalRef", "L-1", "courseCode", "HIM 110", "credit", "3", "grade", "B", "term", "Fall 2026").string("credit.id")

	class := func() string {
		h.Helper()
		got := h.ask("maya", `query($i:ID!){apprentice(by:{id:$i}){progress{findings{requirement{key minutes}met approvedMinutes}}}}`, "i", maya)
		for _, f := range got.list("data.apprentice.progress.findings") {
			if f := (answer{body: f.(map[string]any)}); f.get("requirement.key") == "ms-terminology" {
				return fmt.Sprint(f.get("approvedMinutes"), " of ", f.get("requirement.minutes"), ", met: ", f.get("met"))
			}
		}
		return "unknown"
	}
	for _, step := range []struct {
		mutation string
		input    []any
		want     string
	}{
		{"applyCredit", []any{"minutes", 1200}, "1200 of 3600, met: false"},
		{"reverseCreditApplication", []any{"reason", "More of it counts."}, "0 of 3600, met: false"},
		{"applyCredit", []any{"minutes", 2700}, "2700 of 3600, met: false"},
	} {
		h.done("lena", step.mutation, "credit{id}", append(step.input, "creditId", id, "course", "ri-02")...)
		if got := class(); got != step.want {
			t.Errorf("in class: %s, want %s", got, step.want)
		}
	}
	h.done("maya", "logHours", "timesheet{id}", "week", "2026-W48", "entries", []any{map[string]any{"date": "2026-11-23", "kind": "RELATED_INSTRUCTION", "spentOn": "ri-02", "minutes": 900}})
	h.done("maya", "submitTimesheet", "timesheet{id}", "week", "2026-W48")
	if got := class(); got != "2700 of 3600, met: false" {
		t.Errorf("what waits counts: %s", got)
	}
	h.done("dana", "approveTimesheet", "timesheet{id}", "timesheetId", strings.Replace(maya, "apprenticeship-", "timesheet-", 1)+".2026-W48")
	if got := class(); got != "3600 of 3600, met: true" {
		t.Errorf("in class: %s", got)
	}
	got := h.ask("maya", `query($i:ID!){apprentice(by:{id:$i}){completion{title there need met}}}`, "i", maya)
	if !strings.Contains(got.text, `"title":"Medical terminology and coding","there":3600,"need":3600,"met":true`) {
		t.Errorf("completion counts otherwise: %s", got.text)
	}
}

func TestRow25AgreementsAreMadeWithEveryKindOfInstitution(t *testing.T) {
	kinds := map[partner.Kind]string{partner.College: "COLLEGE", partner.Vendor: "TRAINING_VENDOR", partner.Platform: "ONLINE_PLATFORM", partner.Funder: "PUBLIC_FUNDER"}
	h := open(t, staff, nil)
	for kind := range kinds {
		h.institution(domain.PartnerID(kind), "The "+string(kind), kind)
	}
	for kind, told := range kinds {
		id := h.agree(string(kind), "SEC 1", everyRecord...)
		got := h.ask("lena", `query($i:ID!){node(id:$i){...on PartnerAgreement{state partner{name kind}rules{courseCode satisfies}}}}`, "i", id)
		if got.get("data.node.state") != "ACTIVE" || got.get("data.node.partner.kind") != told || got.get("data.node.rules.0.satisfies") != "hd-network-defence" {
			t.Errorf("with a %s: %s", kind, got.text)
		}
		if own := h.ask(string(kind), `{agreements{id}viewer{organization{kind}}}`); len(own.list("data.agreements")) != 1 || own.get("data.agreements.0.id") != id || own.get("data.viewer.organization.kind") != told {
			t.Errorf("a %s reads %s", kind, own.text)
		}
	}
	if got := h.ask("lena", `{agreements{id}}`); len(got.list("data.agreements")) != len(kinds) {
		t.Errorf("the agreements are %s", got.text)
	}
}

func TestRow29AGraduateEntersWithCollegeCredit(t *testing.T) {
	h := open(t, staff, colleges)
	noah := h.follow("noah", "pathway-graduate-to-data-analyst@1")
	agreed := h.agree("lakeshore", "CYB 110", everyRecord...)
	h.done("lena", "addArticulationRule", "agreement{id}", "agreementId", agreed, "courseCode", "STA 200", "title", "Statistics", "satisfies", "di-statistics", "credit", "3", "from", "2026-01-01",
		"basis", "EQUIVALENCE", "sending", subject("join", "OR", "groups", []any{subject("join", "AND", "courses", []any{subject("code", "MATH 210", "minGrade", "C")})}))
	h.consent("noah", "lakeshore", everyRecord...)
	earlier := []any{"ruleId", strings.TrimPrefix(agreed, "agreement-") + "-sta-200", "source", "COURSE"}
	h.refused("TOO_LITTLE_SHOWN", "noah", "requestCredit", "credit", earlier...)
	h.done("noah", "requestCredit", "credit{id state}", append(earlier, "courses", []any{subject("code", "MATH 210", "grade", "B")})...)
	h.done("lakeshore", "recordCredit", "credit{id}", "apprenticeId", noah, "externalRef", "LCC-1", "courseCode", "STA 200", "credit", "3", "grade", "B", "term", "Fall 2024", "basis", "EQUIVALENCE")
	h.until("noah", `{node(id:"`+milestoneOf(noah, "di-statistics")+`"){...on Milestone{state}}}`, "data.node.state", "ATTAINED")
	h.done("lena", "waiveMilestone", "milestone{id}", "milestoneId", milestoneOf(noah, "di-databases"), "basis", "PRIOR_LEARNING", "reason", "Transcript of the state college, 2024")
	if keys, _ := h.met("noah", noah); !slices.Equal(keys, []string{"di-statistics", "di-databases"}) {
		t.Errorf("with a degree these are met: %q", keys)
	}
}
