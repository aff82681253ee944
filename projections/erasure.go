package projections

import (
	"context"
	"database/sql"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/events"
)

// An Erasure is a request to make somebody unrecognisable, and what became of it.
type Erasure struct {
	Person    domain.PersonID
	Asked     int             // the fact that asked
	AskedBy   domain.PersonID // empty for an erasure from before two people were needed
	AskedAs   domain.Role
	AskedAt   time.Time
	Reason    person.Reason
	Reference string
	State     ErasureState
	DecidedBy domain.PersonID
	DecidedAt time.Time // zero while it is open
	Refusal   domain.Sealed
}

// ErasureState is where a request is in its life.
type ErasureState string

const (
	ErasureOpen      ErasureState = "open"
	ErasureDone      ErasureState = "done"
	ErasureRefused   ErasureState = "refused"
	ErasureWithdrawn ErasureState = "withdrawn"
)

// erasure keeps what was asked and decided, and who has to look at it.
func (b *batch) erasure(r events.Recorded, id domain.PersonID, e person.Event) error {
	by, at := r.Request.By, r.Request.At.UnixMicro()
	end := func(s ErasureState, why domain.Sealed) error {
		return errorsOf(b.done(r.Stream), b.exec(`UPDATE erasure SET state = ?, decided_by = ?, decided_at = ?, why = ? WHERE person = ? AND state = 'open'`, s, by.Person, at, why, id))
	}
	const insert = `INSERT INTO erasure (person, fact, asked_by, asked_as, asked_at, ground, reference, state, decided_by, decided_at, why) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '')`
	switch e := e.(type) {
	case person.ErasureAsked:
		return errorsOf(b.hand(r, item{Kind: AwaitingErasure, Capacity: person.Confirms(by.Role)}),
			b.exec(insert, id, r.Revision, e.By, by.Role, at, e.Reason, e.Reference, ErasureOpen, "", 0))
	case person.ErasureWithdrawn:
		return end(ErasureWithdrawn, "")
	case person.ErasureRefused:
		return end(ErasureRefused, e.Reason)
	case person.Erased:
		var open int
		asked, err := b.one(`SELECT 1 FROM erasure WHERE person = ? AND state = 'open'`, []any{id}, &open)
		if err == nil && !asked {
			err = b.exec(insert, id, r.Revision, "", "", at, e.Reason, "", ErasureDone, by.Person, at)
		}
		return errorsOf(err, end(ErasureDone, ""))
	}
	return nil
}

// Erasures returns what was asked about some people, or about everybody if none is named: what
// waits first, then the newest.
func (db *DB) Erasures(ctx context.Context, people ...domain.PersonID) ([]Erasure, error) {
	es, err := collect(ctx, db.read, func(rows *sql.Rows) (e Erasure, err error) {
		return e, rows.Scan(&e.Person, &e.Asked, &e.AskedBy, &e.AskedAs, instant{&e.AskedAt}, &e.Reason, &e.Reference, &e.State, &e.DecidedBy, instant{&e.DecidedAt}, &e.Refusal)
	}, `SELECT person, fact, asked_by, asked_as, asked_at, ground, reference, state, decided_by, decided_at, why FROM erasure
		WHERE ?1 OR person IN (SELECT value FROM json_each(?2)) ORDER BY state <> 'open', asked_at DESC, person, fact DESC`, len(people) == 0, text(people))
	return es, fault(err, "erasures")
}
