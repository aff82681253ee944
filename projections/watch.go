package projections

import (
	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/partner"
)

// A watch is woken by what happens to one of some streams.
type watch chan struct{}

// Watch returns a channel that has something in it from when something was recorded in one
// of the streams, or may have been. A change of what an institution is shown counts as
// something in its own stream. Who watches holds no more than that, however slow, and
// stops when done.
func (db *DB) Watch(streams ...domain.Stream) (woken <-chan struct{}, stop func()) {
	w := make(watch, 1)
	db.mu.Lock()
	defer db.mu.Unlock()
	for _, s := range streams {
		if db.watches[s] == nil {
			db.watches[s] = map[watch]bool{}
		}
		db.watches[s][w] = true
	}
	return w, func() {
		db.mu.Lock()
		defer db.mu.Unlock()
		for _, s := range streams {
			if delete(db.watches[s], w); len(db.watches[s]) == 0 {
				delete(db.watches, s)
			}
		}
	}
}

// wake wakes those who watch one of the streams.
func (db *DB) wake(streams map[domain.Stream]bool) {
	db.mu.Lock()
	defer db.mu.Unlock()
	if len(db.watches) == 0 {
		return
	}
	for s := range streams {
		for w := range db.watches[s] {
			w.wake()
		}
	}
}

// wakeAll wakes everybody, as another generation is asked; db.mu is held.
func (db *DB) wakeAll() {
	for _, ws := range db.watches {
		for w := range ws {
			w.wake()
		}
	}
}

func (w watch) wake() {
	select {
	case w <- struct{}{}:
	default:
	}
}

// stir notes that something happened to a stream, for those who watch it.
func (b *batch) stir(s domain.Stream) {
	if b.stirred != nil {
		b.stirred[s] = true
	}
}

// stirFeed notes that what an institution is shown has changed.
func (b *batch) stirFeed(p domain.PartnerID) { b.stir(partner.Stream(p)) }
