package projections

import (
	"context"
	"database/sql"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/events"
)

// A MoveFact is one thing that was done about a move.
type MoveFact struct {
	Revision uint64
	Event    string // its stored name
	At       time.Time
	By       domain.PersonID // empty: it followed by itself
	Office   pathway.Step    // of the step it is about, if it is about one
	To       domain.PersonID // who is to decide from then on, if somebody else is
	Day      domain.Date     // the day it names, if it names one
	Reason   domain.Sealed
	Cause    transition.Cause // that it followed from, if it ended with the apprenticeship
}

// moveFact writes down one line of the timeline of a move.
func (b *batch) moveFact(r events.Recorded, id domain.ApprenticeshipID, to domain.RoleID, e transition.Event) error {
	f := MoveFact{By: r.Request.By.Person}
	step := -1
	switch e := e.(type) {
	case transition.ReadinessWaived:
		f.Reason = e.Reason
	case transition.Proposed:
		f.Day, f.Reason = e.EffectiveOn, e.Note
	case transition.ApprovalStepOpened:
		step, f.Day = e.Step, e.DueOn
	case transition.ApprovalDelegated:
		step, f.To, f.Day = e.Step, e.To, e.Until
	case transition.ApprovalEscalated:
		step, f.To, f.Day = e.Step, e.To, e.DueOn
	case transition.ApprovalGranted:
		step, f.Reason = e.Step, e.Note
	case transition.ApprovalReturned:
		step, f.Reason = e.Step, e.Reason
	case transition.ApprovalRefused:
		step, f.Reason = e.Step, e.Reason
	case transition.Deferred:
		f.Day, f.Reason = e.EffectiveOn, e.Reason
	case transition.Scheduled:
		f.Day = e.EffectiveOn
	case transition.Rescinded:
		f.Reason = e.Reason
	case transition.MadeEffective:
		f.Day = e.On
	case transition.TermsCorrected:
		f.Day, f.Reason = e.Terms.EffectiveOn, e.Reason
	case transition.Confirmed:
		f.Day = e.On
	case transition.Withdrawn:
		f.Cause = e.Cause
	case transition.ReadinessSnapshotTaken, transition.Submitted, transition.Resubmitted, transition.ApprovalsLapsed, transition.Approved, transition.Expired,
		transition.Commented: // said, not done; see comment.go
	}
	return b.exec(`INSERT INTO transition_fact (learner, to_role, revision, event, at, by_person, office, to_person, on_day, reason, cause)
		VALUES (?1, ?2, ?3, ?4, ?5, ?6, coalesce((SELECT office FROM transition_step WHERE learner = ?1 AND to_role = ?2 AND step = ?7), ''), ?8, ?9, ?10, ?11)`,
		id, to, r.Revision, r.Event.EventName(), r.Request.At.UnixMicro(), f.By, step, f.To, f.Day.String(), f.Reason, f.Cause)
}

// Timeline returns all that was ever done about a move, oldest first.
func (db *DB) Timeline(ctx context.Context, id domain.ApprenticeshipID, to domain.RoleID) ([]MoveFact, error) {
	fs, err := collect(ctx, db.read, func(rows *sql.Rows) (f MoveFact, err error) {
		return f, rows.Scan(&f.Revision, &f.Event, instant{&f.At}, &f.By, &f.Office, &f.To, date{&f.Day}, &f.Reason, &f.Cause)
	}, `SELECT revision, event, at, by_person, office, to_person, on_day, reason, cause FROM transition_fact WHERE learner = ? AND to_role = ? ORDER BY revision`, id, to)
	return fs, fault(err, "timeline")
}

// A Waiver lets a requirement pass for one attempt at a move.
type Waiver struct {
	To          domain.RoleID
	Requirement domain.RequirementID
	By          domain.PersonID
	At          time.Time
	Reason      domain.Sealed
}

// Waivers returns what was waived for a move that is asked for now or next.
func (db *DB) Waivers(ctx context.Context, id domain.ApprenticeshipID, to domain.RoleID) ([]Waiver, error) {
	return db.waivers(ctx, `learner = ? AND to_role = ?`, id, to)
}

func (db *DB) waivers(ctx context.Context, where string, args ...any) ([]Waiver, error) {
	ws, err := collect(ctx, db.read, func(rows *sql.Rows) (w Waiver, err error) {
		return w, rows.Scan(&w.To, &w.Requirement, &w.By, instant{&w.At}, &w.Reason)
	}, `SELECT to_role, requirement, by_person, at, reason FROM transition_waiver WHERE `+where+` ORDER BY to_role, requirement`, args...)
	return ws, fault(err, "waivers")
}

// A Due is an approval that is to be given: who holds it since when, and until when it is due.
type Due struct {
	Learner domain.ApprenticeshipID
	To      domain.RoleID
	Number  int // of the step, from 0
	Step    Step
}

// Approvals returns every open approval of a move, the one that is due first coming first.
func (db *DB) Approvals(ctx context.Context) ([]Due, error) {
	ds, err := collect(ctx, db.read, func(rows *sql.Rows) (d Due, err error) {
		s := &d.Step
		s.State = StepOpen
		return d, rows.Scan(&d.Learner, &d.To, &d.Number, &s.Office, &s.Assignee, &s.Capacity, instant{&s.OpenedAt}, date{&s.DueOn}, &s.Deputy, date{&s.DeputyFrom}, date{&s.DeputyUntil}, &s.OverdueWith)
	}, `SELECT learner, to_role, step, office, assignee, capacity, opened_at, due_on, deputy, deputy_from, deputy_until, overdue_with
		FROM transition_step WHERE state = 'open' ORDER BY due_on, learner, to_role`)
	return ds, fault(err, "approvals")
}
