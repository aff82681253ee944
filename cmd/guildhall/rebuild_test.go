package main

import (
	"context"
	"database/sql"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/partner"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/internal/demo"
)

func get(t *testing.T, server *httptest.Server, path string) (int, string) {
	t.Helper()
	answer, err := http.Get(server.URL + path)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}

func TestARebuildWhileTheServerRuns(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	n := victimNode(t, dir, func(n *node) error { return demo.Seed(t.Context(), n.log, n.vault, thursday) })
	closeNode(t, n)
	db, err := sql.Open("sqlite", filepath.Join(dir, viewsFile))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(`UPDATE person SET title = 'wrong'`); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}

	if n, err = openNode(t.Context(), Config{Data: dir, Log: "local"}, time.Now, zap.NewNop()); err != nil {
		t.Fatal(err)
	}
	defer closeNode(t, n)
	ctx, fail := context.WithCancelCause(t.Context())
	defer fail(nil)
	n.run(ctx, fail)
	handler, err := n.handler(ctx, "Riverside", nil)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	defer server.Close()

	twice := events.Append{Stream: "partner-twice", Expected: events.Any, Events: []domain.Event{partner.Onboarded{Name: "Twice"}, partner.Onboarded{Name: "Twice"}}}
	p, err := n.log.Append(t.Context(), events.Commit{Request: domain.Request{By: domain.Actor{Policy: "operator", Role: domain.System}, At: thursday}, Appends: []events.Append{twice}})
	if err != nil {
		t.Fatal(err)
	}
	if err := n.read.Wait(t.Context(), p); err != nil {
		t.Fatal(err)
	}

	var said, errs quiet
	g := Guildhall{Out: &said, Err: &errs, Environ: func() []string { return nil }, Now: time.Now}
	g.Rebuild = g.rebuild
	if code := g.Run(t.Context(), []string{"rebuild", "--data", dir}); code != 0 {
		t.Fatalf("rebuild ended with %d: %s", code, &errs)
	}
	out := said.String()
	for _, want := range []string{"The old one differed in: person.\n", "The running server has taken it over.\n", "could not apply 1 record: "} {
		if !strings.Contains(out, want) {
			t.Errorf("rebuild said %s", out)
		}
	}
	people, err := n.read.People(t.Context())
	if err != nil || len(people) == 0 || people[0].Title == "wrong" {
		t.Errorf("the server shows %+v, %v", people, err)
	}
	if code, text := get(t, server, "/readyz"); code != http.StatusOK || !strings.Contains(text, "could not apply 1 record: ") || !strings.Contains(text, "partner.onboarded") {
		t.Errorf("/readyz says %d %s", code, text)
	}
	if code, text := get(t, server, "/livez"); code != http.StatusOK || text != "ok\n" {
		t.Errorf("/livez says %d %s", code, text)
	}
	_, text := get(t, server, "/metrics")
	for _, want := range []string{"\nguildhall_read_model_parked_records 1\n", "\nguildhall_read_model_lag_records 0\n", "\nguildhall_read_model_building 0\n", "# TYPE guildhall_read_model_records_total counter\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("/metrics lacks %q:\n%s", want, text)
		}
	}
}
