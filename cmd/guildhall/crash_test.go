package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/journal"
)

// TestNothingAcknowledgedIsLostWhenTheServerIsKilled kills the server again and again while
// clients write. Every write that was answered is on record once, at the position that was
// answered, and the read model is what a rebuild makes of the log.
func TestNothingAcknowledgedIsLostWhenTheServerIsKilled(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	acknowledged := map[string]events.Position{}
	for round := range 4 {
		p := startProgram(t, dir)
		token := p.tokenOf(t, "apprentice")
		var mu sync.Mutex
		var writers sync.WaitGroup
		for writer := range 8 {
			writers.Go(func() {
				for n := 0; ; n++ {
					key, minutes := fmt.Sprintf("kill-%d-%d-%d", round, writer, n), n%50+1
					if n == 0 {
						minutes = 100 + round // no write repeats the one before it
					}
					at, answered := p.logHours(token, key, writer, minutes)
					if !answered {
						return
					}
					mu.Lock()
					acknowledged[key] = at
					mu.Unlock()
				}
			})
		}
		time.Sleep(300*time.Millisecond + rand.N(700*time.Millisecond))
		p.kill(t, syscall.SIGKILL)
		writers.Wait()
	}
	if len(acknowledged) < 20 {
		t.Fatalf("only %d writes were answered", len(acknowledged))
	}
	p := startProgram(t, dir)
	p.kill(t, syscall.SIGTERM)

	commits, ends := map[string]int{}, map[string]events.Position{}
	records := onRecord(t, dir)
	for _, r := range records {
		if key := r.Request.Key; key != "" {
			if r.First == r.Position {
				commits[key]++
			}
			ends[key] = r.Position
		}
	}
	for key, at := range acknowledged {
		if commits[key] != 1 || ends[key] != at {
			t.Errorf("%s was answered with position %d; it is on record %d times, the last up to %d", key, at, commits[key], ends[key])
		}
	}
	out, err := asProcess("rebuild", "--data", dir).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "The old one held the same rows.") {
		t.Errorf("rebuild: %v\n%s", err, out)
	}
	t.Logf("%d writes answered over 4 kills, %d records", len(acknowledged), len(records))
}

// onRecord is all that the log of a server that was stopped holds.
func onRecord(t *testing.T, dir string) (all []events.Recorded) {
	t.Helper()
	log, err := journal.OpenLocal(t.Context(), dir, codec())
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	head, err := log.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for r, err := range log.Follow(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		if all = append(all, r); r.Position == head {
			break
		}
	}
	return all
}

// A process is the program as a process of its own.
type process struct {
	cmd   *exec.Cmd
	demo  demoFile
	ended chan error
}

// asProcess is the command line, run by this test's own binary.
func asProcess(args ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], args...)
	cmd.Args[0] = "guildhall" // see TestMain
	return cmd
}

func startProgram(t *testing.T, dir string, more ...string) *process {
	t.Helper()
	return startProgramIn(t, "", dir, more...)
}

// startProgramIn starts the program in a directory, from where its data directory is named.
func startProgramIn(t *testing.T, in, dir string, more ...string) *process {
	t.Helper()
	p := &process{ended: make(chan error, 1),
		cmd: asProcess(append([]string{"serve", "--demo", "--data", dir, "--listen", "127.0.0.1:0", "--log-level", "error"}, more...)...)}
	p.cmd.Dir, p.cmd.Stderr = in, os.Stderr
	dir = filepath.Join(in, dir)
	before, _ := os.Stat(filepath.Join(dir, demoName))
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { p.ended <- p.cmd.Wait() }()
	t.Cleanup(func() { p.cmd.Process.Kill() })
	p.demo = awaitDemo(t, dir, before, func() bool { return len(p.ended) > 0 })
	return p
}

func (p *process) tokenOf(t *testing.T, key string) string {
	h := house{t: t, demo: p.demo}
	return h.persona(key).Token
}

func (p *process) kill(t *testing.T, s syscall.Signal) {
	t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		t.Fatal(err)
	}
	err := <-p.ended
	if s == syscall.SIGTERM && err != nil {
		t.Errorf("after %s: %v", s, err)
	}
}

// logHours sets the minutes of one entry and tells at which position that was recorded.
func (p *process) logHours(token, key string, writer, minutes int) (at events.Position, answered bool) {
	week := domain.DateOf(time.Now().UTC()).Week().Add(-1)
	status, body, err := post(p.demo.GraphQL, token, `mutation ($input: LogHoursInput!) { logHours(input: $input) { position userErrors { code } } }`, map[string]any{"input": map[string]any{
		"idempotencyKey": key, "week": week,
		"entries": []any{map[string]any{"date": week.Monday().AddDays(writer % 4), "kind": "ON_THE_JOB", "spentOn": fmt.Sprintf("wp-%02d", writer%6+1), "minutes": minutes}},
	}})
	if err != nil || status != http.StatusOK {
		return 0, false
	}
	var answer struct {
		Data struct {
			LogHours struct {
				Position   string
				UserErrors []struct{ Code string }
			}
		}
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return 0, false
	}
	n, err := strconv.ParseUint(answer.Data.LogHours.Position, 10, 64)
	return events.Position(n), err == nil
}
