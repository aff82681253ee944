package graphql

import (
	"context"
	"fmt"
	"iter"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"go.uber.org/zap"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/eventstest"
	"github.com/guildhall-dev/guildhall/events/journal"
	"github.com/guildhall-dev/guildhall/events/vault"
	"github.com/guildhall-dev/guildhall/internal/demo"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/partners"
	"github.com/guildhall-dev/guildhall/projections"
)

// A window is a log of which only the beginning can be seen.
type window struct {
	events.Log
	mu     sync.Mutex
	end    events.Position
	opened chan struct{}
}

func (w *window) seen() (events.Position, <-chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.end, w.opened
}

func (w *window) open(end events.Position) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.end = end
	close(w.opened)
	w.opened = make(chan struct{})
}

func (w *window) Head(context.Context) (events.Position, error)   { p, _ := w.seen(); return p, nil }
func (w *window) Latest(context.Context) (events.Position, error) { p, _ := w.seen(); return p, nil }

func (w *window) Follow(ctx context.Context, p events.Position) iter.Seq2[events.Recorded, error] {
	return func(yield func(events.Recorded, error) bool) {
		for r, err := range w.Log.Follow(ctx, p) {
			for end, opened := w.seen(); err == nil && r.Position > end; end, opened = w.seen() {
				select {
				case <-opened:
				case <-ctx.Done():
					err = ctx.Err()
				}
			}
			if !yield(r, err) {
				return
			}
		}
	}
}

// TestATagStandsForOneAnswer walks through the demonstration commit by commit and asks the
// same again and again: answers under one tag are the same to the last byte, and a college's
// tags stay while nothing happens that it may see.
func TestATagStandsForOneAnswer(t *testing.T) {
	dir, now := t.TempDir(), time.Date(2026, 11, 19, 10, 0, 0, 0, time.UTC)
	log, err := journal.OpenLocal(t.Context(), dir, eventstest.Codec())
	check(t, err)
	defer log.Close()
	keys, err := vault.Open(dir, vault.Options{})
	check(t, err)
	defer keys.Close()
	check(t, demo.Seed(t.Context(), log, keys, now))
	head, err := log.Head(t.Context())
	check(t, err)

	shown := &window{Log: log, opened: make(chan struct{})}
	read, err := projections.Open(t.Context(), dir)
	check(t, err)
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- read.Run(ctx, shown) }()
	defer func() {
		stop()
		<-ended
		check(t, read.Close())
	}()
	hours := time.Duration(0)
	clock := func() time.Time { return now.Add(hours % (12 * time.Hour)) }
	s := &Server{
		Desk:     &desk.Desk{Log: shown, Read: read, Vault: keys, Now: clock},
		Partners: &partners.Partners{Log: shown, Read: read, Vault: keys, Now: clock},
		Read:     read, Organization: "St. Alder Health",
	}
	e, err := New(Schema(), zap.NewNop(), s.bindings()...)
	check(t, err)
	h := Handler(e, Backing{Log: zap.NewNop(), Version: s.version, Authenticate: func(r *http.Request) (context.Context, error) {
		var by domain.Actor
		_, err := fmt.Sscanf(r.Header.Get("Authorization"), "%s %s %s", &by.Role, &by.Partner, &by.Person)
		by.Partner, by.Person = domain.PartnerID(strings.Trim(string(by.Partner), "-")), domain.PersonID(strings.Trim(string(by.Person), "-"))
		return WithActor(r.Context(), by), err
	}})

	types := gqlparser.MustLoadSchema(&ast.Source{Input: Schema()})
	queries := []string{
		`{ apprentices(first: 100) { totalCount edges { node { id version displayName status pathway { title } } } } }`,
		`{ changes(first: 1000) { upToDate snapshot changes { ... on Upsert { node { id version ... on Milestone { state } ... on CreditAward { credited: state credit } } } ... on Removal { id reason } } } }`,
		`{ nodes(ids: ["apprenticeship-e-2001", "partner-lakeshore"]) { id } institutions { name } agreements { id state } viewer { name } }`,
		`{ inbox { subjectId due } }`,
	}
	for _, f := range types.Types["Apprentice"].Fields {
		if q := everything(types, f, 3); q != "" {
			queries = append(queries, `{ apprentice(by: {id: "apprenticeship-e-2001"}) { `+q+` } }`)
		}
	}
	askers := []string{"partner lakeshore -", "partner harbor -", "coordinator - e-1001", "apprentice - e-2001"}
	bodies, last := map[string]string{}, map[string]string{}
	kept, changed := 0, 0 // tags of a college for what is in its feed
	ask := func(who, query, held string) *httptest.ResponseRecorder {
		r := httptest.NewRequestWithContext(t.Context(), "GET", "/graphql?query="+url.QueryEscape(query), nil)
		r.Header.Set("Authorization", who)
		r.Header.Set("If-None-Match", held)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	visit := func(p events.Position) {
		shown.open(p)
		check(t, read.Wait(t.Context(), p))
		for _, who := range askers {
			for _, q := range queries {
				hours += 5 * time.Hour
				w := ask(who, q, "")
				tag, body := w.Header().Get("ETag"), w.Body.String()
				if w.Code != 200 || (tag == "") != strings.Contains(body, `"errors"`) {
					t.Fatalf("%s asked %s: %d, tag %q: %s", who, q, w.Code, tag, body)
				}
				if tag == "" {
					continue
				}
				if first, ok := bodies[tag]; ok && first != body {
					t.Fatalf("at %d %s asked %s and got under one tag\n%s\nand before\n%s", p, who, q, body, first)
				}
				bodies[tag] = body
				if again := ask(who, q, tag); again.Code != 304 || again.Body.Len() > 0 || again.Header().Get("ETag") != tag {
					t.Fatalf("%s asked again %s: %d, tag %s: %s", who, q, again.Code, again.Header().Get("ETag"), again.Body)
				}
				if strings.HasPrefix(who, "partner lakeshore") && strings.Contains(q, "apprentice") {
					if last[q] == tag {
						kept++
					} else {
						changed++
					}
					last[q] = tag
				}
			}
		}
	}
	var before events.Recorded
	n := 0
	for r, err := range log.Follow(t.Context(), 0) {
		check(t, err)
		if r.First != before.First && before.Position > 0 {
			if n++; n%32 == 0 {
				visit(before.Position)
			}
		}
		if before = r; r.Position == head {
			break
		}
	}
	visit(head)
	if kept == 0 || changed < 2*len(last) {
		t.Errorf("a college's tags were kept %d times and changed %d times", kept, changed)
	}
}

// everything asks for a field and for all that can be asked for below it without arguments
// but the size of pages.
func everything(types *ast.Schema, f *ast.FieldDefinition, depth int) string {
	arguments := ""
	for _, a := range f.Arguments {
		switch {
		case a.Name == "first":
			arguments = "(first: 3)"
		case a.Type.NonNull && a.DefaultValue == nil:
			return ""
		}
	}
	def := types.Types[f.Type.Name()]
	if def.IsLeafType() {
		return f.Name
	}
	below := "__typename"
	if depth > 0 && def.Kind == ast.Object {
		for _, f := range def.Fields {
			if strings.HasPrefix(f.Name, "__") {
				continue
			}
			left := depth - 1
			if strings.HasSuffix(def.Name, "Connection") || strings.HasSuffix(def.Name, "Edge") {
				left = depth
			}
			below += " " + everything(types, f, left)
		}
	}
	return f.Name + arguments + " { " + below + " }"
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
