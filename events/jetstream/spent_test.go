package jetstream

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// TestWhatOneNodeSpentIsSpentAtAll lets three nodes spend the same things at once, one of
// them starts anew, and time passes.
func TestWhatOneNodeSpentIsSpentAtAll(t *testing.T) {
	c := ownCluster(t)
	ls := c.open(t, "SPENT", t.TempDir())
	const life = 20 * time.Second
	begun := time.Now()
	spend := func(i int, thing string) bool {
		t.Helper()
		first, err := ls[i].Spent(life).Spend(t.Context(), thing, time.Time{})
		if err != nil {
			t.Fatalf("node %d: %v", i, err)
		}
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
}
