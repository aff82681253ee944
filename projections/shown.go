package projections

import (
	"context"
	"database/sql"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
)

// A ShownQuery asks for what a partner is shown, or for what it is shown no longer, in the
// order of names: the place in the walk does not move when an object changes.
type ShownQuery struct {
	Partner   domain.PartnerID
	Category  string          // of objects; empty is all
	Removed   bool            // what is shown no longer, in place of what is
	On        domain.Date     // the day of asking
	Since     events.Position // only what changed after a place in the feed:
	SinceTo   domain.Stream   // the last change seen and its object
	Forgotten events.Position // removals up to here are left out
	After     domain.Stream   // the last object of the page before
	First     int
}

// Shown returns a page of what a partner is shown. What is shown until a day that has passed
// counts as removed, whenever that was.
func (db *DB) Shown(ctx context.Context, q ShownQuery) ([]Change, error) {
	from, to := domain.Stream(""), domain.Stream("\U0010FFFF")
	if q.Category != "" {
		from, to = domain.Stream(q.Category+"-"), domain.Stream(q.Category+".")
	}
	found, err := collect(ctx, db.read, func(rows *sql.Rows) (c Change, err error) {
		return c, rows.Scan(&c.Position, &c.Object, &c.Learner, &c.Removed, date{&c.Until})
	}, `SELECT position, object, learner, removed, until FROM feed
		WHERE partner = ? AND object > ? AND object < ? AND (removed <> '' OR until < ?) = ?
			AND (position, object) > (?, ?) AND (removed = '' OR position > ?)
		ORDER BY object LIMIT ?`, q.Partner, max(from, q.After), to, q.On.String(), q.Removed, q.Since, q.SinceTo, q.Forgotten, q.First)
	return found, fault(err, "what a partner is shown")
}

// Held tells of everything that a partner is shown on a day, in the order of names, as it is at
// one position. Without categories it is all of them.
func (db *DB) Held(ctx context.Context, partner domain.PartnerID, on domain.Date, categories []string, tell func(Change)) (at events.Position, err error) {
	err = db.snapshot(ctx, func(tx querier) error {
		if _, err := collect(ctx, tx, func(rows *sql.Rows) (_ struct{}, err error) { return struct{}{}, rows.Scan(&at) }, `SELECT position FROM checkpoint`); err != nil {
			return err
		}
		_, err := collect(ctx, tx, func(rows *sql.Rows) (_ struct{}, err error) {
			var c Change
			if err = rows.Scan(&c.Position, &c.Object, &c.Learner); err == nil {
				tell(c)
			}
			return struct{}{}, err
		}, `SELECT position, object, learner FROM feed WHERE partner = ? AND removed = '' AND until >= ?
			AND (? = 0 OR category IN (SELECT value FROM json_each(?))) ORDER BY object`, partner, on.String(), len(categories), text(categories))
		return err
	})
	return at, fault(err, "what a partner holds")
}

// TakenBack reports whether anything was removed from a partner's sight after a position.
func (db *DB) TakenBack(ctx context.Context, partner domain.PartnerID, since events.Position) (bool, error) {
	found, err := collect(ctx, db.read, func(rows *sql.Rows) (n int, err error) { return n, rows.Scan(&n) },
		`SELECT 1 FROM feed WHERE partner = ? AND position > ? AND removed <> '' LIMIT 1`, partner, since)
	return len(found) > 0, fault(err, "what was taken back")
}
