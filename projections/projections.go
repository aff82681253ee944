// Package projections is the read model: what has happened, arranged for asking.
//
// Each view has one file that holds how events change it and its questions, and one file
// in schema that holds its tables. The whole read model is one SQLite file that can be
// thrown away: Run builds it again from the log, and the same log gives the same rows.
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
	"math"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	_ "modernc.org/sqlite" // the driver named "sqlite"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
)

//go:embed schema/*.sql
var schema embed.FS

// File is the read model's name in a node's data directory.
const File = "read.db"

// A DB is one node's read model. Its questions are safe for concurrent use and see one
// position each; Run is the only writer.
type DB struct {
	// Erase destroys what else this node holds of people who were erased. Run calls it
	// before an erasure can be seen, and again if that was interrupted. It is set before
	// Run, or stays nil.
	Erase func(context.Context, ...domain.PersonID) error

	writer   *writer
	read     *sql.DB
	restored string // part of the epoch

	mu      sync.Mutex
	applied events.Position
	fault   error
	moved   chan struct{} // closed when applied or fault changes
}

// Open opens or creates the read model in dir. One made by another version of the views
// is emptied, so that Run builds it anew.
func Open(ctx context.Context, dir string) (*DB, error) { return open(ctx, filepath.Join(dir, File)) }

func open(ctx context.Context, path string) (*DB, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("projections: %w", err)
	}
	if err := private(path); err != nil {
		return nil, fmt.Errorf("projections: %w", err)
	}
	writer, err := openWriter((&url.URL{Scheme: "file", Path: path}).String(), "journal_mode = wal", "synchronous = normal", "cache_size = -65536", "wal_autocheckpoint = 4000")
	if err != nil {
		return nil, fmt.Errorf("projections: %w", err)
	}
	db := &DB{writer: writer, moved: make(chan struct{})}
	if db.restored, err = restored(filepath.Dir(path)); err != nil {
		return nil, errors.Join(err, writer.close())
	}
	if err := db.prepare(); err != nil {
		return nil, errors.Join(err, writer.close())
	}
	if db.read, err = connect(path, "query_only(1)", "cache_size(-8192)"); err != nil {
		return nil, errors.Join(fmt.Errorf("projections: %w", err), writer.close())
	}
	db.read.SetMaxOpenConns(2 * runtime.NumCPU())
	db.read.SetMaxIdleConns(2 * runtime.NumCPU())
	return db, nil
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

func connect(path string, pragmas ...string) (*sql.DB, error) {
	q := url.Values{"_pragma": append([]string{"busy_timeout(5000)", "journal_mode(wal)", "synchronous(normal)"}, pragmas...)}
	return sql.Open("sqlite", (&url.URL{Scheme: "file", Path: path, RawQuery: q.Encode()}).String())
}

// Close releases the files. Run has ended before.
func (db *DB) Close() error { return errors.Join(db.read.Close(), db.writer.close()) }

// prepare makes sure that the tables are those of this program.
func (db *DB) prepare() error {
	ddl, fingerprint, err := definition()
	if err != nil {
		return err
	}
	var found string
	_, err = db.writer.first(`SELECT fingerprint FROM checkpoint`, &found)
	if err != nil || found != fingerprint {
		if err := db.recreate(ddl, fingerprint); err != nil {
			return fmt.Errorf("projections: create tables: %w", err)
		}
	}
	if _, err := db.writer.first(`SELECT position FROM checkpoint`, &db.applied); err != nil {
		return fmt.Errorf("projections: checkpoint: %w", err)
	}
	return nil
}

// recreate leaves nothing but empty tables.
func (db *DB) recreate(ddl, fingerprint string) error {
	var drops []string
	err := db.writer.each(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`, nil, func(row *statement) {
		drops = append(drops, `DROP TABLE "`+row.ColumnText(0)+`";`)
	})
	if err != nil {
		return err
	}
	return errorsOf(db.writer.script(strings.Join(drops, "") + ddl + `INSERT INTO checkpoint (position, fingerprint, epoch) VALUES (0, '` + fingerprint + `', '')`))
}

// generation is part of the fingerprint: raise it when rows change but tables do not.
const generation = "1"

func definition() (ddl, fingerprint string, err error) {
	files, err := fs.Glob(schema, "schema/*.sql")
	if err != nil {
		return "", "", err
	}
	for _, f := range files {
		text, err := schema.ReadFile(f)
		if err != nil {
			return "", "", err
		}
		ddl += string(text) + "\n"
	}
	sum := sha256.Sum256([]byte(generation + ddl))
	return ddl, hex.EncodeToString(sum[:]), nil
}

type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

func tables(ctx context.Context, q querier) ([]string, error) {
	return collect(ctx, q, func(rows *sql.Rows) (t string, err error) { return t, rows.Scan(&t) },
		`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`)
}

// Run applies the log to the read model until ctx ends or a record cannot be applied. What
// only a newer program knows is passed over, and applied once the program is that one. It
// commits whenever it has caught up, and about every batchSize records before that; what
// the log took as one commit becomes visible as one.
func (db *DB) Run(ctx context.Context, log events.Log) error {
	err := db.learn(ctx, log)
	if err == nil {
		err = db.follow(ctx, log, math.MaxInt64, func(events.Position) {})
	}
	if ctx.Err() == nil {
		db.mu.Lock()
		defer db.mu.Unlock()
		db.fault = err
		db.tell()
	}
	return err
}

const batchSize = 2000

// follow applies the log up to a position, and tells how far it has come.
func (db *DB) follow(ctx context.Context, log events.Log, until events.Position, told func(events.Position)) (err error) {
	if db.Position() >= until {
		return nil
	}
	b := newBatch(ctx, db.writer)
	defer func() { err = errors.Join(err, b.close()) }()
	commit := func() error {
		if len(b.erased) > 0 && db.Erase != nil {
			if err := db.Erase(ctx, b.erased...); err != nil {
				return err
			}
		}
		err := b.commit()
		if err == nil {
			db.reached(b.last.Position)
			told(b.last.Position)
		}
		return err
	}
	var head events.Position
	for r, err := range log.Follow(ctx, db.Position()) {
		if err != nil {
			return err
		}
		if b.records >= batchSize && b.ends(r) {
			if err := commit(); err != nil {
				return err
			}
		}
		if err := b.apply(r); err != nil {
			return fmt.Errorf("projections: %s at %d: %w", r.Event.EventName(), r.Position, err)
		}
		if r.Position > head {
			if head, err = log.Head(ctx); err != nil {
				return err
			}
			head = min(head, until)
		}
		if r.Position == head {
			if err := commit(); err != nil {
				return err
			}
		}
		if r.Position == until {
			return nil
		}
	}
	return ctx.Err()
}

func (db *DB) reached(p events.Position) {
	db.mu.Lock()
	defer db.mu.Unlock()
	db.applied = p
	db.tell()
}

// tell wakes who waits; db.mu is held.
func (db *DB) tell() {
	close(db.moved)
	db.moved = make(chan struct{})
}

// Position is how far into the log the read model has come.
func (db *DB) Position() events.Position {
	db.mu.Lock()
	defer db.mu.Unlock()
	return db.applied
}

// Wait returns once the read model has come to p. It is refused (READ_MODEL_BEHIND) when
// ctx ends before, and fails when the read model has stopped.
func (db *DB) Wait(ctx context.Context, p events.Position) error {
	for {
		db.mu.Lock()
		applied, fault, moved := db.applied, db.fault, db.moved
		db.mu.Unlock()
		switch {
		case applied >= p:
			return nil
		case fault != nil:
			return fmt.Errorf("the read model stopped at %d: %w", applied, fault)
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return domain.Refuse(domain.Busy, "READ_MODEL_BEHIND", "What you asked for is recorded but cannot be shown yet. Try again in a moment.")
		}
	}
}

// Moved returns the position the read model has come to and a channel that is closed when it moves on.
func (db *DB) Moved() (events.Position, <-chan struct{}) {
	db.mu.Lock()
	defer db.mu.Unlock()
	return db.applied, db.moved
}

// snapshot lets several reads see one position.
func (db *DB) snapshot(ctx context.Context, read func(querier) error) error {
	tx, err := db.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return err
	}
	defer tx.Rollback()
	return read(tx)
}

// collect reads all rows of a query.
func collect[T any](ctx context.Context, q querier, scan func(*sql.Rows) (T, error), query string, args ...any) ([]T, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, rows.Err()
}

// A date column holds an ISO 8601 day or nothing.
type date struct{ *domain.Date }

func (d date) Scan(v any) error {
	text, ok := v.(string)
	if !ok {
		return fmt.Errorf("%T is not a day", v)
	}
	return d.UnmarshalText([]byte(text))
}

// An instant column holds microseconds since 1970 in UTC, or 0.
type instant struct{ *time.Time }

func (i instant) Scan(v any) error {
	n, ok := v.(int64)
	if !ok {
		return fmt.Errorf("%T is not an instant", v)
	}
	if *i.Time = (time.Time{}); n != 0 {
		*i.Time = time.UnixMicro(n).UTC()
	}
	return nil
}
