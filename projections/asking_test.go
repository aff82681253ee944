package projections_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/projections"
)

// TestAQuestionEndsWithWhoAsked breaks off a question that has no end. The connection
// answers the next one.
func TestAQuestionEndsWithWhoAsked(t *testing.T) {
	db := projections.Readers(t)
	db.SetMaxOpenConns(1)
	for range 3 {
		ctx, stop := context.WithTimeout(t.Context(), 20*time.Millisecond)
		var n int
		err := db.QueryRowContext(ctx, `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n`).Scan(&n)
		stop()
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("it ends with %v", err)
		}
		if err := db.QueryRowContext(t.Context(), `SELECT ?`, 7).Scan(&n); err != nil || n != 7 {
			t.Errorf("the next one is answered with %d, %v", n, err)
		}
	}
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	gone, stop := context.WithCancel(t.Context())
	stop()
	if err := conn.Raw(func(c any) error {
		_, err := c.(driver.ConnBeginTx).BeginTx(gone, driver.TxOptions{})
		return err
	}); !errors.Is(err, context.Canceled) {
		t.Errorf("a transaction of somebody who has gone begins with %v", err)
	}
}

// TestAQuestionIsAskedWhileItIsRead asks one again for each of its own rows.
func TestAQuestionIsAskedWhileItIsRead(t *testing.T) {
	db := projections.Readers(t)
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	var read func(depth int) []string
	read = func(depth int) (out []string) {
		rows, err := tx.QueryContext(t.Context(), `SELECT value FROM json_each(?)`, []string{`["a","b"]`, `["c","d"]`}[depth%2])
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			var v sql.NullString
			if err := rows.Scan(&v); err != nil {
				t.Fatal(err)
			}
			if out = append(out, v.String); depth < 2 {
				out = append(out, read(depth+1)...)
			}
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		return out
	}
	want := []string{"a", "c", "a", "b", "d", "a", "b", "b", "c", "a", "b", "d", "a", "b"}
	for range 2 {
		if got := read(0); !slices.Equal(got, want) {
			t.Errorf("read %v", got)
		}
	}
}
