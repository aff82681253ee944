package graphql_test

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
)

// A scale is at which positions a college may be shown which marks.
type scale []struct {
	from  events.Position
	shows []string
}

// excess are marks in what was told at a position that must not be in it.
func (s scale) excess(at events.Position, text string) (found []string) {
	var shows []string
	for _, step := range s {
		if step.from <= at {
			shows = step.shows
		}
	}
	return without(marksIn(text), shows)
}

// marks are in what is shown of Maya, and nowhere else: of the learner, a milestone, credit
// and a move.
var marks = []string{"Maya MAYA", "ATTAINED", "LAKE MAYA", "SUBMITTED"}

func marksIn(text string) (found []string) {
	for _, m := range marks {
		if strings.Contains(text, m) {
			found = append(found, m)
		}
	}
	return found
}

func without(list, some []string) []string {
	return slices.DeleteFunc(list, func(s string) bool { return slices.Contains(some, s) })
}

// TestWhatIsTakenBackAtOneNodeIsShownAtNone has Maya share with Lakeshore and stop, at one
// node, while Lakeshore asks another one that lags. No answer that begins after the first
// node has answered holds anything of what was taken back, whichever way it was asked for,
// and no page of the feed at the position of the end or a later one does. Each of 500 ends
// meets two questions.
func TestWhatIsTakenBackAtOneNodeIsShownAtNone(t *testing.T) {
	t.Parallel()
	const rounds, questions = 500, 2
	logs := twoLogs(t)
	home, lag := settle(openOn(t, logs[0])), newBrake(logs[1])
	v := newVisitor(home, home.neighbour(lag))
	var told scale
	r := rand.New(rand.NewPCG(5, 23))
	endings, ways := v.endings(), v.ways()
	var mu sync.Mutex
	after := map[string]int{} // questions after an end
	for round := range rounds {
		e := endings[pick(r, endings)]
		until := domain.Date{}
		if e.today {
			until = domain.DateOf(home.clock())
		}
		told = append(told, scale{{home.head() + 1, marks}}...)
		home.must(v.node.read.Wait(t.Context(), v.share(until)))
		v.listen()
		if round == 0 {
			for _, w := range ways {
				if text, err := w.ask(); err != nil || len(marksIn(text)) == 0 {
					t.Fatalf("%s shows nothing while it is shared: %.300s, %v", w.name, text, err)
				}
			}
		}

		ended := make(chan struct{})
		var asking sync.WaitGroup
		for _, i := range r.Perm(len(ways))[:questions] {
			w, delay := ways[i], r.IntN(8)
			asking.Go(func() {
				instants(delay)
				if text, err := w.ask(); err != nil {
					t.Errorf("round %d: while it ends %s is answered with %v:\n%.1500s", round, w.name, err, text)
				}
				<-ended
				text, err := w.ask()
				if shown := without(marksIn(text), e.keeps); err != nil || len(shown) > 0 {
					t.Errorf("round %d: after %s %s is answered with %q, %v:\n%.1500s", round, e.name, w.name, shown, err, text)
				}
				mu.Lock()
				after[w.name]++
				mu.Unlock()
			})
		}
		off := func() {}
		if r.IntN(2) == 0 {
			off = lag.on(r.IntN(3))
		}
		instants(r.IntN(4))
		told = append(told, scale{{e.end(), e.keeps}}...)
		close(ended)
		instants(r.IntN(6))
		off()
		asking.Wait()
		if t.Failed() {
			return
		}
	}
	for _, w := range ways {
		if after[w.name] == 0 {
			t.Errorf("%s was not asked after an end", w.name)
		}
	}
	shown := map[string]int{}
	for _, page := range v.heard() {
		if excess := told.excess(page.at, page.text); len(excess) > 0 {
			t.Errorf("%s tells %q at %d:\n%s", page.by, excess, page.at, page.text)
		}
		for _, m := range marksIn(page.text) {
			shown[page.by+" "+m]++
		}
	}
	if len(shown) != 2*len(marks) {
		t.Errorf("the streams told %v", shown)
	}
	t.Logf("%d interleavings, by %q", rounds*questions, slices.Sorted(maps.Keys(after)))
}

// instants pass, so that what goes on at once meets at another place every time.
func instants(n int) { time.Sleep(time.Duration(n) * 300 * time.Microsecond) }

// TestANodeThatStaysBehindShowsNothing lets a node never hear of a revocation.
func TestANodeThatStaysBehindShowsNothing(t *testing.T) {
	t.Parallel()
	log := newLog(t)
	home, lag := settle(openOn(t, log)), newBrake(log)
	v := newVisitor(home, home.neighbour(lag))
	home.must(v.node.read.Wait(t.Context(), v.share(domain.Date{})))
	ways := v.ways()
	for _, w := range ways {
		if text, err := w.ask(); err != nil || len(marksIn(text)) == 0 {
			t.Fatalf("%s: %.300s, %v", w.name, text, err)
		}
	}
	off := lag.on(0)
	defer off()
	home.done("maya", "revokeConsent", "consent{id}", "consentId", "consent-maya.lakeshore")
	var asking sync.WaitGroup
	for _, w := range ways {
		asking.Go(func() {
			if text, err := w.ask(); err != nil || len(marksIn(text)) > 0 || !strings.Contains(text, "READ_MODEL_BEHIND") && !strings.Contains(text, "TOO_MANY") {
				t.Errorf("%s is answered %.300s, %v", w.name, text, err)
			}
		})
	}
	asking.Wait()
}
