package projections

import (
	"context"
	"database/sql"
	"encoding/json"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/program"
	"github.com/guildhall-dev/guildhall/events"
)

// A Program is a registered programme.
type Program struct {
	ID      domain.ProgramID `json:"-"`
	Version uint64           `json:"-"`
	program.Registered
	Amended   []program.Amended        `json:"amended,omitempty"`
	Sites     []program.SiteAdded      `json:"sites,omitempty"`
	Employers []program.EmployerJoined `json:"employers,omitempty"`
	Ended     program.Deregistered     `json:"ended,omitzero"`
}

func (b *batch) program(r events.Recorded, e program.Event) error {
	id, err := program.ID(r.Stream)
	if err != nil {
		return err
	}
	var p Program
	var body string
	found, err := b.one(`SELECT body FROM program WHERE id = ?`, []any{id}, &body)
	if err == nil && found {
		err = json.Unmarshal([]byte(body), &p)
	}
	if err != nil {
		return err
	}
	switch e := e.(type) {
	case program.Registered:
		p.Registered = e
	case program.Amended:
		p.Amended = append(p.Amended, e)
	case program.SiteAdded:
		p.Sites = append(p.Sites, e)
	case program.EmployerJoined:
		p.Employers = append(p.Employers, e)
	case program.Deregistered:
		p.Ended = e
	}
	return b.exec(`INSERT OR REPLACE INTO program (id, version, body) VALUES (?, ?, ?)`, id, r.Revision, text(p))
}

// Programs returns all programmes by id.
func (db *DB) Programs(ctx context.Context) ([]Program, error) {
	ps, err := collect(ctx, db.read, func(rows *sql.Rows) (p Program, err error) {
		var body string
		if err := rows.Scan(&p.ID, &p.Version, &body); err != nil {
			return p, err
		}
		return p, json.Unmarshal([]byte(body), &p)
	}, `SELECT id, version, body FROM program ORDER BY id`)
	return ps, fault(err, "programs")
}

// A Share is how many apprenticeships of a programme on a standard stand in one way.
type Share struct {
	Program  domain.ProgramID
	Standard domain.StandardID
	Status   LearnerStatus
	Learners int
}

// Shares counts the apprenticeships of every programme, by standard and status.
func (db *DB) Shares(ctx context.Context) ([]Share, error) {
	shares, err := collect(ctx, db.read, func(rows *sql.Rows) (s Share, err error) {
		return s, rows.Scan(&s.Program, &s.Standard, &s.Status, &s.Learners)
	}, `SELECT program, standard, status, count(*) FROM learner GROUP BY program, standard, status ORDER BY program, standard, status`)
	return shares, fault(err, "shares")
}
