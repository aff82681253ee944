package projections

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"

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

	HearingDue    domain.Date   // zero if none was asked for
	Notice        HearingNotice // of it; without a day there was none
	HeardOn       domain.Date
	HeardBy       domain.PersonID
	HearingReason domain.Sealed
}

// A HearingNotice tells a learner when and where they are heard.
type HearingNotice struct {
	Day   domain.Date    `json:"day"`
	Time  domain.Minutes `json:"time"` // since midnight, on the clock of the place
	Place domain.Sealed  `json:"place"`
	Told  domain.Date    `json:"told"` // the day on which they were
}

// AmendmentState is where a request is in its life.
type AmendmentState string

const (
	AmendmentOpen      AmendmentState = "open"
	AmendmentAccepted  AmendmentState = "accepted"
	AmendmentRefused   AmendmentState = "refused"
	AmendmentWithdrawn AmendmentState = "withdrawn"
	AmendmentHearing   AmendmentState = "hearing" // was refused, and a hearing is to be held
)

func (b *batch) amendment(r events.Recorded, e amendment.Event) error {
	person, name, err := amendment.ID(r.Stream)
	if err != nil {
		return err
	}
	today := r.Request.Today().String()
	switch e := e.(type) {
	case amendment.Requested:
		err = b.exec(`INSERT INTO amendment (person, name, version, record, state, body, asked_on, due_on, decided_on, decided_by, reason, statements, hearing_due, notice, heard_on, heard_by, hearing_reason)
			VALUES (?, ?, 0, ?, 'open', ?, ?, ?, '', '', '', '[]', '', '{}', '', '', '')`, person, name, e.Record, e.Text, today, e.DueOn.String())
	case amendment.Decided:
		err = b.exec(`UPDATE amendment SET state = ?, decided_on = ?, decided_by = ?, reason = ? WHERE person = ? AND name = ?`, answered(e.Accepted), today, e.By, e.Reason, person, name)
	case amendment.StatementAdded:
		err = errorsOf(b.exec(`UPDATE amendment SET statements = json_insert(statements, '$[#]', ?) WHERE person = ? AND name = ?`, e.Statement, person, name),
			b.touchRecord(r, person, name))
	case amendment.HearingAsked:
		err = b.exec(`UPDATE amendment SET state = 'hearing', hearing_due = ? WHERE person = ? AND name = ?`, e.DueOn.String(), person, name)
	case amendment.HearingSet:
		err = b.exec(`UPDATE amendment SET notice = ? WHERE person = ? AND name = ?`, text(HearingNotice{e.Day, e.Time, e.Place, r.Request.Today()}), person, name)
	case amendment.HearingHeld:
		err = b.exec(`UPDATE amendment SET state = ?, heard_on = ?, heard_by = ?, hearing_reason = ? WHERE person = ? AND name = ?`, answered(e.Accepted), today, e.HeldBy, e.Reason, person, name)
	case amendment.Withdrawn:
		err = b.exec(`UPDATE amendment SET state = 'withdrawn', decided_on = ? WHERE person = ? AND name = ?`, today, person, name)
	}
	return errorsOf(err, b.exec(`UPDATE amendment SET version = ? WHERE person = ? AND name = ?`, r.Revision, person, name))
}

func answered(accepted bool) AmendmentState {
	if accepted {
		return AmendmentAccepted
	}
	return AmendmentRefused
}

// Waits reports whether somebody has to answer the request, or to hold a hearing about it.
func (a Amendment) Waits() bool { return a.State == AmendmentOpen || a.State == AmendmentHearing }

// Due is the last day for the answer, or for the hearing that was asked for after it.
func (a Amendment) Due() domain.Date {
	if a.HearingDue.IsZero() {
		return a.DueOn
	}
	return a.HearingDue
}

// Amendments returns the requests of a person, or everybody's if it is empty: what waits
// first, by the day it is due.
func (db *DB) Amendments(ctx context.Context, person domain.PersonID) ([]Amendment, error) {
	as, err := collect(ctx, db.read, func(rows *sql.Rows) (a Amendment, err error) {
		var list, notice string
		if err := rows.Scan(&a.Person, &a.Name, &a.Version, &a.Record, &a.State, &a.Text, date{&a.AskedOn}, date{&a.DueOn}, date{&a.DecidedOn}, &a.DecidedBy, &a.Reason, &list,
			date{&a.HearingDue}, &notice, date{&a.HeardOn}, &a.HeardBy, &a.HearingReason); err != nil {
			return a, err
		}
		return a, errors.Join(json.Unmarshal([]byte(list), &a.Statements), json.Unmarshal([]byte(notice), &a.Notice))
	}, `SELECT person, name, version, record, state, body, asked_on, due_on, decided_on, decided_by, reason, statements, hearing_due, notice, heard_on, heard_by, hearing_reason FROM amendment
		WHERE ?1 IN ('', person) ORDER BY state NOT IN ('open', 'hearing'), max(due_on, hearing_due), person, name`, person)
	return as, fault(err, "amendments")
}

// touchRecord tells those who may see a record that something stays with it from now on.
func (b *batch) touchRecord(r events.Recorded, person domain.PersonID, name string) error {
	var record domain.Stream
	if _, err := b.one(`SELECT record FROM amendment WHERE person = ? AND name = ?`, []any{person, name}, &record); err != nil {
		return err
	}
	switch record.Category() {
	case "apprenticeship":
		id, err := record.Subject("apprenticeship")
		return errorsOf(err, b.touch(r, domain.ApprenticeshipID(id), record))
	case "milestone", "credit", "transition":
		id, _, err := record.Pair(record.Category())
		return errorsOf(err, b.touch(r, domain.ApprenticeshipID(id), record))
	case "person":
		return b.touchPerson(r, person)
	}
	return nil
}

// Remarks returns what people say to records of theirs that were not amended, by record, oldest
// first.
func (db *DB) Remarks(ctx context.Context, people ...domain.PersonID) (map[domain.Stream][]domain.Sealed, error) {
	known, err := db.recalled.remarks.recall(people, func(missing []domain.PersonID) (map[domain.PersonID][]remark, error) {
		all, err := collect(ctx, db.read, func(rows *sql.Rows) (r remark, err error) {
			var list string
			if err := rows.Scan(&r.person, &r.record, &list); err != nil {
				return r, err
			}
			return r, json.Unmarshal([]byte(list), &r.said)
		}, `SELECT person, record, statements FROM amendment WHERE person IN (SELECT value FROM json_each(?)) AND state <> 'accepted' AND statements <> '[]' ORDER BY person, asked_on, name`, text(missing))
		found := make(map[domain.PersonID][]remark, len(missing))
		for _, id := range missing {
			found[id] = nil // most say nothing
		}
		for _, r := range all {
			found[r.person] = append(found[r.person], r)
		}
		return found, err
	})
	out := map[domain.Stream][]domain.Sealed{}
	for _, said := range known {
		for _, r := range said {
			out[r.record] = append(out[r.record], r.said...)
		}
	}
	return out, fault(err, "remarks")
}

// A remark is what somebody says to one record, by one request.
type remark struct {
	person domain.PersonID
	record domain.Stream
	said   []domain.Sealed
}
