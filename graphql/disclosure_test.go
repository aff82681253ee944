package graphql_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/client"
	"github.com/guildhall-dev/guildhall/domain/disclosure"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/journal"
)

// full leaves no room on the disk for anything to be recorded, until it is called with false.
func (h *house) full(on bool) {
	if on {
		h.log.(*journal.Log).Reserve(1 << 62)
	} else {
		h.log.(*journal.Log).Reserve(1)
	}
}

// told is what is on record that a college was told under consents after a position, in
// lines such as "noah: credits under one".
func (h *house) told(college string, since events.Position) (lines []string) {
	h.Helper()
	head := h.head()
	if head == since {
		return nil
	}
	for r, err := range h.log.Follow(h.Context(), since) {
		h.must(err)
		if m, made := r.Event.(disclosure.Made); made && r.Stream == disclosure.Daily(domain.PartnerID(college), domain.DateOf(now)) {
			for _, p := range m.Persons {
				lines = append(lines, fmt.Sprintf("%s: %v under %s", p, m.Fields, m.Agreement))
			}
		}
		if r.Position == head {
			break
		}
	}
	slices.Sort(lines)
	return lines
}

// TestNobodyIsToldWhatCannotBeRecorded asks for learners' records by every way there is, while
// nothing can be recorded. Then it can, and the first answer is on record, once.
func TestNobodyIsToldWhatCannotBeRecorded(t *testing.T) {
	w := openTown(t)
	w.calm()
	before := w.head()
	const query = `{changes{changes{...on Upsert{node{id ...on Apprentice{displayName}}}}}}`
	fetched := func(path string) func() (int, string) {
		return func() (int, string) {
			resp, body := w.fetch("lakeshore", path)
			return resp.StatusCode, string(body)
		}
	}
	ways := []struct {
		name string
		ask  func() (status int, text string)
	}{
		{"a query", func() (int, string) { a := w.send("lakeshore-token", query, nil); return a.status, a.text }},
		{"a query by GET", fetched("/graphql?query=" + strings.ReplaceAll(query, " ", "%20"))},
		{"a subscription", func() (int, string) {
			l := w.listen("lakeshore", "subscription"+query, "")
			defer l.close()
			return http.StatusOK, l.next().text
		}},
		{"lines", fetched("/changes.ndjson")},
		{"a table", fetched("/export/apprentices.csv")},
		{"a package", fetched("/export/package.zip")},
	}
	w.full(true)
	for _, way := range ways {
		status, text := way.ask()
		if !strings.Contains(text, `"NOT_ON_RECORD"`) || strings.Contains(text, "NOAH") || strings.Contains(text, w.noah) {
			t.Errorf("%s is answered with %d %s", way.name, status, text)
		}
		if file := strings.HasPrefix(text, `{"errors"`) && !strings.Contains(text, `"data"`); file && status != http.StatusServiceUnavailable {
			t.Errorf("%s has the status %d", way.name, status)
		}
	}
	if n := w.logged.FilterMessageSnippet("cannot be recorded").Len(); n != len(ways) {
		t.Errorf("whoever runs it is told %d times", n)
	}
	if w.head() != before {
		t.Errorf("%q is on record", w.told("lakeshore", before))
	}
	w.full(false)
	for _, way := range ways {
		if status, text := way.ask(); status != http.StatusOK || strings.Contains(text, `"NOT_ON_RECORD"`) {
			t.Errorf("%s is answered with %d %s", way.name, status, text)
		}
	}
	lake := strings.TrimPrefix(w.lake, "agreement-")
	want := []string{"maya: [milestones pathway role-transitions] under " + lake, "noah: [milestones pathway role-transitions] under " + lake}
	if got := w.told("lakeshore", before); !slices.Equal(got, want) {
		t.Errorf("on record is %q, not %q", got, want)
	}
}

func TestWhatACollegeReadsIsOnRecordOnceADay(t *testing.T) {
	w := openTown(t)
	w.calm()
	subject := strings.TrimPrefix(w.noah, "apprenticeship-")
	harbor := " under " + strings.TrimPrefix(w.harbor, "agreement-")
	node := func(id string) string { return `{node(id:"` + id + `"){id}}` }
	other := w.neighbour(w.log)
	for _, c := range []struct {
		what  string
		at    *house
		query string
		want  []string
	}{
		{"how many there are tells of nobody", w.house, `{apprentices{totalCount}}`, nil},
		{"nor does what is not shown", w.house, node(w.maya), nil},
		{"a credit was read when it was recorded", w.house, node("credit-" + subject + "." + strings.TrimPrefix(w.harbor, "agreement-") + "-sec-101"), nil},
		{"a milestone", w.house, node("milestone-" + subject + ".hd-network-defence"), []string{"noah: [milestones]" + harbor}},
		{"is one record a day", w.house, `{changes(types:[MILESTONE]){changes{...on Upsert{node{id}}}}}`, nil},
		{"on every node", other, node("milestone-" + subject + ".hd-network-defence"), nil},
		{"other records of the learner are another", other, `{apprentices{edges{node{id milestones{edges{node{id}}}}}}}`, []string{"noah: [pathway]" + harbor}},
		{"which all nodes know of", w.house, `{apprentice(by:{id:"` + w.noah + `"}){displayName credits{edges{node{id}}}}}`, nil},
	} {
		before := w.head()
		c.at.ask("harbor", c.query)
		if got := w.told("harbor", before); !slices.Equal(got, c.want) {
			t.Errorf("%s: on record is %q, not %q", c.what, got, c.want)
		}
	}

	const log = `query($c:ID,$first:Int,$after:String){disclosures(partnerId:$c,first:$first,after:$after){cursor personId on records basis agreementId interest partner{name} question}}`
	got := w.ask("noah", log, "c", "partner-harbor")
	for i, want := range []string{"PATHWAY", "MILESTONES", "CREDITS"} {
		d, ok := got.get(fmt.Sprint("data.disclosures.", i)).(map[string]any)
		if !ok || fmt.Sprint(d["records"], d["on"], d["basis"], d["agreementId"], d["personId"], d["interest"], d["partner"]) !=
			fmt.Sprint([]string{want}, "2026-11-23", "consent", w.harbor, "person-noah", "Award of credit", map[string]any{"name": "Harbor State College"}) || len(d["question"].(string)) != 64 {
			t.Errorf("the learner is told %v of %s", d, want)
		}
	}
	for who, want := range map[string]int{"petra": 3, "samuel": 3, "harbor": 3, "noah": 3, "maya": 0, "lakeshore": 0, "lena": 0, "dana": 0, "priya": 0, "ruth": 0} {
		if got := w.ask(who, log, "c", "partner-harbor"); len(got.list("data.disclosures")) != want {
			t.Errorf("%s sees %s", who, got.text)
		}
	}
	all := w.ask("petra", log, "first", 100).list("data.disclosures")
	var walked []any
	for after := ""; ; {
		some := w.ask("petra", log, "first", 2, "after", after).list("data.disclosures")
		if len(some) == 0 {
			break
		}
		walked = append(walked, some...)
		after = some[len(some)-1].(map[string]any)["cursor"].(string)
	}
	if len(all) < 5 || fmt.Sprint(walked) != fmt.Sprint(all) {
		t.Errorf("in steps of two the privacy officer is told %v, at once %v", walked, all)
	}
	if code := w.code("petra", log, "after", "1"); code != "BAD_CURSOR" {
		t.Errorf("another cursor: %q", code)
	}
}

// TestARowIsOnRecordAsWhatItTells reads rows of a credit, which was read when it was recorded, with
// a scope that keeps from them whose it is, and with one that does not.
func TestARowIsOnRecordAsWhatItTells(t *testing.T) {
	w := openTown(t)
	w.calm()
	agreement := strings.TrimPrefix(w.harbor, "agreement-")
	query := `{node(id:"credit-` + strings.TrimPrefix(w.noah, "apprenticeship-") + "." + agreement + `-sec-101"){...on CreditAward{syncRows{familyName collegeAwardRef}}}}`
	for _, c := range []struct {
		scope client.Scope
		name  any
		want  []string
	}{
		{client.CreditsRead, nil, nil},
		{client.FeedRead, "NOAH", []string{"noah: [pathway] under " + agreement}},
	} {
		token := w.client(client.NameOf("harbor", strings.ReplaceAll(string(c.scope), ":", "-")), c.scope)
		before := w.head()
		out := w.send(token, query, nil)
		if row, told := "data.node.syncRows.0.", w.told("harbor", before); out.get(row+"collegeAwardRef") != "HSC-1" || out.get(row+"familyName") != c.name || !slices.Equal(told, c.want) {
			t.Errorf("with %s: on record is %q, not %q, of %s", c.scope, told, c.want, out.text)
		}
	}
}

// TestNoDocumentTellsWhatIsNotOnRecord sends documents that chance writes while nothing can be
// recorded: no answer holds anything that would have to be on record.
func TestNoDocumentTellsWhatIsNotOnRecord(t *testing.T) {
	w := openTown(t)
	w.calm()
	w.full(true)
	refused := 0
	rapid.Check(t, func(t *rapid.T) {
		d := &documents{Schema: schema, ids: w.ids, cursors: []string{"", w.lakeshoresCursor}, texts: []string{"LAKE 110", "A"}}
		for range 12 {
			document := d.draw(t)
			out := w.send("lakeshore-token", document, nil)
			for _, told := range []string{`"Apprentice"`, `"Milestone"`, `"RoleTransition"`, `"SyncRow"`, "Noah", "Maya", `"NOAH"`, `"MAYA"`, "PROBATIONARY"} {
				if strings.Contains(out.text, told) {
					t.Fatalf("%s reads %s, and that is not on record:\n%s", document, told, out.text)
				}
			}
			refused += strings.Count(out.text, `"NOT_ON_RECORD"`)
		}
	})
	if refused == 0 {
		t.Error("no document would have told anything: the documents prove nothing")
	}
}
