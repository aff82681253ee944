package graphql_test

import (
	"context"
	"iter"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/eventstest"
	"github.com/guildhall-dev/guildhall/events/jetstream"
	"github.com/guildhall-dev/guildhall/events/journal"
)

// twoLogs are the parts that two nodes have of one log over NATS.
func twoLogs(t *testing.T) (logs [2]events.Log) {
	t.Helper()
	s, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: server.RANDOM_PORT, NoSigs: true, NoLog: true, JetStream: true, SyncAlways: true, StoreDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	go s.Start()
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	if !s.ReadyForConnections(20 * time.Second) {
		t.Fatal("the NATS server did not start")
	}
	dir := t.TempDir()
	for i, name := range []string{"a", "b"} {
		j, err := journal.Open(t.Context(), filepath.Join(dir, name), eventstest.Codec())
		if err != nil {
			t.Fatal(err)
		}
		l, err := jetstream.Open(t.Context(), j, eventstest.Codec(), jetstream.Options{URL: s.ClientURL(), Node: name, Replicas: 1, AllowSingleReplica: true})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { l.Close() })
		logs[i] = l
	}
	return logs
}

// A brake lets the read model of a node fall behind the log: while it is on, only as many
// records pass as it lets.
type brake struct {
	events.Log
	mu   sync.Mutex
	left int           // records that pass
	free chan struct{} // closed while all pass
}

func newBrake(l events.Log) *brake {
	b := &brake{Log: l, free: make(chan struct{})}
	close(b.free)
	return b
}

// on lets some records pass, and no more until off.
func (b *brake) on(records int) (off func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	free := make(chan struct{})
	b.left, b.free = records, free
	return sync.OnceFunc(func() { close(free) })
}

func (b *brake) Follow(ctx context.Context, after events.Position) iter.Seq2[events.Recorded, error] {
	return func(yield func(events.Recorded, error) bool) {
		for r, err := range b.Log.Follow(ctx, after) {
			b.mu.Lock()
			b.left--
			passes, free := b.left >= 0, b.free
			b.mu.Unlock()
			if !passes {
				select {
				case <-free:
				case <-ctx.Done():
				}
			}
			if !yield(r, err) {
				return
			}
		}
	}
}
