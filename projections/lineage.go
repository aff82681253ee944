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
// is none.
func Reached(ctx context.Context, dir string) (p events.Position, err error) {
	path, err := filepath.Abs(filepath.Join(dir, File))
	if err != nil {
		return 0, fmt.Errorf("projections: %w", err)
	}
	if info, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == 0 {
		return 0, nil
	}
	q := url.Values{"mode": {"ro"}, "_pragma": {"busy_timeout(5000)", "query_only(1)"}}
	db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Path: path, RawQuery: q.Encode()}).String())
	if err != nil {
		return 0, fmt.Errorf("projections: %w", err)
	}
	err = errors.Join(db.QueryRowContext(ctx, `SELECT position FROM checkpoint`).Scan(&p), db.Close())
	return p, fault(err, "checkpoint")
}
