package projections

import (
	"context"
	"database/sql"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/cohort"
	"github.com/guildhall-dev/guildhall/events"
)

// SeatNews tells somebody what became of their seat in a cohort, or of their waiting for one.
type SeatNews struct {
	At     time.Time
	By     domain.PersonID // empty for a policy
	Kind   SeatNewsKind
	Cohort domain.CohortID
	Title  string      // of the cohort
	Until  domain.Date // the last day to accept a seat that is held
}

// SeatNewsKind says what happened.
type SeatNewsKind string

const (
	SeatNewsInvited   SeatNewsKind = "invited"
	SeatNewsOffered   SeatNewsKind = "offered"
	SeatNewsLapsed    SeatNewsKind = "lapsed" // nobody took it in time
	SeatNewsWaiting   SeatNewsKind = "waiting"
	SeatNewsEnrolled  SeatNewsKind = "enrolled"
	SeatNewsLeft      SeatNewsKind = "left"
	SeatNewsCancelled SeatNewsKind = "cancelled" // the cohort
)

// tellSeat keeps what the one whose seat it is wants to read about, or all who are in the cohort.
func (b *batch) tellSeat(r events.Recorded, id domain.CohortID, e cohort.Event) error {
	tell := func(who domain.PersonID, k SeatNewsKind, until domain.Date) error {
		if who == r.Request.By.Person {
			return nil
		}
		return b.exec(`INSERT INTO seat_told (person, position, at, by, kind, cohort, until) VALUES (?, ?, ?, ?, ?, ?, ?)`,
			who, r.Position, r.Request.At.UnixMicro(), r.Request.By.Person, k, id, until.String())
	}
	none := domain.Date{}
	switch e := e.(type) {
	case cohort.Invited:
		return tell(e.Person, SeatNewsInvited, none)
	case cohort.SeatOffered:
		return tell(e.Person, SeatNewsOffered, e.Until)
	case cohort.SeatDeclined:
		if e.Lapsed {
			return tell(e.Person, SeatNewsLapsed, none)
		}
	case cohort.Waitlisted:
		return tell(e.Person, SeatNewsWaiting, none)
	case cohort.Enrolled:
		return tell(e.Person, SeatNewsEnrolled, none)
	case cohort.Left:
		return tell(e.Person, SeatNewsLeft, none)
	case cohort.Cancelled:
		return b.exec(`INSERT INTO seat_told (person, position, at, by, kind, cohort, until) SELECT person, ?1, ?2, ?3, 'cancelled', cohort, ''
			FROM cohort_seat WHERE cohort = ?4 AND person <> ?3 AND standing IN ('invited', 'applied', 'waiting', 'offered', 'accepted', 'enrolled')`,
			r.Position, r.Request.At.UnixMicro(), r.Request.By.Person, id)
	}
	return nil
}

// SeatNews returns what somebody is told of their seats, newest first.
func (db *DB) SeatNews(ctx context.Context, p domain.PersonID, first int) ([]SeatNews, error) {
	found, err := collect(ctx, db.read, func(rows *sql.Rows) (n SeatNews, err error) {
		return n, rows.Scan(instant{&n.At}, &n.By, &n.Kind, &n.Cohort, &n.Title, date{&n.Until})
	}, `SELECT t.at, t.by, t.kind, t.cohort, c.title, t.until FROM seat_told t JOIN cohort c ON c.id = t.cohort WHERE t.person = ? ORDER BY t.position DESC LIMIT ?`, p, first)
	return found, fault(err, "seat news")
}

// SeatsToSee returns who applied for a seat and who took one and is not enrolled, in cohorts that
// people can apply to.
func (db *DB) SeatsToSee(ctx context.Context) ([]Seat, error) {
	return db.seats(ctx, `standing IN ('applied', 'accepted') AND cohort IN (SELECT id FROM cohort WHERE state = 'open')`)
}
