//go:build linux

package crash_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/events"
)

const (
	progress      = 20 // acknowledgements
	progressAfter = time.Minute
	peace         = 2 * time.Second // at most, until the next fault
)

// TestAClusterKeepsOneLog lets faults befall three nodes, each in a network namespace of
// its own, while writers ask all of them. After each the cluster has to get on by itself.
// In the end all nodes hold the same log, with everything in it that any of them
// acknowledged.
func TestAClusterKeepsOneLog(t *testing.T) {
	s := besiege(t)
	order := s.r.Perm(len(faults))
	rows := make([]*tally, setting(t, "CLUSTER_FAULTS", 4))
	if len(rows) > len(faults) {
		s.longest = lingering
	}
	byKind := map[string]*clusterTally{}
	for n := range rows {
		f := faults[order[n%len(order)]]
		if byKind[f.name] == nil {
			byKind[f.name] = &clusterTally{tally: results.row("cluster: " + f.name)}
		}
		rows[n] = s.round(t, n, f, byKind[f.name])
	}
	s.end()
	s.judge(t, func(key string) *tally { return rows[s.ledger.acked[key].at] })
	for _, m := range s.members {
		if err := m.close(); err != nil {
			t.Errorf("close %s: %v", m.Name, err)
		}
	}
}

// A clusterTally is a row of the table with the longest time until the cluster got on.
type clusterTally struct {
	*tally
	slowest time.Duration
}

// besiege starts a cluster under load.
func besiege(t *testing.T) *siege {
	t.Helper()
	r, n := chance(t), newNetwork(t)
	ms := recruit(t, n)
	t.Cleanup(func() {
		for _, m := range ms {
			m.kill()
			if t.Failed() {
				t.Logf("%s said last:\n%s", m.Name, lastLines(m.Said, 25))
			}
		}
	})
	for _, m := range ms {
		if err := m.start(); err != nil {
			t.Fatal(err)
		}
	}
	s := &siege{n, burden(ms, r), r, brief}
	t.Cleanup(s.end)
	if err := s.settle(); err != nil {
		t.Fatal(err)
	}
	if took, ok := s.getOn(); !ok {
		t.Fatalf("a new cluster acknowledged nothing within %v: %s", took, s.said())
	}
	return s
}

// round lets a fault befall the cluster and waits until it gets on.
func (s *siege) round(t *testing.T, n int, f fault, row *clusterTally) *tally {
	t.Helper()
	s.load.round.Store(uint64(n))
	acked, doubts, start := s.acked.Load(), s.doubts.Load(), time.Now()
	if err := f.befall(s); err != nil {
		t.Fatalf("fault %d, %s: %v", n, f.name, err)
	}
	lasted, during := time.Since(start), s.acked.Load()-acked
	took, ok := s.getOn()
	time.Sleep(between(s.r, 0, peace))
	row.runs++
	row.acked += int(s.acked.Load() - acked)
	row.doubtful += int(s.doubts.Load() - doubts)
	row.slowest = max(row.slowest, took)
	row.remark = fmt.Sprintf("got on within %v", row.slowest.Round(10*time.Millisecond))
	t.Logf("fault %d, %s: %d acknowledged in the %v that it lasted, %d more %v later",
		n, f.name, during, lasted.Round(10*time.Millisecond), progress, took.Round(10*time.Millisecond))
	if !ok {
		t.Fatalf("fault %d, %s: the cluster did not get on within %v: %s", n, f.name, took, s.said())
	}
	s.agreeSoFar(t)
	return row.tally
}

// getOn waits for new acknowledgements and returns how long that took.
func (s *siege) getOn() (time.Duration, bool) {
	start, want := time.Now(), s.acked.Load()+progress
	for s.acked.Load() < want {
		if time.Since(start) > progressAfter {
			return time.Since(start), false
		}
		time.Sleep(5 * time.Millisecond)
	}
	return time.Since(start), true
}

// said is what writers heard that they should not have.
func (s *siege) said() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.wrong)
}

// agreeSoFar waits until every node that is open has what was acknowledged, and compares
// their journals there. A node may still be opening its log when the next fault comes, but
// must not have given up.
func (s *siege) agreeSoFar(t *testing.T) {
	t.Helper()
	var open []*member
	acknowledged := events.Position(s.highest.Load())
	for _, m := range s.members {
		state := m.state()
		if state.Failed != "" {
			t.Fatalf("%s did not open: %s", m.Name, state.Failed)
		}
		if state.Open {
			open = append(open, m)
			if err := m.awaitHead(acknowledged, progressAfter); err != nil {
				t.Fatal(err)
			}
		}
	}
	s.compareAt(t, open, acknowledged)
}

func (s *siege) compareAt(t *testing.T, ms []*member, p events.Position) {
	t.Helper()
	var first *Answer
	for _, m := range ms {
		a := m.outcome("HashAt", Question{Position: p, Patience: windowPatience})
		if first == nil {
			first = a
		}
		if a.Outcome != Done || a.Hash != first.Hash {
			t.Errorf("position %d of %s: hash %x, of %s: %x %s", p, m.Name, a.Hash, ms[0].Name, first.Hash, a.Why)
		}
	}
}

// judge holds every node to what any of them acknowledged, and all of them to each other.
// It asks for everything that is in doubt.
func (s *siege) judge(t *testing.T, rowOf func(key string) *tally) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	if err := s.settle(); err != nil {
		t.Fatal(err)
	}
	said, doubtful := s.said(), len(s.ledger.doubtful())
	for _, w := range said[:min(len(said), 20)] {
		t.Error(w)
	}
	var known []string
	for i, m := range s.members {
		f, ids := s.check(ctx, t, m, fmt.Sprintf("after-%d", i), known)
		for _, key := range f.lost {
			key, _, _ = strings.Cut(key, ",")
			rowOf(key).lost++
		}
		for _, key := range f.doubled {
			rowOf(key).doubled++
		}
		if !f.none() {
			t.Errorf("%s: %s", m.Name, f)
		}
		known = ids
	}
	head := s.agree(t)
	t.Logf("%d records, %d commits acknowledged, %d in doubt at the end, %d times a node said where the log ends; %d times something wrong was said",
		head, s.acked.Load(), doubtful, s.looks.Load(), len(said))
}

// check holds a member to the ledger.
func (s *siege) check(ctx context.Context, t *testing.T, m *member, again string, known []string) (*findings, []string) {
	t.Helper()
	w, err := m.window(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	c := newCheck(s.ledger, noClock)
	c.read(ctx, w)
	c.compare(known)
	c.streams(ctx, w)
	c.ask(ctx, w, again)
	c.read(ctx, w)
	if c.none() { // else it would be said twice
		c.compare(nil)
	}
	return &c.findings, c.ids
}

// agree compares the ends of all logs, and their hashes there and in between.
func (s *siege) agree(t *testing.T) (head events.Position) {
	t.Helper()
	for i, m := range s.members {
		a := m.outcome("Latest", Question{Patience: windowPatience})
		if i == 0 {
			head = a.Position
		}
		if state := m.state(); a.Outcome != Done || a.Position != head || state.Head != head {
			t.Errorf("%s says that the log ends at %d, and its journal ends at %d; that of %s ends at %d %s",
				m.Name, a.Position, state.Head, s.members[0].Name, head, a.Why)
		}
	}
	ms := s.members[:]
	s.compareAt(t, ms, head)
	for range 20 {
		s.compareAt(t, ms, events.Position(s.r.Uint64N(uint64(head)+1)))
	}
	return head
}

// lastLines is the end of a file.
func lastLines(file string, n int) string {
	text, err := os.ReadFile(file)
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}
