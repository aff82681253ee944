package journal

import (
	"context"
	"errors"
	"fmt"

	"zombiezen.com/go/sqlite"

	"github.com/guildhall-dev/guildhall/events"
)

// Accept adds a group that has its place in the common order. The records of it that the
// journal already holds are compared and otherwise skipped. A group that does not follow
// from the journal's head, or is not what the journal holds, is events.ErrCorrupt and
// changes nothing. An events.ErrUnknownOutcome means that the journal must be reopened.
func (j *Journal) Accept(ctx context.Context, g events.Group) error {
	if err := j.store(ctx, g); err != nil {
		return err
	}
	if err := j.sync(); err != nil {
		return err
	}
	return j.file(len(g.Records))
}

// store puts g behind what is stored. It is durable after sync.
func (j *Journal) store(ctx context.Context, g events.Group) error {
	j.writing.Lock()
	defer j.writing.Unlock()
	if err := j.usable(ctx); err != nil {
		return err
	}
	if j.writer == nil {
		return errors.New("journal: opened to be read only")
	}
	if err := j.failed(); err != nil {
		return err
	}
	if g.First == 0 || g.First > j.stored.position+1 {
		return fmt.Errorf("journal: %w: a group at position %d cannot follow %d", events.ErrCorrupt, g.First, j.stored.position)
	}
	at, fresh, err := j.compare(g)
	if err != nil || len(fresh) == 0 {
		return err
	}
	if err := j.keepUp(); err != nil {
		return err
	}
	g.First, g.Previous, g.Records = at.position+1, at.hash, fresh
	end, err := j.writer.store(at, g)
	if errors.Is(err, events.ErrUnknownOutcome) {
		return events.InDoubt(j.fail(err))
	}
	if err != nil {
		return inWords(j.path, err)
	}
	j.mu.Lock()
	j.stored = end
	j.ahead++
	j.mu.Unlock()
	j.foldIfDue()
	return nil
}

// compare returns the records of g that the journal does not have and where they belong.
func (j *Journal) compare(g events.Group) (at place, fresh []events.Record, err error) {
	held := min(int(j.stored.position+1-g.First), len(g.Records))
	at = place{g.First - 1 + events.Position(held), g.Previous}
	for _, r := range g.Records[:held] {
		at.hash = r.After(at.hash)
	}
	ours := j.stored.hash
	if at.position != j.stored.position {
		if ours, err = j.writer.hashAt(at.position); err != nil {
			return at, nil, fmt.Errorf("journal: hash at position %d: %w", at.position, damage(err))
		}
	}
	if at.hash != ours {
		return at, nil, fmt.Errorf("journal: %w: a group up to position %d is not what the journal holds", events.ErrCorrupt, g.Last())
	}
	return at, g.Records[held:], nil
}

func (w *writer) hashAt(p events.Position) (h events.Hash, err error) {
	w.findHash.BindInt64(1, int64(p))
	err = each(w.findHash, func(stmt *sqlite.Stmt) (err error) {
		h, err = digest[events.Hash](stmt, 0)
		return err
	})
	return h, err
}

// sync makes everything that is stored durable and moves the head there. When it fails
// nobody can tell what is on the disk.
func (j *Journal) sync() error {
	j.syncing.Lock()
	defer j.syncing.Unlock()
	j.mu.Lock()
	to, head, ahead := j.stored, j.head, j.ahead
	j.mu.Unlock()
	if err := j.failed(); err != nil {
		return events.InDoubt(err)
	}
	if ahead == 0 {
		return nil
	}
	if err := j.writer.log.Sync(); err != nil {
		return events.InDoubt(j.fail(fmt.Errorf("journal: sync: %w", err)))
	}
	j.mu.Lock()
	j.ahead -= ahead
	j.mu.Unlock()
	if to != head {
		j.advance(to)
	}
	return nil
}

// unsynced is how many transactions may be behind the last durable one. What has as many
// behind it in the write-ahead log was durable; see checkWAL.
const unsynced = 3

// keepUp makes sure that one more transaction does not go beyond unsynced.
func (j *Journal) keepUp() error {
	j.mu.Lock()
	ahead := j.ahead
	j.mu.Unlock()
	if ahead < unsynced {
		return nil
	}
	return j.sync()
}

// fail makes err the reason why nothing is taken any more, if there is none yet. It returns
// err in plain words.
func (j *Journal) fail(err error) error {
	err = inWords(j.path, err)
	j.failure.CompareAndSwap(nil, &err)
	return err
}

// failed says why nothing is taken any more. It is no outcome of what is asked next.
func (j *Journal) failed() error {
	if reason := j.failure.Load(); reason != nil {
		return fmt.Errorf("journal: nothing is recorded until the log is opened again: %s", bare(*reason))
	}
	return nil
}
