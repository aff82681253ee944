package projections

import (
	"context"
	"database/sql"
	"encoding/json"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/enrolment"
	"github.com/guildhall-dev/guildhall/events"
)

// An Enrolment is a learner in a section of an institution.
type Enrolment struct {
	Partner domain.PartnerID
	ID      domain.EnrolmentID
	Learner domain.ApprenticeshipID
	Person  domain.PersonID
	Version uint64
	Status  enrolment.Status
	Section enrolment.Section
	On      domain.Date // the first day
	Since   domain.Date // of the status
	Result  enrolment.Result
	Was     enrolment.Result // the final result before it was corrected for the first time
}

func (b *batch) enrolment(r events.Recorded, e enrolment.Event) error {
	partner, id, err := enrolment.ID(r.Stream)
	if err != nil {
		return err
	}
	if e, begins := e.(enrolment.Enrolled); begins {
		return b.exec(`INSERT OR REPLACE INTO enrolment (partner, id, learner, person, version, status, section, term, on_day, since, result, was) VALUES (?, ?, ?, ?, ?, 'active', ?, ?, ?, ?, '{}', '{}')`,
			partner, id, e.Apprenticeship, e.Person, r.Revision, text(e.Section), e.Section.Term.ID, e.On.String(), e.On.String())
	}
	if _, void := e.(enrolment.Voided); void {
		return b.exec(`DELETE FROM enrolment WHERE partner = ? AND id = ?`, partner, id)
	}
	set := func(columns string, args ...any) error {
		return b.exec(`UPDATE enrolment SET version = ?, `+columns+` WHERE partner = ? AND id = ?`, append(append([]any{r.Revision}, args...), partner, id)...)
	}
	status := func(s enrolment.Status, on domain.Date) error { return set(`status = ?, since = ?`, s, on.String()) }
	graded := func(g enrolment.Result) error {
		on := r.Request.Today()
		return set(`result = ?, since = CASE WHEN ? OR status = 'completed' THEN ? ELSE since END, status = CASE WHEN ? THEN 'completed' WHEN status = 'completed' THEN 'active' ELSE status END`,
			text(g), g.Final, on.String(), g.Final)
	}
	switch e := e.(type) {
	case enrolment.Changed:
		return set(`section = ?, term = ?`, text(e.Section), e.Section.Term.ID)
	case enrolment.Withdrawn:
		return status(enrolment.Withdrew, e.On)
	case enrolment.Returned:
		return status(enrolment.Active, e.On)
	case enrolment.Closed:
		return status(enrolment.Over, e.On)
	case enrolment.ResultRecorded:
		return graded(e.Result)
	case enrolment.ResultCorrected:
		return errorsOf(graded(e.Now), b.exec(`UPDATE enrolment SET was = ? WHERE partner = ? AND id = ? AND was = '{}'`, text(e.Was), partner, id))
	}
	return nil
}

// Enrolments returns what institutions reported of learners, by the first day.
func (db *DB) Enrolments(ctx context.Context, ids ...domain.ApprenticeshipID) (map[domain.ApprenticeshipID][]Enrolment, error) {
	all, err := db.enrolments(ctx, `learner IN (SELECT value FROM json_each(?))`, text(ids))
	out := map[domain.ApprenticeshipID][]Enrolment{}
	for _, e := range all {
		out[e.Learner] = append(out[e.Learner], e)
	}
	return out, err
}

// EnrolmentsIn returns those of an institution in terms, by its ids of them.
func (db *DB) EnrolmentsIn(ctx context.Context, partner domain.PartnerID, terms ...string) ([]Enrolment, error) {
	return db.enrolments(ctx, `partner = ? AND term IN (SELECT value FROM json_each(?))`, partner, text(terms))
}

// EnrolmentsOf returns those of a person at an institution.
func (db *DB) EnrolmentsOf(ctx context.Context, partner domain.PartnerID, who domain.PersonID) ([]Enrolment, error) {
	return db.enrolments(ctx, `partner = ? AND person = ?`, partner, who)
}

// Enrolment returns one enrolment, or false.
func (db *DB) Enrolment(ctx context.Context, partner domain.PartnerID, id domain.EnrolmentID) (Enrolment, bool, error) {
	found, err := db.enrolments(ctx, `partner = ? AND id = ?`, partner, id)
	if err != nil || len(found) == 0 {
		return Enrolment{}, false, err
	}
	return found[0], true, nil
}

func (db *DB) enrolments(ctx context.Context, where string, args ...any) ([]Enrolment, error) {
	found, err := collect(ctx, db.read, func(rows *sql.Rows) (e Enrolment, err error) {
		var section, result, was string
		if err := rows.Scan(&e.Partner, &e.ID, &e.Learner, &e.Person, &e.Version, &e.Status, &section, date{&e.On}, date{&e.Since}, &result, &was); err != nil {
			return e, err
		}
		return e, errorsOf(json.Unmarshal([]byte(section), &e.Section), json.Unmarshal([]byte(result), &e.Result), json.Unmarshal([]byte(was), &e.Was))
	}, `SELECT partner, id, learner, person, version, status, section, on_day, since, result, was FROM enrolment WHERE `+where+` ORDER BY learner, on_day, partner, section->>'id', id`, args...)
	return found, fault(err, "enrolments")
}
