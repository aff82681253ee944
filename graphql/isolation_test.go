package graphql_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/transition"
)

// A town is a house in which two colleges share learners. What Harbor may not see says
// LAKE, STAFF or MAYA, or INSIDE where it is nobody's business but the employer's; what
// Maya may not see of Noah says NOAH.
type town struct {
	*house
	maya, noah       string
	lake, harbor     string            // agreements
	ids              []string          // of everything there is
	hidden           map[string]string // ids that Harbor may not see, and what they are
	lakeshoresCursor string
}

func openTown(t *testing.T) town {
	return settle(openOn(t, newLog(t)))
}

func settle(h *house) town {
	marked := slices.Clone(staff)
	for i, c := range marked {
		switch c.id {
		case "maya":
			marked[i].name = "Maya MAYA"
		case "noah":
			marked[i].name = "Noah NOAH"
		default:
			marked[i].name += " STAFF"
		}
	}
	h.staff(marked, map[domain.PartnerID]string{"lakeshore": "LAKE Community College", "harbor": "Harbor State College"})
	w := town{house: h}
	w.maya, w.noah = w.enrol("maya"), w.enrol("noah")
	w.lake = w.agree("lakeshore", "LAKE 110", everyRecord...)
	w.harbor = w.agree("harbor", "SEC 101", everyRecord...)
	w.consent("maya", "lakeshore", everyRecord...)
	w.consent("noah", "lakeshore", everyRecord...)
	w.consent("noah", "harbor", "PATHWAY", "MILESTONES", "CREDITS")

	w.evidence(w.noah, "noah", "INSIDE NOAH")
	w.hidden = map[string]string{w.lake: "an agreement", "partner-lakeshore": "a college"}
	for who, apprentice := range map[string]string{"maya": w.maya, "noah": w.noah} {
		mark := strings.ToUpper(who)
		award := w.done("lakeshore", "recordCredit", "credit{id}", "apprenticeId", apprentice, "externalRef", "LAKE "+mark, "courseCode", "LAKE 110", "credit", "3", "grade", "A", "term", "LAKE Fall")
		h.until(who, `{node(id:"`+strings.Replace(apprentice, "apprenticeship-", "milestone-", 1)+`.hd-network-defence"){...on Milestone{state}}}`, "data.node.state", "ATTAINED") // or the move is asked for on other evidence
		w.week(who, "2026-W36", domain.NewDate(2026, 8, 31))
		sheet := w.done(who, "submitTimesheet", "timesheet{id}", "week", "2026-W36").string("timesheet.id")
		w.done("dana", "returnTimesheet", "timesheet{id}", "timesheetId", sheet, "reason", "INSIDE "+mark)
		lab := strings.Replace(apprentice, "apprenticeship-", "milestone-", 1) + ".hd-imaging-lab"
		w.done(who, "startMilestone", "milestone{id}", "milestoneId", lab)
		w.done(who, "submitEvidence", "milestone{id}", "milestoneId", lab, "kind", "LAB", "note", "INSIDE "+mark, "uri", "https://INSIDE.example/"+mark)
		maps.Copy(w.hidden, map[string]string{
			award.string("credit.id"): "a credit", sheet: "hours", lab: "a milestone", w.move(apprentice, "INSIDE "+mark, domain.DateOf(now)): "a move",
			"consent-" + who + ".lakeshore": "a consent",
		})
	}
	w.hidden[w.maya] = "a learner"
	w.done("harbor", "recordCredit", "credit{id}", "apprenticeId", w.noah, "externalRef", "HSC-1", "courseCode", "SEC 101", "credit", "3", "grade", "A", "term", "Fall 2026")
	for id := range w.hidden {
		w.ids = append(w.ids, id)
	}
	slices.Sort(w.ids)
	subject := strings.TrimPrefix(w.noah, "apprenticeship-")
	w.ids = append(w.ids, w.noah, w.harbor, "milestone-"+subject+".hd-network-defence", "credit-"+subject+"."+strings.TrimPrefix(w.harbor, "agreement-")+"-sec-101",
		"consent-noah.harbor", "partner-harbor", "person-maya", "person-noah", "person-dana", "employer", helpDeskPathway, "standard-it-security-pathway@1",
		strings.TrimPrefix(w.lake, "agreement-")+"-lake-110", "hd-network-defence", "apprenticeship-nobody", "", "x")
	w.lakeshoresCursor = w.ask("lakeshore", `{changes(first:2){cursor}}`).string("data.changes.cursor")
	return w
}

// private adds what only learners, the privacy officer and coordinators know of.
func (w town) private() town {
	w.Helper()
	hide := func(id, what string) {
		w.hidden[id] = what
		w.ids = append(w.ids, id)
	}
	w.done("petra", "discloseByException", "institution{id}", "partnerId", "partner-lakeshore", "personIds", []string{"person-maya", "person-noah"}, "records", []string{"CREDITS"}, "basis", "EMERGENCY", "interest", "LAKE STAFF")
	hide(w.done("maya", "requestAmendment", "amendmentRequest{id}", "recordId", w.maya, "text", "INSIDE MAYA").string("amendmentRequest.id"), "a request")
	hide(w.done("noah", "requestAmendment", "amendmentRequest{id}", "recordId", w.noah, "text", "INSIDE NOAH").string("amendmentRequest.id"), "a request")
	hide(w.done("lena", "proposeCredit", "credit{id}", "apprenticeId", w.noah, "source", "CERT", "exception", map[string]any{"partnerId": "partner-harbor", "reason": "INSIDE", "courseCode": "INSIDE 1",
		"title": "INSIDE", "satisfies": "sa-secure-administration", "credit": "1", "from": "2026-01-01"}).string("credit.id"), "a credit nobody asked for yet")
	w.ids = append(w.ids, w.noah, w.noah, w.noah, w.maya, w.maya) // so that they are asked for often
	return w
}

// evidence is shown for a milestone that a course meets, as before colleges took part.
func (h *house) evidence(apprentice string, who domain.PersonID, note string) {
	h.Helper()
	learner := domain.ApprenticeshipID(strings.TrimPrefix(apprentice, "apprenticeship-"))
	sealed, err := h.vault.Seal(h.Context(), who, note)
	h.must(err)
	r := domain.Request{By: domain.Actor{Person: who, Role: domain.Apprentice}, At: now}
	record(h, milestone.Stream(learner, "hd-network-defence"), milestone.Evolve,
		milestone.Start{Request: r, Started: milestone.Started{Apprenticeship: learner, Person: who, Requirement: "hd-network-defence", PassLevel: 3}, Open: true},
		milestone.SubmitEvidence{Request: r, EvidenceSubmitted: milestone.EvidenceSubmitted{Kind: milestone.Course, Note: sealed, Assessor: "priya"}})
}

// move asks for a learner's next role from a day on, ready or not.
func (h *house) move(apprentice, note string, on domain.Date) (id string) {
	h.Helper()
	learner := domain.ApprenticeshipID(strings.TrimPrefix(apprentice, "apprenticeship-"))
	sealed, err := h.vault.Seal(h.Context(), "priya", note)
	h.must(err)
	r := domain.Request{By: domain.Actor{Person: "priya", Role: domain.Mentor}, At: now}
	stream := transition.Stream(learner, "systems-administrator")
	record(h, stream, transition.Evolve,
		transition.Propose{Request: r, Proposed: transition.Proposed{Apprenticeship: learner, Proposer: "priya", From: "help-desk-analyst", To: "systems-administrator",
			Pathway: "help-desk-to-security-analyst", PathwayVersion: 1, EffectiveOn: on, Note: sealed}},
		transition.Submit{Request: r, Steps: []transition.Step{{Office: "current-manager", Assignee: "dana", Capacity: domain.Manager}}, DueOn: domain.DateOf(now)})
	h.must(h.read.Wait(h.Context(), h.head()))
	return string(stream)
}

func TestNoDocumentShowsAnybodyWhatIsNotTheirs(t *testing.T) {
	w := openTown(t).private()
	harbors := []string{"LAKE", "STAFF", "MAYA", "INSIDE"}
	for _, object := range []string{"Timesheet", "Evidence", "Progress", "NextAction", "ApprovalStep", "Readiness", "RoleTransition", "Consent", "InboxItem", "Person", "AmendmentRequest",
		"Registration", "Break", "Mentoring", "CompletionFinding", "PriorCredit", "Evaluation", "Wages", "WageStep", "Assessment", "Program", "RatioBoard", "Filing", "Deadline"} {
		harbors = append(harbors, `"`+object+`"`)
	}
	for id := range w.hidden {
		harbors = append(harbors, id)
	}
	seen := map[string]int{}
	try := func(t *rapid.T) {
		d := &documents{Schema: schema, ids: w.ids, cursors: []string{"", "YQ", w.lakeshoresCursor, "bWF5YQ", "MjAyNi1XNDA"}, texts: []string{"SEC 101", "A", "Fall 2026", "text"}}
		for range 12 {
			document := d.draw(t)
			for who, forbidden := range map[string][]string{"harbor": harbors, "maya": {"NOAH", w.noah}, "samuel": nil} {
				if who == "maya" && strings.HasPrefix(document, "mutation") {
					continue // she may share what she likes
				}
				out := w.send(who+"-token", document, nil)
				data, err := json.Marshal(out.body["data"])
				if err != nil {
					t.Fatal(err)
				}
				if strings.Contains(out.text, `"INTERNAL"`) {
					t.Fatalf("%s broke it with %s:\n%s\n%v", who, document, out.text, w.logged.All())
				}
				if out.body["data"] == nil && strings.Contains(out.text, "GRAPHQL_") {
					t.Fatalf("not a document of the schema: %s\n%s", document, out.text)
				}
				for _, secret := range forbidden {
					if strings.Contains(string(data), secret) {
						t.Fatalf("%s reads %q with %s:\n%s", who, secret, document, out.text)
					}
				}
				for _, mark := range []string{"LAKE", "STAFF", "MAYA", "NOAH", "INSIDE", "SEC 101"} {
					if strings.Contains(string(data), mark) {
						seen[who+" "+mark]++
					}
				}
			}
		}
	}
	var missing []string
	for range 4 { // what everybody may see has to come up in documents that chance writes
		rapid.Check(t, try)
		missing = nil
		for _, shown := range []string{"samuel LAKE", "samuel STAFF", "samuel MAYA", "samuel NOAH", "samuel INSIDE", "harbor NOAH", "harbor SEC 101", "maya MAYA", "maya LAKE"} {
			if seen[shown] == 0 {
				missing = append(missing, shown)
			}
		}
		if len(missing) == 0 || t.Failed() {
			return
		}
	}
	t.Errorf("no document showed %q: the documents prove nothing", missing)
}

func TestWhatMayNotBeSeenLooksLikeWhatDoesNotExist(t *testing.T) {
	w := openTown(t).private()
	const nodes = `query($ids:[ID!]!){nodes(ids:$ids){__typename id}}`
	for _, c := range []struct {
		who string
		ids []string
	}{
		{"harbor", append(slices.Collect(maps.Keys(w.hidden)), "consent-noah.harbor")},
		{"maya", []string{w.noah, w.harbor, strings.Replace(w.noah, "apprenticeship-", "timesheet-", 1) + ".2026-W36", "consent-noah.harbor", "consent-noah.lakeshore"}},
		{"owen", []string{w.maya, w.noah, w.harbor}},
		{"priya", []string{w.lake, "consent-noah.harbor"}},
	} {
		hidden := w.ask(c.who, nodes, "ids", c.ids)
		absent := w.ask(c.who, nodes, "ids", slices.Repeat([]string{"apprenticeship-nobody"}, len(c.ids)))
		if hidden.text != absent.text {
			t.Errorf("%s is told %s", c.who, hidden.text)
		}
	}
	for _, by := range []string{`{id:"` + w.maya + `"}`, `{person:"person-noah"}`, `{id:"` + w.lake + `"}`, `{id:"x"}`} {
		if got := w.ask("harbor", `{apprentice(by:`+by+`){id}}`); got.get("data.apprentice") != nil {
			t.Errorf("%s: %s", by, got.text)
		}
	}
}

func TestAPartnerSeesOfALearnerOnlyWhatWasShared(t *testing.T) {
	w := openTown(t)
	const question = `query($id:ID!){apprentice(by:{id:$id}){displayName status progress{met}timesheets{edges{cursor}}nextActions{title}consents{id}
		milestones{edges{node{requirement{key}state rating evidence{note}}}}credits{edges{node{courseCode externalRef}}}transitions{edges{node{id proposedBy readiness{met} steps{office}}}}}}`
	got := w.ask("harbor", question, "id", w.noah)
	const want = `{"data":{"apprentice":{"displayName":"Noah NOAH","status":"PROBATIONARY","progress":null,"timesheets":{"edges":[]},"nextActions":[],"consents":[],` +
		`"milestones":{"edges":[{"node":{"requirement":{"key":"hd-network-defence"},"state":"ATTAINED","rating":null,"evidence":[]}}]},` +
		`"credits":{"edges":[{"node":{"courseCode":"SEC 101","externalRef":"HSC-1"}}]},"transitions":{"edges":[]}}}}`
	if got.text != want {
		t.Errorf("got  %s\nwant %s", got.text, want)
	}
	move := w.ask("lakeshore", question, "id", w.noah).get("data.apprentice.transitions.edges.0.node").(map[string]any)
	if move["proposedBy"] != nil || move["readiness"] != nil || len(move["steps"].([]any)) != 0 {
		t.Errorf("of a move: %v", move)
	}
	if got := w.ask("lakeshore", `{viewer{name role organization{name}}agreements{id}institutions{id}articulationRules{courseCode}}`); len(got.list("data.agreements")) != 1 ||
		got.get("data.agreements.0.id") != w.lake || len(got.list("data.institutions")) != 1 || len(got.list("data.articulationRules")) != 1 || got.get("data.viewer.name") != "LAKE Community College" {
		t.Errorf("of itself: %s", got.text)
	}
}
