package journal_test

import (
	"bufio"
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/eventstest"
	"github.com/guildhall-dev/guildhall/events/journal"
)

// writerDir names the directory a child of the test binary writes to until it is killed.
const writerDir = "GUILDHALL_TEST_JOURNAL_WRITER"

func TestMain(m *testing.M) {
	if dir := os.Getenv(writerDir); dir != "" {
		if err := write(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// write appends from eight writers and prints every answer it gets. A commit puts the
// text of its key on two streams, once and twice.
func write(dir string) error {
	log, err := journal.OpenLocal(context.Background(), dir, codec)
	if err != nil {
		return err
	}
	fmt.Println("open")
	var wg sync.WaitGroup
	failed := make(chan error, 8)
	for w := range 8 {
		wg.Go(func() {
			for n := 0; ; n++ {
				key := fmt.Sprintf("%d/%d/%d", os.Getpid(), w, n)
				p, err := log.Append(context.Background(), keyed(key, w))
				if err != nil {
					failed <- err
					return
				}
				fmt.Println(key, p)
			}
		})
	}
	wg.Wait()
	return <-failed
}

func keyed(key string, writer int) events.Commit {
	fact := eventstest.Noted{Text: key}
	return events.Commit{
		Request: domain.Request{By: domain.Actor{Person: "ana"}, At: time.Now(), Key: key, Digest: key},
		Appends: []events.Append{
			{Stream: domain.Stream(fmt.Sprintf("own-%d", writer)), Expected: events.Any, Events: []domain.Event{fact}},
			{Stream: "shared-all", Expected: events.Any, Events: []domain.Event{fact, fact}},
		},
	}
}

func TestAKilledWriterLosesAndDoublesNothing(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	acknowledged := map[string]events.Position{}
	for kill := range 20 {
		maps.Copy(acknowledged, killedWriter(t, self, dir))
		stored := map[string]events.Position{}
		for r, err := range everything(t, dir) {
			if err != nil {
				t.Fatalf("after kill %d: %v", kill+1, err)
			}
			key := r.Request.Key
			switch stored[key] {
			case 0:
				stored[key] = r.Position
			case r.Position - 1, r.Position - 2:
			default:
				t.Fatalf("after kill %d: %s is at position %d and at %d", kill+1, key, stored[key], r.Position)
			}
			if last := stored[key] + 2; r.Position == last {
				if p, told := acknowledged[key]; told && p != last {
					t.Fatalf("after kill %d: %s ends at position %d; its writer was told %d", kill+1, key, last, p)
				}
				stored[key+" whole"] = last
			}
		}
		for key := range stored {
			if !strings.HasSuffix(key, " whole") && stored[key+" whole"] == 0 {
				t.Fatalf("after kill %d: only a part of %s is stored", kill+1, key)
			}
		}
		for key, p := range acknowledged {
			if stored[key] == 0 {
				t.Fatalf("after kill %d: %s was acknowledged at position %d and is gone", kill+1, key, p)
			}
		}
	}
	if len(acknowledged) < 20 {
		t.Errorf("only %d commits were acknowledged; the kills came too early to show anything", len(acknowledged))
	}
	t.Logf("%d acknowledged commits survived 20 kills", len(acknowledged))
}

// killedWriter runs a writer for some moment and returns what it was told.
func killedWriter(t *testing.T, self, dir string) map[string]events.Position {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Env = append(os.Environ(), writerDir+"="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	if !lines.Scan() || lines.Text() != "open" {
		t.Fatalf("the writer did not open the journal but said %q", lines.Text())
	}
	moment := time.AfterFunc(time.Duration(rand.IntN(300))*time.Millisecond, func() { cmd.Process.Kill() })
	defer moment.Stop()
	told := map[string]events.Position{}
	for lines.Scan() {
		var key string
		var p events.Position
		if n, err := fmt.Sscan(lines.Text(), &key, &p); n == 2 && err == nil {
			told[key] = p
		}
	}
	if err := cmd.Wait(); cmd.ProcessState.ExitCode() != -1 {
		t.Fatalf("the writer was not killed but ended: %v", err)
	}
	return told
}
