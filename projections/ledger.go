package projections

import (
	"context"
	"database/sql"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
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

// A Total is minutes that were spent on one thing in one week, at one site and on one basis.
type Total struct {
	Week              domain.Week
	Kind              timesheet.Kind
	SpentOn           string
	Site              domain.SiteID // where the learner belongs, if the entry says nothing
	Basis             timesheet.Basis
	Pay               timesheet.Pay
	Approved, Pending domain.Minutes // Pending is handed in and not signed off
}

// Ledger returns what learners logged, as far as it was handed in, oldest first.
func (db *DB) Ledger(ctx context.Context, ids ...domain.ApprenticeshipID) (map[domain.ApprenticeshipID][]Total, error) {
	out := map[domain.ApprenticeshipID][]Total{}
	_, err := collect(ctx, db.read, func(rows *sql.Rows) (t Total, err error) {
		var id domain.ApprenticeshipID
		var week string
		if err := rows.Scan(&id, &week, &t.Kind, &t.SpentOn, &t.Site, &t.Basis, &t.Pay, &t.Approved, &t.Pending); err != nil {
			return t, err
		}
		t.Week, err = domain.ParseWeek(week)
		out[id] = append(out[id], t)
		return t, err
	}, `SELECT e.learner, e.week, e.kind, e.spent_on, coalesce(nullif(e.site, ''), l.site, ''), e.basis, e.pay,
			sum(CASE w.state WHEN 'approved' THEN e.minutes ELSE 0 END), sum(CASE w.state WHEN 'submitted' THEN e.minutes ELSE 0 END)
		FROM entry e JOIN week w ON w.learner = e.learner AND w.week = e.week LEFT JOIN learner l ON l.id = e.learner
		WHERE e.learner IN (SELECT value FROM json_each(?)) AND w.state IN ('approved', 'submitted') AND e.minutes > 0
		GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 1, 2, 3, 4, 5, 6, 7`, text(ids))
	return out, fault(err, "ledger")
}
