package jetstream

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
)

// TestWhatOneNodeSpentIsSpentAtAll lets three nodes spend the same things at once, one of
// them starts anew, and time passes.
func TestWhatOneNodeSpentIsSpentAtAll(t *testing.T) {
	c := ownCluster(t)
	ls := c.open(t, "SPENT", t.TempDir())
	const life = 2 * time.Minute
	begun := time.Now()
	spend := func(i int, thing string) (first bool) {
		t.Helper()
		until(t, "somebody can tell", func() bool { // while a server takes over nobody can
			var err error
			first, err = ls[i].Spent(life).Spend(t.Context(), thing, time.Time{})
			if r := domain.AsRefusal(err); err != nil && (r == nil || r.Kind != domain.Busy) {
				t.Fatalf("node %d: %v", i, err)
			}
			return err == nil
		})
		return first
	}
	spend(0, "warm-up")
	for n := range 20 {
		var firsts atomic.Int32
		var wait sync.WaitGroup
		for i := range ls {
			wait.Go(func() {
				if spend(i, fmt.Sprintf("thing-%d", n)) {
					firsts.Add(1)
				}
			})
		}
		if wait.Wait(); firsts.Load() != 1 {
			t.Fatalf("a thing is spent %d times", firsts.Load())
		}
	}
	since, err := ls[1].Spent(life).Since(t.Context())
	if err != nil || since.Before(begun.Add(-time.Second)) || since.After(time.Now()) {
		t.Errorf("it remembers since %s: %v", since, err)
	}
	if err := ls[2].Close(); err != nil {
		t.Error(err)
	}
	ls[2] = nil
	c.stop(2)
	if spend(0, "thing-3") {
		t.Error("a thing is spent again while a node is away")
	}
	if !spend(1, "meanwhile") {
		t.Error("two of three nodes cannot spend")
	}
	if err := c.start(2); err != nil {
		t.Fatal(err)
	}
	again, err := c.join(t, 2, "SPENT", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	ls[2] = again
	for _, thing := range []string{"thing-3", "meanwhile"} {
		if spend(2, thing) {
			t.Errorf("%s is spent again at a node that was away", thing)
		}
	}
	ls.close(t)
	c.close()
	for i := range nodes {
		j := openJournal(t, t.TempDir())
		if found, err := VerifyStore(t.Context(), c.home(i), "SPENT", j); err != nil || len(found.Damage) > 0 {
			t.Errorf("the files of node %d: %v, %v", i, found.Damage, err)
		}
		if err := j.Close(); err != nil {
			t.Error(err)
		}
	}
}
