// Package keep holds small things for a time in a file of a node that is alone. What was ended
// before its time does not come back.
package keep

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	_ "modernc.org/sqlite" // the driver named "sqlite"

	"github.com/guildhall-dev/guildhall/domain"
)

// File is the name of the file in a node's data directory.
const File = "sessions.db"

const (
	most  = 200_000         // things at a time
	sweep = 5 * time.Minute // between two times that what has ended is thrown away
)

// A Keep holds things in a file. Their keys are letters, digits and dots.
type Keep struct {
	db  *sql.DB
	get *sql.Stmt // asked with each page
	now func() time.Time

	mu    sync.Mutex
	swept time.Time
}

// Open opens the file in dir, or makes one that only its owner can read.
func Open(ctx context.Context, dir string, now func() time.Time) (*Keep, error) {
	path, err := filepath.Abs(filepath.Join(dir, File)) // SQLite takes the first part of another for a host
	if err != nil {
		return nil, fmt.Errorf("keep: %w", err)
	}
	q := url.Values{"_pragma": {"journal_mode(WAL)", "synchronous(NORMAL)", "busy_timeout(5000)", "secure_delete(ON)", "journal_size_limit(4194304)"}}
	db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Path: path, RawQuery: q.Encode()}).String())
	if err != nil {
		return nil, fmt.Errorf("keep: %w", err)
	}
	db.SetMaxOpenConns(1)
	k := &Keep{db: db, now: now}
	if err := k.begin(ctx, path); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return k, nil
}

// A thing that was ended has no value until its time.
const schema = `CREATE TABLE IF NOT EXISTS thing (
	key   TEXT PRIMARY KEY,
	value BLOB,
	until INTEGER NOT NULL -- seconds since 1970
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS thing_until ON thing (until);`

func (k *Keep) begin(ctx context.Context, path string) error {
	if err := private(path); err != nil {
		return fmt.Errorf("keep: %w", err)
	}
	if _, err := k.db.ExecContext(ctx, schema); err != nil {
		return fmt.Errorf("keep: %s: %w", path, err)
	}
	var err error
	if k.get, err = k.db.PrepareContext(ctx, `SELECT value FROM thing WHERE key = ? AND until > ?`); err != nil {
		return fmt.Errorf("keep: %s: %w", path, err)
	}
	return nil
}

// Get returns what is kept under a key, or nil if nothing is.
func (k *Keep) Get(ctx context.Context, key string) ([]byte, error) {
	var value []byte
	err := k.get.QueryRowContext(ctx, key, k.now().Unix()).Scan(&value)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("keep: %w", err)
	}
	return value, nil
}

// Put keeps a value under a key until a time. It does nothing where the key was ended.
func (k *Keep) Put(ctx context.Context, key string, value []byte, until time.Time) error {
	if err := k.tidy(ctx); err != nil {
		return err
	}
	_, err := k.db.ExecContext(ctx, `INSERT INTO thing (key, value, until) VALUES (?1, ?2, ?3)
		ON CONFLICT (key) DO UPDATE SET value = ?2, until = ?3 WHERE value IS NOT NULL OR until <= ?4`, key, value, until.Unix(), k.now().Unix())
	if err != nil {
		return fmt.Errorf("keep: %w", err)
	}
	return nil
}

// End ends what is kept under a key, whoever puts it again until a time.
func (k *Keep) End(ctx context.Context, key string, until time.Time) error {
	_, err := k.db.ExecContext(ctx, `INSERT INTO thing (key, value, until) VALUES (?1, NULL, ?2) ON CONFLICT (key) DO UPDATE SET value = NULL, until = ?2`, key, until.Unix())
	if err != nil {
		return fmt.Errorf("keep: %w", err)
	}
	return nil
}

// Keys are those that begin in a way and under which something is kept, in order.
func (k *Keep) Keys(ctx context.Context, prefix string) (keys []string, err error) {
	rows, err := k.db.QueryContext(ctx, `SELECT key FROM thing WHERE key >= ?1 AND key < ?1 || '~' AND value IS NOT NULL AND until > ?2 ORDER BY key`, prefix, k.now().Unix())
	if err != nil {
		return nil, fmt.Errorf("keep: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var key string
		if err := rows.Scan(&key); err != nil {
			return nil, fmt.Errorf("keep: %w", err)
		}
		keys = append(keys, key)
	}
	return keys, rows.Err()
}

// tidy throws away what has ended, from time to time, and refuses more than a node should hold.
func (k *Keep) tidy(ctx context.Context) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	now := k.now()
	if now.Sub(k.swept) < sweep {
		return nil
	}
	if _, err := k.db.ExecContext(ctx, `DELETE FROM thing WHERE until <= ?`, now.Unix()); err != nil {
		return fmt.Errorf("keep: %w", err)
	}
	var held int
	if err := k.db.QueryRowContext(ctx, `SELECT count(*) FROM thing`).Scan(&held); err != nil {
		return fmt.Errorf("keep: %w", err)
	}
	if held >= most {
		return domain.Refuse(domain.Busy, "BUSY", "Too many people are signed in at this moment. Try again in a few minutes.")
	}
	k.swept = now
	return nil
}

// Close releases the file.
func (k *Keep) Close() error { return k.db.Close() }

// private makes a file that only its owner can read, or leaves one that is there to them alone.
func private(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(f.Chmod(0o600), f.Close())
}
