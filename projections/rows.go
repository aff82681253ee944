package projections

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
)

// A connector lends the connection of a writer to database/sql for queries, so that a view
// reads what it is changing by the same scan as what is asked of it.
type connector struct{ w *writer }

var errReadsOnly = errors.New("only queries go through database/sql")

func (c connector) Connect(context.Context) (driver.Conn, error) { return lent(c), nil }
func (c connector) Driver() driver.Driver                        { return nil }

type lent struct{ w *writer }

func (lent) Prepare(string) (driver.Stmt, error) { return nil, errReadsOnly }
func (lent) Begin() (driver.Tx, error)           { return nil, errReadsOnly }
func (lent) Close() error                        { return nil }

func (c lent) QueryContext(_ context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	s, err := c.w.prepare(query)
	if err != nil {
		return nil, err
	}
	values := make([]any, len(args))
	for i, a := range args {
		values[i] = a.Value
	}
	return lentRows{s}, s.bind(values)
}

type lentRows struct{ s *statement }

func (r lentRows) Columns() []string {
	names := make([]string, r.s.ColumnCount())
	for i := range names {
		names[i] = r.s.ColumnName(i)
	}
	return names
}

func (r lentRows) Close() error { return r.s.Reset() }

func (r lentRows) Next(row []driver.Value) error {
	more, err := r.s.Step()
	if err == nil && !more {
		err = io.EOF
	}
	if err == nil {
		for i := range row {
			row[i] = cell(r.s.Stmt, i)
		}
	}
	return err
}
