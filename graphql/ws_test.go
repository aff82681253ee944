package graphql_test

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/client"
	"github.com/guildhall-dev/guildhall/domain/partner"
)

// A line is a WebSocket that speaks graphql-transport-ws.
type line struct {
	*house
	*websocket.Conn
}

func (h *house) dial(protocols ...string) line {
	h.Helper()
	conn, _, err := websocket.Dial(h.Context(), "ws"+strings.TrimPrefix(h.url, "http")+"/graphql", &websocket.DialOptions{Subprotocols: protocols})
	h.must(err)
	h.Cleanup(func() { conn.CloseNow() })
	conn.SetReadLimit(10 << 20)
	return line{h, conn}
}

// call opens a line in somebody's name.
func (h *house) call(who string) line {
	h.Helper()
	l := h.dial("graphql-transport-ws")
	l.say(`{"type":"connection_init","payload":{"Authorization":"Bearer ` + who + `-token"}}`)
	if m := l.hear(); m.string("type") != "connection_ack" {
		h.Fatalf("%s is not let in: %s", who, m.text)
	}
	return l
}

func (l line) say(text string) {
	l.Helper()
	l.must(l.Write(l.Context(), websocket.MessageText, []byte(text)))
}

func (l line) ask(id, query string, vars ...any) {
	l.Helper()
	text, err := json.Marshal(map[string]any{"id": id, "type": "subscribe", "payload": map[string]any{"query": query, "variables": pairs(vars)}})
	l.must(err)
	l.say(string(text))
}

func (l line) hear() (a answer) {
	l.Helper()
	ctx, cancel := context.WithTimeout(l.Context(), 20*time.Second)
	defer cancel()
	_, text, err := l.Read(ctx)
	l.must(err)
	a.text = string(text)
	l.must(json.Unmarshal(text, &a.body))
	return a
}

// closed waits until the line is closed with a code.
func (l line) closed(name string, code websocket.StatusCode) {
	l.Helper()
	for {
		ctx, cancel := context.WithTimeout(l.Context(), 20*time.Second)
		_, _, err := l.Read(ctx)
		cancel()
		if err == nil {
			continue
		}
		if got := websocket.CloseStatus(err); got != code {
			l.Errorf("%s: closed with %d (%v), want %d", name, got, err, code)
		}
		return
	}
}

func TestALineIsClosedAsTheProtocolSays(t *testing.T) {
	h := open(t, staff, colleges)
	h.dial().closed("no protocol", 4406)
	h.dial("graphql-ws").closed("the old protocol", 4406)
	h.dial("graphql-transport-ws").closed("who says nothing", 4408)
	const limit = 256 << 10 // bytes; a byte more, and none is on its way when the line is closed
	long := `{"type":"ping","payload":{"x":"`
	long += strings.Repeat("x", limit+1-len(long)-len(`"}}`)) + `"}}`
	longID := `{"type":"subscribe","id":"` + strings.Repeat("x", 93) + `","payload":{"query":"subscription{inbox{title}}"}}`
	for _, c := range []struct {
		name  string
		known bool
		say   []string
		code  websocket.StatusCode
	}{
		{"no JSON", false, []string{`{`}, 4400},
		{"no message", false, []string{`{"type":"hello"}`}, 4400},
		{"no object to be introduced by", false, []string{`{"type":"connection_init","payload":7}`}, 4400},
		{"a token that is not known", false, []string{`{"type":"connection_init","payload":{"token":"guess"}}`}, 4403},
		{"no token", false, []string{`{"type":"connection_init"}`}, 4403},
		{"asking before being known", false, []string{`{"type":"subscribe","id":"1","payload":{"query":"{viewer{name}}"}}`}, 4401},
		{"being introduced twice", true, []string{`{"type":"connection_init"}`}, 4429},
		{"no id", true, []string{`{"type":"subscribe","payload":{"query":"{viewer{name}}"}}`}, 4400},
		{"an id twice", true, []string{`{"type":"subscribe","id":"1","payload":{"query":"subscription{inbox{title}}"}}`, `{"type":"subscribe","id":"1","payload":{"query":"{viewer{name}}"}}`}, 4409},
		{"a long id twice", true, []string{longID, longID}, 4409},
		{"too long an id", true, []string{`{"type":"subscribe","id":"` + strings.Repeat("x", 94) + `","payload":{"query":"{viewer{name}}"}}`}, 4400},
		{"too long a message", true, []string{long}, websocket.StatusMessageTooBig},
	} {
		l := h.dial("graphql-transport-ws")
		if c.known {
			l = h.call("dana")
		}
		for _, m := range c.say {
			l.say(m)
		}
		l.closed(c.name, c.code)
	}
	l := h.call("dana")
	l.must(l.Write(h.Context(), websocket.MessageBinary, []byte(`{"type":"ping"}`)))
	l.closed("a binary message", 4400)
}

func TestALineAnswersEveryKindOfOperation(t *testing.T) {
	h := open(t, staff, colleges)
	apprentice := h.sharing()
	l := h.call("lakeshore")
	l.say(`{"type":"ping","payload":{"n":1}}`)
	if m := l.hear(); m.string("type") != "pong" || m.get("payload.n") != 1.0 {
		t.Errorf("a ping: %s", m.text)
	}
	l.ask("q", `{ viewer { name } }`)
	if m := l.hear(); m.string("type") != "next" || m.string("id") != "q" || m.string("payload.data.viewer.name") != colleges["lakeshore"] || m.get("payload.extensions.cost.actual") != 1.0 {
		t.Errorf("a query: %s", m.text)
	}
	if m := l.hear(); m.string("type") != "complete" || m.string("id") != "q" {
		t.Errorf("after it: %s", m.text)
	}
	l.ask("bad", `{ nope }`)
	if m := l.hear(); m.string("type") != "error" || m.string("payload.0.extensions.code") != "GRAPHQL_VALIDATION_FAILED" {
		t.Errorf("what is not valid: %s", m.text)
	}
	l.ask("feed", feedQuery)
	first := l.hear()
	if e := (event{answer: answer{body: first.get("payload").(map[string]any)}}); !slices.Equal(e.ids(), []string{apprentice}) {
		t.Errorf("the feed at first: %s", first.text)
	}
	h.done("lena", "changeExpectedEnd", "apprentice{id}", "apprenticeId", apprentice, "expectedEndOn", "2029-01-01", "reason", "The plan was changed.")
	if m := l.hear(); m.string("type") != "next" || m.string("id") != "feed" {
		t.Errorf("then: %s", m.text)
	}
	l.say(`{"id":"feed","type":"complete"}`)
	for id := range 5 {
		l.ask(string(rune('a'+id)), feedQuery)
		if m := l.hear(); m.string("type") != "next" {
			t.Errorf("stream %d: %s", id, m.text)
		}
	}
	l.ask("sixth", feedQuery)
	if m := l.hear(); m.string("payload.0.extensions.code") != "TOO_MANY_STREAMS" || m.string("id") != "sixth" {
		t.Errorf("the sixth stream: %s", m.text)
	}
	operator := domain.Request{By: domain.Actor{Policy: "operator", Role: domain.System}, At: now}
	record(h, partner.Stream("lakeshore"), partner.Evolve, partner.Suspend{Request: operator, Reason: "an incident"})
	for range 5 {
		if m := l.hear(); m.string("type") != "error" || m.string("payload.0.extensions.code") != "PARTNER_SUSPENDED" {
			t.Errorf("once suspended: %s", m.text)
		}
	}
}

// TestALineAsksWithTheScopesOfNow takes a scope from a system that is on the line.
func TestALineAsksWithTheScopesOfNow(t *testing.T) {
	h := open(t, staff, colleges)
	token := h.client("lakeshore.own", client.ApprenticesRead, client.FeedRead)
	l := h.dial("graphql-transport-ws")
	l.say(`{"type":"connection_init","payload":{"token":"` + token + `"}}`)
	l.hear()
	const query = `{ apprentices(first: 1) { edges { node { id } } } }`
	l.ask("before", query)
	if m := l.hear(); m.get("payload.errors") != nil || m.get("payload.data.apprentices.edges") == nil {
		t.Fatalf("with the scope: %s", m.text)
	}
	l.hear()
	h.done("lena", "grantClientScopes", "client{scopes}", "clientId", "client-lakeshore.own", "scopes", []string{"FEED_READ"})
	l.ask("after", query)
	if m := l.hear(); m.get("payload.errors.0.extensions.code") != "INSUFFICIENT_SCOPE" {
		t.Errorf("without it: %s", m.text)
	}
}

func TestALineFromAnotherSiteIsRefused(t *testing.T) {
	h := open(t, staff, colleges)
	_, resp, err := websocket.Dial(h.Context(), "ws"+strings.TrimPrefix(h.url, "http")+"/graphql", &websocket.DialOptions{
		Subprotocols: []string{"graphql-transport-ws"}, HTTPHeader: http.Header{"Origin": {"https://elsewhere.example"}}})
	if err == nil || resp.StatusCode != http.StatusForbidden {
		t.Errorf("a page of another site is let in: %v", err)
	}
}
