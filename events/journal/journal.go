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

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
)

// A Journal answers everything a Log is asked from this node's own file. It grows only by Accept.
type Journal struct {
	codec    events.Codec
	lock     *os.File // nil for a reader
	readers  *sql.DB
	byPlace  *sql.Stmt
	byStream *sql.Stmt
	byKey    *sql.Stmt
	closed   chan struct{}

	writing sync.Mutex // held while the writer is in use, and so while the head moves
	writer  *writer    // nil for a reader

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

// Open opens the journal in dir, which it creates if needed, and takes dir for itself until
// Close. It refuses a directory that is in use (DATA_IN_USE). A journal that cannot prove
// its end is events.ErrCorrupt. Ending ctx ends opening, not the journal.
func Open(ctx context.Context, dir string, codec events.Codec) (*Journal, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	lock, err := lock(dir)
	if err != nil {
		return nil, err
	}
	j := newJournal(codec)
	j.lock = lock
	if err := j.open(ctx, dir); err != nil {
		return nil, errors.Join(err, j.Close())
	}
	return j, nil
}

// OpenReader opens the journal in dir to be read only, beside the process that it belongs
// to. It sees what was there when it was opened. A directory without a journal is refused
// (NO_JOURNAL).
func OpenReader(ctx context.Context, dir string, codec events.Codec) (*Journal, error) {
	path, err := filepath.Abs(filepath.Join(dir, File))
	if err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil, domain.Refuse(domain.NotFound, "NO_JOURNAL", "There is no log in %s. Name the data directory with --data.", dir)
	}
	j := newJournal(codec)
	err = j.openReaders(ctx, path)
	if err == nil {
		err = j.prove(ctx)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("journal: open %s: %w", path, damage(err)), j.Close())
	}
	return j, nil
}

func newJournal(codec events.Codec) *Journal {
	return &Journal{codec: codec, moved: make(chan struct{}), closed: make(chan struct{})}
}

func (j *Journal) open(ctx context.Context, dir string) error {
	path, err := filepath.Abs(filepath.Join(dir, File))
	if err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	if err := private(path); err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	if j.writer, err = openWriter(ctx, path); err != nil {
		return fmt.Errorf("journal: open %s: %w", path, damage(err))
	}
	if err := j.openReaders(ctx, path); err != nil {
		return fmt.Errorf("journal: open %s: %w", path, damage(err))
	}
	return j.prove(ctx)
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

// Close ends every reader and releases the directory. It must be called once.
func (j *Journal) Close() error {
	j.writing.Lock()
	defer j.writing.Unlock()
	close(j.closed)
	var errs []error
	if j.readers != nil {
		errs = append(errs, j.readers.Close())
	}
	if j.writer != nil {
		errs = append(errs, j.writer.close())
	}
	if j.lock != nil {
		errs = append(errs, j.lock.Close())
	}
	return errors.Join(errs...)
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
	head, _ := j.End()
	return head, nil
}

// Latest is Head: a journal knows of no other.
func (j *Journal) Latest(ctx context.Context) (events.Position, error) { return j.Head(ctx) }

// End returns the head and the hash of everything up to it.
func (j *Journal) End() (events.Position, events.Hash) {
	head, _ := j.tip()
	return head.position, head.hash
}

// HashAt returns the hash of everything up to p. A position that the journal does not have
// is events.ErrCorrupt.
func (j *Journal) HashAt(ctx context.Context, p events.Position) (events.Hash, error) {
	at, err := j.place(ctx, p)
	return at.hash, err
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

// Wait returns once the head is at p or beyond.
func (j *Journal) Wait(ctx context.Context, p events.Position) error {
	for {
		head, moved := j.tip()
		if head.position >= p {
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
