package projections

import (
	"context"
	"database/sql"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/events"
)

// A Comment was said beside a move.
type Comment struct {
	Revision uint64
	At       time.Time
	By       domain.PersonID
	Note     domain.Sealed
	Former   bool // beside an attempt that ended before the present one was asked for
}

// comment keeps what was said, and whom it is for: who asked for the move, who holds or held a
// step of it, and who said something before. The apprentice is told as of everything about them.
func (b *batch) comment(r events.Recorded, id domain.ApprenticeshipID, to domain.RoleID, e transition.Commented) error {
	at := r.Request.At.UnixMicro()
	return errorsOf(
		b.exec(`INSERT INTO transition_heard (person, at, learner, to_role, revision) SELECT person, ?4, ?1, ?2, ?3 FROM (
				SELECT proposer AS person FROM transition WHERE learner = ?1 AND to_role = ?2
				UNION SELECT assignee FROM transition_step WHERE learner = ?1 AND to_role = ?2 AND opened_at > 0
				UNION SELECT decided_by FROM transition_step WHERE learner = ?1 AND to_role = ?2
				UNION SELECT deputy FROM transition_step WHERE learner = ?1 AND to_role = ?2 AND state = 'open'
				UNION SELECT by_person FROM transition_comment WHERE learner = ?1 AND to_role = ?2 AND former = 0
			) WHERE person NOT IN ('', ?5, (SELECT person FROM learner WHERE id = ?1))`, id, to, r.Revision, at, e.By),
		b.exec(`INSERT INTO transition_comment (learner, to_role, revision, at, by_person, note, former) VALUES (?, ?, ?, ?, ?, ?, 0)`,
			id, to, r.Revision, at, e.By, e.Note))
}

// leaveComments leaves what was said beside an attempt that ended to those who took part in it.
func (b *batch) leaveComments(id domain.ApprenticeshipID, to domain.RoleID) error {
	const ended = `learner = ?1 AND to_role = ?2 AND EXISTS (SELECT 1 FROM transition
		WHERE learner = ?1 AND to_role = ?2 AND state IN ('rejected', 'withdrawn', 'rescinded', 'expired'))`
	return b.all([]string{`UPDATE transition_comment SET former = 1 WHERE ` + ended, `DELETE FROM transition_heard WHERE ` + ended}, id, to)
}

// Comments returns what was said beside the moves of learners, by move, oldest first.
func (db *DB) Comments(ctx context.Context, ids ...domain.ApprenticeshipID) (map[domain.Stream][]Comment, error) {
	out := map[domain.Stream][]Comment{}
	_, err := collect(ctx, db.read, func(rows *sql.Rows) (c Comment, err error) {
		var id domain.ApprenticeshipID
		var to domain.RoleID
		err = rows.Scan(&id, &to, &c.Revision, instant{&c.At}, &c.By, &c.Note, &c.Former)
		move := transition.Stream(id, to)
		out[move] = append(out[move], c)
		return c, err
	}, `SELECT learner, to_role, revision, at, by_person, note, former FROM transition_comment
		WHERE learner IN (SELECT value FROM json_each(?)) ORDER BY learner, to_role, revision`, text(ids))
	return out, fault(err, "comments")
}

// A Heard is a comment of somebody else that is for a person, beside a move of another.
type Heard struct {
	Learner domain.ApprenticeshipID
	To      domain.RoleID
	At      time.Time
	By      domain.PersonID
}

// Heard returns what was said to a person since a moment, latest first.
func (db *DB) Heard(ctx context.Context, who domain.PersonID, since time.Time, first int) ([]Heard, error) {
	found, err := collect(ctx, db.read, func(rows *sql.Rows) (h Heard, err error) {
		return h, rows.Scan(&h.Learner, &h.To, instant{&h.At}, &h.By)
	}, `SELECT h.learner, h.to_role, h.at, c.by_person FROM transition_heard h
		JOIN transition_comment c ON c.learner = h.learner AND c.to_role = h.to_role AND c.revision = h.revision
		WHERE h.person = ? AND h.at > ? ORDER BY h.at DESC, h.learner, h.to_role LIMIT ?`, who, since.UnixMicro(), first)
	return found, fault(err, "what was said to somebody")
}
