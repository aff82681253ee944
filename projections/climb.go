package projections

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/standard"
)

// A Climb is how far a learner has come towards the next wage step of their schedule.
type Climb struct {
	Learner  domain.ApprenticeshipID
	Schedule standard.Definition // but for the wage steps nothing is told of it
	BeganOn  domain.Date
	Reached  int            // the highest step that is or was due
	OnTheJob domain.Minutes // all that counts to wages, as standard.Showing.OnTheJob
}

// Months are those since the start, as the schedule counts them.
func (c Climb) Months(today domain.Date) int { return max(0, today.MonthsSince(c.BeganOn)) }

// Climb returns how far one learner has come, or false if there is no next step for them.
func (db *DB) Climb(ctx context.Context, id domain.ApprenticeshipID) (Climb, bool, error) {
	cs, err := db.climbs(ctx, func(standard.WageStep) domain.Date { return forEver }, `AND l.id = ?`, id)
	if len(cs) == 0 {
		return Climb{}, false, err
	}
	return cs[0], true, err
}

// Climbs returns those for whom enough months have passed for the next step of their
// schedule, where it comes with the months. Hours may still be missing.
func (db *DB) Climbs(ctx context.Context, today domain.Date) ([]Climb, error) {
	return db.climbs(ctx, func(s standard.WageStep) domain.Date {
		if s.Trigger == standard.ByOJL {
			return domain.Date{}
		}
		began := today.AddMonths(-s.Months).AddDays(4) // months are of different lengths
		for today.MonthsSince(began) < s.Months {
			began = began.AddDays(-1)
		}
		return began
	}, ``)
}

var forEver = domain.NewDate(9999, 12, 31)

// climbs finds learners who began by a day that depends on their next step; no day leaves
// the step out.
func (db *DB) climbs(ctx context.Context, latest func(standard.WageStep) domain.Date, which string, args ...any) (cs []Climb, err error) {
	type rung struct {
		Standard    domain.StandardID
		Version     int
		Below, Step int // who has reached at least Below, and not Step
		Latest      domain.Date
	}
	err = db.snapshot(ctx, func(q querier) error {
		steps := map[Edition][]standard.WageStep{}
		var rungs []rung
		_, err := collect(ctx, q, func(rows *sql.Rows) (e Edition, err error) {
			var body []byte
			if err := rows.Scan(&e.ID, &e.Version, &body); err != nil {
				return e, err
			}
			var all []standard.WageStep
			err = json.Unmarshal(body, &all)
			below := 0
			for _, s := range all {
				if began := latest(s); !began.IsZero() {
					rungs = append(rungs, rung{e.ID, e.Version, below, s.Step, began})
				}
				below = s.Step
			}
			steps[e] = all
			return e, err
		}, `SELECT id, version, json_extract(definition, '$.wageSteps') FROM standard WHERE published AND json_extract(definition, '$.wageSteps') IS NOT NULL`)
		if err != nil || len(rungs) == 0 {
			return err
		}
		cs, err = collect(ctx, q, func(rows *sql.Rows) (c Climb, err error) {
			var e Edition
			err = rows.Scan(&c.Learner, &e.ID, &e.Version, date{&c.BeganOn}, &c.Reached, &c.OnTheJob)
			c.Schedule.ID, c.Schedule.WageSteps = e.ID, steps[e]
			return c, err
		}, `WITH rung AS MATERIALIZED (SELECT value ->> 'Standard' AS standard, value ->> 'Version' AS version, value ->> 'Below' AS below, value ->> 'Step' AS step, value ->> 'Latest' AS latest FROM json_each(?))
			SELECT l.id, l.standard, l.standard_version, l.began_on, l.reached,
				coalesce((SELECT sum(approved) FROM hours WHERE learner = l.id AND kind = 'ojl'), 0)
				+ coalesce((SELECT sum(m.value ->> 'minutes') FROM prior p, json_each(p.body, '$.processes') m WHERE p.learner = l.id), 0)
				+ coalesce((SELECT sum(minutes) FROM credit_applied WHERE learner = l.id AND process <> ''), 0)
			FROM (SELECT id, standard, standard_version, began_on, status, coalesce((SELECT max(step) FROM wage_step w WHERE w.learner = learner.id), 0) AS reached
				FROM learner WHERE began_on <> '' AND status NOT IN ('completed', 'cancelled', 'transferred')) l
			CROSS JOIN rung r ON r.standard = l.standard AND r.version = l.standard_version AND l.reached >= r.below AND l.reached < r.step AND l.began_on <= r.latest
			WHERE 1 `+which+` ORDER BY l.id`, append([]any{text(rungs)}, args...)...)
		return err
	})
	return slices.CompactFunc(cs, func(a, b Climb) bool { return a.Learner == b.Learner }), fault(err, "climbs")
}
