package graphql

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"

	"github.com/guildhall-dev/guildhall/domain"
)

// ticking is the test schema with a stream that tells the number of ticks there were.
func ticking(t *testing.T, st *stream) *Engine {
	t.Helper()
	e, err := New(testSDL, zap.NewNop(), append(new(world).bindings(), streams(map[string]opener{
		"ticks": func(context.Context, args) (*stream, error) { return st, nil },
	}))...)
	check(t, err)
	return e
}

func TestWhoReadsSlowlyIsToldTheNewest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var ticks, looks atomic.Int64
		woken, told := make(chan struct{}, 1), int64(0)
		stopped := false
		e := ticking(t, &stream{
			look: func(context.Context) (any, bool, error) {
				looks.Add(1)
				n := ticks.Load()
				ok := n > told
				told = n
				return int(n), ok, nil
			},
			woken: func() <-chan struct{} { return woken },
			stop:  func() { stopped = true },
		})
		op, errs := e.prepare(Request{Query: `subscription { ticks }`})
		if errs != nil {
			t.Fatal(errs)
		}
		out := make(chan string)
		beats := 0
		s := &subscriber{
			engine:       e,
			authenticate: func() (context.Context, error) { return t.Context(), nil },
			tell:         func(r Response, _ string) error { out <- string(r.Data); return nil },
			beat:         func() error { beats++; return nil },
			pay:          func(Response) time.Duration { return 0 },
		}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- s.follow(ctx, op) }()
		tick := func() {
			ticks.Add(1)
			select {
			case woken <- struct{}{}:
			default:
			}
			synctest.Wait()
		}
		for range 1000 {
			tick()
		}
		if n := looks.Load(); n > 2 {
			t.Errorf("looked %d times while nobody read", n)
		}
		if got := <-out; got != `{"ticks":1}` {
			t.Errorf("told %s at first", got)
		}
		if got := <-out; got != `{"ticks":1000}` {
			t.Errorf("told %s then", got)
		}
		time.Sleep(time.Minute)
		if beats != 3 && beats != 4 {
			t.Errorf("%d beats in a minute", beats)
		}
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) || !stopped {
			t.Errorf("ended with %v, stopped %v", err, stopped)
		}
	})
}

func TestASubscriberIsLookedUpAnewBeforeEveryAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		woken := make(chan struct{}, 1)
		n := 0
		e := ticking(t, &stream{
			look:  func(context.Context) (any, bool, error) { n++; return n, n%2 == 1, nil },
			woken: func() <-chan struct{} { return woken },
			stop:  func() {},
		})
		op, _ := e.prepare(Request{Query: `subscription { ticks }`})
		maya := WithActor(t.Context(), domain.Actor{Person: "maya", Role: domain.Apprentice})
		for _, c := range []struct {
			name  string
			then  domain.Actor
			err   error
			code  string
			after time.Duration
		}{
			{"of another role", domain.Actor{Person: "maya", Role: domain.Mentor}, nil, CodeUnauthenticated, 0},
			{"unknown", domain.Actor{}, domain.Refuse(domain.Forbidden, "UNKNOWN_TOKEN", "Gone."), CodeUnauthenticated, 0},
			{"unknown without anything to tell", domain.Actor{}, domain.Refuse(domain.Forbidden, "UNKNOWN_TOKEN", "Gone."), CodeUnauthenticated, beatEvery},
			{"not to be found", domain.Actor{}, errors.New("the disk is gone"), CodeInternal, 0},
		} {
			n = 0
			ctx, cancel := context.WithCancel(maya)
			now, problem := maya, error(nil)
			var answers []Response
			s := &subscriber{
				engine:       e,
				authenticate: func() (context.Context, error) { return now, problem },
				tell:         func(r Response, _ string) error { answers = append(answers, r); return nil },
				beat:         func() error { return nil },
				pay:          func(Response) time.Duration { return 0 },
			}
			ended := make(chan error, 1)
			go func() { ended <- s.follow(ctx, op) }()
			synctest.Wait()
			now, problem = WithActor(t.Context(), c.then), c.err
			if c.after == 0 {
				woken <- struct{}{}
			}
			began := time.Now()
			if err := <-ended; err != nil || len(answers) != 2 || time.Since(began) != c.after {
				t.Errorf("%s: %v after %v, having been told %v", c.name, err, time.Since(began), answers)
			} else if last := answers[1]; last.Data != nil || last.Errors[0].Extensions.Code != c.code {
				t.Errorf("%s: told %s %v", c.name, last.Data, last.Errors)
			}
			cancel()
		}
	})
}

func TestABusySubscriptionGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := 0
		e := ticking(t, &stream{
			look: func(context.Context) (any, bool, error) {
				if n++; n < 4 {
					return nil, false, domain.Refuse(domain.Busy, "READ_MODEL_BEHIND", "Wait.")
				}
				return n, n == 4, nil
			},
			woken: func() <-chan struct{} { return nil },
			stop:  func() {},
		})
		op, _ := e.prepare(Request{Query: `subscription { ticks }`})
		told := make(chan string)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		s := &subscriber{
			engine:       e,
			authenticate: func() (context.Context, error) { return t.Context(), nil },
			tell:         func(r Response, _ string) error { told <- string(r.Data); return nil },
			beat:         func() error { return nil },
			pay:          func(Response) time.Duration { return 0 },
		}
		go func() { ended <- s.follow(ctx, op) }()
		began := time.Now()
		if got := <-told; got != `{"ticks":4}` || time.Since(began) != 3*busyPause {
			t.Errorf("told %s after %v", got, time.Since(began))
		}
		cancel()
		<-ended
	})
}
