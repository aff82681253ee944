package projections

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"zombiezen.com/go/sqlite"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/events"
)

// A Parked record is one that could not be applied, because of a fault in the views. What
// it says is missing from what they show, until a later Guildhall builds them anew.
type Parked struct {
	Position events.Position `json:"position"`
	Stream   domain.Stream   `json:"stream"`
	Event    string          `json:"event"`             // its stored name
	Subject  domain.Stream   `json:"subject,omitempty"` // stream of whom it tells, if that is known
	Reason   string          `json:"reason"`            // for whoever mends it
}

// ofRecord reports whether err is the record's own: applying it again gives it again. Other
// faults are of the machine, and say nothing about the record that was being applied.
func ofRecord(err error) bool {
	switch sqlite.ErrCode(err).ToPrimary() {
	case sqlite.ResultError, sqlite.ResultConstraint, sqlite.ResultMismatch, sqlite.ResultTooBig, sqlite.ResultRange:
		return err != nil && !errors.Is(err, context.Canceled)
	}
	return false
}

// again gives up the open transaction and applies its records anew, each by itself, without
// those that cannot be applied.
func (b *batch) again() error {
	if err := b.rollback(`ROLLBACK`); err != nil {
		return err
	}
	if err := b.w.do(`BEGIN IMMEDIATE`); err != nil {
		return err
	}
	b.careful, b.erased = true, nil
	for _, r := range b.records {
		if err := b.carefully(r); err != nil {
			return err
		}
	}
	return nil
}

// carefully applies a record, or parks it.
func (b *batch) carefully(r events.Recorded) error {
	if err := errorsOf(b.number(r), b.w.do(`SAVEPOINT record`)); err != nil {
		return err
	}
	b.last = r
	erased := len(b.erased)
	err := b.attempt(func() error { return b.change(r) })
	if err == nil {
		err = b.attempt(b.flush)
	}
	if ofRecord(err) {
		b.erased = b.erased[:erased]
		err = errors.Join(b.rollback(`ROLLBACK TO record`),
			b.w.do(`INSERT INTO parked (position, stream, event, subject, reason) VALUES (?, ?, ?, ?, ?)`,
				r.Position, r.Stream, r.Event.EventName(), subjectOf(r), strings.ToValidUTF8(err.Error(), "?")))
	}
	return errors.Join(err, b.w.do(`RELEASE record`))
}

// attempt does what views do. One that panics has a fault.
func (b *batch) attempt(do func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			b.subject = ""
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return do()
}

// subjectOf is the stream of whom a record tells: the one that its own stream is named for,
// or the nearest that it names.
func subjectOf(r events.Recorded) domain.Stream {
	of, _, _ := strings.Cut(strings.TrimPrefix(string(r.Stream), r.Stream.Category()+"-"), ".")
	switch r.Stream.Category() {
	case "apprenticeship", "timesheet", "milestone", "credit", "transition":
		return apprenticeship.Stream(domain.ApprenticeshipID(of))
	case "person", "consent", "attestation":
		return person.Stream(domain.PersonID(of))
	}
	if s := tellsOf(r); len(s) > 0 {
		return s[0]
	}
	return ""
}

const parkedColumns = `SELECT position, stream, event, subject, reason FROM parked `

func scanParked(rows *sql.Rows) (p Parked, err error) {
	return p, rows.Scan(&p.Position, &p.Stream, &p.Event, &p.Subject, &p.Reason)
}

// Parked returns the records that could not be applied, in order.
func (db *DB) Parked(ctx context.Context) ([]Parked, error) { return parked(ctx, db.read) }

func parked(ctx context.Context, q querier) ([]Parked, error) {
	ps, err := collect(ctx, q, scanParked, parkedColumns+`ORDER BY position`)
	return ps, fault(err, "parked")
}

// Missing returns the records that should be in what is shown of a learner and are not, in order.
func (db *DB) Missing(ctx context.Context, id domain.ApprenticeshipID) ([]Parked, error) {
	ps, err := collect(ctx, db.read, scanParked, parkedColumns+`
		WHERE subject IN ('apprenticeship-' || ?1, (SELECT 'person-' || person FROM learner WHERE id = ?1)) ORDER BY position`, id)
	return ps, fault(err, "missing")
}
