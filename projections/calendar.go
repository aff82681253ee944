package projections

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
)

// CalendarReader returns whose dates whoever knows the secret with this SHA-256, in hexadecimal,
// reads. It is nobody once they left or were erased, or have no capacity any more.
func (db *DB) CalendarReader(ctx context.Context, hash string) (id domain.PersonID, found bool, err error) {
	err = db.read.QueryRowContext(ctx, `SELECT p.id FROM calendar_link c JOIN person p ON p.id = c.person
		WHERE c.hash = ? AND p.capacities <> '[]' AND p.left_on = '' AND NOT p.erased`, hash).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, nil
	}
	return id, err == nil, fault(err, "calendar reader")
}

// CalendarSince returns when the link of a person was made, or the zero time if there is none.
func (db *DB) CalendarSince(ctx context.Context, id domain.PersonID) (since time.Time, err error) {
	err = db.read.QueryRowContext(ctx, `SELECT since FROM calendar_link WHERE person = ?`, id).Scan(instant{&since})
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, nil
	}
	return since, fault(err, "calendar link")
}
