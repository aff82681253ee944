package projections

import (
	"context"
	"fmt"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
)

// reached notes that the generation that is asked has come to a record.
func (db *DB) reached(last events.Recorded, records int) {
	db.mu.Lock()
	defer db.mu.Unlock()
	db.applied = last.Position
	db.meter.committed(last.Request.At, records)
	db.tell()
}

// saw notes where the log ends.
func (db *DB) saw(head events.Position) {
	db.mu.Lock()
	defer db.mu.Unlock()
	db.end = max(db.end, head)
}

// progress notes how far a generation has come that is being built.
func (db *DB) progress(at, head events.Position) {
	db.mu.Lock()
	defer db.mu.Unlock()
	db.building, db.built, db.end = true, at, head
	db.tell()
}

// worry notes why a generation is not used.
func (db *DB) worry(err error) {
	db.mu.Lock()
	defer db.mu.Unlock()
	db.trouble = err
}

// doubt lets nobody ask what an older program made of facts that this one knows more of.
func (db *DB) doubt() {
	db.mu.Lock()
	defer db.mu.Unlock()
	old := db.serving
	db.serving, db.applied, db.doubted = nil, 0, old.name
	db.read.ask(newReading(db.notBuilt).of)
	db.recalled.forget(changed{everything: true, standing: true})
	db.tell()
	db.retired.Go(old.retire)
}

// tell wakes who waits; db.mu is held.
func (db *DB) tell() {
	close(db.moved)
	db.moved = make(chan struct{})
}

// Position is how far into the log the read model has come, for those who ask it.
func (db *DB) Position() events.Position {
	db.mu.Lock()
	defer db.mu.Unlock()
	return db.applied
}

// Moved returns the position the read model has come to and a channel that is closed when it moves on.
func (db *DB) Moved() (events.Position, <-chan struct{}) {
	db.mu.Lock()
	defer db.mu.Unlock()
	return db.applied, db.moved
}

// Wait returns once the read model has come to p. When ctx ends before, it is refused: the
// read model is behind (READ_MODEL_BEHIND) or being built (READ_MODEL_BUILDING). It fails
// (READ_MODEL_STOPPED) as soon as Run has ended. What was waited for is recorded all the same.
func (db *DB) Wait(ctx context.Context, p events.Position) error {
	db.meter.waits.Add(1)
	for {
		db.mu.Lock()
		asked, applied, fault, moved := db.serving != nil, db.applied, db.fault, db.moved
		db.mu.Unlock()
		switch {
		case asked && applied >= p:
			return nil
		case fault != nil:
			return fmt.Errorf("%w (at %d: %w)", domain.Refuse(domain.Busy, "READ_MODEL_STOPPED",
				"What was recorded is safe, but nothing new can be shown until somebody who runs this Guildhall has looked at it."), applied, fault)
		}
		select {
		case <-moved:
		case <-ctx.Done():
			db.meter.timedOut.Add(1)
			if !asked {
				return db.notBuilt()
			}
			return domain.Refuse(domain.Busy, "READ_MODEL_BEHIND", "What you asked for is recorded but cannot be shown yet. Try again in a moment.")
		}
	}
}

// notBuilt refuses what is asked before there is a generation to ask.
func (db *DB) notBuilt() error {
	db.mu.Lock()
	defer db.mu.Unlock()
	return domain.Refuse(domain.Busy, "READ_MODEL_BUILDING",
		"What Guildhall shows is being prepared anew from the log: %d of %d records are in it. Try again in a moment.", db.built, db.end)
}
