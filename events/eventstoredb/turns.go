package eventstoredb

import (
	"context"
	"sync"

	"github.com/guildhall-dev/guildhall/domain"
)

// turns lets one caller at a time do what has a name.
type turns struct {
	mu    sync.Mutex
	taken map[string]chan struct{} // closed when the turn is over
}

// take waits for the turn.
func (t *turns) take(ctx context.Context, name string) (release func(), err error) {
	over := make(chan struct{})
	for {
		t.mu.Lock()
		before, busy := t.taken[name]
		if !busy {
			if t.taken == nil {
				t.taken = make(map[string]chan struct{})
			}
			t.taken[name] = over
			t.mu.Unlock()
			return func() { t.release(name, over) }, nil
		}
		t.mu.Unlock()
		select {
		case <-before:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

func (t *turns) release(name string, over chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.taken, name)
	close(over)
}

// counts is how many events streams are known to have on the server. It may be behind.
type counts struct {
	mu    sync.Mutex
	known map[domain.Stream]uint64
}

const mostKnown = 1 << 16

func (c *counts) of(s domain.Stream) (n uint64, known bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	n, known = c.known[s]
	return n, known
}

func (c *counts) raise(s domain.Stream, n uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known == nil || len(c.known) >= mostKnown {
		c.known = make(map[domain.Stream]uint64)
	}
	c.known[s] = max(c.known[s], n)
}

func (c *counts) forget(s domain.Stream) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.known, s)
}
