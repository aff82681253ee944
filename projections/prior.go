package projections

import (
	"context"
	"database/sql"
	"encoding/json"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
)

// A Prior is what was credited for what a learner had learned before.
type Prior struct {
	Learner domain.ApprenticeshipID
	Entry   domain.EntryID
	apprenticeship.Prior
	WageStep int // granted with it; 0 is none
	On       domain.Date
	Reason   domain.Sealed // of the last correction
}

func (b *batch) prior(id domain.ApprenticeshipID, e apprenticeship.Event) error {
	switch e := e.(type) {
	case apprenticeship.PriorExperienceCredited:
		return b.exec(`INSERT INTO prior (learner, entry, body, wage_step, on_day, reason) VALUES (?, ?, ?, ?, ?, '')`,
			id, e.Entry, text(e.Prior), e.WageStep, e.On.String())
	case apprenticeship.PriorExperienceCorrected:
		return b.exec(`UPDATE prior SET body = ?, reason = ? WHERE learner = ? AND entry = ?`, text(e.Prior), e.Reason, id, e.Entry)
	}
	return nil
}

// Prior returns what was credited to learners, in the order of its day.
func (db *DB) Prior(ctx context.Context, ids ...domain.ApprenticeshipID) (map[domain.ApprenticeshipID][]Prior, error) {
	out := map[domain.ApprenticeshipID][]Prior{}
	_, err := collect(ctx, db.read, func(rows *sql.Rows) (p Prior, err error) {
		var body string
		if err := rows.Scan(&p.Learner, &p.Entry, &body, &p.WageStep, date{&p.On}, &p.Reason); err != nil {
			return p, err
		}
		err = json.Unmarshal([]byte(body), &p.Prior)
		out[p.Learner] = append(out[p.Learner], p)
		return p, err
	}, `SELECT learner, entry, body, wage_step, on_day, reason FROM prior WHERE learner IN (SELECT value FROM json_each(?)) ORDER BY learner, on_day, entry`, text(ids))
	return out, fault(err, "prior")
}
