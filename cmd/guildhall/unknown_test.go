package main

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/journal"
)

// What a later release records: a fact that is new, and one in a new form.
type (
	promoted struct{}
	joined   struct{}
)

func (promoted) EventName() string { return "person.promoted" }
func (joined) EventName() string   { return "person.joined" }

var laterCodec = events.NewCodec([]domain.Event{promoted{}, joined{}}).With([]domain.Upcast{{
	From: domain.Form{Name: "person.joined", Schema: 1}, To: domain.Form{Name: "person.joined", Schema: 2},
	Do: func(map[string]json.RawMessage) error { return nil },
}})

// recordLater has a later release record facts in dir.
func recordLater(t *testing.T, dir string, es ...domain.Event) {
	t.Helper()
	log, err := journal.OpenLocal(t.Context(), dir, laterCodec)
	if err != nil {
		t.Fatal(err)
	}
	_, err = log.Append(t.Context(), events.Commit{Request: domain.Request{By: domain.Actor{Policy: "operator", Role: domain.System}, At: thursday},
		Appends: []events.Append{{Stream: "person-maya", Expected: events.Any, Events: es}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestUnknownFactsAreTold(t *testing.T) {
	t.Parallel()
	dir := closedNode(t)
	recordLater(t, dir, promoted{}, promoted{})
	core, logged := observer.New(zap.WarnLevel)
	n, err := openNode(t.Context(), Config{Data: dir}, time.Now, zap.New(core))
	if err != nil {
		t.Fatal(err)
	}
	n.run(t.Context(), func(err error) { t.Error(err) })
	answer := httptest.NewRecorder()
	n.ready(answer, httptest.NewRequest("GET", "/readyz", nil))
	if want := "ok\npassed over what only a newer Guildhall knows: person.promoted (2)\n"; answer.Body.String() != want {
		t.Errorf("ready tells %q, want %q", answer.Body, want)
	}
	warned := map[string]bool{}
	for range 3 {
		if err := n.warnOfUnknown(t.Context(), warned); err != nil {
			t.Error(err)
		}
	}
	if err := n.close(); err != nil {
		t.Error(err)
	}
	lines := logged.FilterField(zap.String("event", "person.promoted")).Len()
	if lines != 1 && lines != 2 { // the calendar may have told too
		t.Errorf("it was logged %d times: %v", lines, logged.All())
	}

	var out, errs quiet
	g := Guildhall{Out: &out, Err: &errs, Environ: func() []string { return nil }, Now: time.Now}
	g.Rebuild = g.rebuild
	if code := g.Run(context.Background(), []string{"rebuild", "--data", dir}); code != 0 || !strings.Contains(out.String(), "It passed over what only a newer Guildhall knows: person.promoted (2).\n") {
		t.Errorf("rebuild ended with %d: %s%s", code, &out, &errs)
	}
}

func TestALogInANewerFormIsRefused(t *testing.T) {
	dir := closedNode(t)
	recordLater(t, dir, joined{})
	for _, command := range [][]string{{"serve", "--listen", "127.0.0.1:0"}, {"rebuild"}} {
		var out, errs quiet
		g := Guildhall{Out: &out, Err: &errs, Environ: func() []string { return nil }, Now: time.Now}
		g.Serve, g.Rebuild = g.serve, g.rebuild
		if code := g.Run(t.Context(), append(command, "--data", dir)); code != 1 || !strings.Contains(errs.String(), "[DATA_TOO_NEW]") {
			t.Errorf("%s ended with %d: %s%s", command[0], code, &out, &errs)
		}
	}
}
