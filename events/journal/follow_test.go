package journal_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/eventstest"
	"github.com/guildhall-dev/guildhall/events/journal"
)

func TestFollowingNeverRunsAheadOfTheHead(t *testing.T) {
	log := open(t, t.TempDir())
	const writers, commits, size = 8, 20, 3
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range commits {
				facts := make([]domain.Event, size)
				for k := range facts {
					facts[k] = eventstest.Noted{Text: "noted"}
				}
				_, err := log.Append(t.Context(), events.Commit{Appends: []events.Append{{Stream: domain.Stream(fmt.Sprintf("note-%d.%d", w, i)), Events: facts}}})
				if err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	const last = writers * commits * size
	var followers sync.WaitGroup
	for range 4 {
		followers.Go(func() {
			for at := events.Position(0); at < last; {
				for r, err := range log.Follow(t.Context(), at-min(at, 1)) {
					if err != nil {
						t.Error(err)
						return
					}
					head, err := log.Head(t.Context())
					if err != nil {
						t.Error(err)
						return
					}
					if head < r.Position || head%size != 0 {
						t.Errorf("read position %d while the head is %d, in the middle of a commit or behind it", r.Position, head)
						return
					}
					if r.Position > at {
						at = r.Position
						break
					}
				}
			}
		})
	}
	wg.Wait()
	followers.Wait()
}

// TestWhoReadsAloneKeepsOneReader reads many times, one after the other: what one reader has
// in its cache the others would read again.
func TestWhoReadsAloneKeepsOneReader(t *testing.T) {
	log := open(t, t.TempDir())
	for i := range 10 {
		stream := domain.Stream(fmt.Sprint("note-", i))
		if _, err := log.Append(t.Context(), events.Commit{Appends: []events.Append{{Stream: stream, Events: []domain.Event{eventstest.Noted{Text: "noted"}}}}}); err != nil {
			t.Fatal(err)
		}
		for _, err := range log.Read(t.Context(), stream) {
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	if n := log.ReadersOpen(); n != 1 {
		t.Errorf("%d readers are open, want 1", n)
	}
}

// TestLargeRecordsAreReadInSeveralBatches keeps more than one read takes, as a file of the
// largest kind is, and reads it by position, by stream and while the journal is opened again.
func TestLargeRecordsAreReadInSeveralBatches(t *testing.T) {
	dir := t.TempDir()
	const files, parts = 3, 6
	log, err := journal.OpenLocal(t.Context(), dir, codec)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Repeat("x", events.MaxRecord-4096)
	for f := range files {
		for range parts {
			appended(t, log, events.Commit{Appends: []events.Append{{Stream: domain.Stream(fmt.Sprintf("note-%d", f)), Expected: events.Any, Events: []domain.Event{eventstest.Noted{Text: text}}}}})
		}
	}
	read := func(log events.Log) {
		t.Helper()
		at := events.Position(0)
		for r, err := range log.Follow(t.Context(), 0) {
			if err != nil {
				t.Fatal(err)
			}
			if at++; r.Position != at {
				t.Fatalf("position %d is followed by %d", at-1, r.Position)
			}
			if at == files*parts {
				break
			}
		}
		for f := range files {
			n := 0
			for _, err := range log.Read(t.Context(), domain.Stream(fmt.Sprintf("note-%d", f))) {
				if err != nil {
					t.Fatal(err)
				}
				n++
			}
			if n != parts {
				t.Errorf("%d of %d parts are read", n, parts)
			}
		}
	}
	read(log)
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	read(open(t, dir))
}
