package projections

import (
	"context"
	"database/sql"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/cohort"
	"github.com/guildhall-dev/guildhall/events"
)

// A Cohort is a group that learns together from one day to another.
type Cohort struct {
	ID      domain.CohortID
	Version uint64
	State   CohortState
	cohort.Planned
	Taken   int // seats that are offered or taken
	Waiting int
	Reason  string // why it was cancelled
}

// CohortState is where a cohort is in its life.
type CohortState string

const (
	CohortPlanned   CohortState = "planned"
	CohortOpen      CohortState = "open"
	CohortCancelled CohortState = "cancelled"
)

// A Seat is where somebody stands in a cohort.
type Seat struct {
	Cohort   domain.CohortID
	Person   domain.PersonID
	Standing SeatStanding
	Since    domain.Date
	Until    domain.Date // the last day to accept, while it is held
	Reason   domain.Sealed
}

// SeatStanding is where somebody stands who was invited or applied.
type SeatStanding string

const (
	SeatInvited   SeatStanding = "invited"
	SeatApplied   SeatStanding = "applied"
	SeatWaiting   SeatStanding = "waiting"
	SeatOffered   SeatStanding = "offered"
	SeatAccepted  SeatStanding = "accepted"
	SeatDeclined  SeatStanding = "declined"
	SeatEnrolled  SeatStanding = "enrolled"
	SeatLeft      SeatStanding = "left"
	SeatCompleted SeatStanding = "completed"
)

func (b *batch) cohort(r events.Recorded, e cohort.Event) error {
	id, err := cohort.ID(r.Stream)
	if err != nil {
		return err
	}
	var who domain.PersonID
	stand := func(p domain.PersonID, s SeatStanding, on, until domain.Date) error {
		who = p
		return b.exec(`INSERT INTO cohort_seat (cohort, person, standing, since, until, place, invited, reason) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?3 = 'invited', '')
			ON CONFLICT DO UPDATE SET standing = excluded.standing, since = excluded.since, until = excluded.until, place = excluded.place, reason = ''`,
			id, p, s, on.String(), until.String(), r.Revision)
	}
	none := domain.Date{}
	switch e := e.(type) {
	case cohort.Planned:
		err = b.exec(`INSERT INTO cohort (id, version, state, title, topic, partner, agreement, program, site, delivery, from_on, to_on, seats, reason)
			VALUES (?, 0, 'planned', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '')`, id, e.Title, e.Topic, e.Partner, e.Agreement, e.Program, e.Site, e.Delivery, e.From.String(), e.To.String(), e.Seats)
	case cohort.SeatsChanged:
		err = b.exec(`UPDATE cohort SET seats = ? WHERE id = ?`, e.Seats, id)
	case cohort.Opened:
		err = b.exec(`UPDATE cohort SET state = 'open' WHERE id = ?`, id)
	case cohort.Invited:
		err = stand(e.Person, SeatInvited, e.On, none)
	case cohort.Applied:
		err = stand(e.Person, SeatApplied, e.On, none)
	case cohort.SeatOffered:
		err = stand(e.Person, SeatOffered, e.On, e.Until)
	case cohort.SeatAccepted:
		err = stand(e.Person, SeatAccepted, e.On, none)
	case cohort.SeatDeclined:
		err = stand(e.Person, SeatDeclined, e.On, none)
	case cohort.Waitlisted:
		err = stand(e.Person, SeatWaiting, e.On, none)
	case cohort.Enrolled:
		err = stand(e.Person, SeatEnrolled, e.On, none)
	case cohort.Left:
		err = errorsOf(stand(e.Person, SeatLeft, e.On, none), b.exec(`UPDATE cohort_seat SET reason = ? WHERE cohort = ? AND person = ?`, e.Reason, id, e.Person))
	case cohort.Completed:
		err = stand(e.Person, SeatCompleted, e.On, none)
	case cohort.Cancelled:
		err = b.exec(`UPDATE cohort SET state = 'cancelled', reason = ? WHERE id = ?`, e.Reason, id)
	}
	err = errorsOf(err, b.tellSeat(r, id, e), b.exec(`UPDATE cohort SET version = ? WHERE id = ?`, r.Revision, id))
	if err != nil || who == "" {
		return err
	}
	return b.respond(id, who)
}

// Cohorts returns the cohorts, the next to begin first.
func (db *DB) Cohorts(ctx context.Context) ([]Cohort, error) { return db.cohorts(ctx, `1`) }

// Cohort returns one cohort, or a refusal (NO_SUCH_COHORT).
func (db *DB) Cohort(ctx context.Context, id domain.CohortID) (Cohort, error) {
	cs, err := db.cohorts(ctx, `c.id = ?`, id)
	if err == nil && len(cs) == 0 {
		return Cohort{}, domain.Refuse(domain.NotFound, "NO_SUCH_COHORT", "There is no such cohort.")
	}
	if err != nil {
		return Cohort{}, err
	}
	return cs[0], nil
}

func (db *DB) cohorts(ctx context.Context, where string, args ...any) ([]Cohort, error) {
	cs, err := collect(ctx, db.read, func(rows *sql.Rows) (c Cohort, err error) {
		return c, rows.Scan(&c.ID, &c.Version, &c.State, &c.Title, &c.Topic, &c.Partner, &c.Agreement, &c.Program, &c.Site, &c.Delivery,
			date{&c.From}, date{&c.To}, &c.Seats, &c.Reason, &c.Taken, &c.Waiting)
	}, `SELECT c.id, c.version, c.state, c.title, c.topic, c.partner, c.agreement, c.program, c.site, c.delivery, c.from_on, c.to_on, c.seats, c.reason,
			(SELECT count(*) FROM cohort_seat s WHERE s.cohort = c.id AND s.standing IN ('offered', 'accepted', 'enrolled', 'completed')),
			(SELECT count(*) FROM cohort_seat s WHERE s.cohort = c.id AND s.standing = 'waiting')
		FROM cohort c WHERE `+where+` ORDER BY c.from_on DESC, c.id`, args...)
	return cs, fault(err, "cohorts")
}

// Seats returns who stands where in a cohort: who waits in the order of waiting.
func (db *DB) Seats(ctx context.Context, id domain.CohortID) ([]Seat, error) {
	return db.seats(ctx, `cohort = ?`, id)
}

// SeatsOf returns where a person stands in all cohorts.
func (db *DB) SeatsOf(ctx context.Context, p domain.PersonID) ([]Seat, error) {
	return db.seats(ctx, `person = ?`, p)
}

// SeatsHeld returns the seats that are held until somebody accepts them, the first to lapse coming
// first.
func (db *DB) SeatsHeld(ctx context.Context) ([]Seat, error) {
	return db.seats(ctx, `standing = 'offered' AND until <> ''`)
}

// SeatsLapsed returns the seats that are held and whose last day to accept has passed.
func (db *DB) SeatsLapsed(ctx context.Context, today domain.Date) ([]Seat, error) {
	return db.seats(ctx, `standing = 'offered' AND until < ?`, today.String())
}

func (db *DB) seats(ctx context.Context, where string, args ...any) ([]Seat, error) {
	ss, err := collect(ctx, db.read, func(rows *sql.Rows) (s Seat, err error) {
		return s, rows.Scan(&s.Cohort, &s.Person, &s.Standing, date{&s.Since}, date{&s.Until}, &s.Reason)
	}, `SELECT cohort, person, standing, since, until, reason FROM cohort_seat WHERE `+where+` ORDER BY cohort, place, person`, args...)
	return ss, fault(err, "seats")
}
