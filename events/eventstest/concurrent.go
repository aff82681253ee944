package eventstest

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
)

// writers has 16 writers count on four shared streams; each takes the revision it read as
// its number, so that a lost or doubled commit shows.
func writers(t *testing.T, open Open) {
	log := open(t, t.TempDir())
	const n, each, shared = 16, 20, 4
	var wg sync.WaitGroup
	for w := range n {
		wg.Go(func() {
			for done := 0; done < each; {
				s := domain.Stream(fmt.Sprintf("test-%d", (w+done)%shared))
				var at uint64
				for r, err := range log.Read(t.Context(), s) {
					if err != nil {
						t.Errorf("read: %v", err)
						return
					}
					at = r.Revision
				}
				_, err := log.Append(t.Context(), events.Commit{
					Request: asked(fmt.Sprintf("%d %d", w, done)), Appends: []events.Append{to(s, at, Counted{int(at)})},
				})
				switch {
				case err == nil:
					done++
				case !errors.Is(err, events.ErrConflict):
					t.Errorf("append: %v", err)
					return
				}
			}
		})
	}
	wg.Wait()
	total := 0
	for i := range shared {
		for at, r := range read(t, log, domain.Stream(fmt.Sprintf("test-%d", i))) {
			if r.Event != (Counted{at}) {
				t.Fatalf("revision %d of stream %d was decided on %v", r.Revision, i, r.Event)
			}
			total++
		}
	}
	if total != n*each || head(t, log) != n*each {
		t.Errorf("the log holds %d commits, want %d", total, n*each)
	}
}

// A model is a log as simple as one can be.
type model struct {
	base    events.Position // where the model starts
	all     []events.Recorded
	streams map[domain.Stream]uint64
	answers map[string]told
}

type told struct {
	digest   string
	position events.Position
}

// append returns what a log has to answer, in the words of outcome.
func (m *model) append(c events.Commit) (events.Position, string) {
	if a, found := m.answers[c.Request.Key]; found {
		if a.digest != c.Request.Digest {
			return 0, "IDEMPOTENCY_MISMATCH"
		}
		return a.position, ""
	}
	for _, a := range c.Appends {
		if a.Expected != events.Any && a.Expected != m.streams[a.Stream] {
			return 0, "conflict"
		}
	}
	for _, a := range c.Appends {
		for _, e := range a.Events {
			m.streams[a.Stream]++
			m.all = append(m.all, events.Recorded{
				Stream: a.Stream, Revision: m.streams[a.Stream], Position: m.base + events.Position(len(m.all)) + 1, Event: e,
			})
		}
	}
	p := m.base + events.Position(len(m.all))
	if c.Request.Key != "" {
		m.answers[c.Request.Key] = told{c.Request.Digest, p}
	}
	return p, ""
}

func outcome(err error) string {
	switch r := domain.AsRefusal(err); {
	case err == nil:
		return ""
	case r != nil:
		return r.Code
	case errors.Is(err, events.ErrConflict):
		return "conflict"
	}
	return err.Error()
}

// commits draws commits to so many streams at most, with revisions that are often right and
// keys that often repeat.
func commits(run, streams int) *rapid.Generator[events.Commit] {
	return rapid.Custom(func(rt *rapid.T) events.Commit {
		c := events.Commit{Request: asked("")}
		if k := rapid.IntRange(0, 12).Draw(rt, "key"); k > 0 {
			c.Request.Key = fmt.Sprintf("run %d key %d", run, k)
			c.Request.Digest = rapid.SampledFrom([]string{"same", "same", "same", "other"}).Draw(rt, "digest")
		}
		for _, s := range rapid.SliceOfNDistinct(rapid.IntRange(1, 5), 1, streams, rapid.ID).Draw(rt, "streams") {
			a := events.Append{
				Stream:   domain.Stream(fmt.Sprintf("test-%d.%d", run, s)),
				Expected: rapid.SampledFrom([]uint64{events.Any, events.Any, 0, 1, 2, 3, 4, 5}).Draw(rt, "expected"),
			}
			for _, n := range rapid.SliceOfN(rapid.Int(), 1, 3).Draw(rt, "counts") {
				a.Events = append(a.Events, Counted{n})
			}
			c.Appends = append(c.Appends, a)
		}
		return c
	})
}

// history has 16 writers append at once and then one alone. The answers of the 16 must be
// those of a model that takes the recorded commits in the order of their positions; the
// answers of the one must be the model's in any case.
func history(streams int) func(*testing.T, Open) {
	return func(t *testing.T, open Open) { historyOf(t, open, streams) }
}

func historyOf(t *testing.T, open Open, streams int) {
	log := open(t, t.TempDir())
	run := 0
	rapid.Check(t, func(rt *rapid.T) {
		run++
		m := &model{base: head(t, log), streams: map[domain.Stream]uint64{}, answers: map[string]told{}}

		together := rapid.SliceOfN(commits(run, streams), 16, 16).Draw(rt, "together")
		positions, errs := make([]events.Position, len(together)), make([]error, len(together))
		var wg sync.WaitGroup
		for i, c := range together {
			wg.Go(func() { positions[i], errs[i] = log.Append(t.Context(), c) })
		}
		wg.Wait()
		inOrder := make([]int, 0, len(together))
		for i, err := range errs {
			switch outcome(err) {
			case "":
				inOrder = append(inOrder, i)
			case "conflict", "IDEMPOTENCY_MISMATCH":
			default:
				rt.Fatalf("commit %d together: %v", i, err)
			}
		}
		slices.SortFunc(inOrder, func(i, k int) int { return cmp.Compare(positions[i], positions[k]) })
		all := followed(t, log, m.base)
		recorded := map[events.Position]bool{}
		for _, i := range inOrder {
			at := positions[i]
			if !recorded[at] && endsWith(all[:at-m.base], together[i]) {
				p, want := m.append(together[i])
				recorded[at] = p == at && want == ""
			}
		}
		for _, i := range inOrder {
			if !recorded[positions[i]] {
				rt.Fatalf("commit %d together got %d; a log of the commits before it does not take it there", i, positions[i])
			}
			if together[i].Request.Key == "" {
				continue
			}
			if p, want := m.append(together[i]); p != positions[i] || want != "" {
				rt.Fatalf("commit %d together got %d; its key stands for %d, %q", i, positions[i], p, want)
			}
		}

		for i, c := range rapid.SliceOfN(commits(run, streams), 1, 20).Draw(rt, "alone") {
			p, err := log.Append(t.Context(), c)
			if wantP, want := m.append(c); p != wantP || outcome(err) != want {
				rt.Fatalf("commit %d alone got %d, %v; want %d, %q", i, p, err, wantP, want)
			}
		}

		if got, want := plain(followed(t, log, m.base)), plain(m.all); got != want {
			rt.Fatalf("the log tells\n%swant\n%s", got, want)
		}
		for s := range m.streams {
			want := slices.DeleteFunc(slices.Clone(m.all), func(r events.Recorded) bool { return r.Stream != s })
			if got, want := plain(read(t, log, s)), plain(want); got != want {
				rt.Fatalf("%s tells\n%swant\n%s", s, got, want)
			}
		}
	})
}

// plain is what a model knows of records, a line each.
func plain(rs []events.Recorded) string {
	var b strings.Builder
	for _, r := range rs {
		fmt.Fprintln(&b, r.Position, r.Stream, r.Revision, r.Event)
	}
	return b.String()
}

// endsWith reports whether the last of rs are the facts of c.
func endsWith(rs []events.Recorded, c events.Commit) bool {
	for _, a := range slices.Backward(c.Appends) {
		for _, e := range slices.Backward(a.Events) {
			if len(rs) == 0 || rs[len(rs)-1].Stream != a.Stream || rs[len(rs)-1].Event != e {
				return false
			}
			rs = rs[:len(rs)-1]
		}
	}
	return true
}
