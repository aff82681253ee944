package journal

import (
	"errors"
	"fmt"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/guildhall-dev/guildhall/events"
)

// connect opens the file named by uri. A connection is for one goroutine at a time.
func connect(uri string, flags sqlite.OpenFlags, pragmas ...string) (*sqlite.Conn, error) {
	conn, err := sqlite.OpenConn(uri, flags|sqlite.OpenURI)
	if err != nil {
		return nil, err
	}
	conn.SetBusyTimeout(10 * time.Second)
	for _, pragma := range pragmas {
		if err := sqlitex.ExecuteTransient(conn, "PRAGMA "+pragma, nil); err != nil {
			return nil, errors.Join(err, conn.Close())
		}
	}
	return conn, nil
}

// prepare compiles queries for conn, which closes them with itself.
func prepare(conn *sqlite.Conn, queries map[**sqlite.Stmt]string) (err error) {
	for stmt, query := range queries {
		if *stmt, err = conn.Prepare(query); err != nil {
			return err
		}
	}
	return nil
}

// execute runs a statement that returns nothing and readies it for its next run.
func execute(stmt *sqlite.Stmt) error {
	_, err := stmt.Step()
	return errors.Join(err, stmt.Reset())
}

// number returns the one number that query yields.
func number(conn *sqlite.Conn, query string) (n int64, err error) {
	err = sqlitex.ExecuteTransient(conn, query, &sqlitex.ExecOptions{ResultFunc: func(stmt *sqlite.Stmt) error {
		n = stmt.ColumnInt64(0)
		return nil
	}})
	return n, err
}

// digest reads a column that holds a hash; NULL is the zero hash.
func digest[H ~[32]byte](stmt *sqlite.Stmt, column int) (h H, err error) {
	if stmt.ColumnIsNull(column) {
		return h, nil
	}
	if n := stmt.ColumnLen(column); n != len(h) {
		return h, fmt.Errorf("%w: %d bytes are not a hash", events.ErrCorrupt, n)
	}
	stmt.ColumnBytes(column, h[:])
	return h, nil
}

// unwritable reports whether SQLite would have had to write, which says nothing about the file.
func unwritable(err error) bool {
	code := sqlite.ErrCode(err).ToPrimary()
	return code == sqlite.ResultReadOnly || code == sqlite.ResultCantOpen
}

// damage makes SQLite's own finding of a damaged file events.ErrCorrupt.
func damage(err error) error {
	switch sqlite.ErrCode(err).ToPrimary() {
	case sqlite.ResultCorrupt, sqlite.ResultNotADB:
		return fmt.Errorf("%w: %w", events.ErrCorrupt, err)
	}
	return err
}
