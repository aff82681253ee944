package projections

import (
	"context"
	"database/sql"
	"encoding/json"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/amendment"
	"github.com/guildhall-dev/guildhall/events"
)

// An Amendment is a learner's request to amend a record.
type Amendment struct {
	Person     domain.PersonID
	Name       string
	Version    uint64
	Record     domain.Stream
	State      AmendmentState
	Text       domain.Sealed
	AskedOn    domain.Date
	DueOn      domain.Date
	DecidedOn  domain.Date
	DecidedBy  domain.PersonID
	Reason     domain.Sealed
	Statements []domain.Sealed // that stay with the record, oldest first
}

// AmendmentState is where a request is in its life.
type AmendmentState string

const (
	AmendmentOpen      AmendmentState = "open"
	AmendmentAccepted  AmendmentState = "accepted"
	AmendmentRefused   AmendmentState = "refused"
	AmendmentWithdrawn AmendmentState = "withdrawn"
)

func (b *batch) amendment(r events.Recorded, e amendment.Event) error {
	person, name, err := amendment.ID(r.Stream)
	if err != nil {
		return err
	}
	today := r.Request.Today().String()
	switch e := e.(type) {
	case amendment.Requested:
		err = b.exec(`INSERT INTO amendment (person, name, version, record, state, body, asked_on, due_on, decided_on, decided_by, reason, statements)
			VALUES (?, ?, 0, ?, 'open', ?, ?, ?, '', '', '', '[]')`, person, name, e.Record, e.Text, today, e.DueOn.String())
	case amendment.Decided:
		state := AmendmentRefused
		if e.Accepted {
			state = AmendmentAccepted
		}
		err = b.exec(`UPDATE amendment SET state = ?, decided_on = ?, decided_by = ?, reason = ? WHERE person = ? AND name = ?`, state, today, e.By, e.Reason, person, name)
	case amendment.StatementAdded:
		err = b.exec(`UPDATE amendment SET statements = json_insert(statements, '$[#]', ?) WHERE person = ? AND name = ?`, e.Statement, person, name)
	case amendment.Withdrawn:
		err = b.exec(`UPDATE amendment SET state = 'withdrawn', decided_on = ? WHERE person = ? AND name = ?`, today, person, name)
	}
	return errorsOf(err, b.exec(`UPDATE amendment SET version = ? WHERE person = ? AND name = ?`, r.Revision, person, name))
}

// Amendments returns the requests of a person, or everybody's if it is empty: open ones
// first, by the day they are due.
func (db *DB) Amendments(ctx context.Context, person domain.PersonID) ([]Amendment, error) {
	as, err := collect(ctx, db.read, func(rows *sql.Rows) (a Amendment, err error) {
		var list string
		if err := rows.Scan(&a.Person, &a.Name, &a.Version, &a.Record, &a.State, &a.Text, date{&a.AskedOn}, date{&a.DueOn}, date{&a.DecidedOn}, &a.DecidedBy, &a.Reason, &list); err != nil {
			return a, err
		}
		return a, json.Unmarshal([]byte(list), &a.Statements)
	}, `SELECT person, name, version, record, state, body, asked_on, due_on, decided_on, decided_by, reason, statements FROM amendment
		WHERE ?1 IN ('', person) ORDER BY state <> 'open', due_on, person, name`, person)
	return as, fault(err, "amendments")
}
