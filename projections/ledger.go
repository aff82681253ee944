package projections

import (
	"context"
	"database/sql"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
)

// A Correction is an entry that was signed off and put right afterwards.
type Correction struct {
	Week     domain.Week
	Entry    domain.EntryID
	Was, Now domain.Minutes
	By       domain.PersonID
	Reason   domain.Sealed
	At       time.Time
}

// Corrections returns what was put right in a learner's weeks, oldest first.
func (db *DB) Corrections(ctx context.Context, id domain.ApprenticeshipID) (map[domain.Week][]Correction, error) {
	out := map[domain.Week][]Correction{}
	_, err := collect(ctx, db.read, func(rows *sql.Rows) (c Correction, err error) {
		var week string
		if err := rows.Scan(&week, &c.Entry, &c.Was, &c.Now, &c.By, &c.Reason, instant{&c.At}); err != nil {
			return c, err
		}
		c.Week, err = domain.ParseWeek(week)
		out[c.Week] = append(out[c.Week], c)
		return c, err
	}, `SELECT week, entry, was, now, by_person, reason, at FROM correction WHERE learner = ? ORDER BY week, version`, id)
	return out, fault(err, "corrections")
}
