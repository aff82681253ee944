package projections

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/standard"
	"github.com/guildhall-dev/guildhall/events"
)

// A Standard is a published version of an occupation standard.
type Standard struct {
	Version int
	standard.Definition
}

func (b *batch) standard(r events.Recorded, e standard.Event) error {
	id, err := standard.ID(r.Stream)
	if err != nil {
		return err
	}
	switch e := e.(type) {
	case standard.Drafted:
		return b.exec(`INSERT INTO standard (id, version, published, definition) VALUES (?, ?, 0, ?)`,
			id, e.Version, text(standard.Definition{ID: id, Header: e.Header}))
	case standard.WorkProcessDefined:
		return b.tell(id, func(d *standard.Definition) { d.WorkProcesses = append(d.WorkProcesses, e.WorkProcess) })
	case standard.InstructionDefined:
		return b.tell(id, func(d *standard.Definition) { d.Courses = e.Courses })
	case standard.WageScheduleDefined:
		return b.tell(id, func(d *standard.Definition) { d.WageSteps = e.Steps })
	case standard.Published:
		return b.exec(`UPDATE standard SET published = 1 WHERE id = ? AND version = ?`, id, e.Version)
	}
	return nil
}

// tell adds to the version of a standard that is being told.
func (b *batch) tell(id domain.StandardID, add func(*standard.Definition)) error {
	var version int
	var body string
	if _, err := b.one(`SELECT version, definition FROM standard WHERE id = ? AND published = 0`, []any{id}, &version, &body); err != nil {
		return err
	}
	var d standard.Definition
	if err := json.Unmarshal([]byte(body), &d); err != nil {
		return err
	}
	add(&d)
	return b.exec(`UPDATE standard SET definition = ? WHERE id = ? AND version = ?`, text(d), id, version)
}

// Standards returns the latest published version of every standard, by id.
func (db *DB) Standards(ctx context.Context) ([]Standard, error) {
	return standards(ctx, db.read, `WHERE published = 1 AND version = (SELECT max(version) FROM standard n WHERE n.id = standard.id AND n.published = 1) ORDER BY id`)
}

// LatestStandard returns the latest published version of a standard, or false if there is none.
func (db *DB) LatestStandard(ctx context.Context, id domain.StandardID) (Standard, bool, error) {
	found, err := standards(ctx, db.read, `WHERE published = 1 AND id = ? ORDER BY version DESC LIMIT 1`, id)
	if err != nil || len(found) == 0 {
		return Standard{}, false, err
	}
	return found[0], true, nil
}

// Standard returns one published version, or a refusal (NO_SUCH_STANDARD).
func (db *DB) Standard(ctx context.Context, id domain.StandardID, version int) (Standard, error) {
	e := Edition{id, version}
	found, err := db.Editions(ctx, e)
	return found[e], err
}

func noStandard(id domain.StandardID, version int) error {
	return domain.Refuse(domain.NotFound, "NO_SUCH_STANDARD", "There is no occupation standard %s version %d.", id, version)
}

// An Edition is one version of a standard.
type Edition struct {
	ID      domain.StandardID
	Version int
}

// LatestEditions returns the latest published version of every standard, by id.
func (db *DB) LatestEditions(ctx context.Context) ([]Edition, error) {
	found, err := collect(ctx, db.read, func(rows *sql.Rows) (e Edition, err error) { return e, rows.Scan(&e.ID, &e.Version) },
		`SELECT id, max(version) FROM standard WHERE published = 1 GROUP BY id ORDER BY id`)
	return found, fault(err, "latest editions")
}

// Edition is the version of a standard that a learner follows.
func (l Learner) Edition() Edition { return Edition{l.Standard, l.StandardVersion} }

// Editions returns the versions that are asked for; one that there is not is refused
// (NO_SUCH_STANDARD). They are shared: nobody changes them.
func (db *DB) Editions(ctx context.Context, asked ...Edition) (map[Edition]Standard, error) {
	out, err := db.recalled.editions.recall(asked, func(missing []Edition) (map[Edition]Standard, error) {
		var names []string
		for _, e := range missing {
			names = append(names, fmt.Sprint(e.Version, ":", e.ID))
		}
		found, err := standards(ctx, db.read, `WHERE published = 1 AND version || ':' || id IN (SELECT value FROM json_each(?))`, text(names))
		out := map[Edition]Standard{}
		for _, s := range found {
			out[Edition{s.ID, s.Version}] = s
		}
		return out, err
	})
	for _, e := range asked {
		if _, known := out[e]; !known && err == nil {
			err = noStandard(e.ID, e.Version)
		}
	}
	return out, err
}

func standards(ctx context.Context, q querier, where string, args ...any) ([]Standard, error) {
	found, err := collect(ctx, q, func(rows *sql.Rows) (s Standard, err error) {
		var body string
		if err := rows.Scan(&s.Version, &body); err != nil {
			return s, err
		}
		return s, json.Unmarshal([]byte(body), &s.Definition)
	}, `SELECT version, definition FROM standard `+where, args...)
	return found, fault(err, "standards")
}
