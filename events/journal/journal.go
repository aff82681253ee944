// Package journal keeps every record on this node: durable, found by stream and hashed.
//
// The journal is one SQLite file. A record is never changed or removed. Its running hash
// covers the record and everything before it, so a journal that was damaged says so
// (events.ErrCorrupt) instead of telling less. A Merkle tree over the hashes proves to
// others what the journal holds.
//
// A Log is a journal that takes commits. It gathers those that arrive while the disk is
// busy into one group, has an Engine give the group its place in the order of all nodes,
// and then makes it durable here with one sync.
package journal

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
)

// A Journal answers everything a Log is asked from this node's own file. It grows only by Accept.
type Journal struct {
	codec   events.Codec
	path    string
	lock    *os.File // nil for a reader
	readers *pool
	index   *index
	closed  chan struct{}

	writing sync.Mutex // held while the writer is in use, and so while stored moves
	writer  *writer    // nil for a reader
	stored  place      // the end of the file, durable or not
	ahead   int        // transactions since the last sync

	syncing    sync.Mutex
	failure    atomic.Pointer[error] // why nothing is taken any more
	folding    atomic.Bool
	background sync.WaitGroup

	mu    sync.Mutex
	head  place         // the end of what is durable
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
// Close. It refuses a directory that is in use (DATA_IN_USE) or on another machine
// (NOT_LOCAL), and a full disk (DISK_FULL). A journal of an earlier format is brought to this one. A journal that cannot
// prove its end is events.ErrCorrupt. Ending ctx ends opening, not the journal.
func Open(ctx context.Context, dir string, codec events.Codec) (*Journal, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	if err := local(dir); err != nil {
		return nil, err
	}
	lock, err := lock(dir)
	if err != nil {
		return nil, err
	}
	j, err := newJournal(dir, codec)
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	j.lock = lock
	if err := j.open(ctx); err != nil {
		return nil, errors.Join(j.notOpen(err), j.Close())
	}
	return j, nil
}

// notOpen is what Open says when err kept it from opening the file.
func (j *Journal) notOpen(err error) error {
	if outOfRoom(j.path, err) {
		err = domain.Refuse(domain.Busy, "DISK_FULL",
			"The disk that holds %s is full, so the log cannot be opened. Nothing was lost. Free some room on it, then start Guildhall again.", j.path)
	}
	return fmt.Errorf("journal: open %s: %w", j.path, inWords(j.path, damage(err)))
}

// OpenReader opens the journal in dir to be read only, beside the process that it belongs
// to. It sees what was there when it was opened. A directory without a journal (NO_JOURNAL)
// and a journal of an earlier format (DATA_TOO_OLD) are refused.
func OpenReader(ctx context.Context, dir string, codec events.Codec) (*Journal, error) {
	j, err := newJournal(dir, codec)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(j.path); errors.Is(err, fs.ErrNotExist) {
		return nil, noJournal(dir)
	}
	if err := j.openBeside(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("journal: open %s: %w", j.path, damage(err)), j.Close())
	}
	return j, nil
}

func noJournal(dir string) error {
	return domain.Refuse(domain.NotFound, "NO_JOURNAL", "There is no log in %s. Name the data directory with --data.", dir)
}

func newJournal(dir string, codec events.Codec) (*Journal, error) {
	path, err := filepath.Abs(filepath.Join(dir, File))
	if err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	return &Journal{codec: codec, path: path, index: newIndex(), readers: newPool(fileURI(path, nil)),
		moved: make(chan struct{}), closed: make(chan struct{})}, nil
}

func (j *Journal) open(ctx context.Context) error {
	if err := private(j.path); err != nil {
		return err
	}
	if err := checkWAL(j.path); err != nil {
		return err
	}
	if err := prepareFile(ctx, j.path); err != nil {
		return err
	}
	var err error
	if j.writer, err = openWriter(j.path, j.index); err != nil {
		return err
	}
	if err := syncDir(filepath.Dir(j.path)); err != nil {
		return err
	}
	if err := j.restore(ctx); err != nil {
		return err
	}
	j.stored = j.head
	j.writer.tree, err = j.edge(ctx, j.head.position)
	return err
}

// openBeside opens j without a writer.
func (j *Journal) openBeside(ctx context.Context) error {
	if err := j.attach(); err != nil {
		return err
	}
	return j.restore(ctx)
}

// attach finds out whether and how the file can be read beside its process.
func (j *Journal) attach() error {
	if err := j.settleWAL(); err != nil {
		return err
	}
	if err := checkWAL(j.path); err != nil {
		return err
	}
	err := formatAt(j.readers.uri)
	if unwritable(err) && present(j.path+"-wal") {
		return domain.Refuse(domain.Conflict, "READ_ONLY",
			"%s-wal holds records that SQLite cannot read where it may not write. Run this as somebody who may write to %s, or on a copy of it.", File, filepath.Dir(j.path))
	}
	if err != nil && domain.AsRefusal(err) == nil && !present(j.path+"-wal") {
		// SQLite cannot lock in a directory that is read-only, nor need it.
		j.readers.uri = fileURI(j.path, url.Values{"immutable": {"1"}})
		err = formatAt(j.readers.uri)
	}
	return err
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

func present(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Size() > 0
}

func syncFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// syncDir makes the names of the files in dir durable.
func syncDir(dir string) error { return syncFile(dir) }

// Close ends every reader and releases the directory. It must be called once.
func (j *Journal) Close() error {
	j.writing.Lock() // who writes now finishes, and nobody begins after
	close(j.closed)
	j.writing.Unlock()
	j.background.Wait()
	errs := []error{j.readers.close()}
	if j.writer != nil {
		if j.failed() == nil && j.stored == j.head {
			errs = append(errs, j.writer.file(fileAll, true))
		}
		errs = append(errs, j.writer.close())
	}
	if j.lock != nil {
		errs = append(errs, j.lock.Close())
	}
	return errors.Join(errs...)
}

// Head returns the position of the last durable record, 0 in an empty journal.
func (j *Journal) Head(ctx context.Context) (events.Position, error) {
	if err := j.usable(ctx); err != nil {
		return 0, err
	}
	head, _ := j.End()
	return head, nil
}

// Latest is Head: a journal knows of no other. It fails once nothing is recorded any more:
// nobody can tell then whether what came last is on the disk.
func (j *Journal) Latest(ctx context.Context) (events.Position, error) {
	if err := j.failed(); err != nil {
		return 0, err
	}
	return j.Head(ctx)
}

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
