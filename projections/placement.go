package projections

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/placement"
	"github.com/guildhall-dev/guildhall/events"
)

// A Board is who learns under whom at a site of a programme.
type Board struct {
	Program domain.ProgramID
	At      domain.SiteID // the programme's id for those who have no site
	Site    placement.Site
}

func (b *batch) placement(r events.Recorded, e placement.Event) error {
	p, site, err := placement.ID(r.Stream)
	if err != nil {
		return err
	}
	var s placement.State
	var body string
	found, err := b.one(`SELECT body FROM placement WHERE program = ? AND site = ?`, []any{p, site}, &body)
	if err == nil && found {
		err = json.Unmarshal([]byte(body), &s.Site)
	}
	if err != nil {
		return err
	}
	s = placement.Evolve(s, e)
	return b.exec(`INSERT OR REPLACE INTO placement (program, site, body) VALUES (?, ?, ?)`, p, site, text(s.Site))
}

// Boards returns who learns under whom, by programme and site.
func (db *DB) Boards(ctx context.Context) ([]Board, error) { return db.boards(ctx, `1`) }

// Board returns who learns under whom at a site of a programme. Where nobody ever did it is
// empty.
func (db *DB) Board(ctx context.Context, p domain.ProgramID, at domain.SiteID) (Board, error) {
	bs, err := db.boards(ctx, `program = ? AND site = ?`, p, cmp.Or(at, domain.SiteID(p)))
	if err != nil || len(bs) == 0 {
		return Board{Program: p, At: at}, err
	}
	return bs[0], nil
}

func (db *DB) boards(ctx context.Context, where string, args ...any) ([]Board, error) {
	bs, err := collect(ctx, db.read, func(rows *sql.Rows) (b Board, err error) {
		var body string
		if err := rows.Scan(&b.Program, &b.At, &body); err != nil {
			return b, err
		}
		return b, json.Unmarshal([]byte(body), &b.Site)
	}, `SELECT program, site, body FROM placement WHERE `+where+` ORDER BY program, site`, args...)
	return bs, fault(err, "boards")
}

// Teaches reports whether somebody is or was a journeyworker there.
func (b Board) Teaches(who domain.PersonID) bool {
	return slices.ContainsFunc(b.Site.Teaching, func(t placement.Teacher) bool { return t.Person == who })
}
