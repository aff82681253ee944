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
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"sync"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/guildhall-dev/guildhall/events"
)

// A Journal answers everything a Log is asked from this node's own file. It grows only by Accept.
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

// File is the name of the file with the records.
const File = "journal.db"

//go:embed schema.sql
var schema string

// open opens or creates the journal in dir and proves its end.
func open(ctx context.Context, dir string, codec events.Codec) (*Journal, error) {
	path, err := filepath.Abs(filepath.Join(dir, File))
	if err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	if err := private(path); err != nil {
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

// private makes sure that the file at path exists and is its owner's alone. SQLite gives
// the files beside it the same mode.
func private(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(f.Chmod(0o600), f.Close())
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

// damage makes SQLite's own finding of a damaged file events.ErrCorrupt.
func damage(err error) error {
	e, ok := errors.AsType[*sqlite.Error](err)
	if ok && (e.Code()&0xff == sqlite3.SQLITE_CORRUPT || e.Code()&0xff == sqlite3.SQLITE_NOTADB) {
		return fmt.Errorf("%w: %w", events.ErrCorrupt, err)
	}
	return err
}
