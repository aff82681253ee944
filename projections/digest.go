package projections

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
)

// A Digest stands for the rows of one table.
type Digest struct {
	Table string `json:"table"`
	Rows  int    `json:"rows"`
	Sum   string `json:"sum"` // of the SHA-256 of each row, whatever their order
}

// Digests describes every table. Equal logs give equal digests.
func (db *DB) Digests(ctx context.Context) (ds []Digest, err error) {
	err = db.snapshot(ctx, func(q querier) error {
		ds, err = digests(ctx, q)
		return err
	})
	return ds, fault(err, "digests")
}

func digests(ctx context.Context, q querier) ([]Digest, error) {
	names, err := collect(ctx, q, func(rows *sql.Rows) (t string, err error) { return t, rows.Scan(&t) },
		`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'checkpoint' ORDER BY name`)
	if err != nil {
		return nil, err
	}
	out := make([]Digest, len(names))
	for i, name := range names {
		if out[i], err = digest(ctx, q, name); err != nil {
			return nil, fmt.Errorf("digest of %s: %w", name, err)
		}
	}
	return out, nil
}

func digest(ctx context.Context, q querier, table string) (Digest, error) {
	d := Digest{Table: table}
	rows, err := q.QueryContext(ctx, `SELECT * FROM "`+table+`"`)
	if err != nil {
		return d, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return d, err
	}
	row, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range row {
		into[i] = &row[i]
	}
	var sums [sha256.Size]byte
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return d, err
		}
		one := sha256.Sum256([]byte(text(row)))
		for i := range sums {
			sums[i] ^= one[i]
		}
		d.Rows++
	}
	d.Sum = hex.EncodeToString(sums[:])
	return d, rows.Err()
}
