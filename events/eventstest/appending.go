package eventstest

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
)

func expectedRevisions(t *testing.T, open Open) {
	log := open(t, t.TempDir())
	for i, c := range []struct {
		holds    int
		expected uint64
		conflict bool
	}{
		{holds: 0, expected: 0},
		{holds: 0, expected: events.Any},
		{holds: 0, expected: 1, conflict: true},
		{holds: 3, expected: 3},
		{holds: 3, expected: events.Any},
		{holds: 3, expected: 0, conflict: true},
		{holds: 3, expected: 2, conflict: true},
		{holds: 3, expected: 4, conflict: true},
	} {
		s := domain.Stream(fmt.Sprintf("test-expected.%d", i))
		for n := range c.holds {
			appended(t, log, asked(""), to(s, uint64(n), Counted{n}))
		}
		_, err := log.Append(t.Context(), events.Commit{Request: asked(""), Appends: []events.Append{to(s, c.expected, Counted{99})}})
		if errors.Is(err, events.ErrConflict) != c.conflict || !c.conflict && err != nil {
			t.Errorf("stream of %d, expected %d: got %v", c.holds, c.expected, err)
		}
		want := c.holds
		if !c.conflict {
			want++
		}
		if got := len(read(t, log, s)); got != want {
			t.Errorf("stream of %d, expected %d: holds %d afterwards, want %d", c.holds, c.expected, got, want)
		}
	}
}

func conflict(t *testing.T, open Open) {
	log := open(t, t.TempDir())
	const s = "test-conflict"
	var wg sync.WaitGroup
	errs := make([]error, 8)
	for i := range errs {
		wg.Go(func() {
			_, errs[i] = log.Append(t.Context(), events.Commit{Request: asked(""), Appends: []events.Append{to(s, 0, Counted{i}, Counted{i})}})
		})
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		switch {
		case err == nil:
			won++
		case !errors.Is(err, events.ErrConflict):
			t.Errorf("append: %v", err)
		}
	}
	rs := read(t, log, s)
	if won != 1 || len(rs) != 2 || rs[0].Event != rs[1].Event {
		t.Errorf("%d commits won and the stream is %s; want one commit of two equal events", won, facts(rs))
	}
}

func severalStreams(most int) func(*testing.T, Open) {
	if most == 1 {
		return oneStream
	}
	return twoStreams
}

func oneStream(t *testing.T, open Open) {
	log := open(t, t.TempDir())
	refused(t, log, "ONE_STREAM", asked("k"), to("test-a", 0, Counted{1}), to("test-b", 0, Counted{1}))
}

func twoStreams(t *testing.T, open Open) {
	log := open(t, t.TempDir())
	p := appended(t, log, asked(""), to("test-a", 0, counts(1, 2)...), to("test-b", 0, counts(3)...))
	if p != 3 {
		t.Errorf("the commit's last position is %d, want 3", p)
	}
	_, err := log.Append(t.Context(), events.Commit{Request: asked(""), Appends: []events.Append{
		to("test-a", 2, counts(4)...), to("test-b", 0, counts(5)...),
	}})
	if !errors.Is(err, events.ErrConflict) {
		t.Errorf("a stale second stream gave %v, want a conflict", err)
	}
	if a, b := facts(read(t, log, "test-a")), facts(read(t, log, "test-b")); a != "[{1} {2}]" || b != "[{3}]" {
		t.Errorf("the streams hold %s and %s", a, b)
	}
	if p := appended(t, log, asked(""), to("test-a", 2, Counted{6})); p != 4 {
		t.Errorf("a commit after a conflict has position %d, want 4", p)
	}
	for i, r := range followed(t, log, 0) {
		if want := []events.Position{1, 1, 1, 4}[i]; r.First != want {
			t.Errorf("the commit of position %d begins at %d, want %d", r.Position, r.First, want)
		}
	}
}

func roundTrip(t *testing.T, open Open) {
	log := open(t, t.TempDir())
	req := domain.Request{
		By: domain.Actor{Partner: "harbor-college", Role: domain.Partner}, At: noon.In(time.FixedZone("CST", -6*3600)),
		On: domain.NewDate(2026, time.November, 1), Key: "k 1", Digest: "d", Correlation: "c", Causation: "z", Source: "s/1",
	}
	p := appended(t, log, req, to("test-a", 0, Noted{"a"}, Counted{7}))
	rs := read(t, log, "test-a")
	if len(rs) != 2 {
		t.Fatalf("read %d records, want 2", len(rs))
	}
	req.At = req.At.UTC()
	for i, want := range []events.Recorded{
		{Stream: "test-a", Revision: 1, Position: p - 1, First: p - 1, Request: req, Event: Noted{"a"}},
		{Stream: "test-a", Revision: 2, Position: p, First: p - 1, Request: req, Event: Counted{7}},
	} {
		got := rs[i]
		if len(got.ID) != 36 || !strings.Contains("57", got.ID[14:15]) || got.ID == rs[1-i].ID {
			t.Errorf("%q is not a UUID of its own of version 5 or 7", got.ID)
		}
		want.ID = got.ID
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got  %+v\nwant %+v", got, want)
		}
	}

	evening := time.Date(2026, time.November, 22, 23, 30, 0, 0, time.FixedZone("CST", -6*3600))
	appended(t, log, domain.Request{By: ana, At: evening}, to("test-b", 0, Counted{1}))
	if day := read(t, log, "test-b")[0].Request.Today().String(); day != "2026-11-22" {
		t.Errorf("a fact of the evening of 22 November takes effect on %s", day)
	}
}

func repeated(t *testing.T, open Open) {
	dir := t.TempDir()
	var first events.Position
	t.Run("in the same log", func(t *testing.T) {
		log := open(t, dir)
		appended(t, log, asked("other"), to("test-b", 0, Counted{0}))
		first = appended(t, log, asked("k"), to("test-a", 0, counts(1, 2)...))
		appended(t, log, asked("more"), to("test-a", 2, Counted{3}))
		for _, expected := range []uint64{0, 2, 3, 17, events.Any} {
			if p := appended(t, log, asked("k"), to("test-a", expected, counts(1, 2)...)); p != first {
				t.Errorf("expecting %d, the repeated request got position %d, want %d", expected, p, first)
			}
		}
	})
	t.Run("after opening it again", func(t *testing.T) {
		log := open(t, dir)
		later := asked("k")
		later.At = noon.Add(time.Hour)
		if p := appended(t, log, later, to("test-a", 0, counts(1, 2)...)); p != first {
			t.Errorf("the repeated request got position %d, want %d", p, first)
		}
		if got := facts(read(t, log, "test-a")); got != "[{1} {2} {3}]" {
			t.Errorf("the stream holds %s", got)
		}
	})
}

func answered(t *testing.T, open Open) {
	log := open(t, t.TempDir())
	lookUp := func(r domain.Request) (events.Recorded, bool) {
		got, found, err := log.Answered(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		return got, found
	}
	if got, found := lookUp(asked("k")); found {
		t.Errorf("before it was asked the request was answered with %+v", got)
	}
	digested := asked("d")
	digested.Digest = "one"
	p := appended(t, log, asked("k"), to("test-a", 0, counts(1, 2)...))
	q := appended(t, log, digested, to("test-b", 0, Counted{3}))
	appended(t, log, asked(""), to("test-a", 2, Counted{4}))
	for _, c := range []struct {
		asked    domain.Request
		stream   domain.Stream
		position events.Position
	}{{asked("k"), "test-a", p}, {digested, "test-b", q}} {
		got, found := lookUp(c.asked)
		if !found || got.Stream != c.stream || got.Position != c.position {
			t.Errorf("%q was answered with %s at %d (%t), want %s at %d", c.asked.Key, got.Stream, got.Position, found, c.stream, c.position)
		}
	}
	if got, found := lookUp(asked("")); found {
		t.Errorf("a request without a key was answered with %+v", got)
	}
	other := digested
	other.Digest = "two"
	_, found, err := log.Answered(t.Context(), other)
	if r := domain.AsRefusal(err); found || r == nil || r.Code != "IDEMPOTENCY_MISMATCH" {
		t.Errorf("with another digest: %t, %v", found, err)
	}
}

func keysPerActor(t *testing.T, open Open) {
	log := open(t, t.TempDir())
	a := asked("k")
	b := a
	b.By = domain.Actor{Person: "ben", Role: domain.Mentor}
	p, q := appended(t, log, a, to("test-a", 0, Counted{1})), appended(t, log, b, to("test-a", 1, Counted{2}))
	if p == q {
		t.Errorf("two actors with the same key share position %d", p)
	}
}

func reusedKey(t *testing.T, open Open) {
	log := open(t, t.TempDir())
	digest := func(key, digest string) domain.Request {
		r := asked(key)
		r.Digest = digest
		return r
	}
	first := appended(t, log, digest("k", "one"), to("test-a", 0, Counted{1}))
	refused(t, log, "IDEMPOTENCY_MISMATCH", digest("k", "two"), to("test-a", 1, Counted{1}))
	refused(t, log, "IDEMPOTENCY_MISMATCH", asked("k"), to("test-a", 1, Counted{1}))
	if p := appended(t, log, digest("k", "one"), to("test-z", 0, Counted{9})); p != first {
		t.Errorf("the same digest got position %d, want %d", p, first)
	}

	appended(t, log, asked("no digest"), to("test-b", 0, Counted{1}))
	refused(t, log, "IDEMPOTENCY_MISMATCH", asked("no digest"), to("test-b", 0, Counted{2}))
	refused(t, log, "IDEMPOTENCY_MISMATCH", asked("no digest"), to("test-c", 0, Counted{1}))
	refused(t, log, "IDEMPOTENCY_MISMATCH", asked("no digest"), to("test-b", 0, counts(1, 1)...))
}

func withoutKey(t *testing.T, open Open) {
	log := open(t, t.TempDir())
	for range 3 {
		appended(t, log, asked(""), to("test-a", events.Any, Counted{1}))
	}
	if got := len(read(t, log, "test-a")); got != 3 {
		t.Errorf("the stream holds %d events, want 3", got)
	}
}

func sameKeyTogether(t *testing.T, open Open) {
	log := open(t, t.TempDir())
	got := make([]events.Position, 32)
	var wg sync.WaitGroup
	for i := range got {
		wg.Go(func() {
			var err error
			got[i], err = log.Append(t.Context(), events.Commit{Request: asked("k"), Appends: []events.Append{to("test-a", 0, counts(1, 2)...)}})
			if err != nil {
				t.Errorf("append: %v", err)
			}
		})
	}
	wg.Wait()
	for _, p := range got {
		if p != 2 {
			t.Errorf("a caller was told position %d, want 2", p)
		}
	}
	if p := head(t, log); p != 2 {
		t.Errorf("the log ends at %d, want 2", p)
	}
}

func badCommits(t *testing.T, open Open) {
	log := open(t, t.TempDir())
	refused(t, log, "EMPTY_COMMIT", asked("k"))
	refused(t, log, "EMPTY_COMMIT", asked("k"), to("test-a", 0))
	refused(t, log, "EMPTY_COMMIT", asked("k"), to("test-a", 0, Counted{1}), to("test-b", 0))
	refused(t, log, "DUPLICATE_STREAM", asked("k"), to("test-a", 0, Counted{1}), to("test-b", 0, Counted{1}), to("test-a", 1, Counted{1}))
	for _, s := range []domain.Stream{
		"", "-", "test", "test-", "-a", "Test-a", "te st-a", "tést-a", "test1-a", "test_x-a",
		"test-a\n", "test-a\x00b", "test-\x7f", "test-\u0085", "test-\xff",
		domain.Stream("test-" + strings.Repeat("a", 196)),
	} {
		refused(t, log, "BAD_STREAM", asked("k"), to(s, 0, Counted{1}))
	}
	_, err := log.Append(t.Context(), events.Commit{Request: asked("k"), Appends: []events.Append{to("test-a", 0, unlisted{})}})
	if err == nil || domain.AsRefusal(err) != nil {
		t.Errorf("a fact no codec knows gave %v, want a fault", err)
	}
	if p := appended(t, log, asked("k"), to("test-a", 0, Counted{1})); p != 1 {
		t.Errorf("after refusals the first commit has position %d, want 1", p)
	}
}

type unlisted struct{}

func (unlisted) EventName() string { return "eventstest.unlisted" }

func sizes(t *testing.T, open Open) {
	log := open(t, t.TempDir())
	nearly := Noted{strings.Repeat("x", events.MaxRecord-4096)}
	p := appended(t, log, asked("k"), to("test-a", 0, nearly))
	refused(t, log, "TOO_LARGE", asked("large"), to("test-a", 1, Noted{strings.Repeat("x", events.MaxRecord)}))
	var many []domain.Event
	for range events.MaxCommit/(events.MaxRecord-4096) + 1 {
		many = append(many, nearly)
	}
	refused(t, log, "TOO_LARGE", asked("many"), to("test-a", 1, many...))
	if rs := read(t, log, "test-a"); len(rs) != 1 || rs[0].Position != p || rs[0].Event != nearly {
		t.Errorf("the large record did not come back")
	}
}
