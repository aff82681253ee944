package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
)

const (
	// One read takes at most batchRecords, and stops early behind batchBytes, so that no
	// read transaction lives long and no reader holds much.
	batchRecords = 500
	batchBytes   = 4 << 20

	columns = `r.position, s.name, r.revision, r.hash, r.id, r.name, r.schema, r.meta, r.body`
	byKey   = `SELECT digest, position FROM answer WHERE actor = ? AND key = ?`
	inOrder = `SELECT ` + columns + ` FROM record r JOIN stream s ON s.id = r.stream
		WHERE r.position > ? ORDER BY r.position LIMIT ?`
	inStream = `SELECT ` + columns + `, s.revision, before.hash FROM stream s
		JOIN record r ON r.stream = s.id AND r.revision > ?
		LEFT JOIN record before ON before.position = r.position - 1
		WHERE s.name = ? ORDER BY r.revision LIMIT ?`
)

// Read yields stream s; see events.Log. A record that is appended while s is read may be
// part of it. Each batch proves in its own read transaction that the revisions follow one
// another up to the stream's own count and that every record still has its hash.
func (j *Journal) Read(ctx context.Context, s domain.Stream) iter.Seq2[events.Recorded, error] {
	return func(yield func(events.Recorded, error) bool) {
		var last uint64
		for {
			batch, end, err := j.stream(ctx, s, last)
			if err != nil {
				yield(events.Recorded{}, err)
				return
			}
			if !j.yield(ctx, batch, yield) || end {
				return
			}
			last = batch[len(batch)-1].Revision
		}
	}
}

// Answered returns what a request was answered with; see events.Log.
func (j *Journal) Answered(ctx context.Context, r domain.Request) (events.Recorded, bool, error) {
	k := keyOf(r)
	if k == (key{}) {
		return events.Recorded{}, false, nil
	}
	if err := j.usable(ctx); err != nil {
		return events.Recorded{}, false, err
	}
	var a answer
	err := j.byKey.QueryRowContext(context.WithoutCancel(ctx), k.actor, k.text).Scan(&a.digest, &a.position)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return events.Recorded{}, false, nil
	case err != nil:
		return events.Recorded{}, false, fmt.Errorf("journal: look up key: %w", damage(err))
	case !j.has(a.position):
		return events.Recorded{}, false, nil
	case a.digest != r.Digest && !(r.Digest == "" && events.OfRecords(a.digest)):
		return events.Recorded{}, false, events.KeyReused(r.Key)
	}
	before, err := j.place(ctx, a.position-1)
	if err != nil {
		return events.Recorded{}, false, err
	}
	batch, err := j.after(ctx, before, 1)
	if err != nil {
		return events.Recorded{}, false, err
	}
	found, err := j.codec.Recorded(a.position, batch[0].Record)
	return found, err == nil, err
}

// has reports whether the head is at p or beyond. A record is in the file a moment before.
func (j *Journal) has(p events.Position) bool {
	head, _ := j.tip()
	return p <= head.position
}

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
			if batch, err = j.after(ctx, at, batchRecords); err != nil {
				break
			}
			head, _ := j.tip()
			batch = batch[:min(len(batch), int(head.position-at.position))]
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
			if batch, err = j.after(ctx, at, batchRecords); err != nil {
				break
			}
			batch = batch[:min(len(batch), int(head-at.position))]
			for _, e := range batch {
				if n := len(g.Records); held >= size && string(g.Records[n-1].Meta) != string(e.Meta) {
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

// An entry is a record and its place.
type entry struct {
	place
	events.Record
}

// yield decodes batch for a reader and reports whether the reader may get more.
func (j *Journal) yield(ctx context.Context, batch []entry, yield func(events.Recorded, error) bool) bool {
	for _, e := range batch {
		r, err := j.codec.Recorded(e.position, e.Record)
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
func (j *Journal) place(ctx context.Context, p events.Position) (place, error) {
	if err := j.usable(ctx); err != nil || p == 0 {
		return place{}, err
	}
	if head, _ := j.tip(); p > head.position {
		return place{}, fmt.Errorf("journal: %w: position %d is beyond its end at %d", events.ErrCorrupt, p, head.position)
	}
	at := place{position: p}
	err := j.readers.QueryRowContext(context.WithoutCancel(ctx), `SELECT hash FROM record WHERE position = ?`, p).Scan((*hash)(&at.hash))
	if errors.Is(err, sql.ErrNoRows) {
		err = fmt.Errorf("%w: no record at position %d", events.ErrCorrupt, p)
	}
	return at, damage(err)
}

// after returns the first records, at most so many, after a place that is not the head.
// They are proven to follow from it.
func (j *Journal) after(ctx context.Context, at place, most int) ([]entry, error) {
	if err := j.usable(ctx); err != nil {
		return nil, err
	}
	rows, err := j.byPlace.QueryContext(context.WithoutCancel(ctx), at.position, most)
	if err != nil {
		return nil, fmt.Errorf("journal: read after position %d: %w", at.position, damage(err))
	}
	defer rows.Close()
	var batch []entry
	for size := 0; size < batchBytes && rows.Next(); {
		var e entry
		if err := rows.Scan(e.fields()...); err != nil {
			return nil, fmt.Errorf("journal: read after position %d: %w: %w", at.position, events.ErrCorrupt, err)
		}
		if e.position != at.position+1 {
			return nil, fmt.Errorf("journal: %w: position %d comes after %d", events.ErrCorrupt, e.position, at.position)
		}
		if e.After(at.hash) != e.hash {
			return nil, altered(e.position)
		}
		at = e.place
		size += len(e.Body) + len(e.Meta)
		batch = append(batch, e)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("journal: read after position %d: %w", at.position, damage(err))
	}
	if len(batch) == 0 {
		return nil, fmt.Errorf("journal: %w: no record after position %d", events.ErrCorrupt, at.position)
	}
	return batch, nil
}

// stream returns the first records of s after revision last, proven to be what was
// appended, and whether they are the last ones of s.
func (j *Journal) stream(ctx context.Context, s domain.Stream, last uint64) (batch []entry, end bool, err error) {
	if err := j.usable(ctx); err != nil {
		return nil, false, err
	}
	ctx = context.WithoutCancel(ctx)
	rows, err := j.byStream.QueryContext(ctx, last, s, batchRecords)
	if err != nil {
		return nil, false, fmt.Errorf("journal: read %s: %w", s, damage(err))
	}
	defer rows.Close()
	var count uint64
	for size := 0; size < batchBytes && rows.Next(); {
		var e entry
		var before events.Hash
		if err := rows.Scan(append(e.fields(), &count, (*hash)(&before))...); err != nil {
			return nil, false, fmt.Errorf("journal: read %s: %w: %w", s, events.ErrCorrupt, err)
		}
		if e.Revision != last+1 {
			return nil, false, fmt.Errorf("journal: read %s: %w: revision %d comes after %d", s, events.ErrCorrupt, e.Revision, last)
		}
		if e.After(before) != e.hash {
			return nil, false, altered(e.position)
		}
		last = e.Revision
		size += len(e.Body) + len(e.Meta)
		batch = append(batch, e)
	}
	if err := rows.Err(); err != nil {
		return nil, false, fmt.Errorf("journal: read %s: %w", s, damage(err))
	}
	if len(batch) == 0 {
		var lost bool
		err = j.readers.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM stream WHERE name = ?1) AND NOT EXISTS
			(SELECT 1 FROM record WHERE stream = (SELECT id FROM stream WHERE name = ?1) AND revision > ?2)`, s, last).Scan(&lost)
		if err == nil && lost {
			err = fmt.Errorf("%w: no record after revision %d", events.ErrCorrupt, last)
		}
		if err != nil {
			return nil, false, fmt.Errorf("journal: read %s: %w", s, damage(err))
		}
		return nil, true, nil
	}
	return batch, last == count, nil
}

// fields are the scan targets for columns.
func (e *entry) fields() []any {
	return []any{&e.position, &e.Stream, &e.Revision, (*hash)(&e.hash), &e.ID, &e.Name, &e.Schema, &e.Meta, &e.Body}
}

// hash reads a column that holds a hash; NULL is the zero hash.
type hash events.Hash

func (h *hash) Scan(column any) error {
	b, ok := column.([]byte)
	if column != nil && (!ok || len(b) != len(h)) {
		return fmt.Errorf("%T of %d bytes is not a hash", column, len(b))
	}
	copy(h[:], b)
	return nil
}

func altered(p events.Position) error {
	return fmt.Errorf("journal: %w: the record at position %d does not have its hash", events.ErrCorrupt, p)
}
