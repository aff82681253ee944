package projections

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
)

// EpochFile is the name of a file in a node's data directory that is there once the node
// was restored from a backup. It holds what then tells the feed's epoch from the one before.
const EpochFile = "epoch"

// Epoch is the epoch of the feed that a node serves from a log with this first record. A
// backup may be older than what partners have seen, so that their cursors must not fit a
// node that was restored from it.
func Epoch(dir, first string) (string, error) {
	restored, err := restored(dir)
	return first + restored, err
}

func restored(dir string) (string, error) {
	text, err := os.ReadFile(filepath.Join(dir, EpochFile))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	mark := strings.TrimSpace(string(text))
	if err == nil && mark == "" {
		err = fmt.Errorf("%s is empty; restore the node again, or write any new word into it", filepath.Join(dir, EpochFile))
	}
	if err != nil {
		return "", fmt.Errorf("projections: %w", err)
	}
	return "." + mark, nil
}

// lineage is the epoch of a feed whose log has this first record, or none yet.
func (db *DB) lineage(first string) string {
	if first == "" {
		return ""
	}
	return first + db.restored
}

// Reached is how far the read model in dir has come, whoever uses it. It is 0 where there
// is none, and refused (READ_ONLY) where it cannot be read without writing.
func Reached(ctx context.Context, dir string) (events.Position, error) {
	name, err := newest(filepath.Join(dir, Dir))
	if err != nil || name == "" {
		return 0, err
	}
	path, err := filepath.Abs(filepath.Join(dir, Dir, name))
	if err != nil {
		return 0, fmt.Errorf("projections: %w", err)
	}
	f, err := os.Open(path)
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		return 0, fmt.Errorf("projections: %w", err)
	}
	p, err := checkpoint(ctx, path, url.Values{"mode": {"ro"}})
	if unwritable(err) {
		if wal, none := os.Stat(path + "-wal"); none == nil && wal.Size() > 0 {
			return 0, domain.Refuse(domain.Conflict, "READ_ONLY",
				"%s-wal holds rows that SQLite cannot read where it may not write. Run this as somebody who may write to %s, or on a copy of it.", filepath.Join(Dir, name), dir)
		}
		// SQLite cannot lock in a directory that is read-only, nor need it.
		p, err = checkpoint(ctx, path, url.Values{"immutable": {"1"}})
	}
	return p, fault(err, "checkpoint")
}

func checkpoint(ctx context.Context, path string, how url.Values) (p events.Position, err error) {
	how["_pragma"] = []string{"busy_timeout(5000)", "query_only(1)"}
	db, err := sql.Open("sqlite", fileURI(path, how))
	if err != nil {
		return 0, err
	}
	err = errors.Join(db.QueryRowContext(ctx, `SELECT position FROM checkpoint`).Scan(&p), db.Close())
	return p, err
}

// unwritable reports whether SQLite would have had to write, which says nothing about the file.
func unwritable(err error) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	return ok && (e.Code()&0xff == sqlite3.SQLITE_READONLY || e.Code()&0xff == sqlite3.SQLITE_CANTOPEN)
}
