package projections

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"runtime"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// connect opens readers of the file that uri names. Each keeps the questions it was asked
// prepared, because preparing one costs more than answering it for one learner.
func connect(uri string) *sql.DB {
	db := sql.OpenDB(asking(uri))
	db.SetMaxOpenConns(2 * runtime.NumCPU())
	db.SetMaxIdleConns(2 * runtime.NumCPU())
	return db
}

// An asking connector opens connections that only read.
type asking string

func (uri asking) Driver() driver.Driver { return nil }

func (uri asking) Connect(context.Context) (driver.Conn, error) {
	conn, err := openConn(string(uri), sqlite.OpenReadWrite|sqlite.OpenURI)
	if err != nil {
		return nil, err
	}
	conn.SetBusyTimeout(5 * time.Second)
	for _, p := range []string{"query_only = 1", "cache_size = -8192"} {
		err = errors.Join(err, sqlitex.ExecuteTransient(conn, "PRAGMA "+p, nil))
	}
	if err != nil {
		return nil, errors.Join(err, closeConn(conn))
	}
	return &asker{conn: conn, idle: map[string]*statement{}}, nil
}

// maxPrepared is how many questions a connection keeps prepared. There are about 300.
const maxPrepared = 500

// An asker is a connection that reads. The statements that it keeps are idle: one that is
// being read from is nobody else's.
type asker struct {
	conn *sqlite.Conn
	idle map[string]*statement
	busy int
	done <-chan struct{} // interrupts it
}

// IsValid reports whether the next one can ask on it: an interrupted ROLLBACK leaves it where
// it was.
func (a *asker) IsValid() bool { return a.busy == 0 && a.conn.AutocommitEnabled() }

func (a *asker) Prepare(string) (driver.Stmt, error) { return nil, errReadsOnly }
func (a *asker) Begin() (driver.Tx, error)           { return nil, errReadsOnly }

func (a *asker) Close() error {
	var errs []error
	for _, s := range a.idle {
		errs = append(errs, s.Finalize())
	}
	return errors.Join(append(errs, closeConn(a.conn))...)
}

func (a *asker) BeginTx(ctx context.Context, _ driver.TxOptions) (driver.Tx, error) {
	a.watch(ctx)
	return a, ended(ctx, a.run("BEGIN"))
}

func (a *asker) Commit() error { return a.run("COMMIT") }

func (a *asker) Rollback() error {
	a.watch(context.Background())
	return a.run("ROLLBACK")
}

func (a *asker) run(query string) error {
	s, err := a.prepare(query)
	if err != nil {
		return err
	}
	_, err = s.Step()
	return errors.Join(err, a.finish(query, s))
}

// watch lets the end of ctx interrupt what is asked from now on.
func (a *asker) watch(ctx context.Context) {
	if a.busy == 0 && a.done != ctx.Done() {
		a.done = ctx.Done()
		a.conn.SetInterrupt(a.done)
	}
}

func (a *asker) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	a.watch(ctx)
	s, err := a.prepare(query)
	if err != nil {
		return nil, ended(ctx, err)
	}
	values := make([]any, len(args))
	for i, arg := range args {
		values[i] = arg.Value
	}
	if err := s.bind(values); err != nil {
		return nil, errors.Join(err, a.finish(query, s))
	}
	a.busy++
	return &asked{lentRows{s}, ctx, a, query}, nil
}

func (a *asker) prepare(query string) (*statement, error) {
	if s, ok := a.idle[query]; ok {
		delete(a.idle, query)
		return s, nil
	}
	s, rest, err := a.conn.PrepareTransient(query)
	if err == nil && rest > 0 {
		err = errors.Join(errors.New("projections: more than one statement in a question"), s.Finalize())
	}
	if err != nil {
		return nil, err
	}
	return &statement{Stmt: s, params: s.BindParamCount()}, nil
}

// finish keeps s for the next time.
func (a *asker) finish(query string, s *statement) error {
	if a.idle[query] != nil || len(a.idle) >= maxPrepared {
		return s.Finalize()
	}
	_ = s.Reset() // tells again what Step told
	a.idle[query] = s
	return nil
}

// An asked question is being read from.
type asked struct {
	lentRows
	ctx   context.Context
	of    *asker
	query string
}

func (r *asked) Next(row []driver.Value) error {
	err := r.lentRows.Next(row)
	if err == nil || err == io.EOF {
		return err
	}
	return ended(r.ctx, err)
}

func (r *asked) Close() error {
	r.of.busy--
	return r.of.finish(r.query, r.s)
}

// ended is why ctx ended, if that is what interrupted a question.
func ended(ctx context.Context, err error) error {
	if sqlite.ErrCode(err).ToPrimary() == sqlite.ResultInterrupt && ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}
