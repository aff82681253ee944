package projections

import (
	"context"
	"database/sql"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/credit"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/events"
)

// A Telling is the newest row of a fact that registrars' systems take over. A row never changes:
// what corrects or withdraws the fact is told in a row of its own that supersedes it.
type Telling struct {
	Learner    domain.ApprenticeshipID
	Object     domain.Stream
	Kind       TellingKind
	Event      string // id of the record
	Position   events.Position
	On         domain.Date // when it happened
	At         time.Time   // when it was recorded
	Supersedes string      // the Event of the row before; empty if there was none
	Status     TellingStatus
}

// A TellingKind is what a row is about.
type TellingKind string

const (
	ToldCompletion     TellingKind = "completion"
	ToldMilestone      TellingKind = "milestone"
	ToldRecommendation TellingKind = "credit-recommended"
	ToldAward          TellingKind = "credit-awarded"
)

// A TellingStatus says whether a fact stands.
type TellingStatus string

const (
	TellingActive    TellingStatus = "active"
	TellingCorrected TellingStatus = "corrected" // and stands as it is now
	TellingWithdrawn TellingStatus = "withdrawn"
)

// report keeps the row of a fact that r records.
func (b *batch) report(r events.Recorded, id domain.ApprenticeshipID, k TellingKind, on domain.Date) error {
	return b.exec(`INSERT INTO told (learner, object, kind, event, position, on_day, at, supersedes, status) VALUES (?, ?, ?, ?, ?, ?, ?, '', 'active')
		ON CONFLICT DO UPDATE SET supersedes = event, status = iif(status = 'withdrawn', 'active', 'corrected'),
			event = excluded.event, position = excluded.position, on_day = excluded.on_day, at = excluded.at`,
		id, r.Stream, k, r.ID, r.Position, on.String(), r.Request.At.UnixMicro())
}

// amend corrects or withdraws the row of a fact, if there is one that stands.
func (b *batch) amend(r events.Recorded, id domain.ApprenticeshipID, k TellingKind, s TellingStatus) error {
	return b.exec(`UPDATE told SET supersedes = event, status = ?, event = ?, position = ?, at = ?
		WHERE learner = ? AND object = ? AND kind = ? AND status <> 'withdrawn'`, s, r.ID, r.Position, r.Request.At.UnixMicro(), id, r.Stream, k)
}

func (b *batch) reportCompletion(r events.Recorded, id domain.ApprenticeshipID, e apprenticeship.Event) error {
	switch e := e.(type) {
	case apprenticeship.CompletionCertified:
		return b.report(r, id, ToldCompletion, e.On)
	case apprenticeship.CompletionRevoked:
		return b.amend(r, id, ToldCompletion, TellingWithdrawn)
	}
	return nil
}

func (b *batch) reportMilestone(r events.Recorded, id domain.ApprenticeshipID, e milestone.Event) error {
	switch e := e.(type) {
	case milestone.Attained:
		return b.report(r, id, ToldMilestone, e.On)
	case milestone.AssessmentCorrected:
		return b.amend(r, id, ToldMilestone, TellingCorrected)
	case milestone.NotYetAttained, milestone.Revoked, milestone.Expired:
		return b.amend(r, id, ToldMilestone, TellingWithdrawn)
	}
	return nil
}

func (b *batch) reportCredit(r events.Recorded, id domain.ApprenticeshipID, e credit.Event) error {
	switch e.(type) {
	case credit.Recommended:
		return b.report(r, id, ToldRecommendation, r.Request.Today())
	case credit.Denied, credit.Lapsed, credit.Withdrawn:
		return b.amend(r, id, ToldRecommendation, TellingWithdrawn)
	case credit.Awarded:
		return b.report(r, id, ToldAward, r.Request.Today())
	case credit.Revoked:
		return b.amend(r, id, ToldAward, TellingWithdrawn)
	}
	return nil
}

// Tellings returns the rows of learners, by the object they are about.
func (db *DB) Tellings(ctx context.Context, ids ...domain.ApprenticeshipID) (map[domain.ApprenticeshipID][]Telling, error) {
	out := map[domain.ApprenticeshipID][]Telling{}
	_, err := collect(ctx, db.read, func(rows *sql.Rows) (t Telling, err error) {
		err = rows.Scan(&t.Learner, &t.Object, &t.Kind, &t.Event, &t.Position, date{&t.On}, instant{&t.At}, &t.Supersedes, &t.Status)
		out[t.Learner] = append(out[t.Learner], t)
		return t, err
	}, `SELECT learner, object, kind, event, position, on_day, at, supersedes, status FROM told
		WHERE learner IN (SELECT value FROM json_each(?)) ORDER BY learner, object, kind`, text(ids))
	return out, fault(err, "rows that are told")
}
