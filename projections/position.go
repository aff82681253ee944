package projections

import (
	"context"
	"database/sql"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/position"
	"github.com/guildhall-dev/guildhall/events"
)

// A Position is a number of like places in one role at one site.
type Position struct {
	ID        domain.PositionID
	Version   uint64
	Role      domain.RoleID
	Title     string
	Site      domain.SiteID
	PayGrade  string // for human resources
	Headcount int    // places
	Held      int    // by somebody
	Promised  int    // to somebody who does not hold them yet
	OpenedOn  domain.Date
	ClosedOn  domain.Date // zero while somebody is sought
}

// Vacant is how many places there are to fill.
func (p Position) Vacant() int {
	if !p.ClosedOn.IsZero() {
		return 0
	}
	return max(0, p.Headcount-p.Held-p.Promised)
}

// A Place is held by somebody, or was.
type Place struct {
	Position domain.PositionID
	Person   domain.PersonID
	From     domain.Date
	Until    domain.Date // the last day; zero while they hold it
	Internal bool        // they worked here before
	Move     domain.Stream
}

func (b *batch) position(r events.Recorded, e position.Event) error {
	id, err := position.ID(r.Stream)
	if err != nil {
		return err
	}
	switch e := e.(type) {
	case position.Opened:
		err = b.exec(`INSERT INTO position (id, version, role, title, site, pay_grade, headcount, opened_on, closed_on) VALUES (?, 0, ?, ?, ?, ?, ?, ?, '')`,
			id, e.Role, e.Title, e.Site, e.PayGrade, e.Headcount, e.From.String())
	case position.Amended:
		err = b.exec(`UPDATE position SET title = ?, pay_grade = ?, headcount = ? WHERE id = ?`, e.Title, e.PayGrade, e.Headcount, id)
	case position.Reserved:
		err = b.exec(`INSERT OR REPLACE INTO position_promise (position, person, move, since) VALUES (?, ?, ?, ?)`, id, e.For, e.Move, r.Position)
	case position.Released:
		err = b.exec(`DELETE FROM position_promise WHERE position = ? AND person = ?`, id, e.For)
	case position.Filled:
		err = b.exec(`DELETE FROM position_promise WHERE position = ? AND person = ?`, id, e.By)
		if e.Was.IsZero() {
			err = errorsOf(err, b.exec(`INSERT INTO position_place (position, fact, person, from_on, until_on, internal, move) VALUES (?, ?, ?, ?, '', ?, ?)`,
				id, r.Revision, e.By, e.On.String(), e.Internal, e.Move))
		} else {
			err = errorsOf(err, b.exec(`UPDATE position_place SET from_on = ? WHERE position = ? AND person = ? AND until_on = ''`, e.On.String(), id, e.By))
		}
	case position.Vacated:
		err = b.exec(`UPDATE position_place SET until_on = ? WHERE position = ? AND person = ? AND until_on = ''`, e.On.String(), id, e.By)
	case position.Closed:
		err = b.exec(`UPDATE position SET closed_on = ? WHERE id = ?`, e.On.String(), id)
	}
	return errorsOf(err, b.exec(`UPDATE position SET version = ? WHERE id = ?`, r.Revision, id))
}

// A PositionQuery asks for some of the positions. The zero value asks for all.
type PositionQuery struct {
	Site   domain.SiteID // any, if empty
	Role   domain.RoleID // any, if empty
	Vacant bool          // only those with places to fill
}

// Positions returns the positions asked for, by site and title.
func (db *DB) Positions(ctx context.Context, q PositionQuery) ([]Position, error) {
	ps, err := db.positions(ctx, `?1 IN ('', site) AND ?2 IN ('', role) ORDER BY site, title, id`, q.Site, q.Role)
	if !q.Vacant {
		return ps, err
	}
	var out []Position
	for _, p := range ps {
		if p.Vacant() > 0 {
			out = append(out, p)
		}
	}
	return out, err
}

// PositionOf returns the position with an id, or a refusal (NO_SUCH_POSITION).
func (db *DB) PositionOf(ctx context.Context, id domain.PositionID) (Position, error) {
	ps, err := db.positions(ctx, `id = ?`, id)
	if err == nil && len(ps) == 0 {
		return Position{}, domain.Refuse(domain.NotFound, "NO_SUCH_POSITION", "There is no such position.")
	}
	if err != nil {
		return Position{}, err
	}
	return ps[0], nil
}

func (db *DB) positions(ctx context.Context, where string, args ...any) ([]Position, error) {
	ps, err := collect(ctx, db.read, func(rows *sql.Rows) (p Position, err error) {
		return p, rows.Scan(&p.ID, &p.Version, &p.Role, &p.Title, &p.Site, &p.PayGrade, &p.Headcount, date{&p.OpenedOn}, date{&p.ClosedOn}, &p.Held, &p.Promised)
	}, `SELECT id, version, role, title, site, pay_grade, headcount, opened_on, closed_on,
			(SELECT count(*) FROM position_place h WHERE h.position = p.id AND h.until_on = ''),
			(SELECT count(*) FROM position_promise m WHERE m.position = p.id)
		FROM position p WHERE `+where, args...)
	return ps, fault(err, "positions")
}

// Places returns who holds and held a position, in the order in which it was written down.
func (db *DB) Places(ctx context.Context, id domain.PositionID) ([]Place, error) {
	return db.places(ctx, `position = ? ORDER BY fact`, id)
}

// PlacesOf returns the places that somebody holds now.
func (db *DB) PlacesOf(ctx context.Context, p domain.PersonID) ([]Place, error) {
	return db.places(ctx, `person = ? AND until_on = '' ORDER BY position, fact`, p)
}

// PlacesOfLeavers returns the places on record of those who have left, until their last day.
func (db *DB) PlacesOfLeavers(ctx context.Context) ([]Place, error) {
	ps, err := collect(ctx, db.read, func(rows *sql.Rows) (p Place, err error) { return p, rows.Scan(&p.Position, &p.Person, date{&p.Until}) },
		`SELECT h.position, h.person, p.left_on FROM position_place h JOIN person p ON p.id = h.person WHERE h.until_on = '' AND p.left_on <> '' ORDER BY h.position, h.fact`)
	return ps, fault(err, "places of leavers")
}

func (db *DB) places(ctx context.Context, where string, args ...any) ([]Place, error) {
	ps, err := collect(ctx, db.read, func(rows *sql.Rows) (p Place, err error) {
		return p, rows.Scan(&p.Position, &p.Person, date{&p.From}, date{&p.Until}, &p.Internal, &p.Move)
	}, `SELECT position, person, from_on, until_on, internal, move FROM position_place WHERE `+where, args...)
	return ps, fault(err, "places")
}

// A Promise is a place that is kept for somebody whose move to it is planned.
type Promise struct {
	Position domain.PositionID
	Person   domain.PersonID
	Move     domain.Stream
	Since    events.Position // of the fact
}

// Promises returns the places that are kept.
func (db *DB) Promises(ctx context.Context) ([]Promise, error) {
	ps, err := collect(ctx, db.read, func(rows *sql.Rows) (p Promise, err error) {
		return p, rows.Scan(&p.Position, &p.Person, &p.Move, &p.Since)
	}, `SELECT position, person, move, since FROM position_promise ORDER BY position, person`)
	return ps, fault(err, "promises")
}
