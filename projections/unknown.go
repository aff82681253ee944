package projections

import (
	"context"
	"database/sql"

	"github.com/guildhall-dev/guildhall/events"
)

// An Unknown is a kind of fact that the views passed over, as only a newer Guildhall knows
// what it means.
type Unknown struct {
	Name  string          `json:"name"`
	Count int             `json:"count"`
	First events.Position `json:"first"`
	Last  events.Position `json:"last"`
}

func (b *batch) unknown(r events.Recorded, e events.Unknown) error {
	return b.exec(`INSERT INTO unknown (name, count, first, last) VALUES (?1, 1, ?2, ?2)
		ON CONFLICT (name) DO UPDATE SET count = count + 1, last = excluded.last`, e.Name, r.Position)
}

// Unknown returns what the views passed over, by name.
func (db *DB) Unknown(ctx context.Context) ([]Unknown, error) { return unknown(ctx, db.read) }

func unknown(ctx context.Context, q querier) ([]Unknown, error) {
	us, err := collect(ctx, q, func(rows *sql.Rows) (u Unknown, err error) {
		return u, rows.Scan(&u.Name, &u.Count, &u.First, &u.Last)
	}, `SELECT name, count, first, last FROM unknown ORDER BY name`)
	return us, fault(err, "unknown")
}

// knowsMore reports whether an older program passed over what this one knows.
func (db *DB) knowsMore(ctx context.Context, log events.Log) (bool, error) {
	passed, err := db.Unknown(ctx)
	for _, u := range passed {
		if known, err := knows(ctx, log, u.First); known || err != nil {
			return known, err
		}
	}
	return false, err
}

// knows reports whether log can tell the fact at p.
func knows(ctx context.Context, log events.Log, p events.Position) (bool, error) {
	for r, err := range log.Follow(ctx, p-1) {
		_, unknown := r.Event.(events.Unknown)
		return !unknown && err == nil, err
	}
	return false, ctx.Err()
}
