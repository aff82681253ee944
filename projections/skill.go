package projections

import (
	"context"
	"database/sql"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/attestation"
	"github.com/guildhall-dev/guildhall/domain/framework"
	"github.com/guildhall-dev/guildhall/events"
)

// A Holding is one thing on which somebody may hold statements.
type Holding struct {
	Person domain.PersonID
	Kind   framework.GroundKind
	// ID is the role, the requirement of the milestone, or the statement that was attested.
	ID  string
	Now bool // a role: it is held now, not only before
}

func (b *batch) attestation(r events.Recorded, e attestation.Event) error {
	who, of, err := attestation.ID(r.Stream)
	if err != nil {
		return err
	}
	switch e := e.(type) {
	case attestation.Attested:
		return b.exec(`INSERT INTO attested (person, framework, statement, basis, from_on) SELECT ?, ?, value, ?, ? FROM json_each(?)`,
			who, of, e.Basis, e.On.String(), text(e.Statements))
	case attestation.Withdrawn:
		return b.exec(`DELETE FROM attested WHERE person = ? AND framework = ? AND statement IN (SELECT value FROM json_each(?))`, who, of, text(e.Statements))
	}
	return nil
}

// A HoldingQuery asks what people hold on a day. People who were erased hold nothing.
type HoldingQuery struct {
	Framework  domain.FrameworkID     // whose attested statements are asked for
	Milestones []domain.RequirementID // that name statements; others are left out
	On         domain.Date
	Person     domain.PersonID // this one only, if set
	Team       domain.PersonID // those who report to this one or are supervised by them, if set
}

// Holdings returns what people hold, by person, kind and id, each thing once: the job they
// were taken on for, the roles they came to hold on a pathway, the milestones they
// attained, and what was attested of them.
func (db *DB) Holdings(ctx context.Context, q HoldingQuery) ([]Holding, error) {
	found, err := collect(ctx, db.read, func(rows *sql.Rows) (h Holding, err error) {
		return h, rows.Scan(&h.Person, &h.Kind, &h.ID, &h.Now)
	}, `
		WITH some AS (
			SELECT id, position FROM person p WHERE NOT erased AND ?1 IN ('', id)
				AND (?2 IN ('', manager) OR EXISTS (SELECT 1 FROM learner l WHERE l.person = p.id AND l.supervisor = ?2))),
		begun AS (
			SELECT l.id, l.person, l.role, l.began_on = max(l.began_on) OVER (PARTITION BY l.person) AS last
			FROM learner l JOIN some ON some.id = l.person WHERE l.began_on <> '' AND l.began_on <= ?3),
		held AS (
			SELECT id AS person, 'role' AS kind, position AS held, id NOT IN (SELECT person FROM begun) AS now FROM some WHERE position <> ''
			UNION ALL SELECT begun.person, 'role', stage.role, begun.last AND stage.role = begun.role FROM begun JOIN stage ON stage.learner = begun.id WHERE stage.from_on <= ?3
			UNION ALL SELECT begun.person, 'milestone', requirement, 0 FROM begun JOIN milestone ON milestone.learner = begun.id
				WHERE state = 'attained' AND since <= ?3 AND requirement IN (SELECT value FROM json_each(?4))
			UNION ALL SELECT person, 'prior-learning', statement, 0 FROM attested JOIN some ON some.id = attested.person WHERE framework = ?5 AND from_on <= ?3)
		SELECT person, kind, held, max(now) FROM held GROUP BY person, kind, held ORDER BY person, kind = 'prior-learning', kind = 'milestone', held`,
		q.Person, q.Team, q.On.String(), text(q.Milestones), q.Framework)
	return found, fault(err, "holdings")
}

// Within reports whether somebody works here, was not erased, and is in the team of a
// manager; no manager has everybody in their team.
func (db *DB) Within(ctx context.Context, who, team domain.PersonID) (bool, error) {
	var n int
	err := db.read.QueryRowContext(ctx, `SELECT count(*) FROM person p WHERE id = ?1 AND NOT erased
		AND (?2 IN ('', manager) OR EXISTS (SELECT 1 FROM learner l WHERE l.person = p.id AND l.supervisor = ?2))`, who, team).Scan(&n)
	return n > 0, fault(err, "within")
}
