// Package projections is the read model: what has happened, arranged for asking.
//
// Each view has one file that holds how events change it and its questions, and one file
// in schema that holds its tables. The whole read model is one SQLite file, a generation,
// that can be thrown away: Run builds it again from the log, and the same log gives the
// same rows. A newer generation is built beside the one that is being asked, by this
// process or by another, and takes its place once it has come as far.
package projections

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	_ "modernc.org/sqlite" // the driver named "sqlite"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
)

// A DB is one node's read model. Its questions are safe for concurrent use and see one
// position each; Run is the only writer. Before there is a generation to ask, questions are
// refused (READ_MODEL_BUILDING).
type DB struct {
	// Erase destroys what else this node holds of people who were erased. Run calls it
	// before an erasure can be seen, and again if that was interrupted. It is set before
	// Run, or stays nil.
	Erase func(context.Context, ...domain.PersonID) error

	dir      string
	read     *reading // the generation that is being asked
	restored string   // part of the epoch
	retired  sync.WaitGroup
	meter    meter

	givenWays sync.Map // of pathway.Pathway by Edition
	recalled  recollections

	mu       sync.Mutex
	serving  *generation // nil until one is built
	doubted  string      // the name of one that must not be asked
	applied  events.Position
	building bool
	built    events.Position // while building
	end      events.Position // of the log, when Run last looked
	trouble  error           // with a generation that was not taken
	fault    error           // why Run ended
	moved    chan struct{}   // closed when one of them changes
	watches  map[domain.Stream]map[watch]bool
}

// Open opens the read model in a node's data directory. Only the newest whole generation
// that these views made is asked; without one Run builds it.
func Open(ctx context.Context, dir string) (*DB, error) {
	mark, err := restored(dir)
	if err != nil {
		return nil, err
	}
	db := &DB{dir: filepath.Join(dir, Dir), restored: mark, moved: make(chan struct{}), watches: map[domain.Stream]map[watch]bool{}}
	db.read = newReading(db.notBuilt)
	if err := os.MkdirAll(db.dir, 0o700); err != nil {
		return nil, fmt.Errorf("projections: %w", err)
	}
	name, err := newest(db.dir)
	if err != nil || name == "" {
		return db, err
	}
	g, err := openGeneration(ctx, db.dir, name)
	if err != nil {
		return nil, err
	}
	db.serve(g)
	return db, nil
}

// serve lets g be asked from now on.
func (db *DB) serve(g *generation) {
	db.mu.Lock()
	defer db.mu.Unlock()
	old := db.serving
	db.serving, db.applied, db.building = g, g.position, false
	db.read.ask(g.read)
	db.recalled.forget(changed{everything: true, standing: true})
	db.tell()
	db.wakeAll()
	if old != nil {
		db.retired.Go(func() {
			old.retire()
			_ = tidy(db.dir, g.name) // what stays is tried again at the next start
		})
	}
}

// Close releases the files. Run has ended before, and nobody asks any more.
func (db *DB) Close() error {
	db.retired.Wait()
	if db.serving == nil {
		return nil
	}
	return db.serving.close()
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

type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
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
