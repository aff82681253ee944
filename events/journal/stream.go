package journal

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"zombiezen.com/go/sqlite"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
)

// Read yields stream s; see events.Log. A record that is appended while s is read is not
// part of it.
//
// Every record tells where the one before it in its stream is. A stream is read from its
// last record back to its first, which proves that none is missing, and every record is
// proven to have its hash. Of a long stream only positions are held.
func (j *Journal) Read(ctx context.Context, s domain.Stream) iter.Seq2[events.Recorded, error] {
	return func(yield func(events.Recorded, error) bool) {
		w, err := j.walk(ctx, s)
		if err != nil {
			yield(events.Recorded{}, fmt.Errorf("journal: read %s: %w", s, err))
			return
		}
		slices.Reverse(w.early)
		for early := range slices.Chunk(w.early, earlyRecords) {
			batch, err := j.at(ctx, early)
			if err != nil {
				yield(events.Recorded{}, fmt.Errorf("journal: read %s: %w", s, err))
				return
			}
			if !j.yield(ctx, batch, yield) {
				return
			}
		}
		slices.Reverse(w.late)
		j.yield(ctx, w.late, yield)
	}
}

// earlyRecords is so small that as many of the largest records are no more than batchBytes.
const earlyRecords = batchBytes / events.MaxRecord

// A walk goes through a stream from its last record to its first.
type walk struct {
	stream   domain.Stream
	head     events.Position // records behind it are passed over
	next     events.Position // 0 at the end
	revision uint64          // of next
	late     []entry         // the last records, from the last one
	early    []events.Position
	size     int // of late
}

func (j *Journal) walk(ctx context.Context, s domain.Stream) (*walk, error) {
	head, _ := j.End()
	w := &walk{stream: s, head: head}
	last, found := j.index.stream(s)
	for first := true; first || w.next != 0; first = false {
		err := j.reading(ctx, func(r *reader) error {
			return r.atOnce(func() (err error) {
				if first && !found {
					if last, err = lookUpStream(r.findStream, s); err != nil {
						return err
					}
				}
				if first {
					w.next, w.revision = last.last, last.revision
				}
				return w.some(r)
			})
		})
		if err != nil {
			return nil, err
		}
	}
	if w.revision != 0 {
		return nil, fmt.Errorf("%w: revision %d is missing", events.ErrCorrupt, w.revision)
	}
	return w, nil
}

// some goes on for at most batchRecords.
func (w *walk) some(r *reader) error {
	for range batchRecords {
		if w.next == 0 {
			return nil
		}
		step := w.step
		if len(w.late) >= batchRecords || w.size >= batchBytes {
			step = w.skip
		}
		if err := step(r); err != nil {
			return err
		}
	}
	return nil
}

// step takes the next record.
func (w *walk) step(r *reader) error {
	e, err := r.record(w.next)
	if err != nil {
		return err
	}
	if e.position <= w.head {
		w.late = append(w.late, e)
		w.size += e.Size()
	}
	return w.move(e.Stream, e.Revision, e.previous)
}

// skip takes the position of the next record.
func (w *walk) skip(r *reader) error {
	p, found := w.next, false
	r.link.BindInt64(1, int64(p))
	err := each(r.link, func(stmt *sqlite.Stmt) error {
		found = true
		return w.move(domain.Stream(stmt.ColumnText(2)), uint64(stmt.ColumnInt64(1)), events.Position(stmt.ColumnInt64(0)))
	})
	if err == nil && !found {
		err = missing(p)
	}
	if p <= w.head {
		w.early = append(w.early, p)
	}
	return err
}

// move goes on to previous after the next record turned out to be of a stream at a revision.
func (w *walk) move(s domain.Stream, revision uint64, previous events.Position) error {
	if s != w.stream || revision != w.revision {
		return fmt.Errorf("%w: position %d holds revision %d of %s where revision %d of %s is due",
			events.ErrCorrupt, w.next, revision, s, w.revision, w.stream)
	}
	if (previous == 0) != (revision == 1) || previous >= w.next {
		return fmt.Errorf("%w: revision %d at position %d follows position %d", events.ErrCorrupt, revision, w.next, previous)
	}
	w.next, w.revision = previous, revision-1
	return nil
}

// at returns the records at positions, each proven to have its hash.
func (j *Journal) at(ctx context.Context, positions []events.Position) (batch []entry, err error) {
	err = j.reading(ctx, func(r *reader) error {
		for _, p := range positions {
			e, err := r.record(p)
			if err != nil {
				return err
			}
			batch = append(batch, e)
		}
		return nil
	})
	return batch, err
}

// record returns the record at p, proven by its hash to follow from the one before it.
func (r *reader) record(p events.Position) (e entry, err error) {
	before := place{position: p - 1}
	r.pair.BindInt64(1, int64(p-1))
	r.pair.BindInt64(2, int64(p))
	err = each(r.pair, func(stmt *sqlite.Stmt) error {
		if events.Position(stmt.ColumnInt64(0)) == p-1 {
			before.hash, err = digest[events.Hash](stmt, hashColumn)
			return err
		}
		if e, err = scan(stmt); err != nil {
			return err
		}
		return e.follow(before)
	})
	if err == nil && e.position == 0 {
		err = missing(p)
	}
	return e, err
}

func missing(p events.Position) error {
	return fmt.Errorf("%w: no record at position %d", events.ErrCorrupt, p)
}
