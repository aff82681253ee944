package projections

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/events"
)

// An Evaluation says how a learner came on in a time.
type Evaluation struct {
	Learner domain.ApprenticeshipID
	Entry   domain.EntryID
	By      domain.PersonID
	apprenticeship.Evaluation
	Reason domain.Sealed // of the last correction
	At     time.Time     // it was recorded
}

func (b *batch) evaluation(r events.Recorded, id domain.ApprenticeshipID, e apprenticeship.Event) error {
	switch e := e.(type) {
	case apprenticeship.ProgressEvaluated:
		return b.exec(`INSERT INTO evaluation (learner, entry, by, from_on, to_on, ratings, next, reason, at, position) VALUES (?, ?, ?, ?, ?, ?, ?, '', ?, ?)`,
			id, e.Entry, e.By, e.From.String(), e.To.String(), text(e.Ratings), e.Next, r.Request.At.UnixMicro(), r.Position)
	case apprenticeship.EvaluationCorrected:
		return b.exec(`UPDATE evaluation SET from_on = ?, to_on = ?, ratings = ?, next = ?, reason = ? WHERE learner = ? AND entry = ?`,
			e.From.String(), e.To.String(), text(e.Ratings), e.Next, e.Reason, id, e.Entry)
	}
	return nil
}

// Evaluations returns how learners came on, by the end of the time. Of two that end on one
// day the one that was recorded later comes last.
func (db *DB) Evaluations(ctx context.Context, ids ...domain.ApprenticeshipID) (map[domain.ApprenticeshipID][]Evaluation, error) {
	out := map[domain.ApprenticeshipID][]Evaluation{}
	_, err := collect(ctx, db.read, func(rows *sql.Rows) (e Evaluation, err error) {
		var ratings string
		if err := rows.Scan(&e.Learner, &e.Entry, &e.By, date{&e.From}, date{&e.To}, &ratings, &e.Next, &e.Reason, instant{&e.At}); err != nil {
			return e, err
		}
		err = json.Unmarshal([]byte(ratings), &e.Ratings)
		out[e.Learner] = append(out[e.Learner], e)
		return e, err
	}, `SELECT learner, entry, by, from_on, to_on, ratings, next, reason, at FROM evaluation
		WHERE learner IN (SELECT value FROM json_each(?)) ORDER BY learner, to_on, position`, text(ids))
	return out, fault(err, "evaluations")
}
