package projections

import (
	"context"
	"database/sql"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
)

// A Reference is a number that somebody outside knows something by.
type Reference struct {
	Kind     ReferenceKind
	Text     string
	Learner  domain.ApprenticeshipID
	Revision uint64 // of a filing
}

// ReferenceKind says whose number a reference is.
type ReferenceKind string

const (
	RegistrationNumber ReferenceKind = "registration" // the agency's, of the apprenticeship
	CertificateNumber  ReferenceKind = "certificate"  // the agency's, of completion
	CreditReference    ReferenceKind = "credit"       // the college's
	FilingReference    ReferenceKind = "filing"       // of the agency's receipt
)

// mostReferences bounds what one look-up returns.
const mostReferences = 50

// References returns what is known outside by a number that begins so, whatever its letters' case.
func (db *DB) References(ctx context.Context, begins string) ([]Reference, error) {
	found, err := collect(ctx, db.read, func(rows *sql.Rows) (r Reference, err error) {
		return r, rows.Scan(&r.Kind, &r.Text, &r.Learner, &r.Revision)
	}, `SELECT kind, number, learner, revision FROM (
			SELECT 'registration' AS kind, life->>'$.number' AS number, id AS learner, 0 AS revision FROM learner
			UNION ALL SELECT 'certificate', life->>'$.certificate', id, 0 FROM learner
			UNION ALL SELECT DISTINCT 'credit', external_ref, learner, 0 FROM credit
			UNION ALL SELECT 'filing', reference, learner, revision FROM filing)
		WHERE lower(substr(number, 1, length(?1))) = lower(?1) ORDER BY kind, number, learner, revision LIMIT ?2`, begins, mostReferences)
	return found, fault(err, "references")
}

// Names returns what everybody is called, sealed, and what it is as of. Who was erased has no name.
func (db *DB) Names(ctx context.Context) (map[domain.PersonID]domain.Sealed, events.Position, error) {
	at := db.Position()
	names := map[domain.PersonID]domain.Sealed{}
	_, err := collect(ctx, db.read, func(rows *sql.Rows) (id domain.PersonID, err error) {
		var name domain.Sealed
		err = rows.Scan(&id, &name)
		names[id] = name
		return id, err
	}, `SELECT id, name FROM person WHERE erased = 0 AND name <> ''`)
	return names, at, fault(err, "names")
}
