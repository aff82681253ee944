package graphql_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"
)

// A listener reads server-sent events.
type listener struct {
	*house
	lines *bufio.Scanner
	close func()
}

// An event is one that was received.
type event struct {
	name, id string
	answer
}

// listen subscribes in somebody's name, going on after the event with an id.
func (h *house) listen(who, query, after string, vars ...any) *listener {
	h.Helper()
	resp, cancel := h.knock(who, query, after, vars...)
	if resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != "text/event-stream; charset=utf-8" {
		var text bytes.Buffer
		text.ReadFrom(resp.Body)
		h.Fatalf("%s is not told %s: %d %s", who, query, resp.StatusCode, &text)
	}
	l := &listener{h, bufio.NewScanner(resp.Body), func() { cancel(); resp.Body.Close() }}
	l.lines.Buffer(nil, 10<<20)
	h.Cleanup(l.close)
	return l
}

// knock asks for a stream in somebody's name.
func (h *house) knock(who, query, after string, vars ...any) (*http.Response, context.CancelFunc) {
	h.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": pairs(vars)})
	h.must(err)
	ctx, cancel := context.WithTimeout(h.Context(), time.Minute)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, h.url+"/graphql", bytes.NewReader(body))
	h.must(err)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "text/event-stream")
	req.Header.Set("Authorization", "Bearer "+who+"-token")
	if after != "" {
		req.Header.Set("Last-Event-ID", after)
	}
	resp, err := http.DefaultClient.Do(req)
	h.must(err)
	return resp, cancel
}

// next waits for the next event. Its name is empty once the stream has ended.
func (l *listener) next() (e event) {
	l.Helper()
	for l.lines.Scan() {
		name, value, _ := strings.Cut(l.lines.Text(), ":")
		value = strings.TrimPrefix(value, " ")
		switch {
		case l.lines.Text() == "" && e.name != "":
			return e
		case name == "event":
			e.name = value
		case name == "id":
			e.id = value
		case name == "data" && value != "":
			e.text = value
			l.must(json.Unmarshal([]byte(value), &e.body))
		}
	}
	return event{}
}

// news waits for an event without errors.
func (l *listener) news() event {
	l.Helper()
	e := l.next()
	if e.name != "next" || e.body["errors"] != nil {
		l.Fatalf("told %q %s", e.name, e.text)
	}
	return e
}

// last waits for an error and for the end that follows it.
func (l *listener) last(code string) {
	l.Helper()
	e := l.next()
	if e.name != "next" || e.string("errors.0.extensions.code") != code && e.string("errors.0.extensions.reason") != code {
		l.Errorf("told %q %s instead of %s", e.name, e.text, code)
	}
	if e := l.next(); e.name != "complete" || e.text != "" {
		l.Errorf("and then %q %s", e.name, e.text)
	}
	if e := l.next(); e.name != "" {
		l.Errorf("and after the end %q %s", e.name, e.text)
	}
}
