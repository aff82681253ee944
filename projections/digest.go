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
func (db *DB) Digests(ctx context.Context) ([]Digest, error) {
	tx, err := db.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, fmt.Errorf("projections: %w", err)
	}
	defer tx.Rollback()
	names, err := tables(ctx, tx)
	if err != nil {
		return nil, fmt.Errorf("projections: %w", err)
	}
	out := make([]Digest, len(names))
	for i, name := range names {
		if out[i], err = digest(ctx, tx, name); err != nil {
			return nil, fmt.Errorf("projections: digest of %s: %w", name, err)
		}
	}
	return out, nil
}

func digest(ctx context.Context, tx *sql.Tx, table string) (Digest, error) {
	d := Digest{Table: table}
	rows, err := tx.QueryContext(ctx, `SELECT * FROM "`+table+`"`)
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
