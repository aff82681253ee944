package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"github.com/guildhall-dev/guildhall/events/eventstoredb/standin"
)

// TestTheHouseIsTheSameOnEveryEngine tells the same short story on logs that others keep.
func TestTheHouseIsTheSameOnEveryEngine(t *testing.T) {
	t.Parallel()
	t.Run("an existing NATS server", func(t *testing.T) {
		secret := filepath.Join(t.TempDir(), "secret")
		if err := os.WriteFile(secret, []byte(strings.Repeat("s", 40)), 0o600); err != nil {
			t.Fatal(err)
		}
		log := fmt.Sprintf("%s?node=a&nodes=1&replicas=1&secret=%s", existingNATS(t), secret)
		shortStory(t, log)
	})
	t.Run("a stand-in for EventStoreDB", func(t *testing.T) {
		s, err := standin.Start(standin.Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(s.Stop)
		shortStory(t, "esdb://"+s.Addr()+"?tls=false")
	})
}

// shortStory opens the demonstration on a log, has hours recorded, and finds them after
// the program was started again with nothing but its journal and the log.
func shortStory(t *testing.T, log string) {
	dir := t.TempDir()
	h, stop := houseIn(t, dir, "--log", log)
	input := map[string]any{"idempotencyKey": "story-1", "week": "2026-W46",
		"entries": []any{map[string]any{"date": "2026-11-10", "spentOn": "wp-01", "minutes": 135}}}
	var first, again struct {
		LogHours struct {
			Position   string
			UserErrors []struct{ Code, Message string }
		}
	}
	const mutation = `mutation ($input: LogHoursInput!) { logHours(input: $input) { position userErrors { code message } } }`
	h.ask("apprentice", mutation, map[string]any{"input": input}, &first)
	if first.LogHours.Position == "" {
		t.Fatalf("hours were not recorded: %+v", first)
	}
	stop()
	h, _ = houseIn(t, dir, "--log", log)
	h.ask("apprentice", mutation, map[string]any{"input": input}, &again)
	if again.LogHours.Position != first.LogHours.Position {
		t.Errorf("asked again, hours are at %+v, not at %s", again, first.LogHours.Position)
	}
}

func existingNATS(t *testing.T) string {
	t.Helper()
	s, err := server.NewServer(&server.Options{ServerName: "existing", Host: "127.0.0.1", Port: server.RANDOM_PORT,
		NoSigs: true, NoLog: true, JetStream: true, SyncAlways: true, StoreDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	if !s.ReadyForConnections(10 * time.Second) {
		t.Fatal("the NATS server did not start")
	}
	return s.ClientURL()
}

// TestANodeThatWorkedAloneBecomesTheFirstOfACluster repairs a stream that was never there.
func TestANodeThatWorkedAloneBecomesTheFirstOfACluster(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	_, stop := houseIn(t, dir)
	stop()
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte(strings.Repeat("s", 40)), 0o600); err != nil {
		t.Fatal(err)
	}
	log := fmt.Sprintf("%s?node=a&nodes=1&replicas=1&secret=%s", existingNATS(t), secret)
	command := func(args ...string) (code int, said string) {
		out := &quiet{}
		g := Guildhall{Out: out, Err: out, Environ: func() []string { return nil }, Now: func() time.Time { return thursday }}
		g.Serve = g.serve
		code = g.Run(context.Background(), append(args, "--data", dir, "--log", log))
		return code, out.String()
	}
	if code, said := command("serve", "--demo", "--listen", "127.0.0.1:0"); code != 1 || !strings.Contains(said, "LOG_MISSING") || !strings.Contains(said, "guildhall log repair") {
		t.Fatalf("a journal without its stream was served: %d\n%s", code, said)
	}
	if code, said := command("log", "repair"); code != 1 || !strings.Contains(said, "NOT_CONFIRMED") {
		t.Fatalf("repaired without a yes: %d\n%s", code, said)
	}
	if code, said := command("log", "repair", "--yes"); code != 0 || !strings.Contains(said, "holds everything up to position") {
		t.Fatalf("repair: %d\n%s", code, said)
	}
	h, _ := houseIn(t, dir, "--log", log)
	var viewer struct{ Viewer struct{ Name string } }
	h.ask("mentor", `{ viewer { name } }`, nil, &viewer)
	if viewer.Viewer.Name != "Priya Raman" {
		t.Errorf("the mentor is called %q", viewer.Viewer.Name)
	}
}
