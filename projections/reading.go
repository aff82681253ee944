package projections

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"sync"
	"sync/atomic"
)

// A reading is the generation that questions are put to. Each question is answered by one
// generation, to its end.
type reading struct {
	mu    sync.RWMutex // held while a question begins
	of    *sql.DB
	asked atomic.Uint64
}

// newReading refuses every question by what refused returns, until there is something to ask.
func newReading(refused func() error) *reading { return &reading{of: sql.OpenDB(refusing(refused))} }

// Asked is how many questions were put so far.
func (db *DB) Asked() uint64 { return db.read.asked.Load() }

// ask puts questions to another generation. Questions that began go on with the one before.
func (r *reading) ask(of *sql.DB) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.of = of
}

func (r *reading) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	r.asked.Add(1)
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.of.QueryContext(ctx, query, args...)
}

func (r *reading) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	r.asked.Add(1)
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.of.QueryRowContext(ctx, query, args...)
}

func (r *reading) BeginTx(ctx context.Context, o *sql.TxOptions) (*sql.Tx, error) {
	r.asked.Add(1)
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.of.BeginTx(ctx, o)
}

// A refusing connector connects to nothing.
type refusing func() error

func (f refusing) Connect(context.Context) (driver.Conn, error) { return nil, f() }
func (f refusing) Driver() driver.Driver                        { return nil }
