package projections

import (
	"context"
	"database/sql"
	"errors"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/events"
)

// number gives a move its reference when it is asked for the first time. What no view can apply
// counts too: mending a view changes no number that somebody was told.
func (b *batch) number(r events.Recorded) error {
	if _, asked := r.Event.(transition.Proposed); !asked {
		return nil
	}
	return b.exec(`INSERT OR IGNORE INTO request (number, subject) SELECT coalesce(max(number) + 1, ?), ? FROM request`, transition.FirstReference, r.Stream)
}

// Referred returns the move that goes by a reference, or false if none does.
func (db *DB) Referred(ctx context.Context, r transition.Reference) (move domain.Stream, known bool, err error) {
	err = db.read.QueryRowContext(ctx, `SELECT subject FROM request WHERE number = ?`, r).Scan(&move)
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, nil
	}
	return move, err == nil, fault(err, "referred")
}

// numbered are the references of the moves among some streams.
func (db *DB) numbered(ctx context.Context, among map[domain.Stream][]events.Recorded) (map[domain.Stream]transition.Reference, error) {
	moves := []domain.Stream{}
	for s := range among {
		if s.Category() == "transition" {
			moves = append(moves, s)
		}
	}
	out := map[domain.Stream]transition.Reference{}
	_, err := collect(ctx, db.read, func(rows *sql.Rows) (s domain.Stream, err error) {
		var r transition.Reference
		err = rows.Scan(&s, &r)
		out[s] = r
		return s, err
	}, `SELECT subject, number FROM request WHERE subject IN (SELECT value FROM json_each(?))`, text(moves))
	return out, fault(err, "numbered")
}
