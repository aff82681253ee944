package journal

import (
	"context"
	"database/sql"
	"strings"
)

// A bulk inserts rows into one table, many of them with one statement.
type bulk struct {
	one, many *sql.Stmt
	width     int
	args      []any
}

const bulkRows = 16

// prepare readies b for an insert of width columns. It should not be one that SQLite takes
// back when a row fails: that costs a copy of every page, and the transaction ends anyway.
func (b *bulk) prepare(ctx context.Context, w *writer, insert string, width int) (err error) {
	b.width = width
	values := "(?" + strings.Repeat(", ?", width-1) + ")"
	if b.one, err = w.statement(ctx, insert+" VALUES "+values); err != nil {
		return err
	}
	b.many, err = w.statement(ctx, insert+" VALUES "+values+strings.Repeat(", "+values, bulkRows-1))
	return err
}

// add inserts a row, now or by the next flush. The caller leaves what row points to alone.
func (b *bulk) add(row ...any) error {
	b.args = append(b.args, row...)
	if len(b.args) < bulkRows*b.width {
		return nil
	}
	_, err := b.many.Exec(b.args...)
	b.drop()
	return err
}

// flush inserts the rows that are left.
func (b *bulk) flush() error {
	defer b.drop()
	for i := 0; i < len(b.args); i += b.width {
		if _, err := b.one.Exec(b.args[i : i+b.width]...); err != nil {
			return err
		}
	}
	return nil
}

// drop forgets the rows that are left.
func (b *bulk) drop() {
	clear(b.args)
	b.args = b.args[:0]
}
