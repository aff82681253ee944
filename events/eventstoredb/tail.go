package eventstoredb

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/journal"
)

// A tail moves what the server has into the journal, in the order of $all.
type tail struct {
	journal *journal.Journal
	conn    *connection
	streams naming
	counts  *counts
	hints   hintFile

	done chan struct{} // closed when run returned
	kept error         // the last failure to write the hint, if it was not made up for

	place       // of run alone, and of open before that
	noted place // by the hint

	mu      sync.Mutex
	handled cursor // what the journal has
	moved   chan struct{}
	voids   map[domain.Stream]uint64
	waiting map[uuid.UUID][]chan<- arrival
	broken  error // why the tail ended for good
}

// A place is how far the tail got, in terms of the log and of the server.
type place struct {
	position events.Position // of the last record handled
	hash     events.Hash     // at position
	at       cursor          // of the last event of ours handled
	id       uuid.UUID       // of that event
}

// An arrival is what became of a commit that came in.
type arrival struct {
	position events.Position
	void     bool // its key was used by an earlier commit
}

func newTail(j *journal.Journal, conn *connection, n naming, c *counts, h hintFile) *tail {
	return &tail{
		journal: j, conn: conn, streams: n, counts: c, hints: h,
		done: make(chan struct{}), moved: make(chan struct{}),
		voids: make(map[domain.Stream]uint64), waiting: make(map[uuid.UUID][]chan<- arrival),
	}
}

// run follows the server until ctx ends or the tail breaks.
func (t *tail) run(ctx context.Context) {
	defer close(t.done)
	defer t.note()
	for pause := (backoff{}); ; {
		before := t.passed()
		err := t.follow(ctx)
		if ctx.Err() != nil {
			return
		}
		if errors.Is(err, events.ErrCorrupt) || errors.Is(err, events.ErrUnknownOutcome) || domain.AsRefusal(err) != nil {
			t.fail(fmt.Errorf("eventstoredb: the log is not followed until it is opened again: %w", err))
			return
		}
		if before.before(t.passed()) {
			pause = backoff{}
		}
		if pause.wait(ctx) != nil {
			return
		}
	}
}

// follow moves what one subscription delivers until that ends.
func (t *tail) follow(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if err := t.check(ctx); err != nil {
		return err
	}
	sub, err := t.conn.subscribe(ctx, t.passed(), t.streams)
	if err != nil {
		return err
	}
	defer sub.Close()
	deliveries := make(chan delivery, 256)
	go pump(ctx, sub.Subscription, deliveries)

	const hintEvery = 5 * time.Second
	hint := time.NewTicker(hintEvery)
	defer hint.Stop()
	quiet := time.NewTimer(t.conn.timeout)
	defer quiet.Stop()
	in := intake{tail: t, up: t.passed()}
	for {
		select {
		case d := <-deliveries:
			quiet.Reset(t.conn.timeout)
			err := in.collect(ctx, d, deliveries)
			if err != nil && spent(err) && ctx.Err() == nil {
				t.conn.retire(sub.session)
			}
			if err != nil {
				return err
			}
		case <-hint.C:
			t.note()
		case <-quiet.C:
			if err := t.missed(ctx); err != nil {
				t.conn.retire(sub.session)
				return err
			}
			quiet.Reset(t.conn.timeout)
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// missed is an error if a subscription that was quiet for long should not have been.
func (t *tail) missed(ctx context.Context) error {
	end, err := t.end(ctx)
	if err == nil && t.passed().before(end) {
		err = errTimeout
	}
	return err
}

// end is where the last of our events stands on $all, or a place that the tail has passed.
func (t *tail) end(ctx context.Context) (cursor, error) {
	passed := t.passed()
	var from esdb.AllPosition = esdb.End{}
	for count := uint64(1); ; count = min(2*count, 512) {
		page, err := t.conn.backwards(ctx, from, count)
		if err != nil {
			return cursor{}, err
		}
		for _, e := range page {
			at := at(e.Position)
			if !passed.before(at) {
				return passed, nil
			}
			if t.streams.has(e.StreamID) {
				return at, nil
			}
			from = e.Position
		}
		if uint64(len(page)) < count {
			return passed, nil
		}
	}
}

// note has the hint tell the place of now.
func (t *tail) note() {
	if t.place == t.noted {
		return
	}
	if t.kept = t.hints.write(t.place, t.voids); t.kept == nil {
		t.noted = t.place
	}
}

// A delivery is one message of a subscription.
type delivery struct {
	event  *esdb.RecordedEvent
	passed *esdb.Position // everything up to here that is ours was delivered
	err    error
}

// pump moves messages from sub to out until sub ends.
func pump(ctx context.Context, sub *esdb.Subscription, out chan<- delivery) {
	for {
		d := next(sub)
		select {
		case out <- d:
		case <-ctx.Done():
			return
		}
		if d.err != nil {
			return
		}
	}
}

func next(sub *esdb.Subscription) (d delivery) {
	defer func() {
		if p := recover(); p != nil {
			d = delivery{err: fmt.Errorf("the client panicked: %v", p)}
		}
	}()
	for {
		m := sub.Recv()
		switch {
		case m == nil:
			return delivery{err: errors.New("the client received nothing")}
		case m.SubscriptionDropped != nil:
			return delivery{err: fmt.Errorf("subscription dropped: %w", m.SubscriptionDropped.Error)}
		case m.CheckPointReached != nil:
			return delivery{passed: m.CheckPointReached}
		case m.EventAppeared != nil && m.EventAppeared.Event != nil:
			return delivery{event: m.EventAppeared.Event}
		}
	}
}

// passed is the place on $all up to which the journal has everything.
func (t *tail) passed() cursor {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.handled
}

// failed is why the tail ended for good, if it did.
func (t *tail) failed() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.broken
}

func (t *tail) fail(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.broken = err
	close(t.moved)
	t.moved = make(chan struct{})
}

// state is what one has to look at again when moved is closed.
func (t *tail) state() (handled cursor, moved <-chan struct{}, broken error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.handled, t.moved, t.broken
}

// pass waits until the journal has everything up to a place on $all.
func (t *tail) pass(ctx context.Context, to cursor) error {
	for {
		handled, moved, broken := t.state()
		if !handled.before(to) {
			return nil
		}
		if broken != nil {
			return broken
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// expect has told when the commit that ends with the event id comes in.
func (t *tail) expect(id uuid.UUID) (arrived <-chan arrival, forget func()) {
	c := make(chan arrival, 1)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.waiting[id] = append(t.waiting[id], c)
	return c, func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		var left []chan<- arrival
		for _, w := range t.waiting[id] {
			if w != (chan<- arrival)(c) {
				left = append(left, w)
			}
		}
		if t.waiting[id] = left; left == nil {
			delete(t.waiting, id)
		}
	}
}

// held is how many events the server has on a stream that has so many records.
func (t *tail) held(s domain.Stream, records uint64) uint64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return records + t.voids[s]
}
