package jetstream

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"go.uber.org/zap"
)

// A lease says which node commits. It is a key that its holder renews and that goes away
// by itself; who finds it gone takes it.
type lease struct {
	*node
	fault func() error // who has one does not lead

	revision uint64 // of the key, while it is ours; belongs to run
	renewed  time.Time

	mu      sync.Mutex
	to      string        // the run that holds it, as far as this node knows
	changed chan struct{} // closed when to changes

	let  chan struct{} // closed to let it go
	gone chan struct{} // closed when run has ended
}

const leaseKey = "committing"

func newLease(n *node, fault func() error) *lease {
	return &lease{node: n, fault: fault,
		changed: make(chan struct{}), let: make(chan struct{}), gone: make(chan struct{})}
}

// holder returns the run that holds the lease, if any does, and a channel that is closed
// when that changes.
func (l *lease) holder() (string, <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.to, l.changed
}

func (l *lease) set(to string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if to == l.to {
		return
	}
	switch l.id {
	case to:
		l.Logger.Info("this node commits now")
	case l.to:
		l.Logger.Info("this node does not commit any more")
	}
	l.to = to
	close(l.changed)
	l.changed = make(chan struct{})
}

// run takes the lease when it is free and renews it, until release or ctx ends. Nodes
// tell each other when they take it or let it go, so that nobody waits for its end.
func (l *lease) run(ctx context.Context) {
	defer close(l.gone)
	told := make(chan *nats.Msg, 16)
	if sub, err := l.nc.ChanSubscribe(l.subject("lease"), told); err == nil {
		defer sub.Unsubscribe()
	}
	tick := time.NewTicker(l.pace.lease / 5)
	defer tick.Stop()
	for {
		if err := l.step(ctx); err != nil && ctx.Err() == nil {
			l.Logger.Debug("lease", zap.Error(err))
		}
		select {
		case <-tick.C:
		case <-told:
		case <-l.let:
			l.giveUp(ctx)
			return
		case <-ctx.Done():
			l.set("")
			return
		}
	}
}

// release lets the lease go and returns when that is done.
func (l *lease) release() {
	close(l.let)
	<-l.gone
}

func (l *lease) step(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, l.pace.request)
	defer cancel()
	kv, err := l.bucket(ctx)
	if err != nil {
		l.age()
		return err
	}
	if l.revision > 0 {
		return l.renew(ctx, kv)
	}
	entry, err := kv.Get(ctx, leaseKey)
	switch {
	case err == nil:
		l.set(string(entry.Value()))
		return nil
	case !errors.Is(err, jetstream.ErrKeyNotFound):
		return err
	}
	if l.set(""); l.fault() != nil {
		return nil
	}
	start := time.Now()
	revision, err := kv.Create(ctx, leaseKey, []byte(l.id))
	if err != nil {
		return err // somebody was faster
	}
	l.hold(revision, start)
	return l.nc.Publish(l.subject("lease"), nil)
}

func (l *lease) renew(ctx context.Context, kv jetstream.KeyValue) error {
	if l.fault() != nil {
		l.giveUp(ctx)
		return nil
	}
	start := time.Now()
	revision, err := kv.Update(ctx, leaseKey, []byte(l.id), l.revision)
	switch {
	case err == nil:
		l.hold(revision, start)
	case code(err) == wrongLastSequence:
		l.revision = 0
		l.set("")
	default:
		l.age()
	}
	return err
}

func (l *lease) hold(revision uint64, since time.Time) {
	l.revision, l.renewed = revision, since
	l.set(l.id)
}

// age gives up a lease that could not be renewed in time.
func (l *lease) age() {
	if l.revision > 0 && time.Since(l.renewed) >= l.pace.lease {
		l.revision = 0
		l.set("")
	}
}

// giveUp deletes the key if it is ours.
func (l *lease) giveUp(ctx context.Context) {
	l.set("")
	if l.revision == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, l.pace.request)
	defer cancel()
	kv, err := l.bucket(ctx)
	if err == nil {
		err = kv.Delete(ctx, leaseKey, jetstream.LastRevision(l.revision))
	}
	if err == nil {
		err = l.nc.Publish(l.subject("lease"), nil)
	}
	if err != nil {
		l.Logger.Debug("the lease ends by itself", zap.Error(err))
	}
	l.revision = 0
}

// bucket returns the bucket of the lease, which may be lost and made again at any time.
func (l *lease) bucket(ctx context.Context) (jetstream.KeyValue, error) {
	name := l.Name + "-lease"
	kv, err := l.js.KeyValue(ctx, name)
	if errors.Is(err, jetstream.ErrBucketNotFound) {
		kv, err = l.js.CreateKeyValue(ctx, jetstream.KeyValueConfig{
			Bucket: name, Description: "Which node of Guildhall commits.",
			TTL: l.pace.lease, Replicas: l.Replicas, Storage: jetstream.MemoryStorage,
		})
	}
	if err != nil {
		return nil, fmt.Errorf("jetstream: lease: %w", err)
	}
	return kv, nil
}
