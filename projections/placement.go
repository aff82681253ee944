package projections

import (
	"context"
	"database/sql"
	"encoding/json"

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
func (db *DB) Boards(ctx context.Context) ([]Board, error) {
	bs, err := collect(ctx, db.read, func(rows *sql.Rows) (b Board, err error) {
		var body string
		if err := rows.Scan(&b.Program, &b.At, &body); err != nil {
			return b, err
		}
		return b, json.Unmarshal([]byte(body), &b.Site)
	}, `SELECT program, site, body FROM placement ORDER BY program, site`)
	return bs, fault(err, "boards")
}
