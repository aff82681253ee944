package journal_test

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/eventstest"
	"github.com/guildhall-dev/guildhall/events/journal"
)

// TestALargeImportNeedsLittleMemory records 200,000 facts in commits as large as they may be.
func TestALargeImportNeedsLittleMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("writes some hundred megabytes")
	}
	log := open(t, t.TempDir())
	const commits, size = 25, 8000
	text := strings.Repeat("x", 800)
	var peak uint64
	for i := range commits {
		a := events.Append{Stream: domain.Stream(fmt.Sprintf("import-%d", i)), Events: make([]domain.Event, size)}
		for k := range a.Events {
			a.Events[k] = eventstest.Noted{Text: text}
		}
		appended(t, log, events.Commit{Request: domain.Request{By: domain.Actor{Person: "ana"}, Key: fmt.Sprint(i)}, Appends: []events.Append{a}})
		a.Events = nil
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		peak = max(peak, m.HeapAlloc)
	}
	if p, err := log.Head(t.Context()); p != commits*size || err != nil {
		t.Errorf("the log ends at %d, %v", p, err)
	}
	if peak > 48<<20 {
		t.Errorf("%d MB were held between two commits", peak>>20)
	}
}

func TestFourThousandCallersAtOnce(t *testing.T) {
	log := open(t, t.TempDir())
	const callers = 4000
	var stored, busy atomic.Int64
	start := make(chan bool)
	var wg sync.WaitGroup
	for i := range callers {
		wg.Go(func() {
			<-start
			_, err := log.Append(t.Context(), commit(fmt.Sprint(i), domain.Stream(fmt.Sprintf("test-%d", i%7)), i))
			switch r := domain.AsRefusal(err); {
			case err == nil:
				stored.Add(1)
			case r != nil && r.Code == "BUSY":
				busy.Add(1)
			default:
				t.Errorf("caller %d got %v", i, err)
			}
		})
	}
	close(start)
	wg.Wait()
	if p, err := log.Head(t.Context()); int64(p) != stored.Load() || stored.Load()+busy.Load() != callers || err != nil {
		t.Errorf("%d callers were told that they are stored and %d that the log is busy; it ends at %d, %v", stored.Load(), busy.Load(), p, err)
	}
}

func TestANearlyFullDiskIsLeftAlone(t *testing.T) {
	log := open(t, t.TempDir())
	appended(t, log, commit("before", "test-a", 1))
	log.Reserve(1 << 62)
	_, err := log.Append(t.Context(), commit("meanwhile", "test-a", 2))
	if r := domain.AsRefusal(err); r == nil || r.Code != "DISK_FULL" || r.Kind != domain.Busy {
		t.Errorf("append gave %v", err)
	}
	n := 0
	for _, err := range log.Read(t.Context(), "test-a") {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	if n != 1 {
		t.Errorf("%d records could be read", n)
	}
	log.Reserve(1)
	if p := appended(t, log, commit("meanwhile", "test-a", 2)); p != 2 {
		t.Errorf("with room again it has position %d, want 2", p)
	}
}

func TestAReaderSeesWhatItsOwnerRecorded(t *testing.T) {
	dir := t.TempDir()
	log := open(t, dir)
	appended(t, log, commit("first", "test-a", 1))
	reader, err := journal.OpenReader(t.Context(), dir, codec)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	for i := 2; i <= 40; i++ {
		appended(t, log, commit(fmt.Sprint(i), "test-a", i))
		p, err := reader.Refresh(t.Context())
		if err != nil || p != events.Position(i) {
			t.Fatalf("after %d records the reader is at %d, %v", i, p, err)
		}
		if r, found, err := reader.Answered(t.Context(), commit(fmt.Sprint(i), "test-a", i).Request); r.Position != p || !found || err != nil {
			t.Fatalf("the reader answers request %d with %d, %v, %v", i, r.Position, found, err)
		}
	}
	if err := reader.Accept(t.Context(), events.Group{First: 1}); err == nil {
		t.Error("a reader took a group")
	}
}
