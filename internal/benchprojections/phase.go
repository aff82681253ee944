package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"runtime/debug"
	"runtime/pprof"
	"strings"
	"syscall"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/eventstest"
	"github.com/guildhall-dev/guildhall/events/journal"
	"github.com/guildhall-dev/guildhall/projections"
)

// A sample is what one phase found.
type sample struct {
	Records, Rows int
	Took, CPU     time.Duration
	Peak          int64 // bytes of memory
}

func (s sample) rows(in time.Duration) float64 { return float64(s.Rows) / in.Seconds() }

// one does a phase and prints its sample.
func one(ctx context.Context, phase, dir, profile string, out io.Writer) error {
	for _, p := range append(phases, before...) {
		if p.name != phase {
			continue
		}
		if profile != "" {
			f, err := os.Create(profile)
			if err != nil {
				return err
			}
			defer f.Close()
			if err := pprof.StartCPUProfile(f); err != nil {
				return err
			}
			defer pprof.StopCPUProfile()
		}
		s, err := p.do(ctx, dir)
		if err != nil {
			return err
		}
		var used syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
			return err
		}
		s.Peak = int64(used.Maxrss) * 1024
		return json.NewEncoder(out).Encode(s)
	}
	return fmt.Errorf("there is no phase %s", phase)
}

// A stopwatch adds up what passes between start and stop.
type stopwatch struct {
	sample
	cpu   time.Duration
	begun time.Time
}

func (w *stopwatch) start() { w.begun, w.cpu = time.Now(), processor() }

func (w *stopwatch) stop() {
	w.Took += time.Since(w.begun)
	w.CPU += processor() - w.cpu
}

// processor is how long this process has used one.
func processor() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		panic(err) // of oneself it is always known
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

const model = "model" // where the read model is that the others are compared by

// prepare builds it.
func prepare(ctx context.Context, dir string) (sample, error) { return built(ctx, dir, model, false) }

func rebuild(ctx context.Context, dir string) (sample, error) {
	debug.SetGCPercent(400) // as guildhall rebuild does
	return built(ctx, dir, "rebuilt", false)
}

func live(ctx context.Context, dir string) (sample, error) { return built(ctx, dir, "live", true) }

// An emptyLog is a log before its first record, to build a read model that then catches up.
type emptyLog struct{ events.Log }

func (emptyLog) Head(context.Context) (events.Position, error) { return 0, nil }
func (emptyLog) Follow(ctx context.Context, _ events.Position) iter.Seq2[events.Recorded, error] {
	return func(yield func(events.Recorded, error) bool) {
		<-ctx.Done()
		yield(events.Recorded{}, ctx.Err())
	}
}

// built lets a read model in a directory of its own come to the end of the log: one that
// is built, or an empty one that is in use.
func built(ctx context.Context, dir, name string, inUse bool) (s sample, err error) {
	log, err := journal.OpenLocal(ctx, dir, eventstest.Codec())
	if err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	in := filepath.Join(dir, name)
	if inUse {
		if err := follow(ctx, in, emptyLog{log}, 0); err != nil {
			return s, err
		}
	}
	head, _ := log.End()
	var w stopwatch
	w.start()
	if err := follow(ctx, in, log, head); err != nil {
		return s, err
	}
	w.stop()
	w.Records = int(head)
	w.Rows, err = eachTable(in, func(string, []string, *sqlite.Stmt) error { return nil })
	return w.sample, err
}

// follow lets the read model in dir come to a position of log.
func follow(ctx context.Context, dir string, log events.Log, to events.Position) error {
	db, err := projections.Open(ctx, dir)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- db.Run(ctx, log) }()
	err = db.Wait(ctx, to)
	stop()
	if stopped := <-ended; !errors.Is(stopped, context.Canceled) {
		err = errors.Join(err, stopped)
	}
	return errors.Join(err, db.Close())
}

// eachTable visits every row of a read model by table, and counts them.
func eachTable(dir string, visit func(table string, columns []string, row *sqlite.Stmt) error) (rows int, err error) {
	files, err := filepath.Glob(filepath.Join(dir, projections.Dir, "*.db"))
	if err != nil || len(files) != 1 {
		return 0, fmt.Errorf("%d read models: %w", len(files), err)
	}
	conn, err := sqlite.OpenConn(files[0], sqlite.OpenReadOnly)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	var tables []string
	err = sqlitex.ExecuteTransient(conn, `SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name`, &sqlitex.ExecOptions{
		ResultFunc: func(row *sqlite.Stmt) error {
			tables = append(tables, row.ColumnText(0))
			return nil
		}})
	for _, t := range tables {
		var columns []string
		if err == nil {
			err = sqlitex.ExecuteTransient(conn, `SELECT * FROM "`+t+`"`, &sqlitex.ExecOptions{ResultFunc: func(row *sqlite.Stmt) error {
				if columns == nil {
					for i := range row.ColumnCount() {
						columns = append(columns, row.ColumnName(i))
					}
				}
				rows++
				return visit(t, columns, row)
			}})
		}
	}
	return rows, err
}

// A plain database has tables without keys.
type plain struct {
	conn *sqlite.Conn
	stopwatch
	stmts   map[string]*sqlite.Stmt
	waiting []row
}

// A row waits for the next transaction, so that reading it is not measured.
type row struct {
	stmt   *sqlite.Stmt
	values []any // text or numbers
}

func openPlain(dir string) (*plain, error) {
	path := filepath.Join(dir, "plain.db")
	for _, part := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(path + part); err != nil && !os.IsNotExist(err) {
			return nil, err
		}
	}
	conn, err := sqlite.OpenConn(path, sqlite.OpenReadWrite|sqlite.OpenCreate)
	if err != nil {
		return nil, err
	}
	for _, pragma := range []string{"journal_mode = wal", "synchronous = normal", "cache_size = -65536", "wal_autocheckpoint = 4000"} {
		if err := sqlitex.ExecuteTransient(conn, "PRAGMA "+pragma, nil); err != nil {
			return nil, errors.Join(err, conn.Close())
		}
	}
	return &plain{conn: conn, stmts: map[string]*sqlite.Stmt{}}, nil
}

const rowsAtOnce = 5_000

func (p *plain) insert(table string, columns []string, values []any) error {
	stmt, ok := p.stmts[table]
	if !ok {
		if err := sqlitex.ExecuteTransient(p.conn, `CREATE TABLE "`+table+`" (`+strings.Join(columns, `, `)+`)`, nil); err != nil {
			return err
		}
		var err error
		if stmt, err = p.conn.Prepare(`INSERT INTO "` + table + `" VALUES (` + strings.TrimSuffix(strings.Repeat("?,", len(columns)), ",") + `)`); err != nil {
			return err
		}
		p.stmts[table] = stmt
	}
	if p.waiting = append(p.waiting, row{stmt, values}); len(p.waiting) < rowsAtOnce {
		return nil
	}
	return p.flush()
}

func (p *plain) flush() error {
	p.start()
	defer p.stop()
	if err := sqlitex.ExecuteTransient(p.conn, "BEGIN", nil); err != nil {
		return err
	}
	for _, r := range p.waiting {
		for i, v := range r.values {
			switch v := v.(type) {
			case string:
				r.stmt.BindText(i+1, v)
			case int64:
				r.stmt.BindInt64(i+1, v)
			}
		}
		if _, err := r.stmt.Step(); err != nil {
			return err
		}
		if err := r.stmt.Reset(); err != nil {
			return err
		}
	}
	p.Rows += len(p.waiting)
	p.waiting = p.waiting[:0]
	return sqlitex.ExecuteTransient(p.conn, "COMMIT", nil)
}

func valuesOf(stmt *sqlite.Stmt) []any {
	values := make([]any, stmt.ColumnCount())
	for i := range values {
		if stmt.ColumnType(i) == sqlite.TypeInteger {
			values[i] = stmt.ColumnInt64(i)
		} else {
			values[i] = stmt.ColumnText(i)
		}
	}
	return values
}

// insertSame inserts every row of the read model.
func insertSame(_ context.Context, dir string) (s sample, err error) {
	p, err := openPlain(dir)
	if err != nil {
		return s, err
	}
	defer p.conn.Close()
	_, err = eachTable(filepath.Join(dir, model), func(table string, columns []string, row *sqlite.Stmt) error {
		return p.insert(table, columns, valuesOf(row))
	})
	if err == nil {
		err = p.flush()
	}
	return p.sample, err
}

// insertNarrow inserts as many rows as the read model has into one table.
func insertNarrow(_ context.Context, dir string) (s sample, err error) {
	p, err := openPlain(dir)
	if err != nil {
		return s, err
	}
	defer p.conn.Close()
	columns := strings.Split("abcdefg", "")
	n := int64(0)
	_, err = eachTable(filepath.Join(dir, model), func(string, []string, *sqlite.Stmt) error {
		n++
		return p.insert("narrow", columns, []any{"p000123", "2025-W12", "2025-03-20.ojl.wp-01", "ojl", "wp-01", n, int64(420)})
	})
	if err == nil {
		err = p.flush()
	}
	return p.sample, err
}
