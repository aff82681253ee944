// Package journal keeps every record on this node: durable, indexed by stream and hashed.
//
// The journal is one SQLite file. A record is never changed or removed. Its running hash
// covers the record and everything before it, so a journal that was damaged says so
// (events.ErrCorrupt) instead of telling less.
//
// A Log is a journal that takes commits. It gathers those that arrive while the disk is
// busy into one group, has an Engine give the group its place in the order of all nodes,
// and then makes it durable here with one sync.
package journal

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"net/url"
	"path/filepath"
	"runtime"
	"sync"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
)

// A Journal answers Read, Follow and Head from this node's own file. It grows only by Accept.
type Journal struct {
	codec    events.Codec
	readers  *sql.DB
	byPlace  *sql.Stmt
	byStream *sql.Stmt
	byKey    *sql.Stmt
	closed   chan struct{}

	writing sync.Mutex // held while the writer is in use, and so while the head moves
	writer  *writer

	mu    sync.Mutex
	head  place
	moved chan struct{} // closed when the head moves
}

// A place is a position and the hash of everything up to and including it.
type place struct {
	position events.Position
	hash     events.Hash
}

//go:embed schema.sql
var schema string

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

// open opens or creates the journal in dir and proves its end.
func open(ctx context.Context, dir string, codec events.Codec) (*Journal, error) {
	path, err := filepath.Abs(filepath.Join(dir, "journal.db"))
	if err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	w, err := openWriter(ctx, path)
	if err != nil {
		return nil, fmt.Errorf("journal: open %s: %w", path, damage(err))
	}
	j := &Journal{codec: codec, writer: w, moved: make(chan struct{}), closed: make(chan struct{})}
	if err := j.openReaders(ctx, path); err != nil {
		return nil, errors.Join(fmt.Errorf("journal: open %s: %w", path, damage(err)), j.close())
	}
	if err := j.prove(ctx); err != nil {
		return nil, errors.Join(err, j.close())
	}
	return j, nil
}

func (j *Journal) openReaders(ctx context.Context, path string) (err error) {
	if j.readers, err = connect(path, "cache_size(-8192)", "query_only(1)"); err != nil {
		return err
	}
	n := 2 * runtime.NumCPU()
	j.readers.SetMaxOpenConns(n)
	j.readers.SetMaxIdleConns(n)
	if j.byPlace, err = j.readers.PrepareContext(ctx, inOrder); err != nil {
		return err
	}
	if j.byStream, err = j.readers.PrepareContext(ctx, inStream); err != nil {
		return err
	}
	j.byKey, err = j.readers.PrepareContext(ctx, byKey)
	return err
}

// connect returns a pool of connections to the file at path. The busy timeout comes
// first because the pragmas behind it may have to wait.
func connect(path string, pragmas ...string) (*sql.DB, error) {
	q := url.Values{"_pragma": append([]string{"busy_timeout(10000)"}, pragmas...)}
	return sql.Open("sqlite", (&url.URL{Scheme: "file", Path: path, RawQuery: q.Encode()}).String())
}

func (j *Journal) close() error {
	j.writing.Lock()
	defer j.writing.Unlock()
	close(j.closed)
	var err error
	if j.readers != nil {
		err = j.readers.Close()
	}
	return errors.Join(err, j.writer.close())
}

// prove finds the head and checks that the streams add up to it and that the last records
// follow from one another.
func (j *Journal) prove(ctx context.Context) error {
	const tail = batchRecords
	var last, sum events.Position
	err := j.readers.QueryRowContext(ctx,
		`SELECT coalesce((SELECT max(position) FROM record), 0), coalesce((SELECT sum(revision) FROM stream), 0)`).Scan(&last, &sum)
	if err != nil {
		return fmt.Errorf("journal: %w", damage(err))
	}
	if last != sum {
		return fmt.Errorf("journal: %w: it ends at position %d, yet its streams hold %d records", events.ErrCorrupt, last, sum)
	}
	j.head.position = last
	at, err := j.place(ctx, last-min(last, tail))
	for err == nil && at.position < last {
		var batch []entry
		if batch, err = j.after(ctx, at, batchRecords); err == nil {
			at = batch[len(batch)-1].place
		}
	}
	j.head = at
	return err
}

// An entry is a record and its place.
type entry struct {
	place
	events.Record
}

// Head returns the position of the last durable record, 0 in an empty journal.
func (j *Journal) Head(ctx context.Context) (events.Position, error) {
	if err := j.usable(ctx); err != nil {
		return 0, err
	}
	head, _ := j.tip()
	return head.position, nil
}

// tip returns the head and a channel that is closed as soon as there is another.
func (j *Journal) tip() (place, <-chan struct{}) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.head, j.moved
}

func (j *Journal) advance(to place) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.head = to
	close(j.moved)
	j.moved = make(chan struct{})
}

// past waits until the head is beyond p.
func (j *Journal) past(ctx context.Context, p events.Position) error {
	for {
		head, moved := j.tip()
		if head.position > p {
			return nil
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return ctx.Err()
		case <-j.closed:
			return errClosed
		}
	}
}

var errClosed = fmt.Errorf("journal: %w", fs.ErrClosed)

func (j *Journal) usable(ctx context.Context) error {
	select {
	case <-j.closed:
		return errClosed
	default:
		return ctx.Err()
	}
}

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
	case a.digest != r.Digest && !(r.Digest == "" && a.ofEvents()):
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

// Follow yields what comes after p; see events.Log. To follow from a position that this
// journal does not have is events.ErrCorrupt.
func (j *Journal) Follow(ctx context.Context, p events.Position) iter.Seq2[events.Recorded, error] {
	return func(yield func(events.Recorded, error) bool) {
		at, err := j.place(ctx, p)
		for err == nil {
			if err = j.past(ctx, at.position); err != nil {
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

// damage makes SQLite's own finding of a damaged file events.ErrCorrupt.
func damage(err error) error {
	e, ok := errors.AsType[*sqlite.Error](err)
	if ok && (e.Code()&0xff == sqlite3.SQLITE_CORRUPT || e.Code()&0xff == sqlite3.SQLITE_NOTADB) {
		return fmt.Errorf("%w: %w", events.ErrCorrupt, err)
	}
	return err
}
