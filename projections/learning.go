package projections

import (
	"context"
	"database/sql"
	"encoding/json"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/activity"
	"github.com/guildhall-dev/guildhall/events"
)

// A LearningActivity is something that people learn outside the hours ledger.
type LearningActivity struct {
	ID         domain.ActivityID
	Version    uint64
	State      ActivityState
	Since      domain.Date // when it came into the state
	EnrolledOn domain.Date
	Grouped    bool
	RecordedBy domain.PersonID // who wrote it down first
	Subject    activity.Subject
	Result     activity.Result
	Corrected  bool // the result was put right
	Members    []domain.PersonID
	Attempts   []activity.Attempted
	Applied    []activity.Applied
	Rated      []activity.Rated
	Recognised []activity.Recognised
}

// ActivityState is where an activity is in its life.
type ActivityState string

const (
	ActivityEnrolled  ActivityState = "enrolled"
	ActivityStarted   ActivityState = "started"
	ActivityCompleted ActivityState = "completed"
	ActivityAbandoned ActivityState = "abandoned"
	ActivityCancelled ActivityState = "cancelled"
)

func (b *batch) learning(r events.Recorded, e activity.Event) error {
	id, err := activity.ID(r.Stream)
	if err != nil {
		return err
	}
	become := func(s ActivityState, on domain.Date) error {
		return b.exec(`UPDATE learning SET state = ?, since = ? WHERE id = ?`, s, on.String(), id)
	}
	result := func(now activity.Result) error {
		return b.exec(`UPDATE learning SET minutes = ?, score = ?, best = ? WHERE id = ?`, now.Minutes, now.Score, now.Of, id)
	}
	join := func(person domain.PersonID) error {
		return b.exec(`INSERT OR IGNORE INTO learning_member (person, activity) VALUES (?, ?)`, person, id)
	}
	begin := func(s ActivityState, on domain.Date, grouped bool, about activity.Subject) error {
		return b.exec(`INSERT INTO learning (id, version, state, since, enrolled_on, grouped, recorded_by, subject, cohort, minutes, score, best, corrected)
			VALUES (?1, 0, ?2, ?3, ?3, ?4, ?5, ?6, ?7, 0, 0, 0, 0)`, id, s, on.String(), grouped, r.Request.By.Person, text(about), about.Cohort)
	}
	switch e := e.(type) {
	case activity.Enrolled:
		err = errorsOf(begin(ActivityEnrolled, e.On, false, e.Subject), join(e.Person))
	case activity.Recorded:
		err = errorsOf(begin(ActivityCompleted, e.On, true, e.Subject), result(e.Result))
		for _, m := range e.Members {
			err = errorsOf(err, join(m))
		}
	case activity.Started:
		err = become(ActivityStarted, e.On)
	case activity.Attempted:
		err = b.exec(`INSERT INTO learning_attempt (activity, attempt, day, score, best, by) VALUES (?, ?, ?, ?, ?, ?)`, id, e.Attempt, e.On.String(), e.Score, e.Of, e.By)
	case activity.Completed:
		err = errorsOf(become(ActivityCompleted, e.On), result(e.Result))
	case activity.Abandoned:
		err = become(ActivityAbandoned, e.On)
	case activity.Cancelled:
		err = errorsOf(become(ActivityCancelled, e.On), b.exec(`DELETE FROM learning_recognised WHERE activity = ?`, id))
	case activity.ResultCorrected:
		err = errorsOf(result(e.Now), b.exec(`UPDATE learning SET corrected = 1 WHERE id = ?`, id))
	case activity.Applied:
		err = b.exec(`INSERT INTO learning_applied (activity, version, person, day, product, link) VALUES (?, ?, ?, ?, ?, ?)`, id, r.Revision, e.Person, e.On.String(), e.Product, e.Link)
	case activity.Rated:
		err = b.exec(`INSERT OR REPLACE INTO learning_rating (activity, person, topic, rating, by, day) VALUES (?, ?, ?, ?, ?, ?)`, id, e.Person, e.Topic, e.Rating, e.By, e.On.String())
	case activity.Recognised:
		err = b.exec(`INSERT OR REPLACE INTO learning_recognised (activity, person, learner, requirement, by, day) VALUES (?, ?, ?, ?, ?, ?)`,
			id, e.Person, e.Apprenticeship, e.Requirement, e.By, e.On.String())
	}
	return errorsOf(err, b.exec(`UPDATE learning SET version = ? WHERE id = ?`, r.Revision, id))
}

// LearningActivity returns one activity, or a refusal (NO_SUCH_ACTIVITY).
func (db *DB) LearningActivity(ctx context.Context, id domain.ActivityID) (LearningActivity, error) {
	found, err := db.learnings(ctx, `SELECT ?`, id)
	if err == nil && len(found) == 0 {
		return LearningActivity{}, domain.Refuse(domain.NotFound, "NO_SUCH_ACTIVITY", "There is no such activity.")
	}
	if err != nil {
		return LearningActivity{}, err
	}
	return found[0], nil
}

// LearningOf returns the activities of people, newest first.
func (db *DB) LearningOf(ctx context.Context, people ...domain.PersonID) ([]LearningActivity, error) {
	return db.learnings(ctx, `SELECT activity FROM learning_member WHERE person IN (SELECT value FROM json_each(?))`, text(people))
}

// learnings are the activities whose ids a query names.
func (db *DB) learnings(ctx context.Context, ids string, arg any) (found []LearningActivity, err error) {
	err = db.snapshot(ctx, func(q querier) error {
		at := map[domain.ActivityID]*LearningActivity{}
		found, err = collect(ctx, q, func(rows *sql.Rows) (l LearningActivity, err error) {
			var subject string
			if err := rows.Scan(&l.ID, &l.Version, &l.State, date{&l.Since}, date{&l.EnrolledOn}, &l.Grouped, &l.RecordedBy, &subject,
				&l.Result.Minutes, &l.Result.Score, &l.Result.Of, &l.Corrected); err != nil {
				return l, err
			}
			return l, json.Unmarshal([]byte(subject), &l.Subject)
		}, `SELECT id, version, state, since, enrolled_on, grouped, recorded_by, subject, minutes, score, best, corrected
			FROM learning WHERE id IN (`+ids+`) ORDER BY enrolled_on DESC, id`, arg)
		if err != nil {
			return err
		}
		for i := range found {
			at[found[i].ID] = &found[i]
		}
		return eachRow(ctx, q, at, ids, arg)
	})
	return found, fault(err, "learning")
}

// eachRow fills in what belongs to the activities at hand.
func eachRow(ctx context.Context, q querier, at map[domain.ActivityID]*LearningActivity, ids string, arg any) error {
	var id domain.ActivityID
	for _, part := range []struct {
		query string
		scan  func(*sql.Rows) error
	}{
		{`SELECT activity, person FROM learning_member WHERE activity IN (` + ids + `) ORDER BY activity, person`, func(rows *sql.Rows) error {
			var m domain.PersonID
			err := rows.Scan(&id, &m)
			at[id].Members = append(at[id].Members, m)
			return err
		}},
		{`SELECT activity, attempt, day, score, best, by FROM learning_attempt WHERE activity IN (` + ids + `) ORDER BY activity, attempt`, func(rows *sql.Rows) error {
			var a activity.Attempted
			err := rows.Scan(&id, &a.Attempt, date{&a.On}, &a.Score, &a.Of, &a.By)
			at[id].Attempts = append(at[id].Attempts, a)
			return err
		}},
		{`SELECT activity, person, day, product, link FROM learning_applied WHERE activity IN (` + ids + `) ORDER BY activity, version`, func(rows *sql.Rows) error {
			var a activity.Applied
			err := rows.Scan(&id, &a.Person, date{&a.On}, &a.Product, &a.Link)
			at[id].Applied = append(at[id].Applied, a)
			return err
		}},
		{`SELECT activity, person, topic, rating, by, day FROM learning_rating WHERE activity IN (` + ids + `) ORDER BY activity, person, topic`, func(rows *sql.Rows) error {
			var a activity.Rated
			err := rows.Scan(&id, &a.Person, &a.Topic, &a.Rating, &a.By, date{&a.On})
			at[id].Rated = append(at[id].Rated, a)
			return err
		}},
		{`SELECT activity, person, learner, requirement, by, day FROM learning_recognised WHERE activity IN (` + ids + `) ORDER BY activity, learner, requirement`, func(rows *sql.Rows) error {
			var a activity.Recognised
			err := rows.Scan(&id, &a.Person, &a.Apprenticeship, &a.Requirement, &a.By, date{&a.On})
			at[id].Recognised = append(at[id].Recognised, a)
			return err
		}},
	} {
		if _, err := collect(ctx, q, func(rows *sql.Rows) (struct{}, error) { return struct{}{}, part.scan(rows) }, part.query, arg); err != nil {
			return err
		}
	}
	return nil
}

// Guided returns those of the people whom somebody guides: themselves, who reports to them,
// and whose apprenticeship they supervise or mentor.
func (db *DB) Guided(ctx context.Context, by domain.PersonID, people ...domain.PersonID) ([]domain.PersonID, error) {
	ids, err := collect(ctx, db.read, func(rows *sql.Rows) (id domain.PersonID, err error) { return id, rows.Scan(&id) },
		`SELECT id FROM person p WHERE id IN (SELECT value FROM json_each(?1)) AND ?2 <> '' AND (?2 IN (id, manager)
			OR EXISTS (SELECT 1 FROM learner l WHERE l.person = p.id AND l.status NOT IN ('completed', 'cancelled', 'transferred') AND ?2 IN (l.supervisor, l.mentor))) ORDER BY id`, text(people), by)
	return ids, fault(err, "guided")
}
