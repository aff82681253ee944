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

// Filings returns what agencies have to be told or were told, in the order in which it is
// due: all of it, or what is still to be done, of all learners or of some.
func (db *DB) Filings(ctx context.Context, open bool, ids []domain.ApprenticeshipID) ([]Filing, error) {
	where, args := `1`, []any{}
	if open {
		where = `state IN ('due', 'prepared', 'rejected')`
	}
	if ids != nil {
		where += ` AND learner IN (SELECT value FROM json_each(?))`
		args = append(args, text(ids))
	}
	fs, err := collect(ctx, db.read, func(rows *sql.Rows) (f Filing, err error) {
		err = rows.Scan(&f.Learner, &f.Revision, &f.Version, &f.State, &f.Program, &f.Agency, &f.Cause, date{&f.OccurredOn}, date{&f.DueOn}, &f.Digest, &f.Form, &f.Reference, &f.Errors, date{&f.Since})
		f.Apprenticeship = f.Learner
		return f, err
	}, `SELECT learner, revision, version, state, program, agency, cause, occurred_on, due_on, digest, form, reference, errors, since FROM filing
		WHERE `+where+` ORDER BY due_on, learner, revision`, args...)
	return fs, fault(err, "filings")
}
