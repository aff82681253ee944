package journal

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"zombiezen.com/go/sqlite"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
)

// restore finds the head, rebuilds what the tables do not have yet and checks that the
// last records follow from one another and that the streams add up to the head.
func (j *Journal) restore(ctx context.Context) error {
	last, indexed, err := j.extent(ctx)
	if err != nil {
		return err
	}
	j.head.position = last
	at, err := j.place(ctx, min(indexed, last-min(last, batchRecords)))
	if err == nil {
		err = j.catchUp(ctx, at, last, indexed)
	}
	if err != nil {
		return err
	}
	return j.reading(ctx, func(r *reader) error {
		if err := j.index.young.addsUp(r, last); err != nil {
			return err
		}
		return r.answersAddUp()
	})
}

// Refresh lets a reader see what was recorded since it was opened or refreshed, and returns
// how far that goes. What is new is proven to follow from what was there.
func (j *Journal) Refresh(ctx context.Context) (events.Position, error) {
	at, _ := j.tip()
	if err := j.settleWAL(); err != nil {
		return at.position, err
	}
	last, indexed, err := j.extent(ctx)
	if err == nil && last > at.position {
		err = j.catchUp(ctx, at, last, indexed)
	}
	at, _ = j.tip()
	return at.position, err
}

// settleWAL makes durable what another process may just be about to make so, for a reader
// must not tell what a power cut can still take back.
func (j *Journal) settleWAL() error {
	if err := syncFile(j.path + "-wal"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("journal: %w", err)
	}
	return nil
}

// extent returns the position of the last record in the file, and up to which one the tables
// are complete.
func (j *Journal) extent(ctx context.Context) (last, indexed events.Position, err error) {
	err = j.reading(ctx, func(r *reader) error {
		return r.atOnce(func() error {
			end, err := number(r.conn, `SELECT coalesce(max(position), 0) FROM record`)
			if err != nil {
				return err
			}
			filed, err := number(r.conn, `SELECT coalesce(max(position), -1) FROM indexed`)
			if err == nil && (filed < 0 || filed > end) {
				err = fmt.Errorf("%w: it ends at position %d and has an index up to %d", events.ErrCorrupt, end, filed)
			}
			last, indexed = events.Position(end), events.Position(filed)
			return err
		})
	})
	return last, indexed, err
}

// catchUp reads from at up to last, adds to the index what the tables do not have, and moves
// the head.
func (j *Journal) catchUp(ctx context.Context, at place, last, indexed events.Position) error {
	t := newTail()
	t.from, t.end = max(indexed, j.index.young.end), last
	var keys []keyed
	for at.position < last {
		batch, err := j.behind(ctx, at, min(batchRecords, int64(last-at.position)))
		if err != nil {
			return err
		}
		at = batch[len(batch)-1].place
		if keys, err = t.replay(batch, keys); err != nil {
			return err
		}
	}
	err := j.reading(ctx, func(r *reader) error {
		return r.atOnce(func() error {
			for _, k := range keys {
				if err := j.index.place(t, r, k); err != nil {
					return err
				}
			}
			return nil
		})
	})
	if err != nil {
		return err
	}
	if indexed >= j.index.young.end {
		j.index.reset(t)
	} else {
		j.index.add(t)
	}
	j.advance(at)
	return nil
}

// A keyed request ends at position last.
type keyed struct {
	key
	last events.Position
}

// replay adds the streams of batch to t, and the keys of its requests to keys.
func (t *tail) replay(batch []entry, keys []keyed) ([]keyed, error) {
	for _, e := range batch {
		if e.position <= t.from {
			continue
		}
		t.streams[e.Stream] = row{e.Revision, e.position}
		if n := len(keys); e.lead > 0 && n > 0 && keys[n-1].last == e.position-1 {
			keys[n-1].last++
			continue
		}
		req, err := e.Request()
		if err != nil {
			return nil, err
		}
		if k := keyOf(req); e.lead == 0 && k != (key{}) {
			keys = append(keys, keyed{k, e.position})
		}
	}
	return keys, nil
}

// place finds the slot for k, which may be in the table already, and adds it to t.
func (x *index) place(t *tail, r *reader, k keyed) error {
	for slot := k.slot(); ; slot++ {
		p, found := t.answers[slot]
		if !found {
			p, found = x.answer(slot)
		}
		if !found {
			var err error
			if p, found, err = lookUpAnswer(r.findAnswer, slot); err != nil {
				return err
			}
		}
		if !found || p == k.last {
			t.answers[slot] = k.last
			return nil
		}
		commit, err := commitAt(r.inOrder, p)
		if err != nil {
			return err
		}
		if is, err := commit[0].answers(k.key); err != nil || is {
			return err
		}
	}
}

// addsUp checks every row of the table stream, that none stands there twice, and that the
// streams hold as many records as the whole journal. What the table says of those in t may be
// old.
func (t *tail) addsUp(r *reader, last events.Position) error {
	var sum uint64
	for _, s := range t.streams {
		sum += s.revision
	}
	before := domain.Stream("")
	err := each(r.streams, func(stmt *sqlite.Stmt) error {
		name := domain.Stream(stmt.ColumnText(3))
		if name <= before {
			return fmt.Errorf("%w: the index of streams is out of order", events.ErrCorrupt)
		}
		before = name
		s, err := scanRow(stmt, name)
		if _, known := t.streams[name]; !known {
			sum += s.revision
		}
		return err
	})
	if err == nil && sum != uint64(last) {
		err = fmt.Errorf("%w: it ends at position %d, yet its streams hold %d records", events.ErrCorrupt, last, sum)
	}
	return err
}

// answersAddUp checks that the table answer holds what was filed, in order, and up to where. A
// row that is missing or out of place could not be told from a key that was never used, nor
// could one that is not looked for in the records because the table is said to have it.
func (r *reader) answersAddUp() error {
	return r.atOnce(func() error {
		filed, err := number(r.conn, `SELECT answers FROM indexed`)
		if err != nil {
			return err
		}
		end, err := number(r.conn, `SELECT position FROM indexed`)
		if err != nil {
			return err
		}
		sum, before := endSum(events.Position(end)), int64(-1)
		err = each(r.answers, func(stmt *sqlite.Stmt) error {
			slot, p := stmt.ColumnInt64(0), stmt.ColumnInt64(1)
			if slot <= before {
				return fmt.Errorf("%w: the answers to repeated requests are out of order", events.ErrCorrupt)
			}
			if before = slot; p <= end {
				sum ^= answerSum(slot, events.Position(p))
			}
			return nil
		})
		if err == nil && sum != filed {
			err = fmt.Errorf("%w: the answers to repeated requests do not have their checksum", events.ErrCorrupt)
		}
		return err
	})
}
