package projections

import (
	"database/sql"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// A writer is the only connection that changes a read model. It speaks to SQLite without
// database/sql, which costs half as much for each row.
type writer struct {
	conn      *sqlite.Conn
	stmts     map[string]*statement
	preparing *statement
	rows      *sql.DB // over conn, for what reads through database/sql
	inserters []*inserter
}

// A statement was prepared once and is used for every record.
type statement struct {
	*sqlite.Stmt
	params        int
	reads, writes []string // tables
	bound         []value  // of an inserter: what its places hold still, as binding a text copies it
}

// connecting is held while a connection opens or closes. What closes is forgotten by its address
// after that was given back, and with it the authorizer of whatever was opened there meanwhile.
var connecting sync.Mutex

func openConn(uri string, flags sqlite.OpenFlags) (*sqlite.Conn, error) {
	connecting.Lock()
	defer connecting.Unlock()
	return sqlite.OpenConn(uri, flags)
}

func closeConn(c *sqlite.Conn) error {
	connecting.Lock()
	defer connecting.Unlock()
	return c.Close()
}

func openWriter(uri string, pragmas ...string) (*writer, error) {
	conn, err := openConn(uri, sqlite.OpenReadWrite|sqlite.OpenCreate|sqlite.OpenURI)
	if err != nil {
		return nil, err
	}
	conn.SetBusyTimeout(5 * time.Second)
	w := &writer{conn: conn, stmts: map[string]*statement{}}
	for _, p := range pragmas {
		err = errors.Join(err, sqlitex.ExecuteTransient(conn, "PRAGMA "+p, nil))
	}
	err = errors.Join(err, conn.SetAuthorizer(sqlite.AuthorizeFunc(w.note)))
	w.rows = sql.OpenDB(connector{w})
	if err != nil {
		return nil, errors.Join(err, w.close())
	}
	return w, nil
}

func (w *writer) close() error { return errors.Join(w.rows.Close(), closeConn(w.conn)) }

// note keeps which tables the statement that is being prepared reads and writes.
func (w *writer) note(a sqlite.Action) sqlite.AuthResult {
	if s := w.preparing; s != nil {
		switch a.Type() {
		case sqlite.OpRead:
			s.reads = with(s.reads, a.Table())
		case sqlite.OpInsert, sqlite.OpUpdate, sqlite.OpDelete:
			s.writes = with(s.writes, a.Table())
		}
	}
	return sqlite.AuthResultOK
}

func with(names []string, name string) []string {
	if slices.Contains(names, name) {
		return names
	}
	return append(names, name)
}

func (w *writer) prepare(query string) (*statement, error) {
	if s, ok := w.stmts[query]; ok {
		return s, nil
	}
	s := &statement{}
	w.preparing = s
	defer func() { w.preparing = nil }()
	var err error
	if s.Stmt, err = w.conn.Prepare(query); err != nil {
		return nil, fmt.Errorf("prepare %s: %w", query, err)
	}
	s.params = s.BindParamCount()
	w.stmts[query] = s
	return s, nil
}

// do runs a query that nothing is read from.
func (w *writer) do(query string, args ...any) error {
	s, err := w.prepare(query)
	if err != nil {
		return err
	}
	return s.exec(args)
}

// first reads the first row that a query finds into pointers; it reports false if there is none.
func (w *writer) first(query string, into ...any) (bool, error) {
	s, err := w.prepare(query)
	if err != nil {
		return false, err
	}
	return s.one(nil, into)
}

// script runs statements in one transaction.
func (w *writer) script(statements string) error {
	return sqlitex.ExecuteScript(w.conn, statements, nil)
}

func (s *statement) exec(args []any) error {
	if err := s.bind(args); err != nil {
		return err
	}
	return s.run()
}

// run steps through s and readies it for its next run.
func (s *statement) run() error {
	for {
		more, err := s.Step()
		if err != nil || !more {
			return errors.Join(err, s.Reset())
		}
	}
}

// each calls visit for every row that query finds.
func (w *writer) each(query string, key []value, visit func(*statement)) error {
	s, err := w.prepare(query)
	if err != nil {
		return err
	}
	for i := range key {
		s.set(i+1, &key[i])
	}
	for {
		more, err := s.Step()
		if err != nil || !more {
			return errors.Join(err, s.Reset())
		}
		visit(s)
	}
}

// one reads the first row into pointers; it reports false if there is none.
func (s *statement) one(args []any, into []any) (found bool, err error) {
	if err := s.bind(args); err != nil {
		return false, err
	}
	found, err = s.Step()
	if found && err == nil {
		for i, p := range into {
			if err = scan(s.Stmt, i, p); err != nil {
				break
			}
		}
	}
	return found && err == nil, errors.Join(err, s.Reset())
}

// bind gives s its arguments; those it has no place for are left out.
func (s *statement) bind(args []any) error {
	if len(args) < s.params {
		return fmt.Errorf("%d arguments for %d places", len(args), s.params)
	}
	for i, arg := range args[:s.params] {
		switch v := arg.(type) {
		case nil:
			s.BindNull(i + 1)
		case string:
			s.BindText(i+1, v)
		case int64:
			s.BindInt64(i+1, v)
		case int:
			s.BindInt64(i+1, int64(v))
		case uint64:
			s.BindInt64(i+1, int64(v))
		case bool:
			s.BindBool(i+1, v)
		default:
			switch v := reflect.ValueOf(arg); {
			case v.Kind() == reflect.String:
				s.BindText(i+1, v.String())
			case v.CanInt():
				s.BindInt64(i+1, v.Int())
			case v.CanUint():
				s.BindInt64(i+1, int64(v.Uint()))
			case v.Kind() == reflect.Bool:
				s.BindBool(i+1, v.Bool())
			default:
				return fmt.Errorf("%T is nothing that a column holds", arg)
			}
		}
	}
	return nil
}

func scan(s *sqlite.Stmt, column int, into any) error {
	if p, ok := into.(sql.Scanner); ok {
		return p.Scan(cell(s, column))
	}
	switch v := reflect.ValueOf(into).Elem(); {
	case v.Kind() == reflect.String:
		v.SetString(s.ColumnText(column))
	case v.CanInt():
		v.SetInt(s.ColumnInt64(column))
	case v.CanUint():
		v.SetUint(uint64(s.ColumnInt64(column)))
	case v.Kind() == reflect.Bool:
		v.SetBool(s.ColumnInt64(column) != 0)
	default:
		return fmt.Errorf("a column cannot be read into %T", into)
	}
	return nil
}

func cell(s *sqlite.Stmt, column int) any {
	switch s.ColumnType(column) {
	case sqlite.TypeInteger:
		return s.ColumnInt64(column)
	case sqlite.TypeNull:
		return nil
	}
	return s.ColumnText(column)
}
