package projections

import (
	"context"
	"database/sql"

	"github.com/guildhall-dev/guildhall/domain"
)

// A LearnerQuery asks for some of the learners. The zero value asks for all.
type LearnerQuery struct {
	Visible  Sight
	IDs      []domain.ApprenticeshipID // any, if nil
	Statuses []LearnerStatus           // any, if empty
	RuleSets []string                  // any, if empty
	After    domain.ApprenticeshipID   // the last one seen
	First    int                       // at most; 0 is all
}

// A Sight says whose records somebody may see. The zero value sees everybody's.
type Sight struct {
	Person  domain.PersonID  // own, and those one supervises, mentors (as a peer too), has to decide about or is deciding a move of
	Partner domain.PartnerID // of live consent and agreement
	Office  domain.Role      // with Person: also those whose move somebody in this capacity decides
	On      domain.Date      // the day of asking
	Scope   domain.Scope     // what the partner must be allowed to see; empty is anything
	Nobody  bool             // nobody's, whatever else is set
}

// sees is the condition under which a row of learner l is within sight.
func (s Sight) sees() (string, []any) {
	switch {
	case s.Nobody:
		return `0`, nil
	case s.Partner != "":
		return `EXISTS (SELECT 1 FROM roster r WHERE r.partner = ? AND r.learner = l.id AND r.until >= ? AND ? IN ('', r.scope))`, []any{s.Partner, s.On.String(), s.Scope}
	case s.Person != "":
		return `(? IN (l.person, l.supervisor, l.mentor)
			OR EXISTS (SELECT 1 FROM mentoring m WHERE m.learner = l.id AND m.mentor = ? AND m.kind = 'peer' AND m.from_on <= ? AND (m.to_on = '' OR m.to_on >= ?))
			OR EXISTS (SELECT 1 FROM inbox i WHERE i.learner = l.id AND i.assignee = ?) OR EXISTS (
			SELECT 1 FROM transition_step s JOIN transition t ON t.learner = s.learner AND t.to_role = s.to_role
			WHERE s.learner = l.id AND (s.assignee = ? OR s.deputy = ? AND ? BETWEEN s.deputy_from AND s.deputy_until OR s.assignee = '' AND s.capacity = ?)
			AND s.state <> 'waiting' AND t.state IN ('submitted', 'returned', 'approved', 'scheduled')))`, []any{s.Person, s.Person, s.On.String(), s.On.String(), s.Person, s.Person, s.Person, s.On.String(), s.Office}
	}
	return `1`, nil
}

// Learners returns the learners asked for by id. What is told of them may be newer than by what
// they were found.
func (db *DB) Learners(ctx context.Context, q LearnerQuery) ([]Learner, error) {
	known, err := db.KnownLearners(ctx, q)
	ls := make([]Learner, len(known))
	for i, k := range known {
		ls[i] = k.Learner
	}
	return ls, err
}

// SharedLearners is Learners for those who only look at them: they are not the caller's to
// change.
func (db *DB) SharedLearners(ctx context.Context, q LearnerQuery) ([]*Learner, error) {
	known, err := db.KnownLearners(ctx, q)
	ls := make([]*Learner, len(known))
	for i, k := range known {
		ls[i] = &k.Learner
	}
	return ls, err
}

// find returns the ids of the learners asked for, in order. What a partner was told is
// remembered while nothing gives or takes a right.
func (db *DB) find(ctx context.Context, q LearnerQuery) ([]domain.ApprenticeshipID, error) {
	where, args := q.condition()
	limit := q.First
	if limit == 0 {
		limit = -1
	}
	args = append(args, q.After, limit)
	read := func() ([]domain.ApprenticeshipID, error) {
		return collect(ctx, db.read, func(rows *sql.Rows) (id domain.ApprenticeshipID, err error) { return id, rows.Scan(&id) },
			`SELECT l.id FROM learner l WHERE `+where+` AND l.id > ? ORDER BY l.id LIMIT ?`, args...)
	}
	if !q.lasting() {
		return read()
	}
	return db.recalled.visible.ask(where+text(args), read)
}

// CountLearners returns how many learners Learners finds in all, on whatever page.
func (db *DB) CountLearners(ctx context.Context, q LearnerQuery) (int, error) {
	q.After, q.First = "", 0
	where, args := q.condition()
	counts := &db.recalled.counts
	if q.lasting() {
		counts = &db.recalled.totals
	}
	n, err := counts.ask(where+text(args), func() (n int, err error) {
		return n, db.read.QueryRowContext(ctx, `SELECT count(*) FROM learner l WHERE `+where, args...).Scan(&n)
	})
	return n, fault(err, "count learners")
}

// lasting reports whether the same learners meet q until somebody is given a right, or loses one.
func (q LearnerQuery) lasting() bool {
	return q.Visible.Partner != "" && len(q.Statuses) == 0 && len(q.RuleSets) == 0
}

// condition is what a row of learner l meets. Of what a partner may see only as much is
// looked at as a page needs.
func (q LearnerQuery) condition() (string, []any) {
	where, args := q.Visible.sees()
	if q.Visible.Partner != "" && !q.Visible.Nobody && q.IDs == nil {
		limit := -1
		if q.First > 0 && len(q.Statuses) == 0 && len(q.RuleSets) == 0 {
			limit = 4 * q.First // a row for each scope
		}
		where = `l.id IN (SELECT learner FROM roster WHERE partner = ? AND learner > ? AND until >= ? AND ? IN ('', scope) ORDER BY learner LIMIT ?)`
		args = []any{q.Visible.Partner, q.After, q.Visible.On.String(), q.Visible.Scope, limit}
	}
	if q.IDs != nil {
		where += ` AND l.id IN (SELECT value FROM json_each(?))`
		args = append(args, text(q.IDs))
	}
	if len(q.Statuses) > 0 {
		where += ` AND l.status IN (SELECT value FROM json_each(?))`
		args = append(args, text(q.Statuses))
	}
	if len(q.RuleSets) > 0 {
		where += ` AND l.rule_set IN (SELECT value FROM json_each(?))`
		args = append(args, text(q.RuleSets))
	}
	return where, args
}

// Sees reports whether a learner is within sight.
func (db *DB) Sees(ctx context.Context, s Sight, id domain.ApprenticeshipID) (bool, error) {
	where, args := s.sees()
	var n int
	err := db.read.QueryRowContext(ctx, `SELECT count(*) FROM learner l WHERE `+where+` AND l.id = ?`, append(args, id)...).Scan(&n)
	return n > 0, fault(err, "sees")
}
