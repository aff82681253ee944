//go:build linux

package crash_test

import (
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/guildhall-dev/guildhall/events"
)

// A ledger is what a log was asked and what it acknowledged.
type ledger struct {
	mu    sync.Mutex
	tried map[string]uint64 // by key: position of the disk before
	acked map[string]ack
}

// An ack is the answer to a commit.
type ack struct {
	at uint64          // position of the disk at the latest
	to events.Position // of the commit's last record
}

func newLedger() *ledger { return &ledger{tried: map[string]uint64{}, acked: map[string]ack{}} }

func (l *ledger) try(key string, at uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, again := l.tried[key]; !again {
		l.tried[key] = at
	}
}

// ack notes an answer. The same question gets the same answer, always.
func (l *ledger) ack(key string, a ack) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if first, again := l.acked[key]; again {
		if first.to != a.to {
			return fmt.Errorf("%s was acknowledged at %d and again at %d", key, first.to, a.to)
		}
		return nil
	}
	l.acked[key] = a
	return nil
}

func (l *ledger) size() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.acked)
}

// until is what l said when the disk was at a position, for a disk that starts there.
func (l *ledger) until(at uint64) *ledger {
	l.mu.Lock()
	defer l.mu.Unlock()
	then := newLedger()
	for key, tried := range l.tried {
		if tried <= at {
			then.tried[key] = 0
		}
	}
	for key, a := range l.acked {
		if a.at <= at {
			then.acked[key] = ack{to: a.to}
		}
	}
	return then
}

// doubtful are the keys that were tried and not acknowledged, in order.
func (l *ledger) doubtful() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	open := maps.Clone(l.tried)
	for key := range l.acked {
		delete(open, key)
	}
	return slices.Sorted(maps.Keys(open))
}
