package eventstoredb_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/eventstoredb"
	"github.com/guildhall-dev/guildhall/events/eventstoredb/standin"
)

func optionsOf(prefix string) eventstoredb.Options { return eventstoredb.Options{Prefix: prefix} }

// same fails the test unless all nodes hold the same log.
func same(t *testing.T, nodes ...*eventstoredb.Log) {
	t.Helper()
	var last events.Position
	for _, n := range nodes {
		p, err := n.Latest(soon(t))
		if err != nil {
			t.Fatal(err)
		}
		last = max(last, p)
	}
	want, err := nodes[0].HashAt(t.Context(), last)
	if err != nil {
		t.Fatal(err)
	}
	for i, n := range nodes {
		if p, h := n.End(); p != last || h != want {
			t.Errorf("node %d ends at %d with %x, want %d with %x", i, p, h[:4], last, want[:4])
		}
	}
}

// TestAConflictIsToldWhenItCanBeRead: who reads the stream again sees what was there first.
func TestAConflictIsToldWhenItCanBeRead(t *testing.T) {
	dsn, _ := server(t)
	prefix := unique()
	here, there := open(t, t.TempDir(), dsn, prefix), open(t, t.TempDir(), dsn, prefix)
	for i := range 20 {
		appended(t, here, commit("", "test-a", uint64(i), i))
		if _, err := there.Append(soon(t), commit("", "test-a", uint64(i), 99)); !errors.Is(err, events.ErrConflict) {
			t.Fatalf("got %v, want a conflict", err)
		}
		if p, _ := there.End(); p != events.Position(i+1) {
			t.Fatalf("when the conflict was told the journal ended at %d, want %d", p, i+1)
		}
	}
	same(t, here, there)
}

// TestAKeyIsGoodOnEveryNode one after the other, on the same and on another stream.
func TestAKeyIsGoodOnEveryNode(t *testing.T) {
	dsn, _ := server(t)
	prefix := unique()
	here, there := open(t, t.TempDir(), dsn, prefix), open(t, t.TempDir(), dsn, prefix)
	for i := range 10 {
		key, stream := fmt.Sprint("k", i), domain.Stream(fmt.Sprintf("test-%d", i))
		c := commit(key, stream, 0, 1, 2)
		c.Request.Digest = "d"
		p := appended(t, here, c)
		for _, expected := range []uint64{0, 2, 7, events.Any} {
			c.Appends[0].Expected = expected
			if got := appended(t, there, c); got != p {
				t.Errorf("expecting %d, the other node answered %d, want %d", expected, got, p)
			}
		}
		c.Request.Digest = "another"
		_, err := there.Append(soon(t), c)
		refused(t, err, "IDEMPOTENCY_MISMATCH")
	}
	same(t, here, there)
}

// TestIdsFollowFromTheKey so that the server knows a repeated commit whoever sends it.
func TestIdsFollowFromTheKey(t *testing.T) {
	dsn, _ := server(t)
	ids := func(c events.Commit) (ids []string) {
		l := open(t, t.TempDir(), dsn, unique())
		appended(t, l, c)
		for r, err := range l.Read(t.Context(), "test-a") {
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, r.ID)
		}
		return ids
	}
	first := ids(commit("k", "test-a", 0, 1, 2))
	later := commit("k", "test-a", events.Any, 1, 2)
	later.Request.At = later.Request.At.Add(time.Hour)
	if again := ids(later); fmt.Sprint(again) != fmt.Sprint(first) || first[0] == first[1] || first[0][14] != '5' {
		t.Errorf("one key gave the ids %v and %v", first, again)
	}
	for _, other := range []events.Commit{commit("l", "test-a", 0, 1, 2), commit("k", "test-a", 0, 1, 3), commit("", "test-a", 0, 1, 2)} {
		if got := ids(other); got[0] == first[0] || got[1] == first[1] {
			t.Errorf("another request has the ids %v of the first", got)
		}
	}
}

// TestOneKeyOnTwoNodesAtOnce is what the server cannot see when the streams differ. The first
// commit counts, on every node and after any restart.
func TestOneKeyOnTwoNodesAtOnce(t *testing.T) {
	dsn, s := server(t)
	prefix := unique()
	dirs := []string{t.TempDir(), t.TempDir()}
	void := 0
	for life := range 2 {
		t.Run(fmt.Sprint("life ", life+1), func(t *testing.T) {
			nodes := []*eventstoredb.Log{open(t, dirs[0], dsn, prefix), open(t, dirs[1], dsn, prefix)}
			for i := range 30 {
				keyOnBoth(t, nodes, fmt.Sprint("k", life, i))
			}
			if head, _ := nodes[0].End(); s != nil {
				void = s.Len() - int(head)
			}
			for _, n := range nodes {
				for _, stream := range []domain.Stream{"test-0", "test-1"} {
					appended(t, n, commit("", stream, length(t, n, stream), 5))
				}
				same(t, nodes...)
			}
			same(t, append(nodes, open(t, t.TempDir(), dsn, prefix))...)
		})
	}
	if s != nil && void == 0 {
		t.Error("no two commits with one key ever met; the test shows nothing")
	}
}

// keyOnBoth asks both nodes at once for a commit to a stream of their own with the same key.
func keyOnBoth(t *testing.T, nodes []*eventstoredb.Log, key string) {
	t.Helper()
	var wg sync.WaitGroup
	got, errs := make([]events.Position, 2), make([]error, 2)
	for i, n := range nodes {
		wg.Go(func() {
			c := commit(key, domain.Stream(fmt.Sprintf("test-%d", i)), events.Any, i, i)
			c.Request.Digest = "same"
			got[i], errs[i] = n.Append(soon(t), c)
		})
	}
	wg.Wait()
	if errors.Join(errs...) != nil || got[0] != got[1] {
		t.Fatalf("one key was answered with %v, %v", got, errs)
	}
}

func length(t *testing.T, l events.Log, s domain.Stream) (n uint64) {
	t.Helper()
	for r, err := range l.Read(t.Context(), s) {
		if err != nil {
			t.Fatal(err)
		}
		n = r.Revision
	}
	return n
}

// TestNodesAgree has two nodes write at once while the stand-in misbehaves.
func TestNodesAgree(t *testing.T) {
	dsn, s := server(t)
	rapid.Check(t, func(rt *rapid.T) {
		prefix := unique()
		var nodes []*eventstoredb.Log
		for range 2 {
			l, err := tryOpen(t, soon(t), t.TempDir(), dsn, optionsOf(prefix))
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			nodes = append(nodes, l)
		}
		commits := rapid.SliceOfN(commitsOfAny, 10, 40).Draw(rt, "commits")
		faults := rapid.SliceOfN(rapid.SampledFrom([]standin.Fault{
			standin.Fine, standin.Fine, standin.LoseAnswer, standin.Unavailable,
		}), 0, 4).Draw(rt, "faults")
		if s != nil {
			s.Break(standin.Append, faults...)
			defer s.Mend()
		}
		var wg sync.WaitGroup
		told, errs := make([]events.Position, len(commits)), make([]error, len(commits))
		for i, c := range commits {
			wg.Go(func() { told[i], errs[i] = nodes[i%2].Append(soon(t), c) })
			if i%8 == 7 && rapid.Bool().Draw(rt, "drop") && s != nil {
				s.DropSubscriptions()
			}
		}
		wg.Wait()
		same(t, nodes...)
		judge(rt, nodes[0], commits, told, errs)
	})
}

var commitsOfAny = rapid.Custom(func(rt *rapid.T) events.Commit {
	key := rapid.SampledFrom([]string{"", "", "", "a", "b", "c"}).Draw(rt, "key")
	s := domain.Stream(fmt.Sprintf("test-%d", rapid.IntRange(1, 3).Draw(rt, "stream")))
	expected := rapid.SampledFrom([]uint64{events.Any, events.Any, 0, 1, 2, 3}).Draw(rt, "expected")
	return commit(key, s, expected, rapid.SliceOfN(rapid.IntRange(0, 3), 1, 3).Draw(rt, "counts")...)
})

// judge compares what callers were told with what the log holds: each record belongs to
// exactly one commit that was told its position.
func judge(rt *rapid.T, l *eventstoredb.Log, commits []events.Commit, told []events.Position, errs []error) {
	end, _ := l.End()
	ends := map[events.Position]events.Commit{}
	for i, c := range commits {
		switch r := domain.AsRefusal(errs[i]); {
		case errs[i] == nil && told[i] > 0 && told[i] <= end:
			if before, twice := ends[told[i]]; twice && (c.Request.Key == "" || before.Request.Key != c.Request.Key) {
				rt.Fatalf("two commits were told position %d", told[i])
			}
			ends[told[i]] = c
		case errors.Is(errs[i], events.ErrConflict), r != nil && r.Code == "IDEMPOTENCY_MISMATCH":
		default:
			rt.Fatalf("commit %d was told %d, %v; the log ends at %d", i, told[i], errs[i], end)
		}
	}
	records := 0
	for _, c := range ends {
		records += len(c.Appends[0].Events)
	}
	if records != int(end) {
		rt.Fatalf("the log holds %d records, those who were told so recorded %d", end, records)
	}
}
