package partners_test

import (
	"context"
	"errors"
	"iter"
	"os"
	"sync"
	"time"

	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/partners"
	"github.com/guildhall-dev/guildhall/projections"
)

// A laggard is another node: its read model comes as far as the test lets it.
type laggard struct {
	*partners.Partners
	dam  *dam
	stop func()
}

// lag opens a node that follows the house's log from afar.
func (h *house) lag() *laggard {
	h.t.Helper()
	dir := h.copied()
	read, err := projections.Open(h.t.Context(), dir)
	if err != nil {
		h.t.Fatal(err)
	}
	l := &laggard{Partners: &partners.Partners{Log: h.log, Read: read, Now: h.Now}, dam: &dam{Log: h.log, raised: make(chan struct{})}}
	ctx, cancel := context.WithCancel(h.t.Context())
	ended := make(chan error, 1)
	l.raise(h.t)
	go func() { ended <- read.Run(ctx, l.dam) }()
	l.stop = func() {
		cancel()
		if err := errors.Join(<-ended, read.Close(), os.RemoveAll(dir)); !errors.Is(err, context.Canceled) {
			h.t.Error(err)
		}
	}
	return l
}

// raise lets everything through that is in the log.
func (l *laggard) raise(t fataler) {
	head, err := l.Log.Head(context.Background())
	if err != nil {
		t.Fatalf("%v", err)
	}
	l.dam.raise(head)
}

// behind reports whether there is something that the node is not let to know.
func (l *laggard) behind(t fataler) bool {
	head, err := l.Log.Head(context.Background())
	if err != nil {
		t.Fatalf("%v", err)
	}
	at, _ := l.dam.level()
	return at < head
}

// refuses has the node asked while it is behind, by somebody who does not wait for long.
func (l *laggard) refuses(t fataler, c *client, first int) {
	ctx, cancel := context.WithTimeout(c.t.Context(), time.Millisecond)
	defer cancel()
	if page, err := l.Changes(ctx, c.partner, c.cursor, first, c.categories); err == nil {
		t.Fatalf("a node that is behind answers %+v", page)
	}
}

// A dam is a log that ends at a level.
type dam struct {
	events.Log

	mu     sync.Mutex
	at     events.Position
	raised chan struct{} // closed when at changes
}

func (d *dam) level() (events.Position, <-chan struct{}) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.at, d.raised
}

func (d *dam) raise(to events.Position) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if to > d.at {
		d.at = to
		close(d.raised)
		d.raised = make(chan struct{})
	}
}

func (d *dam) Head(context.Context) (events.Position, error) {
	at, _ := d.level()
	return at, nil
}

func (d *dam) Follow(ctx context.Context, p events.Position) iter.Seq2[events.Recorded, error] {
	return func(yield func(events.Recorded, error) bool) {
		for r, err := range d.Log.Follow(ctx, p) {
			for at, raised := d.level(); err == nil && r.Position > at; at, raised = d.level() {
				select {
				case <-raised:
				case <-ctx.Done():
					err = ctx.Err()
				}
			}
			if !yield(r, err) || err != nil {
				return
			}
		}
	}
}
