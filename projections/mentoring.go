package projections

import (
	"context"
	"database/sql"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
)

// mentoring keeps who is a mentor of a learner, and when.
func (b *batch) mentoring(id domain.ApprenticeshipID, e apprenticeship.Event) error {
	var change func(apprenticeship.Mentors) apprenticeship.Mentors
	switch e := e.(type) {
	case apprenticeship.MentorAssigned:
		change = func(ms apprenticeship.Mentors) apprenticeship.Mentors {
			return ms.Assigned(apprenticeship.Mentoring{Mentor: e.Mentor, Kind: e.Kind.Named(), From: e.From})
		}
	case apprenticeship.MentorReleased:
		change = func(ms apprenticeship.Mentors) apprenticeship.Mentors { return ms.Released(e.Mentor, e.Kind, e.On) }
	default:
		return nil
	}
	ms, err := mentors(b.ctx, b, id)
	if err != nil {
		return err
	}
	ms = change(ms)
	if err := b.exec(`DELETE FROM mentoring WHERE learner = ?`, id); err != nil {
		return err
	}
	for i, m := range ms {
		if err := b.exec(`INSERT INTO mentoring (learner, place, mentor, kind, from_on, to_on) VALUES (?, ?, ?, ?, ?, ?)`,
			id, i, m.Mentor, m.Kind, m.From.String(), m.To.String()); err != nil {
			return err
		}
	}
	return b.exec(`UPDATE learner SET mentor = ? WHERE id = ?`, ms.Leading(), id)
}

func mentors(ctx context.Context, q querier, id domain.ApprenticeshipID) (apprenticeship.Mentors, error) {
	return collect(ctx, q, func(rows *sql.Rows) (m apprenticeship.Mentoring, err error) {
		return m, rows.Scan(&m.Mentor, &m.Kind, date{&m.From}, date{&m.To})
	}, `SELECT mentor, kind, from_on, to_on FROM mentoring WHERE learner = ? ORDER BY place`, id)
}

// Mentors returns who ever was a mentor of a learner.
func (db *DB) Mentors(ctx context.Context, id domain.ApprenticeshipID) (apprenticeship.Mentors, error) {
	ms, err := mentors(ctx, db.read, id)
	return ms, fault(err, "mentors")
}
