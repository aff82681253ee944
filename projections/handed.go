package projections

import (
	"context"
	"database/sql"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
)

// A Handed is a week that was handed in, with what shows whether it is like others.
type Handed struct {
	Week
	Days   map[domain.Date]domain.Minutes // what was logged for each
	Before []Week                         // newest first, without entries
}

// Handed returns weeks by their streams, each with those before it, at most recent of them.
// Weeks that nobody logged are left out.
func (db *DB) Handed(ctx context.Context, recent int, subjects ...domain.Stream) (map[domain.Stream]Handed, error) {
	asked := make([][2]string, 0, len(subjects))
	for _, s := range subjects {
		id, w, err := timesheet.ID(s)
		if err != nil {
			return nil, err
		}
		asked = append(asked, [2]string{string(id), w.String()})
	}
	const each = ` FROM json_each(?) j CROSS JOIN `
	out := map[domain.Stream]Handed{}
	err := db.snapshot(ctx, func(q querier) error {
		weeks, err := collect(ctx, q, scanWeek, `SELECT `+weekColumns+each+`week w ON w.learner = j.value ->> 0 AND w.week = j.value ->> 1`, text(asked))
		if err != nil {
			return err
		}
		for _, w := range weeks {
			out[timesheet.Stream(w.Learner, w.Week)] = Handed{Week: w, Days: map[domain.Date]domain.Minutes{}}
		}
		_, err = collect(ctx, q, func(rows *sql.Rows) (on domain.Date, err error) {
			var id domain.ApprenticeshipID
			var minutes domain.Minutes
			if err = rows.Scan(&id, date{&on}, &minutes); err == nil {
				if h, known := out[timesheet.Stream(id, on.Week())]; known {
					h.Days[on] = minutes
				}
			}
			return on, err
		}, `SELECT e.learner, e.day, sum(e.minutes)`+each+`entry e ON e.learner = j.value ->> 0 AND e.week = j.value ->> 1 GROUP BY e.learner, e.day`, text(asked))
		if err != nil {
			return err
		}
		_, err = collect(ctx, q, func(rows *sql.Rows) (w Week, err error) {
			var at int
			if err = rows.Scan(&at, &w.State, &w.OnTheJob, &w.Instruction); err == nil {
				h := out[subjects[at]]
				h.Before = append(h.Before, w)
				out[subjects[at]] = h
			}
			return w, err
		}, `SELECT j.key, w.state, w.on_the_job, w.instruction`+each+`week w ON w.learner = j.value ->> 0 AND w.week IN (
			SELECT b.week FROM week b WHERE b.learner = j.value ->> 0 AND b.week < j.value ->> 1 ORDER BY b.week DESC LIMIT ?) ORDER BY j.key, w.week DESC`, text(asked), recent)
		return err
	})
	return out, fault(err, "handed in")
}

// LastHanded returns the last week with hours that each of some learners has handed in; who has
// handed in none is left out.
func (db *DB) LastHanded(ctx context.Context, ids ...domain.ApprenticeshipID) (map[domain.ApprenticeshipID]domain.Week, error) {
	out := map[domain.ApprenticeshipID]domain.Week{}
	_, err := collect(ctx, db.read, func(rows *sql.Rows) (w domain.Week, err error) {
		var id domain.ApprenticeshipID
		var week string
		if err = rows.Scan(&id, &week); err != nil || week == "" {
			return w, err
		}
		out[id], err = domain.ParseWeek(week)
		return w, err
	}, `SELECT j.value, coalesce((SELECT w.week FROM week w WHERE w.learner = j.value AND w.state IN ('submitted', 'approved') AND w.on_the_job + w.instruction > 0
		ORDER BY w.week DESC LIMIT 1), '') FROM json_each(?) j`, text(ids))
	return out, fault(err, "last handed in")
}
