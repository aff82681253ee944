package eventstoredb_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/grpc/metadata"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/eventstest"
	"github.com/guildhall-dev/guildhall/events/eventstoredb/standin"
)

// hasty is a connection string with which the client gives up at once.
func hasty(s *standin.Server) string {
	return plain(s) + "&maxDiscoverAttempts=1&discoveryInterval=0&gossipTimeout=1"
}

// TestTheLeaderIsAsked shows what the client means to do and does not: the header is there.
func TestTheLeaderIsAsked(t *testing.T) {
	var mu sync.Mutex
	seen := map[standin.Call]bool{}
	s := serve(t, standin.Options{Seen: func(c standin.Call, md metadata.MD) {
		mu.Lock()
		defer mu.Unlock()
		seen[c] = true
		if c != standin.Features && fmt.Sprint(md.Get("requires-leader")) != "[true]" {
			t.Errorf("%s came with requires-leader %v", c, md.Get("requires-leader"))
		}
	}})
	l := open(t, t.TempDir(), plain(s), "guildhall")
	appended(t, l, commit("", "test-a", events.Any, 1))
	if _, err := l.Latest(soon(t)); err != nil {
		t.Fatal(err)
	}
	mu.Lock()
	defer mu.Unlock()
	for _, c := range []standin.Call{standin.Append, standin.ReadStream, standin.ReadAll, standin.Subscribe} {
		if !seen[c] {
			t.Errorf("nothing was asked by %s", c)
		}
	}
}

// TestAFollowerSendsUsToTheLeader starts with a node that leads no more.
func TestAFollowerSendsUsToTheLeader(t *testing.T) {
	leader, follower := serve(t, standin.Options{}), serve(t, standin.Options{})
	follower.Follow(leader.Addr())
	for _, dsn := range []string{plain(follower), "esdb://" + follower.Addr() + "," + leader.Addr() + "?tls=false"} {
		prefix := unique()
		l := open(t, t.TempDir(), dsn, prefix)
		appended(t, l, commit("k", "test-a", 0, 1, 2))
		appended(t, l, commit("", "test-a", 2, 3))
		holds(t, l, "test-a", 1, 2, 3)
	}
	if leader.Len() != 6 || follower.Len() != 0 {
		t.Errorf("the leader holds %d events and the follower %d, want 6 and 0", leader.Len(), follower.Len())
	}
}

// TestAServerThatComesBackIsUsed keeps it away for longer than the client looks for it, after
// which the client is closed for ever and those who wait in it hang.
func TestAServerThatComesBackIsUsed(t *testing.T) {
	s := serve(t, standin.Options{})
	l := open(t, t.TempDir(), hasty(s), "guildhall")
	appended(t, l, commit("", "test-a", 0, 1))
	s.Stop()

	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
			defer cancel()
			_, err := l.Append(ctx, commit("", domain.Stream(fmt.Sprintf("test-%d", i)), 0, 1))
			if !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, events.ErrUnknownOutcome) {
				t.Errorf("append without a server: %v", err)
			}
			if _, err := l.Latest(ctx); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("latest without a server: %v", err)
			}
		})
	}
	waited := make(chan error, 1)
	go func() {
		_, err := l.Append(soon(t), commit("k", "test-a", 1, 2))
		waited <- err
	}()
	wg.Wait()
	holds(t, l, "test-a", 1)
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	if err := <-waited; err != nil {
		t.Errorf("an append that waited for the server: %v", err)
	}
	appended(t, l, commit("", "test-a", 2, 3))
	holds(t, l, "test-a", 1, 2, 3)
}

// TestAnAnswerThatIsLostIsAskedForAgain breaks the call after the server stored the commit,
// before, and in between.
func TestAnAnswerThatIsLostIsAskedForAgain(t *testing.T) {
	s := serve(t, standin.Options{})
	l := open(t, t.TempDir(), hasty(s), "guildhall")
	want, at := []int{}, 0
	for _, f := range [][]standin.Fault{
		{standin.LoseAnswer}, {standin.Unavailable}, {standin.HangAfter}, {standin.Hang},
		{standin.LoseAnswer, standin.LoseAnswer, standin.Unavailable, standin.LoseAnswer},
	} {
		for _, key := range []string{"", fmt.Sprint("key ", f)} {
			for _, expected := range []bool{true, false} {
				c := commit(key, "test-a", events.Any, at, at+1)
				if key != "" {
					c.Request.Key += fmt.Sprint(expected)
				}
				if expected {
					c.Appends[0].Expected = uint64(at)
				}
				s.Break(standin.Append, f...)
				if p := appended(t, l, c); p != events.Position(at+2) {
					t.Errorf("%v with key %q got position %d, want %d", f, key, p, at+2)
				}
				want, at = append(want, at, at+1), at+2
			}
		}
	}
	holds(t, l, "test-a", want...)
	if s.Len() != len(want) {
		t.Errorf("the stand-in holds %d events, want %d", s.Len(), len(want))
	}
}

// TestAnyRevisionIsStillOneRevision: a commit that accepts any is not sent to another one as
// long as it may be stored at the first, whatever else is known by then.
func TestAnyRevisionIsStillOneRevision(t *testing.T) {
	s := serve(t, standin.Options{})
	l := open(t, t.TempDir(), plain(s), "guildhall")
	appended(t, l, commit("", "test-b", 0, 1))
	for range 4 { // the tail must not tell that the commit was stored
		s.Break(standin.Subscribe, standin.Hang)
	}
	s.DropSubscriptions()
	s.Break(standin.Append, standin.LoseAnswer)
	appended(t, l, commit("", "test-a", events.Any, 1))
	holds(t, l, "test-a", 1)
	if s.Len() != 2 {
		t.Errorf("the stand-in holds %d events, want 2", s.Len())
	}
}

// TestAReadThatHangsIsAskedAgain: the client gives reads all the time there is.
func TestAReadThatHangsIsAskedAgain(t *testing.T) {
	s := serve(t, standin.Options{})
	l := open(t, t.TempDir(), plain(s), "guildhall")
	appended(t, l, commit("", "test-b", 0, 1))
	s.Break(standin.ReadAll, standin.Hang)
	s.Break(standin.ReadStream, standin.Hang)
	if p, err := l.Latest(soon(t)); err != nil || p != 1 {
		t.Errorf("the latest position is %d, %v", p, err)
	}
	appended(t, l, commit("", "test-a", events.Any, 1))
}

// TestAnOutcomeThatNobodyKnowsIsNamed and can be asked for again with the key.
func TestAnOutcomeThatNobodyKnowsIsNamed(t *testing.T) {
	s := serve(t, standin.Options{})
	l := open(t, t.TempDir(), plain(s), "guildhall")
	appended(t, l, commit("", "test-b", 0, 1))
	s.Break(standin.Append, standin.HangAfter)
	s.Break(standin.Subscribe, standin.Hang, standin.Hang, standin.Hang)
	s.DropSubscriptions()
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	_, err := l.Append(ctx, commit("k", "test-a", 0, 1))
	if !errors.Is(err, events.ErrUnknownOutcome) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want an unknown outcome and the end of the context", err)
	}
	s.Mend()
	if p := appended(t, l, commit("k", "test-a", 0, 1)); p != 2 {
		t.Errorf("asked again it got position %d, want 2", p)
	}
	holds(t, l, "test-a", 1)
}

// TestARefusalWhileEventsAreSentIsTold has the server end the call before it has all events,
// of which the client says only that there was an end.
func TestARefusalWhileEventsAreSentIsTold(t *testing.T) {
	var asked atomic.Int64
	s := serve(t, standin.Options{MaxAppend: 2000, Seen: func(c standin.Call, _ metadata.MD) {
		if c == standin.Append {
			asked.Add(1)
		}
	}})
	l := open(t, t.TempDir(), plain(s), "guildhall")
	for range 20 {
		s.Break(standin.Append, standin.Denied)
	}
	large := commit("", "test-a", 0)
	for range 40 { // more than the server takes before it looks at the first
		large.Appends[0].Events = append(large.Appends[0].Events, eventstest.Noted{Text: strings.Repeat("x", 20_000)})
	}
	if _, err := l.Append(soon(t), large); err == nil || !strings.Contains(err.Error(), "AccessDenied") {
		t.Errorf("got %v, want that access was denied", err)
	}
	if n := asked.Load(); n > 10 {
		t.Errorf("the server was asked %d times before it was believed", n)
	}
	s.Mend()
	_, err := l.Append(soon(t), large)
	refused(t, err, "TOO_LARGE")
	holds(t, l, "test-a")
	appended(t, l, commit("", "test-a", 0, 1))
}

// TestMessagesOfAnUnknownKindAreSurvived: on them the client panics.
func TestMessagesOfAnUnknownKindAreSurvived(t *testing.T) {
	s := serve(t, standin.Options{})
	dir := t.TempDir()
	for i := range 3 {
		for range 500 {
			s.Break(standin.ReadStream, standin.UnknownMessage)
			s.Break(standin.ReadAll, standin.UnknownMessage)
			s.Break(standin.Subscribe, standin.UnknownMessage)
		}
		t.Run(fmt.Sprint("life ", i+1), func(t *testing.T) {
			l := open(t, dir, plain(s), "guildhall")
			s.DropSubscriptions()
			appended(t, l, commit("", "test-a", events.Any, i))
			if p, err := l.Latest(soon(t)); err != nil || p != events.Position(i+1) {
				t.Errorf("the latest position is %d, %v", p, err)
			}
		})
		s.Mend()
	}
}

// TestASubscriptionThatEndsIsMadeAgain from where the journal is.
func TestASubscriptionThatEndsIsMadeAgain(t *testing.T) {
	s := serve(t, standin.Options{})
	here, there := open(t, t.TempDir(), plain(s), "guildhall"), open(t, t.TempDir(), plain(s), "guildhall")
	var want []int
	for i := range 10 {
		switch i % 5 {
		case 1:
			s.DropSubscriptions()
		case 2:
			s.Break(standin.Subscribe, standin.Unavailable, standin.Denied, standin.Malformed)
			s.DropSubscriptions()
		case 3:
			s.Break(standin.Subscribe, standin.Hang, standin.Again, standin.Again, standin.Again, standin.Again)
			s.DropSubscriptions()
			s.Break(standin.Subscribe, standin.Mute)
		case 4:
			s.Stop()
			if err := s.Start(); err != nil {
				t.Fatal(err)
			}
		}
		p := appended(t, here, commit("", "test-a", uint64(i), i))
		if err := there.Wait(soon(t), p); err != nil {
			t.Fatal(err)
		}
		want = append(want, i)
	}
	holds(t, there, "test-a", want...)
	same(t, here, there)
}

// TestNothingIsPrinted however much goes wrong: the client's own logger prints to the console.
func TestNothingIsPrinted(t *testing.T) {
	var printed bytes.Buffer
	before := log.Writer()
	log.SetOutput(&printed)
	t.Cleanup(func() { log.SetOutput(before) })
	s := serve(t, standin.Options{})
	l := open(t, t.TempDir(), hasty(s), "guildhall")
	s.Break(standin.Append, standin.LoseAnswer, standin.Unavailable)
	s.DropSubscriptions()
	appended(t, l, commit("", "test-a", 0, 1))
	if printed.Len() > 0 {
		t.Errorf("printed: %s", &printed)
	}
}

// TestClosingEndsEverybody also while the server says nothing.
func TestClosingEndsEverybody(t *testing.T) {
	s := serve(t, standin.Options{})
	l, err := tryOpen(t, soon(t), t.TempDir(), plain(s), optionsOf("guildhall"))
	if err != nil {
		t.Fatal(err)
	}
	appended(t, l, commit("", "test-a", 0, 1))
	for range 50 {
		s.Break(standin.Append, standin.Hang)
	}
	ended := make(chan error, 1)
	go func() {
		_, err := l.Append(t.Context(), commit("", "test-a", 1, 2))
		ended <- err
	}()
	time.Sleep(20 * time.Millisecond)
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	if err := <-ended; err == nil {
		t.Error("an append that hung was answered")
	}
}
