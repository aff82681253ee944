package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// A house is the assembled program with the demonstration, started for a test.
type house struct {
	t    *testing.T
	dir  string
	demo demoFile
}

// thursday is the day on which tests are run.
var thursday = time.Date(2026, 11, 19, 10, 0, 0, 0, time.UTC)

// openHouse starts a copy of the demonstration and waits until it is open.
func openHouse(t *testing.T) *house {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(seeded(t))); err != nil {
		t.Fatal(err)
	}
	h, _ := houseIn(t, dir)
	return h
}

var seeding sync.Mutex
var seededDir string

// seeded is a directory with the demonstration as it was when it was opened first.
func seeded(t *testing.T) string {
	t.Helper()
	seeding.Lock()
	defer seeding.Unlock()
	if seededDir == "" {
		dir, err := os.MkdirTemp("", "guildhall-demo-")
		if err != nil {
			t.Fatal(err)
		}
		leftovers <- dir
		_, stop := houseIn(t, dir)
		stop()
		seededDir = dir
	}
	return seededDir
}

// houseIn starts the demonstration in a directory. It is stopped by the end of the test.
func houseIn(t *testing.T, dir string, more ...string) (h *house, stop func()) {
	t.Helper()
	h = &house{t: t, dir: dir}
	g := Guildhall{Out: &quiet{}, Err: &quiet{}, Environ: func() []string { return nil }, Now: func() time.Time { return thursday }}
	g.Serve = g.serve
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan int, 1)
	before, _ := os.Stat(filepath.Join(dir, demoName))
	go func() {
		ended <- g.Run(ctx, append([]string{"serve", "--demo", "--data", h.dir, "--listen", "127.0.0.1:0", "--log-level", "warn"}, more...))
	}()
	stop = sync.OnceFunc(func() {
		cancel()
		if code := <-ended; code != 0 {
			t.Errorf("the program ended with %d: %s", code, g.Err)
		}
	})
	t.Cleanup(stop)
	h.demo = awaitDemo(t, h.dir, before, func() bool { return len(ended) > 0 })
	return h, stop
}

// awaitDemo waits for a demo.json that is newer than one there was before, and for the server it
// names to be ready.
func awaitDemo(t *testing.T, dir string, before os.FileInfo, over func() bool) (d demoFile) {
	t.Helper()
	path := filepath.Join(dir, demoName)
	for range 2400 {
		time.Sleep(25 * time.Millisecond)
		now, err := os.Stat(path)
		if err != nil || before != nil && !now.ModTime().After(before.ModTime()) {
			if over() {
				t.Fatal("the program ended before it was open")
			}
			continue
		}
		text, err := os.ReadFile(path)
		if err != nil || json.Unmarshal(text, &d) != nil {
			continue
		}
		if r, err := http.Get(d.URL + "/readyz"); err == nil {
			r.Body.Close()
			if r.StatusCode == http.StatusOK {
				return d
			}
		}
	}
	t.Fatal("the program did not open")
	return d
}

func (h *house) persona(key string) demoPersona {
	at := slices.IndexFunc(h.demo.Personas, func(p demoPersona) bool { return p.Key == key })
	if at < 0 {
		h.t.Fatalf("demo.json has no persona %q", key)
	}
	return h.demo.Personas[at]
}

// ask sends a GraphQL document in the name of a persona and returns its data.
func (h *house) ask(persona, query string, variables map[string]any, into any) {
	h.t.Helper()
	status, body, err := post(h.demo.GraphQL, h.persona(persona).Token, query, variables)
	if err != nil {
		h.t.Fatal(err)
	}
	var answer struct {
		Data   json.RawMessage
		Errors []struct{ Message string }
	}
	if err := json.Unmarshal(body, &answer); err != nil || status != http.StatusOK || len(answer.Errors) > 0 {
		h.t.Fatalf("%s asked %s: %d %s %v", persona, query, status, body, err)
	}
	if into != nil {
		if err := json.Unmarshal(answer.Data, into); err != nil {
			h.t.Fatal(err)
		}
	}
}

func post(url, token, query string, variables map[string]any) (status int, body []byte, err error) {
	text, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		return 0, nil, err
	}
	req, err := http.NewRequest(http.MethodPost, url, bytes.NewReader(text))
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+token)
	r, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer r.Body.Close()
	var b bytes.Buffer
	_, err = b.ReadFrom(r.Body)
	return r.StatusCode, b.Bytes(), err
}

// A change is one entry of a college's feed.
type change struct {
	Typename string `json:"__typename"`
	ID       string `json:"id"`
	Reason   string `json:"reason"`
	Erase    bool   `json:"mustErase"`
	Node     struct {
		ID      string `json:"id"`
		Version int    `json:"version"`
	}
}

const feedQuery = `query ($after: Cursor) { changes(after: $after, first: 100) { cursor upToDate changes { __typename
	... on Removal { id reason mustErase }
	... on Upsert { node { id version } } } } }`

// feed walks a college's feed from a cursor to its end.
func (h *house) feed(persona, after string) (changes []change, cursor string) {
	h.t.Helper()
	for range 100 {
		var data struct {
			Changes struct {
				Cursor   string
				UpToDate bool
				Changes  []change
			}
		}
		variables := map[string]any{}
		if after != "" {
			variables["after"] = after
		}
		h.ask(persona, feedQuery, variables, &data)
		changes, after = append(changes, data.Changes.Changes...), data.Changes.Cursor
		if data.Changes.UpToDate {
			return changes, after
		}
	}
	h.t.Fatal("the feed does not end")
	return nil, ""
}

// eventually waits for what a policy brings about.
func (h *house) eventually(what string, ok func() bool) {
	h.t.Helper()
	for range 300 {
		if ok() {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	h.t.Fatal("it did not come about: " + what)
}

// quiet collects what the program says.
type quiet struct {
	mu   sync.Mutex
	text strings.Builder
}

func (q *quiet) Write(p []byte) (int, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.text.Write(p)
}

func (q *quiet) String() string {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.text.String()
}
