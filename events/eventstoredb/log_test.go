package eventstoredb_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/eventstest"
	"github.com/guildhall-dev/guildhall/events/eventstoredb"
	"github.com/guildhall-dev/guildhall/events/eventstoredb/standin"
	"github.com/guildhall-dev/guildhall/events/journal"
)

var codec = events.NewCodec(eventstest.Events)

// realServer names the connection string of a real server to run the suite on.
const realServer = "GUILDHALL_TEST_ESDB"

// TestLog runs the conformance suite on the stand-in, or on the real server if there is one.
func TestLog(t *testing.T) {
	dsn, _ := server(t)
	var logs sync.Map // prefix by directory
	eventstest.TestLog(t, func(t *testing.T, dir string) events.Log {
		prefix, _ := logs.LoadOrStore(dir, unique())
		return open(t, dir, dsn, prefix.(string))
	}, eventstest.SingleStream)
}

// server is the real server if there is one, and else a stand-in.
func server(t *testing.T) (dsn string, s *standin.Server) {
	t.Helper()
	if dsn := os.Getenv(realServer); dsn != "" {
		return dsn, nil
	}
	s = serve(t, standin.Options{})
	return hasty(s), s
}

// unique is a prefix that no other log on the server has.
func unique() string { return "test-" + strings.ToLower(rand.Text()[:12]) }

func serve(t *testing.T, o standin.Options) *standin.Server {
	t.Helper()
	s, err := standin.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	return s
}

func plain(s *standin.Server) string { return "esdb://" + s.Addr() + "?tls=false" }

// open opens the log in dir on a server until t ends.
func open(t *testing.T, dir, dsn, prefix string) *eventstoredb.Log {
	t.Helper()
	l, err := tryOpen(t, t.Context(), dir, dsn, eventstoredb.Options{Prefix: prefix})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	return l
}

func tryOpen(t *testing.T, ctx context.Context, dir, dsn string, o eventstoredb.Options) (*eventstoredb.Log, error) {
	t.Helper()
	j, err := journal.Open(t.Context(), dir, codec)
	if err != nil {
		t.Fatal(err)
	}
	if o.Dir == "" {
		o.Dir = dir
	}
	if o.Timeout == 0 && os.Getenv(realServer) == "" {
		o.Timeout = 500 * time.Millisecond
	}
	l, err := eventstoredb.Open(ctx, j, codec, dsn, o)
	if err != nil {
		j.Close()
	}
	return l, err
}

var ana = domain.Actor{Person: "ana", Role: domain.Apprentice}

func asked(key string) domain.Request {
	return domain.Request{By: ana, At: time.Date(2026, time.November, 22, 12, 0, 0, 0, time.UTC), Key: key}
}

func commit(key string, s domain.Stream, expected uint64, ns ...int) events.Commit {
	var es []domain.Event
	for _, n := range ns {
		es = append(es, eventstest.Counted{N: n})
	}
	return events.Commit{Request: asked(key), Appends: []events.Append{{Stream: s, Expected: expected, Events: es}}}
}

func appended(t *testing.T, l events.Log, c events.Commit) events.Position {
	t.Helper()
	p, err := l.Append(soon(t), c)
	if err != nil {
		t.Fatalf("append: %v", err)
	}
	return p
}

// soon is a context for what must end by itself; a minute only keeps a failure finite.
func soon(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// holds fails the test unless stream s of l tells these numbers.
func holds(t *testing.T, l events.Log, s domain.Stream, want ...int) {
	t.Helper()
	got := []int{}
	for r, err := range l.Read(t.Context(), s) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, r.Event.(eventstest.Counted).N)
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%s holds %v, want %v", s, got, want)
	}
}

func refused(t *testing.T, err error, code string) {
	t.Helper()
	if r := domain.AsRefusal(err); r == nil || r.Code != code {
		t.Errorf("got %v, want the refusal %s", err, code)
	}
}

func hintIn(dir string) string { return filepath.Join(dir, "eventstoredb.position") }
