package manifest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/spec"
)

var (
	college = domain.Request{By: domain.Actor{Partner: "lakeshore", Role: domain.Partner}, At: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}
	rival   = domain.Request{By: domain.Actor{Partner: "harbor", Role: domain.Partner}, At: college.At}
	lena    = domain.Request{By: domain.Actor{Person: "lena", Role: domain.Coordinator}, At: college.At}

	one = Document{ID: Hash("{viewer{name}}"), Name: "One", Kind: "query", Body: "{viewer{name}}"}
	two = Document{ID: "two", Body: "{viewer{id}}"}
)

func add(r domain.Request, ds ...Document) Add { return Add{r, "lakeshore", ds} }

func TestDocumentsAreAddedAndWithdrawn(t *testing.T) {
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "a college adds its own", When: add(college, one, two), Then: []Event{Added{one}, Added{two}}},
		{Name: "a coordinator does too", When: add(lena, one), Then: []Event{Added{one}}},
		{Name: "another college does not", When: add(rival, one), Refused: "NOT_YOUR_DOCUMENTS"},
		{Name: "what is there is not added again", Given: []Event{Added{one}}, When: add(college, one, two), Then: []Event{Added{two}}},
		{Name: "nor is what is there twice", When: add(college, one, one), Then: []Event{Added{one}}},
		{Name: "an id never comes to mean something else", Given: []Event{Added{two}}, When: add(college, Document{ID: "two", Body: "{viewer{role}}"}), Refused: "DOCUMENT_DIFFERS"},
		{Name: "a hash is that of the body", When: add(college, Document{ID: one.ID, Body: two.Body}), Refused: "BAD_DOCUMENT_ID"},
		{Name: "an id is short", When: add(college, Document{ID: strings.Repeat("x", maxID+1), Body: "{a}"}), Refused: "BAD_DOCUMENT_ID"},
		{Name: "and of plain characters", When: add(college, Document{ID: "a b", Body: "{a}"}), Refused: "BAD_DOCUMENT_ID"},
		{Name: "a name is a line", When: add(college, Document{ID: "a", Name: strings.Repeat("n", domain.MaxLine+1), Body: "{a}"}), Refused: "TEXT_TOO_LONG"},
		{Name: "there are not too many bytes", Given: []Event{Added{two}}, When: add(college, Document{ID: "a", Body: strings.Repeat("x", MaxBytes)}), Refused: "TOO_MANY_DOCUMENTS"},
		{Name: "what is withdrawn is gone", Given: []Event{Added{one}, Added{two}}, When: Withdraw{college, "lakeshore", []string{"two", "three"}}, Then: []Event{Withdrawn{"two"}}},
		{Name: "once", Given: []Event{Added{two}, Withdrawn{"two"}}, When: Withdraw{college, "lakeshore", []string{"two"}}},
		{Name: "by nobody else", Given: []Event{Added{two}}, When: Withdraw{rival, "lakeshore", []string{"two"}}, Refused: "NOT_YOUR_DOCUMENTS"},
		{Name: "and may come back", Given: []Event{Added{two}, Withdrawn{"two"}}, When: add(college, two), Then: []Event{Added{two}}},
	})
}

// TestAnIDMeansOneDocument lets documents come and go: under an id there is the one that was
// added last, and it was added while there was none.
func TestAnIDMeansOneDocument(t *testing.T) {
	ids := rapid.SampledFrom([]string{"a", "b", "c", one.ID})
	spec.Histories(t, func(t *rapid.T) {
		log, live := spec.Begin(Evolve), map[string]string{}
		for range rapid.IntRange(1, 25).Draw(t, "moments") {
			id := ids.Draw(t, "id")
			if rapid.Bool().Draw(t, "withdraws") {
				log.Try(t, Withdraw{college, "lakeshore", []string{id}})
				delete(live, id)
				continue
			}
			body := rapid.SampledFrom([]string{one.Body, two.Body}).Draw(t, "body")
			_, code := log.Try(t, add(college, Document{ID: id, Body: body}))
			was, there := live[id]
			if may := (!there || was == body) && (id != one.ID || body == one.Body); (code == "") != may {
				t.Fatalf("under %s there is %q, and adding %q gives %q", id, was, body, code)
			}
			if code == "" {
				live[id] = body
			}
		}
		if len(live) != len(log.State.documents) {
			t.Fatalf("there are %v, not %v", log.State.documents, live)
		}
	})
}

func TestManifestsAreReadAsToolsWriteThem(t *testing.T) {
	for text, want := range map[string]string{
		`{"format":"apollo-persisted-query-manifest","version":1,"operations":[{"id":"two","name":"Two","type":"query","body":"{viewer{id}}"}]}`: "[{two Two query {viewer{id}}}]",
		`[{"id":"two","name":"Two","type":"query","body":"{viewer{id}}"}]`:                                                                       "[{two Two query {viewer{id}}}]",
		`{"two":"{viewer{id}}","sha256:` + one.ID + `":"{viewer{name}}"}`:                                                                        "[{" + one.ID + "   {viewer{name}}} {two   {viewer{id}}}]",
		`[{"body":"{viewer{name}}"}]`: "[{" + one.ID + "   {viewer{name}}}]",
		`{}`:                          "BAD_MANIFEST", `[]`: "BAD_MANIFEST", `{"operations":[]}`: "BAD_MANIFEST", `query{a}`: "BAD_MANIFEST", ``: "BAD_MANIFEST",
	} {
		ds, err := Parse([]byte(text))
		got := fmt.Sprint(ds)
		if r := domain.AsRefusal(err); r != nil {
			got = r.Code
		}
		if got != want {
			t.Errorf("%s is read as %s, want %s", text, got, want)
		}
	}
}

func TestAStreamNamesTheInstitution(t *testing.T) {
	if p, err := ID(Stream("lakeshore")); p != "lakeshore" || err != nil {
		t.Errorf("%s, %v", p, err)
	}
}
