package login_test

import (
	"context"
	"iter"
	"net/url"
	"sync/atomic"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
)

// A counted log counts the streams that are read and the commits.
type counted struct {
	events.Log
	work atomic.Int64
}

func (c *counted) Read(ctx context.Context, s domain.Stream) iter.Seq2[events.Recorded, error] {
	c.work.Add(1)
	return c.Log.Read(ctx, s)
}

func (c *counted) Append(ctx context.Context, what events.Commit) (events.Position, error) {
	c.work.Add(1)
	return c.Log.Append(ctx, what)
}

// TestManyLoginsAreNoMoreWorkAndThenWait logs a client in as often as it may at once. What is
// recorded of the first login of a day is all that any reads or writes; who asks on is told to
// wait, and is not kept waiting here.
func TestManyLoginsAreNoMoreWorkAndThenWait(t *testing.T) {
	h := open(t)
	n, secret := h.nodes[0], h.secret(nightly)
	log := &counted{Log: h.log}
	n.Log = log
	h.token(n, nightly, secret.Text)
	if log.work.Load() == 0 {
		t.Error("the first login leaves nothing on record")
	}
	h.must(n.Fence(h.Context())) // until it is known that the key was used
	log.work.Store(0)
	for range 59 {
		h.token(n, nightly, secret.Text)
	}
	if did := log.work.Load(); did != 0 {
		t.Errorf("59 more read or write %d times", did)
	}
	again := func() reply {
		return h.post(n, url.Values{"grant_type": {"client_credentials"}}, basic(nightly, secret.Text))
	}
	if r := again(); r.status != 429 || r.header.Get("Retry-After") != "2" {
		t.Errorf("then: %d %s, Retry-After %q", r.status, r.text, r.header.Get("Retry-After"))
	}
	h.pass(2 * time.Second)
	if r := again(); r.status != 200 {
		t.Errorf("two seconds later: %d %s", r.status, r.text)
	}
	if did := log.work.Load(); did != 0 {
		t.Errorf("after them %d reads or writes", did)
	}
}
