package journal

import (
	"context"
	"fmt"
	"iter"

	"zombiezen.com/go/sqlite"

	"github.com/guildhall-dev/guildhall/events"
)

// One read takes at most batchRecords, and stops early behind batchBytes, so that no read
// transaction lives long and no reader holds much.
const (
	batchRecords = 500
	batchBytes   = 4 << 20
)

// Follow yields what comes after p; see events.Log. To follow from a position that this
// journal does not have is events.ErrCorrupt.
func (j *Journal) Follow(ctx context.Context, p events.Position) iter.Seq2[events.Recorded, error] {
	return func(yield func(events.Recorded, error) bool) {
		at, err := j.place(ctx, p)
		for err == nil {
			if err = j.Wait(ctx, at.position+1); err != nil {
				break
			}
			var batch []entry
			if batch, err = j.after(ctx, at); err != nil {
				break
			}
			if !j.yield(ctx, batch, yield) {
				return
			}
			at = batch[len(batch)-1].place
		}
		yield(events.Recorded{}, err)
	}
}

// Groups yields what stands after p up to the head in its stored form, in groups of whole
// commits and of about so many bytes each, and then ends.
func (j *Journal) Groups(ctx context.Context, p events.Position, size int) iter.Seq2[events.Group, error] {
	return func(yield func(events.Group, error) bool) {
		head, _ := j.End()
		at, err := j.place(ctx, p)
		g := events.Group{First: at.position + 1, Previous: at.hash}
		held := 0
		for err == nil && at.position < head {
			var batch []entry
			if batch, err = j.after(ctx, at); err != nil {
				break
			}
			batch = batch[:min(len(batch), int(head-at.position))]
			for _, e := range batch {
				if held >= size && e.lead == 0 && len(g.Records) > 0 {
					if !yield(g, nil) {
						return
					}
					g, held = events.Group{First: e.position, Previous: at.hash}, 0
				}
				g.Records = append(g.Records, e.Record)
				held += e.Size()
				at = e.place
			}
		}
		if err != nil {
			yield(events.Group{}, err)
		} else if len(g.Records) > 0 {
			yield(g, nil)
		}
	}
}

// yield decodes batch for a reader and reports whether the reader may get more.
func (j *Journal) yield(ctx context.Context, batch []entry, yield func(events.Recorded, error) bool) bool {
	for _, e := range batch {
		r, err := j.codec.Recorded(e.position, e.lead, e.Record)
		if err == nil {
			err = j.usable(ctx)
		}
		if err != nil {
			yield(events.Recorded{}, err)
			return false
		}
		if !yield(r, nil) {
			return false
		}
	}
	return true
}

// place returns the place at position p, which must exist.
func (j *Journal) place(ctx context.Context, p events.Position) (at place, err error) {
	if p == 0 {
		return place{}, j.usable(ctx)
	}
	if head, _ := j.tip(); p > head.position {
		return place{}, fmt.Errorf("journal: %w: position %d is beyond its end at %d", events.ErrCorrupt, p, head.position)
	}
	err = j.reading(ctx, func(r *reader) error {
		r.hash.BindInt64(1, int64(p))
		return each(r.hash, func(stmt *sqlite.Stmt) (err error) {
			at.position = p
			at.hash, err = digest[events.Hash](stmt, 0)
			return err
		})
	})
	if err == nil && at.position != p {
		err = fmt.Errorf("journal: %w: no record at position %d", events.ErrCorrupt, p)
	}
	return at, err
}

// after returns the first records behind a place that is not the head, up to the head at most.
// They are proven to follow from it.
func (j *Journal) after(ctx context.Context, at place) ([]entry, error) {
	head, _ := j.tip()
	return j.behind(ctx, at, min(batchRecords, int64(head.position-at.position)))
}

// behind is after for those that need no head: it returns at most so many records.
func (j *Journal) behind(ctx context.Context, at place, most int64) (batch []entry, err error) {
	err = j.reading(ctx, func(r *reader) error {
		batch, err = following(r.inOrder, at, most)
		return err
	})
	if err == nil && len(batch) == 0 {
		err = fmt.Errorf("journal: %w: no record after position %d", events.ErrCorrupt, at.position)
	}
	return batch, err
}

// following reads records right behind at by inOrder, at most so many, and proves them.
func following(inOrder *sqlite.Stmt, at place, most int64) (batch []entry, err error) {
	inOrder.BindInt64(1, int64(at.position))
	inOrder.BindInt64(2, most)
	size, from := 0, at.position
	batch = make([]entry, 0, min(most, batchRecords))
	err = each(inOrder, func(stmt *sqlite.Stmt) error {
		e, err := scan(stmt)
		if err == nil {
			err = e.follow(at)
		}
		if err != nil {
			return err
		}
		at = e.place
		batch = append(batch, e)
		if size += e.Size(); size >= batchBytes {
			return errEnough
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("journal: read after position %d: %w", from, damage(err))
	}
	return batch, nil
}
