package graphql

import (
	"sync"
	"time"
)

// What requests cost. A point is what ten objects of an answer cost; see cost.
const (
	maxPoints   = 10_000               // that a client can save up
	pointEvery  = 5 * time.Millisecond // a client gets one back: 200 a second
	perPoint    = 10                   // objects
	forMutation = 5                    // points, for each field of Mutation

	maxStrangers  = 60                     // requests without a token that counts, from one address
	strangerEvery = 500 * time.Millisecond // one more
	maxPurses     = 100_000                // that are remembered
)

// Purses hold the points of clients, by name. A purse fills by itself, one point every so
// often; one that is full is not remembered.
type purses struct {
	most  int // points in a full purse
	every time.Duration

	mu    sync.Mutex
	full  map[string]time.Time // when it will be, by name
	swept time.Time
}

func newPurses(most int, every time.Duration) *purses {
	return &purses{most: most, every: every, full: map[string]time.Time{}}
}

// take takes points out of a purse. If there are too few it takes none, and tells how long
// to wait for them. It returns what is left.
func (p *purses) take(name string, points int, now time.Time) (left int, wait time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	name = p.known(name, now)
	full := latest(p.full[name], now)
	after := full.Add(time.Duration(points) * p.every)
	room := time.Duration(p.most) * p.every
	if missing := after.Sub(now) - room; missing > 0 {
		return p.left(full, now), missing
	}
	if after.After(now) {
		p.full[name] = after
	}
	return p.left(after, now), 0
}

// give puts points back that were not needed, and returns what there is then.
func (p *purses) give(name string, points int, now time.Time) (left int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	name = p.known(name, now)
	full := latest(p.full[name].Add(-time.Duration(points)*p.every), now)
	if full.After(now) {
		p.full[name] = full
	} else {
		delete(p.full, name)
	}
	return p.left(full, now)
}

func (p *purses) left(full, now time.Time) int {
	return p.most - int((full.Sub(now)+p.every-1)/p.every)
}

// known is the name under which a purse is kept. Once there are too many, all further ones
// share one, so that nobody makes others be forgotten.
func (p *purses) known(name string, now time.Time) string {
	if _, ok := p.full[name]; ok || len(p.full) < maxPurses {
		return name
	}
	if now.Sub(p.swept) > time.Second {
		p.swept = now
		for n, full := range p.full {
			if !full.After(now) {
				delete(p.full, n)
			}
		}
	}
	if len(p.full) < maxPurses {
		return name
	}
	return ""
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// seconds is d in whole seconds, rounded up.
func seconds(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }
