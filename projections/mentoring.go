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
	known, err := mentors(b.ctx, b, id)
	if err != nil {
		return err
	}
	ms := change(known[id])
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

func mentors(ctx context.Context, q querier, ids ...domain.ApprenticeshipID) (map[domain.ApprenticeshipID]apprenticeship.Mentors, error) {
	out := map[domain.ApprenticeshipID]apprenticeship.Mentors{}
	_, err := collect(ctx, q, func(rows *sql.Rows) (m apprenticeship.Mentoring, err error) {
		var id domain.ApprenticeshipID
		err = rows.Scan(&id, &m.Mentor, &m.Kind, date{&m.From}, date{&m.To})
		out[id] = append(out[id], m)
		return m, err
	}, `SELECT learner, mentor, kind, from_on, to_on FROM mentoring WHERE learner IN (SELECT value FROM json_each(?)) ORDER BY learner, place`, text(ids))
	return out, err
}

// Mentors returns who ever was a mentor of learners.
func (db *DB) Mentors(ctx context.Context, ids ...domain.ApprenticeshipID) (map[domain.ApprenticeshipID]apprenticeship.Mentors, error) {
	ms, err := mentors(ctx, db.read, ids...)
	return ms, fault(err, "mentors")
}
