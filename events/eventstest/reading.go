package eventstest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
)

func nothing(t *testing.T, open Open) {
	log := open(t, t.TempDir())
	if p := head(t, log); p != 0 {
		t.Errorf("a new log ends at %d", p)
	}
	appended(t, log, asked(""), to("test-a", 0, Counted{1}))
	for _, s := range []domain.Stream{"test-b", "test-", "test-A", "", "test-a%"} {
		if rs := read(t, log, s); len(rs) != 0 {
			t.Errorf("stream %q holds %s", s, facts(rs))
		}
	}
}

func texts(t *testing.T, open Open) {
	log := open(t, t.TempDir())
	var want []domain.Event
	for _, text := range []string{
		"", " ", "Zoë Nguyễn", "看護助手 🩺", "مرحبا", "a\x00b", "\u2028\u2029<>&\"\\\r\n\t", "e\u0301 é", strings.Repeat("長", 300_000),
	} {
		want = append(want, Noted{text})
		appended(t, log, asked(text[:min(len(text), 60)]+"key"), to("test-a", events.Any, Noted{text}))
	}
	if got := facts(read(t, log, "test-a")); got != fmt.Sprint(want) {
		t.Errorf("the texts did not come back")
	}
	if got := facts(followed(t, log, 0)); got != fmt.Sprint(want) {
		t.Errorf("the followed texts did not come back")
	}
}

func streamNames(t *testing.T, open Open) {
	log := open(t, t.TempDir())
	names := []domain.Stream{
		"test-ana-2026.2026-W47", "test-a b", "test-*", "test->", "test-Ä", "test-ä", "test-看護", "test-'; drop table record; --",
		"test-.", "t-a", "test-a ", "test-A", "test-a", domain.Stream("test-" + strings.Repeat("é", 97)),
	}
	for i, s := range names {
		appended(t, log, asked(""), to(s, 0, Counted{i}))
	}
	for i, s := range names {
		if rs := read(t, log, s); len(rs) != 1 || rs[0].Stream != s || rs[0].Event != (Counted{i}) {
			t.Errorf("stream %q holds %v", s, rs)
		}
	}
}

func longStream(t *testing.T, open Open) {
	log := open(t, t.TempDir())
	const n = 10_000
	for i := 0; i < n; i += 250 {
		var es []domain.Event
		for k := range 250 {
			es = append(es, Counted{i + k})
		}
		appended(t, log, asked(""), to("test-long", uint64(i), es...))
		appended(t, log, asked(""), to("test-other", events.Any, Counted{i}))
	}
	rs := read(t, log, "test-long")
	if len(rs) != n {
		t.Fatalf("read %d events, want %d", len(rs), n)
	}
	for i, r := range rs {
		if r.Revision != uint64(i+1) || r.Event != (Counted{i}) {
			t.Fatalf("event %d is %+v", i, r)
		}
	}
	if got := len(followed(t, log, 0)); got != n+n/250 {
		t.Errorf("followed %d records, want %d", got, n+n/250)
	}
}

// filled is a log of 40 records on four streams, in commits of one to four.
func filled(t *testing.T, open Open) events.Log {
	log := open(t, t.TempDir())
	for i := 0; head(t, log) < 40; i++ {
		a, b := domain.Stream(fmt.Sprintf("test-%d", i%4)), domain.Stream(fmt.Sprintf("test-%d", (i+1)%4))
		appended(t, log, asked(fmt.Sprint(i)), to(a, events.Any, counts(i, i+100)[:1+i%2]...))
		if i%3 == 0 {
			appended(t, log, asked(fmt.Sprint(i, " more")), to(b, events.Any, Counted{i + 200}))
		}
	}
	return log
}

func order(t *testing.T, open Open) {
	log := filled(t, open)
	all := followed(t, log, 0)
	streams := map[domain.Stream][]events.Recorded{}
	for i, r := range all {
		if r.Position != events.Position(i+1) {
			t.Fatalf("record %d has position %d", i+1, r.Position)
		}
		streams[r.Stream] = append(streams[r.Stream], r)
	}
	for s, want := range streams {
		if got := read(t, log, s); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: read\n%+v\nfollowed\n%+v", s, got, want)
		}
	}
}

func resume(t *testing.T, open Open) {
	log := filled(t, open)
	all := followed(t, log, 0)
	for p := range all {
		if got := followed(t, log, events.Position(p)); !reflect.DeepEqual(got, all[p:]) {
			t.Fatalf("following after %d did not give what is there", p)
		}
	}
}

func later(t *testing.T, open Open) {
	log := open(t, t.TempDir())
	const n, followers = 200, 3
	var wg sync.WaitGroup
	for range followers {
		wg.Go(func() {
			want := events.Position(1)
			for r, err := range log.Follow(soon(t), 0) {
				if err != nil || r.Position != want || r.Event != (Counted{int(want)}) {
					t.Errorf("got %+v, %v at position %d", r, err, want)
					return
				}
				if want == n {
					return
				}
				want++
			}
		})
	}
	for i := range n {
		appended(t, log, asked(""), to("test-a", uint64(i), Counted{i + 1}))
	}
	wg.Wait()
}

func slowFollower(t *testing.T, open Open) {
	log := filled(t, open)
	next := events.Position(1)
	for r, err := range log.Follow(soon(t), 0) {
		if err != nil || r.Position != next {
			t.Fatalf("got position %d, %v, want %d", r.Position, err, next)
		}
		if next == 300 {
			break
		}
		for range 20 {
			if head(t, log) < 300 {
				appended(t, log, asked(""), to("test-0", events.Any, Counted{0}))
			}
		}
		next++
	}
}

func beyondEnd(t *testing.T, open Open) {
	log := filled(t, open)
	for _, err := range log.Follow(soon(t), head(t, log)+1) {
		if !errors.Is(err, events.ErrCorrupt) {
			t.Errorf("following from beyond the end gave %v, want %v", err, events.ErrCorrupt)
		}
		return
	}
	t.Error("following from beyond the end just ended")
}

func latest(t *testing.T, open Open) {
	log := filled(t, open)
	for range 3 {
		p := appended(t, log, asked(""), to("test-latest", events.Any, Counted{1}))
		got, err := log.Latest(soon(t))
		if err != nil || got != p || head(t, log) < got {
			t.Errorf("the latest position is %d, %v, want %d; the head is %d", got, err, p, head(t, log))
		}
	}
}

func cancelled(t *testing.T, open Open) {
	log := filled(t, open)
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := log.Append(over, events.Commit{Request: asked(""), Appends: []events.Append{to("test-a", 0, Counted{1})}}); !errors.Is(err, context.Canceled) {
		t.Errorf("append: %v", err)
	}
	if _, err := log.Head(over); !errors.Is(err, context.Canceled) {
		t.Errorf("head: %v", err)
	}
	if _, err := log.Latest(over); !errors.Is(err, context.Canceled) {
		t.Errorf("latest: %v", err)
	}
	last := func(seq func(func(events.Recorded, error) bool)) (err error) {
		for _, err = range seq {
		}
		return err
	}
	if err := last(log.Read(over, "test-0")); !errors.Is(err, context.Canceled) {
		t.Errorf("read: %v", err)
	}
	if err := last(log.Follow(over, 0)); !errors.Is(err, context.Canceled) {
		t.Errorf("follow: %v", err)
	}

	for _, at := range []events.Position{1, 40, head(t, log)} {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var err error
		var r events.Recorded
		for r, err = range log.Follow(ctx, 0) {
			if err == nil && r.Position == at {
				cancel()
			}
			if err == nil && r.Position > at {
				t.Errorf("position %d was yielded after the context ended at %d", r.Position, at)
			}
		}
		if !errors.Is(err, context.Canceled) {
			t.Errorf("following until %d ended with %v", at, err)
		}
	}

	waiting, stop := context.WithCancel(t.Context())
	defer stop()
	end := head(t, log)
	caughtUp, ended := make(chan bool, 1), make(chan error, 1)
	go func() {
		var err error
		for r, e := range log.Follow(waiting, end-1) {
			if err = e; err == nil && r.Position == end {
				caughtUp <- true
			}
		}
		ended <- err
	}()
	select {
	case <-caughtUp:
	case err := <-ended:
		t.Fatalf("a follower ended with %v before its context did", err)
	}
	stop()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("a waiting follower ended with %v", err)
	}
}

func reopened(t *testing.T, open Open) {
	dir := t.TempDir()
	var want []events.Recorded
	for life := range 3 {
		t.Run(fmt.Sprintf("life %d", life+1), func(t *testing.T) {
			log := open(t, dir)
			if got := followed(t, log, 0); !reflect.DeepEqual(got, want) {
				t.Fatalf("got  %+v\nwant %+v", got, want)
			}
			for i := range 5 {
				appended(t, log, asked(""), to("test-a", uint64(5*life+i), Counted{life}))
			}
			want = followed(t, log, 0)
		})
	}
}
