package projections

import (
	"context"
	"database/sql"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
)

// A Pay is how far a learner has come on the wage schedule.
type Pay struct {
	Entry, Journey domain.Cents // for an hour; 0 is not on record
	Steps          []WageStep
}

// Reached is the highest step that is or was due.
func (p Pay) Reached() (step int) {
	for _, s := range p.Steps {
		step = max(step, s.Step)
	}
	return step
}

// A WageStep is one that is or was due.
type WageStep struct {
	Step        int
	State       WageState
	Credited    bool // granted for what was learned before
	Basis       apprenticeship.Basis
	DueOn       domain.Date
	Rate        domain.Cents // for an hour, once approved
	EffectiveOn domain.Date
	Reason      domain.Sealed // why it was denied or corrected
}

// WageState is where a wage step is in its life.
type WageState string

const (
	WageDue        WageState = "due"
	WageApproved   WageState = "approved"
	WageDenied     WageState = "denied"
	WagePassedOver WageState = "passed-over" // a higher step was granted
)

func (b *batch) wage(id domain.ApprenticeshipID, e apprenticeship.Event) error {
	due := func(step int, credited bool, basis apprenticeship.Basis, on domain.Date) error {
		return b.exec(`INSERT INTO wage_step (learner, step, state, credited, minutes, months, due_on, rate, effective_on, reason) VALUES (?, ?, 'due', ?, ?, ?, ?, 0, '', '')
			ON CONFLICT DO NOTHING`, id, step, credited, basis.Minutes, basis.Months, on.String())
	}
	switch e := e.(type) {
	case apprenticeship.Drafted:
		return b.exec(`INSERT OR REPLACE INTO pay (learner, entry, journey) VALUES (?, ?, ?)`, id, e.WageAtEntry, e.JourneyWage)
	case apprenticeship.PriorExperienceCredited:
		var reached int
		if _, err := b.one(`SELECT coalesce(max(step), 0) FROM wage_step WHERE learner = ?`, []any{id}, &reached); err != nil || e.WageStep <= reached {
			return err
		}
		return errorsOf(b.exec(`UPDATE wage_step SET state = 'passed-over' WHERE learner = ? AND state IN ('due', 'denied')`, id),
			due(e.WageStep, true, apprenticeship.Basis{}, e.On))
	case apprenticeship.WageStepReached:
		return due(e.Step, false, e.Basis, e.On)
	case apprenticeship.WageStepApproved:
		return b.exec(`UPDATE wage_step SET state = 'approved', rate = ?, effective_on = ?, reason = '' WHERE learner = ? AND step = ?`, e.Rate, e.EffectiveOn.String(), id, e.Step)
	case apprenticeship.WageStepDenied:
		return b.exec(`UPDATE wage_step SET state = 'denied', reason = ? WHERE learner = ? AND step = ?`, e.Reason, id, e.Step)
	case apprenticeship.WageStepCorrected:
		return b.exec(`UPDATE wage_step SET rate = ?, effective_on = ?, reason = ? WHERE learner = ? AND step = ?`, e.Rate, e.EffectiveOn.String(), e.Reason, id, e.Step)
	}
	return nil
}

// Pay returns how far learners have come on the wage schedule. It is shared: nobody changes it.
func (db *DB) Pay(ctx context.Context, ids ...domain.ApprenticeshipID) (map[domain.ApprenticeshipID]Pay, error) {
	out, err := db.recalled.pay.recall(ids, func(missing []domain.ApprenticeshipID) (map[domain.ApprenticeshipID]Pay, error) {
		return db.readPay(ctx, missing)
	})
	return out, fault(err, "pay")
}

func (db *DB) readPay(ctx context.Context, ids []domain.ApprenticeshipID) (map[domain.ApprenticeshipID]Pay, error) {
	out := map[domain.ApprenticeshipID]Pay{}
	err := db.snapshot(ctx, func(q querier) error {
		if _, err := collect(ctx, q, func(rows *sql.Rows) (p Pay, err error) {
			var id domain.ApprenticeshipID
			err = rows.Scan(&id, &p.Entry, &p.Journey)
			out[id] = p
			return p, err
		}, `SELECT learner, entry, journey FROM pay WHERE learner IN (SELECT value FROM json_each(?))`, text(ids)); err != nil {
			return err
		}
		_, err := collect(ctx, q, func(rows *sql.Rows) (s WageStep, err error) {
			var id domain.ApprenticeshipID
			if err := rows.Scan(&id, &s.Step, &s.State, &s.Credited, &s.Basis.Minutes, &s.Basis.Months, date{&s.DueOn}, &s.Rate, date{&s.EffectiveOn}, &s.Reason); err != nil {
				return s, err
			}
			p := out[id]
			p.Steps = append(p.Steps, s)
			out[id] = p
			return s, nil
		}, `SELECT learner, step, state, credited, minutes, months, due_on, rate, effective_on, reason FROM wage_step
			WHERE learner IN (SELECT value FROM json_each(?)) ORDER BY learner, step`, text(ids))
		return err
	})
	return out, err
}

// WagesDue returns the learners of whom a wage step waits to be approved, by id.
func (db *DB) WagesDue(ctx context.Context) ([]domain.ApprenticeshipID, error) {
	ids, err := collect(ctx, db.read, func(rows *sql.Rows) (id domain.ApprenticeshipID, err error) { return id, rows.Scan(&id) },
		`SELECT DISTINCT learner FROM wage_step WHERE state = 'due' ORDER BY learner`)
	return ids, fault(err, "wages due")
}
