package projections

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
)

// Dir is the name of the directory in a node's data directory that holds the read model: a
// file for each generation, named for the views that made it and numbered.
const Dir = "read"

//go:embed schema/*.sql
var schema embed.FS

// edition is part of the fingerprint: raise it when rows change but tables do not.
const edition = "6"

// tablesSQL makes the tables, and the indexes that changes need as well; indexesSQL, from
// files ending in .ask.sql, the indexes that only questions need. The fingerprint stands for
// the views: those that make other rows have another.
var tablesSQL, indexesSQL, fingerprint = func() (tables, indexes, sum string) {
	files, err := fs.Glob(schema, "schema/*.sql")
	for _, f := range files {
		text, e := schema.ReadFile(f)
		if err = errors.Join(err, e); strings.HasSuffix(f, ".ask.sql") {
			indexes += string(text) + "\n"
		} else {
			tables += string(text) + "\n"
		}
	}
	if err != nil {
		panic(err) // what is embedded can be read
	}
	hash := sha256.Sum256([]byte(edition + tables + indexes))
	return tables, indexes, hex.EncodeToString(hash[:])
}()

// Fingerprint stands for the views of this program, and begins the names of their files.
func Fingerprint() string { return fingerprint }

// A generation is one file that holds the whole read model.
type generation struct {
	name     string
	path     string
	writer   *writer
	read     *sql.DB // nil while it is being built
	position events.Position
	record   string // id of the record at position
}

const suffix = ".db"

// numberOf is the number of a generation of these views by the name of its file; 0 if it is none.
func numberOf(name string) int {
	text, mine := strings.CutPrefix(strings.TrimSuffix(name, suffix), fingerprint[:12]+"-")
	n, err := strconv.Atoi(text)
	if !mine || err != nil || filepath.Ext(name) != suffix {
		return 0
	}
	return n
}

func named(number int) string { return fmt.Sprintf("%s-%d%s", fingerprint[:12], number, suffix) }

// newest is the name of the latest whole generation of these views in dir, empty if there is none.
func newest(dir string) (string, error) {
	files, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("projections: %w", err)
	}
	latest := 0
	for _, f := range files {
		latest = max(latest, numberOf(f.Name()))
	}
	if latest == 0 {
		return "", nil
	}
	return named(latest), nil
}

// openGeneration opens one that is whole.
func openGeneration(ctx context.Context, dir, name string) (g *generation, err error) {
	g = &generation{name: name, path: filepath.Join(dir, name)}
	defer func() {
		if err != nil {
			err = fmt.Errorf("projections: %s: %w", filepath.Join(Dir, name), errors.Join(err, g.close()))
		}
	}()
	if g.path, err = filepath.Abs(g.path); err != nil {
		return g, err
	}
	if _, err := os.Stat(g.path); err != nil {
		return g, err
	}
	if g.writer, err = openWriter(fileURI(g.path, nil), "journal_mode = wal", "synchronous = normal", "cache_size = -65536", "wal_autocheckpoint = 2000", "journal_size_limit = 67108864"); err != nil {
		return g, err
	}
	if err := g.checkpoint(); err != nil {
		return g, err
	}
	g.read = connect(fileURI(g.path, nil))
	return g, g.read.PingContext(ctx)
}

// checkpoint reads how far a whole generation has come.
func (g *generation) checkpoint() error {
	var found string
	var whole bool
	ok, err := g.writer.first(`SELECT fingerprint, whole, position, record FROM checkpoint`, &found, &whole, &g.position, &g.record)
	if err == nil && (!ok || !whole || found != fingerprint) {
		err = errors.New("it is not whole, or was made by another version of the views")
	}
	return err
}

func fileURI(path string, options url.Values) string {
	return (&url.URL{Scheme: "file", Path: path, RawQuery: options.Encode()}).String()
}

// close releases the file.
func (g *generation) close() error {
	var errs []error
	if g.read != nil {
		errs = append(errs, g.read.Close())
	}
	if g.writer != nil {
		errs = append(errs, g.writer.close())
	}
	return errors.Join(errs...)
}

// retire closes g once the questions that it was asked are answered.
func (g *generation) retire() {
	_ = g.read.Close() // those that are being read from are closed when they are given back
	for g.read.Stats().OpenConnections > 0 {
		time.Sleep(10 * time.Millisecond)
	}
	_ = g.writer.close() // the file goes
}

// begin makes an empty generation in dir that nobody else sees before it is whole. It writes
// without a journal: after a crash it is begun again.
func begin(dir string) (*generation, error) {
	if err := tidyUnfinished(dir); err != nil {
		return nil, err
	}
	latest, err := newest(dir)
	if err != nil {
		return nil, err
	}
	g := &generation{name: named(numberOf(latest) + 1)}
	if g.path, err = filepath.Abs(filepath.Join(dir, g.name+unfinished)); err != nil {
		return nil, fmt.Errorf("projections: %w", err)
	}
	if err := private(g.path); err != nil {
		return nil, fmt.Errorf("projections: %w", err)
	}
	if g.writer, err = openWriter(fileURI(g.path, nil), "page_size = 8192", "journal_mode = off", "synchronous = off", "locking_mode = exclusive", "cache_size = -65536"); err == nil {
		err = g.writer.script(tablesSQL + emptyCheckpoint)
	}
	if err != nil {
		return nil, fmt.Errorf("projections: create tables: %w", errors.Join(err, g.close()))
	}
	return g, nil
}

var emptyCheckpoint = `INSERT INTO checkpoint (position, record, fingerprint, epoch, whole) VALUES (0, '', '` + fingerprint + `', '', 0);`

const unfinished = ".unfinished"

// private makes sure that the file at path exists and is its owner's alone. SQLite gives
// the files beside it the same mode.
func private(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(f.Chmod(0o600), f.Close())
}

// finish makes g whole, and puts it in place.
func (g *generation) finish() error {
	if err := g.writer.script(indexesSQL + `UPDATE checkpoint SET whole = 1;`); err != nil {
		return fmt.Errorf("projections: finish: %w", errors.Join(err, g.close()))
	}
	return g.place()
}

// place checks g, which is whole, and gives it its name: it can be opened from now on,
// whatever happens to the machine.
func (g *generation) place() error {
	path := strings.TrimSuffix(g.path, unfinished)
	err := errors.Join(g.writer.check(), g.close())
	if err == nil {
		err = syncFile(g.path)
	}
	if err == nil {
		err = os.Rename(g.path, path)
	}
	if err == nil {
		err = syncFile(filepath.Dir(path))
	}
	if err != nil {
		return fmt.Errorf("projections: %s: %w", g.name, err)
	}
	g.path = path
	return nil
}

// check has SQLite look at every page.
func (w *writer) check() error {
	var found string
	if _, err := w.first(`PRAGMA quick_check(1)`, &found); err != nil || found != "ok" {
		return errors.Join(err, fmt.Errorf("SQLite finds: %s", found))
	}
	return nil
}

func syncFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// tidy removes generations that are not needed any more: those of these views before the one
// that is asked, and of other views all but the latest, so that the version before or after
// this one starts at once.
func tidy(dir, asked string) error {
	files, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("projections: %w", err)
	}
	var others []fs.FileInfo
	var errs []error
	for _, f := range files {
		info, err := f.Info()
		switch n := numberOf(f.Name()); {
		case err != nil || filepath.Ext(f.Name()) != suffix:
		case n == 0:
			others = append(others, info)
		case n < numberOf(asked):
			errs = append(errs, remove(filepath.Join(dir, f.Name())))
		}
	}
	slices.SortFunc(others, func(a, b fs.FileInfo) int { return b.ModTime().Compare(a.ModTime()) })
	for _, f := range others[min(1, len(others)):] {
		errs = append(errs, remove(filepath.Join(dir, f.Name())))
	}
	return errors.Join(append(errs, remove(filepath.Join(filepath.Dir(dir), "read.db")))...) // of versions without generations
}

// tidyUnfinished removes what a crash left. Its caller has the turn to build.
func tidyUnfinished(dir string) error {
	left, err := filepath.Glob(filepath.Join(dir, "*"+unfinished))
	for _, f := range left {
		err = errors.Join(err, remove(f))
	}
	return err
}

// parts of a SQLite database in WAL mode.
var parts = []string{"", "-wal", "-shm"}

func remove(path string) error {
	for _, part := range slices.Backward(parts) {
		if err := os.Remove(path + part); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("projections: %w", err)
		}
	}
	return nil
}

// turn lets one process at a time build a generation in dir; it is over when the file is
// closed or the process ends. While somebody else has it, it is refused (REBUILD_RUNNING).
func turn(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("projections: %w", err)
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		err = domain.Refuse(domain.Busy, "REBUILD_RUNNING", "The read model is being built already. Wait until that has ended.")
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}
