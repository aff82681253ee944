package projections

import (
	"context"
	"database/sql"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/filing"
	"github.com/guildhall-dev/guildhall/events"
)

// A Filing is something that an agency has to be told.
type Filing struct {
	Learner  domain.ApprenticeshipID
	Revision uint64 // of what it is about, in the apprenticeship's stream
	Version  uint64
	State    FilingState
	filing.Due
	Digest    string
	Form      domain.Sealed // what was written last; empty if nothing was, or if it was not kept
	Reference string        // of the agency's receipt
	Errors    domain.Sealed // what the agency found wrong
	Since     domain.Date   // it came into the state
}

// FilingState is where a filing is in its life.
type FilingState string

const (
	FilingDue       FilingState = "due"
	FilingPrepared  FilingState = "prepared"
	FilingSubmitted FilingState = "submitted"
	FilingAccepted  FilingState = "accepted"
	FilingRejected  FilingState = "rejected"
)

func (b *batch) filing(r events.Recorded, e filing.Event) error {
	id, revision, err := filing.ID(r.Stream)
	if err != nil {
		return err
	}
	to := func(s FilingState, column, value string, on domain.Date) error {
		return b.exec(`UPDATE filing SET version = ?, state = ?, `+column+` = ?, since = ? WHERE learner = ? AND revision = ?`, r.Revision, s, value, on.String(), id, revision)
	}
	switch e := e.(type) {
	case filing.Due:
		return b.exec(`INSERT OR REPLACE INTO filing (learner, revision, version, state, program, agency, cause, occurred_on, due_on, digest, form, reference, errors, since)
			VALUES (?, ?, ?, 'due', ?, ?, ?, ?, ?, '', '', '', '', ?)`, id, revision, r.Revision, e.Program, e.Agency, e.Cause, e.OccurredOn.String(), e.DueOn.String(), e.OccurredOn.String())
	case filing.Prepared:
		return errorsOf(to(FilingPrepared, "digest", e.Digest, e.On), b.exec(`UPDATE filing SET form = ? WHERE learner = ? AND revision = ?`, e.Form, id, revision))
	case filing.Submitted:
		return to(FilingSubmitted, "reference", e.Reference, e.On)
	case filing.Accepted:
		return to(FilingAccepted, "errors", "", e.On)
	case filing.Rejected:
		return to(FilingRejected, "errors", string(e.Errors), e.On)
	}
	return nil
}

// A FilingQuery asks for some of the filings. The zero value asks for all.
type FilingQuery struct {
	Learners  []domain.ApprenticeshipID // any, if nil
	Revision  uint64                    // any, if 0
	Program   domain.ProgramID          // any, if empty
	State     FilingState               // any, if empty
	Open      bool                      // only what is still to be sent
	Until     domain.Date               // the last day on which it is due; any, if zero
	OpenFirst bool                      // what is still to be sent comes before what was
	Skip      int
	First     int // at most; 0 is all
}

// condition is what a filing meets.
func (q FilingQuery) condition() (string, []any) {
	where, args := `1`, []any{}
	and := func(term string, value any) {
		where, args = where+` AND `+term, append(args, value)
	}
	if q.Learners != nil {
		and(`learner IN (SELECT value FROM json_each(?))`, text(q.Learners))
	}
	if q.Revision != 0 {
		and(`revision = ?`, q.Revision)
	}
	if q.Program != "" {
		and(`program = ?`, q.Program)
	}
	if q.State != "" {
		and(`state = ?`, q.State)
	}
	if q.Open {
		and(`told = ?`, 0)
	}
	if !q.Until.IsZero() {
		and(`due_on <= ?`, q.Until.String())
	}
	return where, args
}

// Filings returns what agencies have to be told or were told, in the order in which it is due.
func (db *DB) Filings(ctx context.Context, q FilingQuery) ([]Filing, error) {
	where, args := q.condition()
	order, limit := ``, -1
	if q.OpenFirst {
		order = `told, `
	}
	if q.First > 0 {
		limit = q.First
	}
	fs, err := collect(ctx, db.read, func(rows *sql.Rows) (f Filing, err error) {
		err = rows.Scan(&f.Learner, &f.Revision, &f.Version, &f.State, &f.Program, &f.Agency, &f.Cause, date{&f.OccurredOn}, date{&f.DueOn}, &f.Digest, &f.Form, &f.Reference, &f.Errors, date{&f.Since})
		f.Apprenticeship = f.Learner
		return f, err
	}, `SELECT learner, revision, version, state, program, agency, cause, occurred_on, due_on, digest, form, reference, errors, since FROM filing
		WHERE `+where+` ORDER BY `+order+`due_on, learner, revision LIMIT ? OFFSET ?`, append(args, limit, q.Skip)...)
	return fs, fault(err, "filings")
}

// A FilingCount is how many filings there are, how many of them are still to be sent, and how many
// of those should have been before some day.
type FilingCount struct{ All, Open, Late int }

// CountFilings counts what Filings finds in all, on whatever page.
func (db *DB) CountFilings(ctx context.Context, q FilingQuery, today domain.Date) (n FilingCount, err error) {
	where, args := q.condition()
	err = db.read.QueryRowContext(ctx, `SELECT count(*), count(*) FILTER (WHERE NOT told), count(*) FILTER (WHERE NOT told AND due_on < ?) FROM filing WHERE `+where,
		append([]any{today.String()}, args...)...).Scan(&n.All, &n.Open, &n.Late)
	return n, fault(err, "count filings")
}
