package partners

import (
	"context"
	"maps"
	"slices"
	"sync"

	"github.com/guildhall-dev/guildhall/domain"
)

// maxHeld is how many people a node knows of at most that an institution was told of them today.
const maxHeld = 100_000

// ledgers are what one node knows that institutions were told today.
type ledgers struct {
	mu   sync.Mutex
	open map[domain.PartnerID]*ledger
}

// of is the ledger of a partner for a day. Those of other days are given up.
func (ls *ledgers) of(p domain.PartnerID, day domain.Date) *ledger {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	l := ls.open[p]
	if l == nil || l.day != day {
		if ls.open == nil {
			ls.open = map[domain.PartnerID]*ledger{}
		}
		maps.DeleteFunc(ls.open, func(_ domain.PartnerID, l *ledger) bool { return l.day != day })
		l = &ledger{day: day, writing: make(chan struct{}, 1), told: map[domain.PersonID][]domain.Scope{}}
		ls.open[p] = l
	}
	return l
}

// A ledger is what one institution was told on a day. It may lack what is on record, and never
// holds what is not.
type ledger struct {
	day     domain.Date
	writing chan struct{} // taken by who puts something on record

	mu   sync.RWMutex
	told map[domain.PersonID][]domain.Scope
}

// enter waits until nobody else puts something on record.
func (l *ledger) enter(ctx context.Context) error {
	select {
	case l.writing <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (l *ledger) leave() { <-l.writing }

// lacks are those of told that the ledger does not hold.
func (l *ledger) lacks(told []Told) (out []Told) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	var who domain.PersonID
	var fields []domain.Scope
	for _, t := range told {
		if t.Person != who {
			who, fields = t.Person, l.told[t.Person]
		}
		if !slices.Contains(fields, t.Scope) {
			out = append(out, t)
		}
	}
	return out
}

// learn adds what is on record. A ledger that is full begins anew.
func (l *ledger) learn(told []Told) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, t := range told {
		if len(l.told) >= maxHeld {
			clear(l.told)
		}
		if fields := l.told[t.Person]; !slices.Contains(fields, t.Scope) {
			l.told[t.Person] = append(fields, t.Scope)
		}
	}
}
