package graphql_test

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/graphql"
)

func TestWhoeverHasNoKnownTokenIsNotAnswered(t *testing.T) {
	h := open(t, staff, colleges)
	for token, reason := range map[string]string{"": "TOKEN_MISSING", "nobody-token": "UNKNOWN_TOKEN", "maya": "UNKNOWN_TOKEN", "k": "UNKNOWN_TOKEN"} {
		got := h.send(token, `{viewer{id}}`, nil)
		if got.status != http.StatusUnauthorized || got.get("errors.0.extensions.code") != graphql.CodeUnauthenticated || got.get("errors.0.extensions.reason") != reason || got.get("data") != nil {
			t.Errorf("%q: %d %s", token, got.status, got.text)
		}
	}
	for who, want := range map[string]string{
		"maya":      `{"data":{"viewer":{"id":"person-maya","name":"Maya Okafor","role":"APPRENTICE","organization":{"id":"employer","name":"St. Alder Health","kind":"EMPLOYER"}}}}`,
		"lakeshore": `{"data":{"viewer":{"id":"partner-lakeshore","name":"Lakeshore Community College","role":"PARTNER","organization":{"id":"partner-lakeshore","name":"Lakeshore Community College","kind":"COLLEGE"}}}}`,
	} {
		if got := h.ask(who, `{viewer{id name role organization{id name kind}}}`); got.text != want {
			t.Errorf("%s is %s", who, got.text)
		}
	}
}

func TestACollegeAwardsOnlyUnderItsOwnRulesToThoseWhoShareWithIt(t *testing.T) {
	h := open(t, staff, colleges)
	maya, noah := h.enrol("maya"), h.enrol("noah")
	lake := h.agree("lakeshore", "CYB 110", everyRecord...)
	h.agree("harbor", "SEC 101", everyRecord...)
	h.consent("maya", "lakeshore", everyRecord...)
	h.consent("noah", "harbor", everyRecord...)
	award := func(apprentice, course string, more ...any) []any {
		return append([]any{"apprenticeId", apprentice, "externalRef", "r", "courseCode", course, "credit", "3", "grade", "A", "term", "Fall 2026"}, more...)
	}
	h.refused("NO_SUCH_RULE", "harbor", "recordCredit", "credit", award(noah, "CYB 110")...)
	h.refused("NO_SUCH_APPRENTICESHIP", "harbor", "recordCredit", "credit", award(maya, "SEC 101")...)
	h.refused("NO_SUCH_APPRENTICESHIP", "harbor", "recordCredit", "credit", award("apprenticeship-nobody", "SEC 101")...)
	h.refused("NO_SUCH_AGREEMENT", "harbor", "signPartnerAgreement", "agreement", "agreementId", lake)
	for _, c := range []struct {
		code, field string
		more        []any
	}{
		{"BAD_ID", "apprenticeId", []any{"apprenticeId", "noah"}},
		{"BAD_CREDIT", "credit", []any{"credit", "1.234"}},
		{"CREDIT_OUT_OF_RANGE", "credit", []any{"credit", "9"}},
		{"WRONG_UNIT", "unit", []any{"unit", "QUARTER"}},
		{"BAD_GRADE", "grade", []any{"grade", "1.0"}},
		{"GRADE_TOO_LOW", "grade", []any{"grade", "D"}},
		{"TERM_MISSING", "term", []any{"term", " "}},
		{"REFERENCE_MISSING", "externalRef", []any{"externalRef", ""}},
		{"NO_SUCH_RULE", "courseCode", []any{"courseCode", ""}},
	} {
		if got := h.refused(c.code, "harbor", "recordCredit", "credit", award(noah, "SEC 101", c.more...)...); got.get("userErrors.0.path.0") != "input" || got.get("userErrors.0.path.1") != c.field {
			t.Errorf("%s is about %v, not %s", c.code, got.get("userErrors.0.path"), c.field)
		}
	}
}

func TestARequestNeedsAKeyAndMayBeRepeatedUnderIt(t *testing.T) {
	h := open(t, staff, colleges)
	for _, key := range []string{"", "  ", strings.Repeat("k", 201)} {
		got := h.refused("IDEMPOTENCY_KEY_MISSING", "lena", "draftPartnerAgreement", "agreement", "idempotencyKey", key, "partnerId", "partner-harbor", "scopes", []string{"CREDITS"})
		if got.get("userErrors.0.path.1") != "idempotencyKey" {
			t.Errorf("%s", got.text)
		}
	}
	draft := func(key, partner string) answer {
		return h.doAgain(key, "lena", "draftPartnerAgreement", "agreement{id}", "partnerId", partner, "scopes", []string{"CREDITS"})
	}
	first := draft("a", "partner-harbor")
	if again := draft("a", "partner-harbor"); again.text != first.text || first.get("agreement.id") == nil {
		t.Errorf("first %s\nagain %s", first.text, again.text)
	}
	if got := draft("a", "partner-lakeshore"); got.get("userErrors.0.code") != "IDEMPOTENCY_MISMATCH" || got.get("userErrors.0.kind") != "CONFLICT" {
		t.Errorf("another request under the key: %s", got.text)
	}
	if got := draft("b", "partner-harbor"); got.get("agreement.id") == first.get("agreement.id") {
		t.Errorf("another key names the same agreement: %s", got.text)
	}
}

// collegesOwn are the mutations for partners alone.
var collegesOwn = []string{"recordCredit", "startCreditEvaluation", "referCredit", "returnCredit", "recommendCredit", "denyCredit", "postCredit", "revokeCredit",
	"startCreditEvaluations", "recommendCredits", "denyCredits", "recordCredits", "postCredits", "revokeCredits", "attestMilestone", "attestMilestones",
	"reportEnrolment", "reportEnrolments", "reportResult", "reportResults"}

func TestAskersAreRefusedWhatIsNotForThem(t *testing.T) {
	h := open(t, staff, colleges)
	for _, f := range schema.Mutation.Fields {
		input := schema.Types[f.Arguments.ForName("input").Type.Name()]
		for who, code := range map[string]string{"samuel": "READ_ONLY", "harbor": "PEOPLE_ONLY", "lena": "PARTNERS_ONLY"} {
			byBoth := slices.Contains([]string{"signPartnerAgreement", "addClientKey", "rotateClientKeys", "revokeClientKey", "importRoster",
				"addWebhook", "rotateWebhookSecret", "pauseWebhook", "resumeWebhook", "removeWebhook", "testWebhook", "resendWebhook"}, f.Name)
			if who != "samuel" && (byBoth || (who == "lena") != slices.Contains(collegesOwn, f.Name)) {
				continue
			}
			got := h.ask(who, fmt.Sprintf(`mutation{r:%s(input:%s){position userErrors{kind code}}}`, f.Name, least(input)))
			if got.get("data.r.userErrors.0.code") != code || got.get("data.r.userErrors.0.kind") != "FORBIDDEN" || got.get("data.r.position") != nil {
				t.Errorf("%s by %s: %s", f.Name, who, got.text)
			}
		}
	}
	for _, c := range []struct{ who, query, code string }{
		{"harbor", `{inbox{title}}`, "PEOPLE_ONLY"},
		{"lena", `{changes{cursor}}`, "PARTNERS_ONLY"},
		{"maya", `{agreements{id}}`, "NOT_COORDINATOR"},
		{"dana", `{agreements{id}}`, "NOT_COORDINATOR"},
		{"harbor", `{changes(after:"x"){cursor}}`, "CURSOR_INVALID"},
		{"lena", `{apprentices(after:"%"){totalCount}}`, "BAD_CURSOR"},
		{"lena", `{apprentices(first:101){totalCount}}`, graphql.CodePageSize},
		{"harbor", `{changes(first:1001){cursor}}`, graphql.CodePageSize},
	} {
		if got := h.code(c.who, c.query); got != c.code {
			t.Errorf("%s asks %s: %s, not %s", c.who, c.query, got, c.code)
		}
	}
	cursor := h.ask("harbor", `{changes(types:[APPRENTICE]){cursor}}`).get("data.changes.cursor")
	if got := h.code("harbor", `query($c:Cursor){changes(after:$c){cursor}}`, "c", cursor); got != "CURSOR_FILTER" {
		t.Errorf("a cursor of other types: %s", got)
	}
}

// least is an input that gives only what is required.
func least(def *ast.Definition) string {
	var out []string
	for _, f := range def.Fields {
		if f.Type.NonNull && f.DefaultValue == nil {
			out = append(out, f.Name+":"+sample(f.Type))
		}
	}
	return "{" + strings.Join(out, ",") + "}"
}

func sample(of *ast.Type) string {
	if of.Elem != nil {
		return "[" + sample(of.Elem) + "]"
	}
	switch def := schema.Types[of.Name()]; {
	case def.Kind == ast.Enum:
		return def.EnumValues[0].Name
	case def.Kind == ast.InputObject:
		return least(def)
	case def.Name == "Int":
		return "1"
	case def.Name == "Boolean":
		return "true"
	case def.Name == "Date":
		return `"2026-11-23"`
	case def.Name == "Week":
		return `"2026-W48"`
	}
	return `"1"`
}

func TestBadInputIsRefusedWithItsCode(t *testing.T) {
	h := open(t, staff, colleges)
	maya := h.enrol("maya")
	agreement := h.agree("lakeshore", "CYB 110", "CREDITS")
	day := func(kv ...any) []any {
		entry := map[string]any{"date": "2026-11-23", "spentOn": h.process(), "minutes": 60}
		maps.Copy(entry, pairs(kv))
		return []any{"week", "2026-W48", "entries", []any{entry}}
	}
	milestone := strings.Replace(maya, "apprenticeship-", "milestone-", 1) + "."
	draft := func(kv ...any) []any {
		return append([]any{"personId", "person-noah", "pathwayId", helpDeskPathway, "managerId", "person-dana", "mentorId", "person-priya", "startOn", "2026-12-01", "ageAtStart", 30}, kv...)
	}
	rule := func(kv ...any) []any {
		return append([]any{"agreementId", agreement, "courseCode", "CYB 220", "title", "Incident response", "satisfies", "an-incident-response", "credit", "3", "from", "2026-01-01"}, kv...)
	}
	for _, c := range []struct {
		who, mutation, noun, code string
		input                     []any
	}{
		{"maya", "logHours", "timesheet", "DAY_TOO_LONG", day("minutes", 1500)},
		{"maya", "logHours", "timesheet", "NEGATIVE_HOURS", day("minutes", -1)},
		{"maya", "logHours", "timesheet", "NOT_IN_WEEK", day("date", "2026-11-16")},
		{"maya", "logHours", "timesheet", "IN_THE_FUTURE", day("date", "2026-11-24")},
		{"maya", "logHours", "timesheet", "NO_SUCH_PROCESS", day("spentOn", "nothing")},
		{"maya", "logHours", "timesheet", "WRONG_KIND", day("kind", "RELATED_INSTRUCTION")},
		{"dana", "logHours", "timesheet", "NOT_AN_APPRENTICE", day()},
		{"maya", "submitTimesheet", "timesheet", "NOTHING_LOGGED", []any{"week", "2026-W48"}},
		{"dana", "approveTimesheet", "timesheet", "BAD_ID", []any{"timesheetId", maya}},
		{"dana", "approveTimesheet", "timesheet", "BAD_ID", []any{"timesheetId", "timesheet-maya.2026-W99"}},
		{"dana", "returnTimesheet", "timesheet", "NO_SUCH_APPRENTICESHIP", []any{"timesheetId", "timesheet-nobody.2026-W48", "reason", "x"}},
		{"maya", "startMilestone", "milestone", "NO_SUCH_MILESTONE", []any{"milestoneId", milestone + "hd-hours"}},
		{"maya", "startMilestone", "milestone", "NOT_OPEN", []any{"milestoneId", milestone + "sa-patch-cycle"}},
		{"maya", "startMilestone", "milestone", "BAD_ID", []any{"milestoneId", "milestone-a"}},
		{"dana", "startMilestone", "milestone", "NOT_YOUR_MILESTONE", []any{"milestoneId", milestone + "hd-imaging-lab"}},
		{"maya", "submitEvidence", "milestone", "NOT_STARTED", []any{"milestoneId", milestone + "hd-imaging-lab", "note", "x"}},
		{"priya", "assessMilestone", "milestone", "NO_SUCH_MILESTONE", []any{"milestoneId", milestone + "hd-imaging-lab", "rating", 9}},
		{"maya", "requestCredit", "credit", "NO_SUCH_RULE", []any{"ruleId", "x"}},
		{"maya", "requestCredit", "credit", "CONSENT_MISSING", []any{"ruleId", strings.TrimPrefix(agreement, "agreement-") + "-cyb-110"}},
		{"maya", "proposeTransition", "transition", "IN_THE_PAST", []any{"apprenticeId", maya, "effectiveOn", "2026-11-22"}},
		{"lena", "decideTransition", "transition", "NO_SUCH_TRANSITION", []any{"transitionId", strings.Replace(maya, "apprenticeship-", "transition-", 1) + ".nowhere", "decision", "APPROVE"}},
		{"maya", "giveConsent", "consent", "NO_SUCH_PARTNER", []any{"partnerId", "partner-nowhere", "records", []string{"CREDITS"}, "purpose", "p"}},
		{"maya", "giveConsent", "consent", "PURPOSE_MISSING", []any{"partnerId", "partner-harbor", "records", []string{"CREDITS"}, "purpose", ""}},
		{"maya", "giveConsent", "consent", "PURPOSE_MISSING", []any{"partnerId", "partner-harbor", "records", []string{"CREDITS"}, "purpose", "\u200b"}},
		{"maya", "giveConsent", "consent", "RECORDS_MISSING", []any{"partnerId", "partner-harbor", "records", []string{}, "purpose", "p"}},
		{"maya", "revokeConsent", "consent", "NO_SUCH_CONSENT", []any{"consentId", "consent-maya.harbor"}},
		{"noah", "revokeConsent", "consent", "NO_SUCH_CONSENT", []any{"consentId", h.consent("maya", "lakeshore", "PATHWAY")}},
		{"lena", "revokeConsent", "consent", "NOT_YOUR_CONSENT", []any{"consentId", "consent-maya.lakeshore"}},
		{"maya", "revokeConsent", "consent", "BAD_ID", []any{"consentId", "consent-maya"}},
		{"maya", "draftApprenticeship", "apprentice", "NOT_COORDINATOR", draft()},
		{"lena", "draftApprenticeship", "apprentice", "BAD_ID", draft("personId", "noah")},
		{"lena", "draftApprenticeship", "apprentice", "BAD_ID", draft("pathwayId", "pathway-help-desk-to-security-analyst")},
		{"lena", "draftApprenticeship", "apprentice", "OLD_PATHWAY", draft("pathwayId", "pathway-help-desk-to-security-analyst@7")},
		{"lena", "draftApprenticeship", "apprentice", "PATHWAY_NOT_FOUND", draft("pathwayId", "pathway-x@1")},
		{"lena", "draftApprenticeship", "apprentice", "NO_SUCH_PERSON", draft("managerId", "person-nobody")},
		{"lena", "draftApprenticeship", "apprentice", "TOO_YOUNG", draft("ageAtStart", 15)},
		{"lena", "draftApprenticeship", "apprentice", "BAD_START", draft("startOn", "9999-12-31")},
		{"lena", "draftApprenticeship", "apprentice", "NOT_COORDINATOR", draft("personId", "person-lena")},
		{"lena", "draftApprenticeship", "apprentice", "NOT_A_MANAGER", draft("managerId", "person-priya")},
		{"lena", "draftApprenticeship", "apprentice", "NOT_A_MENTOR", draft("mentorId", "person-lena")},
		{"lena", "draftApprenticeship", "apprentice", "ALREADY_AN_APPRENTICE", draft("personId", "person-maya")},
		{"lena", "addArticulationRule", "agreement", "NO_SUCH_REQUIREMENT", rule("satisfies", "hd-hours")},
		{"lena", "addArticulationRule", "agreement", "COURSE_MISSING", rule("courseCode", "—")},
		{"lena", "addArticulationRule", "agreement", "RULE_EXISTS", rule("courseCode", "cyb-110")},
		{"lena", "addArticulationRule", "agreement", "NO_SUCH_AGREEMENT", rule("agreementId", "agreement-x")},
		{"lena", "addArticulationRule", "agreement", "BAD_GRADE", rule("minGrade", "Z")},
		{"maya", "addArticulationRule", "agreement", "NOT_COORDINATOR", rule()},
		{"lena", "terminatePartnerAgreement", "agreement", "REASON_MISSING", []any{"agreementId", agreement, "reason", " "}},
	} {
		h.refused(c.code, c.who, c.mutation, c.noun, c.input...)
	}
	if n := h.logged.Len(); n > 0 {
		t.Errorf("%d faults were logged: %v", n, h.logged.All())
	}
}

func TestAnIdThatNamesNothingIsNull(t *testing.T) {
	h := open(t, staff, colleges)
	maya := h.enrol("maya")
	subject := strings.TrimPrefix(maya, "apprenticeship-")
	ids := []string{
		"", "x", "employer-", "employer-x", "apprenticeship", "apprenticeship-", "apprenticeship-nobody", strings.ToUpper(maya), maya + " ", maya + "\x00",
		"milestone-" + subject, "milestone-" + subject + ".", "milestone-" + subject + ".hd-hours", "milestone-" + subject + ".hd-imaging-lab.x",
		"credit-" + subject + ".x", "transition-" + subject + ".x", "timesheet-" + subject + ".2026-W99", "timesheet-" + subject + ".2026-W48",
		"standard-it-security-pathway", "standard-it-security-pathway@01", "standard-it-security-pathway@2", "standard-@1", "pathway-x@1",
		"pathway-help-desk-to-security-analyst@0", "pathway-help-desk-to-security-analyst@-1", "agreement-x", "consent-maya.lakeshore", "partner-nowhere",
		"person-", "person-nobody", strings.Repeat("a", 5000),
	}
	got := h.ask("lena", `query($ids:[ID!]!){nodes(ids:$ids){id}}`, "ids", ids)
	for i, n := range got.list("data.nodes") {
		if n != nil {
			t.Errorf("%q names %v", ids[i], n)
		}
	}
	there := []string{maya, "milestone-" + subject + ".hd-imaging-lab", "standard-it-security-pathway@1", helpDeskPathway, "partner-harbor", "person-maya", "employer"}
	got = h.ask("lena", `query($ids:[ID!]!){nodes(ids:$ids){id}}`, "ids", there)
	for i, n := range got.list("data.nodes") {
		if n == nil || n.(map[string]any)["id"] != there[i] {
			t.Errorf("%q names %v", there[i], n)
		}
	}
}

func TestAListIsWalkedInPagesWithoutGapsOrRepeats(t *testing.T) {
	h := open(t, staff, colleges)
	maya, noah := h.enrol("maya"), h.enrol("noah")
	for _, week := range []string{"2026-W45", "2026-W46", "2026-W47"} {
		h.done("maya", "logHours", "timesheet{id}", "week", week, "entries", []any{map[string]any{"date": mondayOf(week), "spentOn": h.process(), "minutes": 60}})
	}
	walk := func(who, path, query string, vars ...any) (seen []string) {
		t.Helper()
		var after any
		for range 50 {
			page := h.ask(who, query, append(vars, "after", after)...)
			for _, e := range page.list(path + ".edges") {
				seen = append(seen, answer{body: e.(map[string]any)}.string("node.id"))
			}
			if info := path + ".pageInfo."; page.get(info+"hasPreviousPage") != (after != nil) {
				t.Errorf("%s: %s", query, page.text)
			} else if after = page.get(info + "endCursor"); page.get(info+"hasNextPage") != true {
				return seen
			}
		}
		t.Fatalf("%s does not end", query)
		return nil
	}
	const info = `pageInfo{hasNextPage hasPreviousPage startCursor endCursor}`
	if got := walk("lena", "data.apprentices", `query($after:String){apprentices(first:1,after:$after){totalCount edges{node{id}}`+info+`}}`); len(got) != 2 || got[0] == got[1] ||
		!strings.Contains(maya+noah, got[0]) || !strings.Contains(maya+noah, got[1]) {
		t.Errorf("learners: %v", got)
	}
	if got := walk("lena", "data.apprentices", `query($after:String){apprentices(first:1,after:$after,status:[ACTIVE]){edges{node{id}}`+info+`}}`); len(got) != 0 {
		t.Errorf("active learners: %v", got)
	}
	milestones := walk("maya", "data.apprentice.milestones", `query($id:ID!,$after:String){apprentice(by:{id:$id}){milestones(first:4,after:$after){edges{node{id}}`+info+`}}}`, "id", maya)
	if len(milestones) != 27 || !strings.HasSuffix(milestones[0], ".hd-ticket-portfolio") || !strings.HasSuffix(milestones[26], ".an-cysa-plus") {
		t.Errorf("milestones: %v", milestones)
	}
	weeks := walk("dana", "data.apprentice.timesheets", `query($id:ID!,$after:String){apprentice(by:{id:$id}){timesheets(first:2,after:$after){edges{node{id}}`+info+`}}}`, "id", maya)
	if len(weeks) != 3 || !strings.HasSuffix(weeks[0], "2026-W47") || !strings.HasSuffix(weeks[2], "2026-W45") {
		t.Errorf("weeks: %v", weeks)
	}
}

func mondayOf(week string) string {
	w, err := domain.ParseWeek(week)
	if err != nil {
		panic(err)
	}
	return w.Monday().String()
}

func TestTheSchemaIsServedToEverybody(t *testing.T) {
	h := open(t, staff, colleges)
	resp, err := http.Get(h.url + "/graphql/schema.graphql")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK || string(text) != graphql.Schema() {
		t.Errorf("%d, %v, %d bytes", resp.StatusCode, err, len(text))
	}
}
