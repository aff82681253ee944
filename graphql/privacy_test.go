package graphql_test

import (
	"strings"
	"testing"
)

func TestARecordIsAmendedOrTheLearnersViewStaysWithIt(t *testing.T) {
	w := openTown(t)
	lab := strings.Replace(w.maya, "apprenticeship-", "milestone-", 1) + ".hd-imaging-lab"
	others := strings.Replace(w.noah, "apprenticeship-", "milestone-", 1) + ".hd-imaging-lab"
	w.refused("NO_SUCH_RECORD", "maya", "requestAmendment", "amendmentRequest", "recordId", others, "text", "This is not so.")
	w.refused("NOT_AN_APPRENTICE", "dana", "requestAmendment", "amendmentRequest", "recordId", lab, "text", "This is not so.")
	id := w.done("maya", "requestAmendment", "amendmentRequest{id state dueOn}", "recordId", lab, "text", "I passed in October.").string("amendmentRequest.id")
	w.refused("NO_SUCH_REQUEST", "lena", "decideAmendment", "amendmentRequest", "requestId", id, "accepted", true, "reason", "Yes.")
	w.refused("NO_SUCH_REQUEST", "noah", "withdrawAmendment", "amendmentRequest", "requestId", id)
	w.refused("NOT_PRIVACY_OFFICER", "maya", "decideAmendment", "amendmentRequest", "requestId", id, "accepted", true, "reason", "Yes.")
	w.refused("NOT_REFUSED", "maya", "addAmendmentStatement", "amendmentRequest", "requestId", id, "statement", "I did.")
	w.done("petra", "decideAmendment", "amendmentRequest{state}", "requestId", id, "accepted", false, "reason", "The log says November.")
	w.done("maya", "addAmendmentStatement", "amendmentRequest{statements}", "requestId", id, "statement", "The log is late.")
	const all = `{amendmentRequests{id recordId state text reason dueOn statements}}`
	want := `{"data":{"amendmentRequests":[{"id":"` + id + `","recordId":"` + lab + `","state":"REFUSED","text":"I passed in October.","reason":"The log says November.","dueOn":"2027-01-07","statements":["The log is late."]}]}}`
	for _, who := range []string{"maya", "petra", "samuel"} {
		if got := w.ask(who, all); got.text != want {
			t.Errorf("%s sees %s", who, got.text)
		}
	}
	for _, who := range []string{"noah", "priya", "lena", "ruth", "lakeshore"} {
		if got := w.send(who+"-token", all, nil); len(got.list("data.amendmentRequests")) != 0 {
			t.Errorf("%s sees %s", who, got.text)
		}
		if got := w.ask(who, `query($id:ID!){node(id:$id){id}}`, "id", id); got.get("data.node") != nil {
			t.Errorf("%s sees %s", who, got.text)
		}
	}
}

func TestALearnerWhoWasRefusedIsHeard(t *testing.T) {
	w := openTown(t)
	lab := strings.Replace(w.maya, "apprenticeship-", "milestone-", 1) + ".hd-imaging-lab"
	id := w.done("maya", "requestAmendment", "amendmentRequest{id}", "recordId", lab, "text", "I passed in October.").string("amendmentRequest.id")
	held := func(by string) []any {
		return []any{"requestId", id, "on", "2026-11-23", "heldById", by, "accepted", false, "reason", "Both logs were read."}
	}
	w.refused("NOT_REFUSED", "maya", "requestHearing", "amendmentRequest", "requestId", id)
	w.done("petra", "decideAmendment", "amendmentRequest{state}", "requestId", id, "accepted", false, "reason", "The log says November.")
	w.refused("NO_SUCH_REQUEST", "noah", "requestHearing", "amendmentRequest", "requestId", id)
	w.refused("NOT_YOUR_RECORD", "petra", "requestHearing", "amendmentRequest", "requestId", id)
	w.refused("NO_HEARING_ASKED", "petra", "recordHearing", "amendmentRequest", held("person-lena")...)
	if a := w.done("maya", "requestHearing", "amendmentRequest{state hearingDueOn}", "requestId", id); a.get("amendmentRequest.state") != "HEARING" || a.get("amendmentRequest.hearingDueOn") != "2027-01-07" {
		t.Errorf("asked for: %s", a.text)
	}
	w.refused("NO_SUCH_REQUEST", "lena", "recordHearing", "amendmentRequest", held("person-lena")...)
	w.refused("NOT_PRIVACY_OFFICER", "maya", "recordHearing", "amendmentRequest", held("person-lena")...)
	w.refused("READ_ONLY", "samuel", "recordHearing", "amendmentRequest", held("person-lena")...)
	w.refused("HAS_AN_INTEREST", "petra", "recordHearing", "amendmentRequest", held("person-petra")...)
	w.refused("NOT_HERE", "petra", "recordHearing", "amendmentRequest", held("person-nobody")...)
	w.done("petra", "recordHearing", "amendmentRequest{state}", held("person-lena")...)
	w.done("maya", "addAmendmentStatement", "amendmentRequest{statements}", "requestId", id, "statement", "The log is late.")
	w.refused("ALREADY_HEARD", "maya", "requestHearing", "amendmentRequest", "requestId", id)
	const all = `{amendmentRequests{state hearingDueOn hearingHeldOn hearingHeldBy hearingReason statements}}`
	want := `{"data":{"amendmentRequests":[{"state":"REFUSED","hearingDueOn":"2027-01-07","hearingHeldOn":"2026-11-23","hearingHeldBy":"person-lena","hearingReason":"Both logs were read.","statements":["The log is late."]}]}}`
	for _, who := range []string{"maya", "petra", "samuel"} {
		if got := w.ask(who, all); got.text != want {
			t.Errorf("%s sees %s", who, got.text)
		}
	}
}

func TestALearnerIsToldOfAHearingInGoodTime(t *testing.T) {
	w := openTown(t)
	id := w.done("maya", "requestAmendment", "amendmentRequest{id}", "recordId", "person-maya", "text", "My name is spelled wrong.").string("amendmentRequest.id")
	w.done("petra", "decideAmendment", "amendmentRequest{state}", "requestId", id, "accepted", false, "reason", "It is as in the passport.")
	set := func(on string, time int) []any {
		return []any{"requestId", id, "on", on, "time", time, "place", "Room 2, main building"}
	}
	w.refused("NO_HEARING_ASKED", "petra", "setHearing", "amendmentRequest", set("2026-12-10", 870)...)
	w.done("maya", "requestHearing", "amendmentRequest{state}", "requestId", id)
	w.refused("NOTICE_TOO_SHORT", "petra", "setHearing", "amendmentRequest", set("2026-11-24", 870)...)
	w.refused("HEARING_TOO_LATE", "petra", "setHearing", "amendmentRequest", set("2027-01-08", 870)...)
	w.refused("BAD_TIME", "petra", "setHearing", "amendmentRequest", set("2026-12-10", 1440)...)
	w.refused("NOT_PRIVACY_OFFICER", "maya", "setHearing", "amendmentRequest", set("2026-12-10", 870)...)
	w.refused("NO_SUCH_REQUEST", "lena", "setHearing", "amendmentRequest", set("2026-12-10", 870)...)
	w.refused("READ_ONLY", "samuel", "setHearing", "amendmentRequest", set("2026-12-10", 870)...)
	w.done("petra", "setHearing", "amendmentRequest{state}", set("2026-12-10", 870)...)
	w.refused("BEFORE_NOTICE", "petra", "recordHearing", "amendmentRequest", "requestId", id, "on", "2026-11-23", "heldById", "person-lena", "accepted", false, "reason", "Both logs were read.")
	const all = `{amendmentRequests{state hearingOn hearingTime hearingPlace}}`
	want := `{"data":{"amendmentRequests":[{"state":"HEARING","hearingOn":"2026-12-10","hearingTime":870,"hearingPlace":"Room 2, main building"}]}}`
	for _, who := range []string{"maya", "petra", "samuel"} {
		if got := w.ask(who, all); got.text != want {
			t.Errorf("%s sees %s", who, got.text)
		}
	}
}

func TestAStatementIsToldWhereverTheRecordIs(t *testing.T) {
	h := open(t, staff, colleges)
	maya := h.enrol("maya")
	h.agree("lakeshore", "CYB 110", everyRecord...)
	h.consent("maya", "lakeshore", everyRecord...)
	const changes = `query($after:Cursor){changes(after:$after first:9){cursor upToDate snapshot position
		changes{__typename ...on Upsert{node{__typename id version}} ...on Removal{id typename reason mustErase}}}}`
	id := h.done("maya", "requestAmendment", "amendmentRequest{id}", "recordId", maya, "text", "I began a week before.").string("amendmentRequest.id")
	h.done("petra", "decideAmendment", "amendmentRequest{state}", "requestId", id, "accepted", false, "reason", "The agency has this day.")
	_, cursor := h.walk("lakeshore", changes, nil)
	h.done("maya", "addAmendmentStatement", "amendmentRequest{id}", "requestId", id, "statement", "My badge says otherwise.")
	const ask = `query($a:ID!){node(id:$a){...on Apprentice{displayName statements}}}`
	for _, who := range []string{"maya", "lena", "dana", "samuel", "lakeshore"} {
		if got := h.ask(who, ask, "a", maya); got.string("data.node.statements.0") != "My badge says otherwise." {
			t.Errorf("%s reads %s", who, got.text)
		}
	}
	if got := h.ask("harbor", ask, "a", maya); got.get("data.node") != nil {
		t.Errorf("a college that nothing is shared with reads %s", got.text)
	}
	if told, _ := h.walk("lakeshore", changes, cursor); told[maya] == "" {
		t.Errorf("the college is told of %v", told)
	}
}

func TestWhatIsToldByExceptionIsLogged(t *testing.T) {
	w := openTown(t)
	order := []any{"partnerId", "partner-lakeshore", "personIds", []string{"person-maya", "person-noah"}, "records", []string{"CREDITS"}, "basis", "SUBPOENA", "interest", "Order 12-345 of LAKE county"}
	for _, who := range []string{"lena", "maya"} {
		w.refused("NOT_PRIVACY_OFFICER", who, "discloseByException", "institution", order...)
	}
	w.done("petra", "discloseByException", "institution{name}", order...)
	const log = `query($p:ID,$c:ID){disclosures(personId:$p,partnerId:$c){personId basis interest records partner{name} refused}}`
	count := func(who string, kv ...any) (n int) {
		for _, d := range w.ask(who, log, kv...).list("data.disclosures") {
			if d.(map[string]any)["basis"] != "consent" {
				n++
			}
		}
		return n
	}
	for _, c := range []struct {
		who  string
		vars []any
		want int
	}{
		{"petra", nil, 2}, {"samuel", nil, 2}, {"samuel", []any{"p", "person-noah"}, 1}, {"maya", nil, 1}, {"maya", []any{"p", "person-noah"}, 0},
		{"lakeshore", nil, 2}, {"harbor", nil, 0}, {"harbor", []any{"c", "partner-lakeshore"}, 0}, {"lena", nil, 0}, {"ruth", []any{"p", "person-maya"}, 0}, {"priya", nil, 0},
	} {
		if got := count(c.who, c.vars...); got != c.want {
			t.Errorf("%s with %v sees %d disclosures, want %d", c.who, c.vars, got, c.want)
		}
	}
	if got := w.ask("maya", log); got.get("data.disclosures.0.basis") != "99.31(a)(9)" || got.get("data.disclosures.0.personId") != "person-maya" {
		t.Errorf("the learner is told %s", got.text)
	}
}

func TestASuspendedInstitutionSeesAndRecordsNothing(t *testing.T) {
	w := openTown(t)
	w.refused("NOT_COORDINATOR", "dana", "suspendInstitution", "institution", "partnerId", "partner-lakeshore", "reason", "An incident.")
	w.done("petra", "suspendInstitution", "institution{name}", "partnerId", "partner-lakeshore", "reason", "An incident.")
	for _, query := range []string{`{viewer{name}}`, `{apprentices{totalCount}}`, `{changes{upToDate}}`, `{agreements{id}}`, `{disclosures{on}}`, `{node(id:"` + w.maya + `"){id}}`} {
		if code := w.code("lakeshore", query); code != "PARTNER_SUSPENDED" {
			t.Errorf("%s is answered with %q", query, code)
		}
	}
	credit := strings.Replace(w.maya, "apprenticeship-", "credit-", 1) + "." + strings.TrimPrefix(w.lake, "agreement-") + "-lake-110"
	w.refused("PARTNER_SUSPENDED", "lakeshore", "postCredit", "credit", "creditId", credit, "transcriptRef", "T-1")
	w.refused("PARTNER_SUSPENDED", "lakeshore", "recordCredit", "credit", "apprenticeId", w.maya, "externalRef", "L-2", "courseCode", "LAKE 110", "credit", "3", "grade", "A", "term", "Fall")
	w.refused("PARTNER_SUSPENDED", "lakeshore", "signPartnerAgreement", "agreement", "agreementId", w.lake)
	if got := w.ask("harbor", `{apprentices{totalCount}}`); got.get("data.apprentices.totalCount") != 1.0 {
		t.Errorf("another college sees %s", got.text)
	}
	w.done("lena", "resumeInstitution", "institution{name}", "partnerId", "partner-lakeshore")
	if got := w.ask("lakeshore", `{apprentices{totalCount}}`); got.get("data.apprentices.totalCount") != 2.0 {
		t.Errorf("once it is resumed it sees %s", got.text)
	}
}

func TestAnAgreementGoesItsWay(t *testing.T) {
	w := openTown(t)
	const all = `query($id:ID!){node(id:$id){... on PartnerAgreement{state edition to scopes signedBy reason teachOut proposal{edition to renewal} versions{edition} rules{courseCode retiredOn}}}}`
	w.done("lena", "amendPartnerAgreement", "agreement{id}", "agreementId", w.harbor, "scopes", []string{"CREDITS"}, "note", "Credits only.")
	if got := w.ask("harbor", `{apprentices{totalCount}}`); got.get("data.apprentices.totalCount") != 1.0 {
		t.Errorf("what is proposed is in force: %s", got.text)
	}
	w.done("lena", "signPartnerAgreement", "agreement{id}", "agreementId", w.harbor, "edition", 2)
	w.refused("VERSION_CONFLICT", "harbor", "signPartnerAgreement", "agreement", "agreementId", w.harbor, "edition", 1)
	w.done("harbor", "signPartnerAgreement", "agreement{id}", "agreementId", w.harbor, "edition", 2)
	if got := w.ask("harbor", `{apprentices{totalCount}}`); got.get("data.apprentices.totalCount") != 0.0 {
		t.Errorf("what was amended is not in force: %s", got.text)
	}
	w.done("lena", "renewPartnerAgreement", "agreement{id}", "agreementId", w.harbor, "to", "2028-12-31", "note", "Another year.")
	w.done("lena", "retireArticulationRule", "agreement{id}", "agreementId", w.harbor, "ruleId", strings.TrimPrefix(w.harbor, "agreement-")+"-sec-101", "reason", "The course is gone.")
	w.done("lena", "suspendPartnerAgreement", "agreement{id}", "agreementId", w.harbor, "reason", "An audit.")
	want := `{"data":{"node":{"state":"SUSPENDED","edition":2,"to":"2027-12-31","scopes":["CREDITS"],"signedBy":[],"reason":"An audit.","teachOut":null,` +
		`"proposal":{"edition":3,"to":"2028-12-31","renewal":true},"versions":[{"edition":1},{"edition":2}],"rules":[{"courseCode":"SEC 101","retiredOn":"2026-11-23"}]}}}`
	if got := w.ask("harbor", all, "id", w.harbor); got.text != want {
		t.Errorf("got  %s\nwant %s", got.text, want)
	}
	w.done("lena", "terminatePartnerAgreement", "agreement{id}", "agreementId", w.harbor, "reason", "It closed.", "teachOut", "2027-06-30")
	const credits = `{node(id:"%s"){... on CreditAward{state}}}`
	award := strings.Replace(w.noah, "apprenticeship-", "credit-", 1) + "." + strings.TrimPrefix(w.harbor, "agreement-") + "-sec-101"
	if got := w.ask("harbor", strings.Replace(credits, "%s", award, 1)); got.get("data.node.state") != "AWARDED" {
		t.Errorf("in teach-out the college sees %s", got.text)
	}
	if got := w.ask("lena", `{articulationRules{courseCode}}`); strings.Contains(got.text, "SEC 101") {
		t.Errorf("a retired rule gives credit: %s", got.text)
	}
	for _, who := range []string{"maya", "priya", "dana", "ruth", "lakeshore"} {
		if got := w.ask(who, all, "id", w.harbor); got.get("data.node") != nil {
			t.Errorf("%s sees %s", who, got.text)
		}
	}
}
