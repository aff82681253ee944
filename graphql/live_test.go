package graphql_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/partner"
)

const feedQuery = `subscription($after: Cursor, $first: Int) { changes(after: $after, first: $first) { cursor upToDate snapshot
	changes { ... on Upsert { node { id version } } ... on Removal { id reason mustErase } } } }`

// ids are the objects of a page.
func (e event) ids() (ids []string) {
	for i := range e.list("data.changes.changes") {
		at := fmt.Sprintf("data.changes.changes.%d.", i)
		if id := e.string(at + "node.id"); id != "" {
			ids = append(ids, id)
		} else {
			ids = append(ids, e.string(at+"reason")+" "+e.string(at+"id"))
		}
	}
	return ids
}

// sharing has Maya share everything with Lakeshore.
func (h *house) sharing() (apprentice string) {
	h.Helper()
	apprentice = h.enrol("maya")
	h.agree("lakeshore", "CYB 110", everyRecord...)
	h.consent("maya", "lakeshore", everyRecord...)
	return apprentice
}

func TestACollegeIsToldWhatChangesAsItHappens(t *testing.T) {
	h := open(t, staff, colleges)
	apprentice := h.sharing()
	milestone := strings.Replace(apprentice, "apprenticeship-", "milestone-", 1) + ".hd-network-defence"

	l := h.listen("lakeshore", feedQuery, "")
	page := l.news()
	if page.get("data.changes.upToDate") != true || page.get("data.changes.snapshot") != true || !slices.Equal(page.ids(), []string{apprentice}) {
		t.Fatalf("at first %s", page.text)
	}
	h.done("maya", "startMilestone", "milestone{id}", "milestoneId", milestone)
	if page = l.news(); !slices.Equal(page.ids(), []string{milestone}) {
		t.Fatalf("then %s", page.text)
	}
	if page.id != page.string("data.changes.cursor") {
		t.Errorf("the event is %q and its cursor %q", page.id, page.string("data.changes.cursor"))
	}
	l.close()
	credit := h.award("maya", milestone)

	for name, again := range map[string]*listener{
		"by the id of the last event": h.listen("lakeshore", feedQuery, page.id, "after", "long-ago"),
		"by its cursor":               h.listen("lakeshore", feedQuery, "", "after", page.id),
	} {
		missed := again.news()
		if got := slices.Sorted(slices.Values(missed.ids())); !slices.Equal(got, []string{credit, milestone}) || missed.get("data.changes.snapshot") != false {
			t.Errorf("%s: %s", name, missed.text)
		}
		l = again
	}
	h.done("maya", "revokeConsent", "consent{id}", "consentId", "consent-maya.lakeshore")
	page = l.news()
	if want := []string{"CONSENT_REVOKED " + apprentice, "CONSENT_REVOKED " + credit, "CONSENT_REVOKED " + milestone}; !slices.Equal(page.ids(), want) {
		t.Errorf("after consent was taken back: %s", page.text)
	}
}

func TestALongFeedComesInPages(t *testing.T) {
	h := open(t, staff, colleges)
	apprentice := h.sharing()
	milestone := strings.Replace(apprentice, "apprenticeship-", "milestone-", 1) + ".hd-network-defence"
	h.done("maya", "startMilestone", "milestone{id}", "milestoneId", milestone)
	credit := h.award("maya", milestone)
	l := h.listen("lakeshore", feedQuery, "", "first", 1)
	var seen []string
	for page := (event{}); page.get("data.changes.upToDate") != true; {
		page = l.news()
		if len(page.ids()) != 1 {
			t.Fatalf("a page of one: %s", page.text)
		}
		seen = append(seen, page.ids()...)
	}
	if slices.Sort(seen); !slices.Equal(seen, []string{apprentice, credit, milestone}) {
		t.Errorf("told of %v", seen)
	}
}

// award has Lakeshore award its credit, and waits until the milestone is attained by it.
func (h *house) award(who, milestone string) (credit string) {
	h.Helper()
	apprentice := strings.Replace(milestone[:strings.Index(milestone, ".")], "milestone-", "apprenticeship-", 1)
	credit = h.done("lakeshore", "recordCredit", "credit{id}", "apprenticeId", apprentice, "externalRef", "2026-FA-1177",
		"courseCode", "CYB 110", "credit", "3", "grade", "A-", "term", "Fall 2026").string("credit.id")
	h.until(who, `{ node(id: "`+milestone+`") { ... on Milestone { state } } }`, "data.node.state", "ATTAINED")
	return credit
}

func TestAStreamEndsWhenItsSubscriberMayNotBeTold(t *testing.T) {
	h := open(t, staff, colleges)
	operator := domain.Request{By: domain.Actor{Policy: "operator", Role: domain.System}, At: now}
	l := h.listen("lakeshore", feedQuery, "")
	l.news()
	record(h, partner.Stream("lakeshore"), partner.Evolve, partner.Suspend{Request: operator, Reason: "an incident"})
	l.last("PARTNER_SUSPENDED")
	h.listen("lakeshore", feedQuery, "").last("PARTNER_SUSPENDED")

	l = h.listen("harbor", feedQuery, "")
	l.news()
	record(h, partner.Stream("harbor"), partner.Evolve, partner.RevokeKey{Request: operator, Key: "k"})
	l.last("UNKNOWN_TOKEN")

	h.listen("maya", feedQuery, "").last("PARTNERS_ONLY")
	h.listen("maya", `subscription { changes { nope } }`, "").last("GRAPHQL_VALIDATION_FAILED")
	h.listen("maya", `subscription($no: Boolean!) { inbox @skip(if: $no) { title } }`, "", "no", true).last("GRAPHQL_VALIDATION_FAILED")
}

func TestPeopleAreToldWhatWaitsForThemAndWhatChanges(t *testing.T) {
	h := open(t, staff, colleges)
	apprentice := h.enrol("maya")
	inbox := h.listen("dana", `subscription { inbox { kind subjectId } }`, "")
	if e := inbox.news(); len(e.list("data.inbox")) != 0 {
		t.Errorf("at first %s", e.text)
	}
	own := h.listen("maya", `subscription($id: ID!) { apprentice(by: {id: $id}) { version timesheets(first: 5) { edges { node { state } } } } }`, "", "id", apprentice)
	if e := own.news(); len(e.list("data.apprentice.timesheets.edges")) != 0 {
		t.Errorf("at first %s", e.text)
	}
	h.week("maya", "2026-W47", domain.NewDate(2026, 11, 16))
	sheet := strings.Replace(apprentice, "apprenticeship-", "timesheet-", 1) + ".2026-W47"
	h.done("maya", "submitTimesheet", "timesheet{state}", "week", "2026-W47")
	if e := inbox.news(); e.get("data.inbox.0.subjectId") != sheet || len(e.list("data.inbox")) != 1 {
		t.Errorf("then %s", e.text)
	}
	for {
		if own.news().get("data.apprentice.timesheets.edges.0.node.state") == "SUBMITTED" {
			break
		}
	}
	h.listen("noah", `subscription($id: ID!) { apprentice(by: {id: $id}) { version } }`, "", "id", apprentice)
	if e := h.listen("noah", `subscription($id: ID!) { apprentice(by: {id: $id}) { version } }`, "", "id", apprentice).news(); e.get("data.apprentice") != nil {
		t.Errorf("Noah is told of Maya: %s", e.text)
	}
}

func TestAClientHasFiveStreams(t *testing.T) {
	h := open(t, staff, colleges)
	var all []*listener
	for range 5 {
		l := h.listen("lakeshore", feedQuery, "")
		l.news()
		all = append(all, l)
	}
	h.listen("harbor", feedQuery, "").news()
	resp, cancel := h.knock("lakeshore", feedQuery, "")
	var out struct {
		Errors []struct{ Extensions struct{ Code string } }
	}
	h.must(json.NewDecoder(resp.Body).Decode(&out))
	cancel()
	if resp.StatusCode != http.StatusTooManyRequests || out.Errors[0].Extensions.Code != "TOO_MANY_STREAMS" {
		t.Errorf("the sixth: %d %v", resp.StatusCode, out)
	}
	h.ask("lakeshore", `{ viewer { name } }`)
	if e := h.listen("lakeshore", `{ viewer { name } }`, "").news(); e.string("data.viewer.name") != colleges["lakeshore"] {
		t.Errorf("a query is told as %s", e.text)
	}
	all[0].close()
	for status := 0; status != http.StatusOK; time.Sleep(time.Millisecond) {
		resp, cancel := h.knock("lakeshore", feedQuery, "")
		status = resp.StatusCode
		cancel()
	}
}

// TestAnotherNodeTellsAtOnce also prints how long it takes from the answer to a command
// until another node's subscriber has been told.
func TestAnotherNodeTellsAtOnce(t *testing.T) {
	h := open(t, staff, colleges)
	apprentice := h.sharing()
	l := h.neighbour(h.log).listen("lakeshore", feedQuery, "")
	l.news()
	type told struct {
		at time.Time
		event
	}
	heard := make(chan told)
	go func() {
		for range 40 {
			e := l.next()
			heard <- told{time.Now(), e}
		}
	}()
	var delays []time.Duration
	reason, err := h.vault.Seal(h.Context(), "maya", "The plan was changed.")
	h.must(err)
	for n := range 40 {
		record(h, domain.Stream(apprentice), apprenticeship.Evolve, apprenticeship.ChangeExpectedEnd{
			Request: domain.Request{By: domain.Actor{Person: "lena", Role: domain.Coordinator}, At: now}, End: domain.NewDate(2028, 1, 1).AddDays(n), Reason: reason})
		answered := time.Now()
		e := <-heard
		if !slices.Equal(e.ids(), []string{apprentice}) {
			t.Fatalf("told %q %s", e.name, e.text)
		}
		delays = append(delays, e.at.Sub(answered))
	}
	slices.Sort(delays)
	t.Logf("told after %v in the median, %v at most", delays[20], delays[39])
}

// TestNothingIsLeftOfAStream opens and abandons streams, and finds nobody at work for them.
func TestNothingIsLeftOfAStream(t *testing.T) {
	h := open(t, staff, colleges)
	for range 20 {
		l := h.listen("lakeshore", feedQuery, "")
		l.news()
		l.close()
		l = h.listen("maya", `subscription { inbox { title } }`, "")
		l.news()
		l.close()
	}
	stacks := make([]byte, 1<<20)
	for range 500 {
		if n := runtime.Stack(stacks, true); !bytes.Contains(stacks[:n], []byte("(*subscriber).follow")) {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Error("somebody still works for streams that were abandoned")
}
