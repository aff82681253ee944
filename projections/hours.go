package projections

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
	"github.com/guildhall-dev/guildhall/events"
)

// A Week is what an apprentice logged for one week.
type Week struct {
	Learner     domain.ApprenticeshipID
	Week        domain.Week
	Version     uint64
	State       WeekState
	OnTheJob    domain.Minutes
	Instruction domain.Minutes
	Holder      domain.PersonID // who signs off, once handed in
	Reason      domain.Sealed   // why it was sent back
	SubmittedAt time.Time       // zero until handed in
	DecidedAt   time.Time       // zero until decided
	DecidedBy   domain.PersonID
	Entries     []timesheet.Entry // by day; only where one week is asked for
}

// WeekState is where a week is in its life.
type WeekState string

const (
	WeekOpen      WeekState = "open"
	WeekSubmitted WeekState = "submitted"
	WeekApproved  WeekState = "approved"
	WeekReturned  WeekState = "returned" // or opened again after it was approved
)

func (b *batch) timesheet(r events.Recorded, e timesheet.Event) error {
	id, week, err := timesheet.ID(r.Stream)
	if err != nil {
		return err
	}
	at, w := r.Request.At.UnixMicro(), week.String()
	switch e := e.(type) {
	case timesheet.Opened:
		err = b.exec(`INSERT INTO week (learner, week, version, state, on_the_job, instruction, holder, reason, submitted_at, decided_at, decided_by)
			VALUES (?, ?, ?, 'open', 0, 0, '', '', 0, 0, '')`, id, w, r.Revision)
	case timesheet.HoursLogged:
		err = errorsOf(
			b.exec(`INSERT INTO entry (learner, week, id, day, kind, spent_on, role, minutes, site, basis, pay) VALUES (?1, ?2, ?3, ?4, ?5, ?6, `+roleOn("?1", "?4")+`, ?7, ?8, ?9, ?10)`,
				id, w, e.Entry, e.Date.String(), e.Kind, e.SpentOn, e.Minutes, e.Site, e.Basis, e.Pay),
			b.add(r, id, w, e.Kind, e.Minutes))
	case timesheet.HoursAmended:
		var kind timesheet.Kind
		var was domain.Minutes
		if _, err := b.one(`SELECT kind, minutes FROM entry WHERE learner = ? AND week = ? AND id = ?`, []any{id, w, e.Entry}, &kind, &was); err != nil {
			return err
		}
		err = errorsOf(
			b.exec(`UPDATE entry SET minutes = ?1, pay = coalesce(nullif(?2, ''), pay) WHERE learner = ?3 AND week = ?4 AND id = ?5`, e.Minutes, e.Pay, id, w, e.Entry),
			b.add(r, id, w, kind, e.Minutes-was))
	case timesheet.Submitted:
		err = errorsOf(
			b.exec(`UPDATE week SET version = ?, state = 'submitted', holder = ?, reason = '', submitted_at = ?, decided_at = 0, decided_by = '' WHERE learner = ? AND week = ?`, r.Revision, e.To, at, id, w),
			b.shift(id, w, 0, +1),
			b.hand(r, item{Kind: AwaitingHours, Learner: id, Assignee: e.To}))
	case timesheet.HandedOver:
		err = errorsOf(
			b.exec(`UPDATE week SET version = ?, holder = ? WHERE learner = ? AND week = ?`, r.Revision, e.To, id, w),
			b.hand(r, item{Kind: AwaitingHours, Learner: id, Assignee: e.To}))
	case timesheet.Approved:
		err = errorsOf(
			b.exec(`UPDATE week SET version = ?, state = 'approved', decided_at = ?, decided_by = ? WHERE learner = ? AND week = ?`, r.Revision, at, e.Approver, id, w),
			b.shift(id, w, +1, -1),
			b.done(r.Stream))
	case timesheet.Returned:
		err = errorsOf(
			b.exec(`UPDATE week SET version = ?, state = 'returned', reason = ?, decided_at = ?, decided_by = ? WHERE learner = ? AND week = ?`, r.Revision, e.Reason, at, e.By, id, w),
			b.shift(id, w, 0, -1),
			b.done(r.Stream))
	case timesheet.Reopened:
		err = errorsOf(
			b.exec(`UPDATE week SET version = ?, state = 'returned', reason = ?, decided_at = ?, decided_by = ? WHERE learner = ? AND week = ?`, r.Revision, e.Reason, at, e.By, id, w),
			b.shift(id, w, -1, 0))
	case timesheet.ApprovedHoursCorrected:
		err = b.correct(r, id, w, e)
	}
	return errorsOf(err, b.record(r, id))
}

// add changes what a week adds up to.
func (b *batch) add(r events.Recorded, id domain.ApprenticeshipID, week string, kind timesheet.Kind, minutes domain.Minutes) error {
	column := "on_the_job"
	if kind == timesheet.RelatedInstruction {
		column = "instruction"
	}
	return b.exec(`UPDATE week SET version = ?, `+column+` = `+column+` + ? WHERE learner = ? AND week = ?`, r.Revision, minutes, id, week)
}

// correct puts an entry right that counts already.
func (b *batch) correct(r events.Recorded, id domain.ApprenticeshipID, week string, e timesheet.ApprovedHoursCorrected) error {
	var kind timesheet.Kind
	if _, err := b.one(`SELECT kind FROM entry WHERE learner = ? AND week = ? AND id = ?`, []any{id, week, e.Entry}, &kind); err != nil {
		return err
	}
	return errorsOf(
		b.exec(`UPDATE entry SET minutes = minutes + ? WHERE learner = ? AND week = ? AND id = ?`, e.Delta, id, week, e.Entry),
		b.add(r, id, week, kind, e.Delta),
		b.exec(`UPDATE hours SET approved = approved + ?1 FROM entry e
			WHERE e.learner = ?2 AND e.week = ?3 AND e.id = ?4 AND hours.learner = e.learner AND hours.role = e.role AND hours.kind = e.kind AND hours.spent_on = e.spent_on`,
			e.Delta, id, week, e.Entry),
		b.exec(`INSERT INTO correction (learner, week, version, entry, was, now, by_person, reason, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			id, week, r.Revision, e.Entry, e.Was, e.Was+e.Delta, e.By, e.Reason, r.Request.At.UnixMicro()))
}

// shift moves the minutes of a week between what is signed off and what is handed in.
func (b *batch) shift(id domain.ApprenticeshipID, week string, approved, pending int) error {
	return b.exec(`INSERT INTO hours (learner, role, kind, spent_on, approved, pending)
		SELECT learner, role, kind, spent_on, sum(minutes) * ?, sum(minutes) * ? FROM entry WHERE learner = ? AND week = ? GROUP BY role, kind, spent_on
		ON CONFLICT DO UPDATE SET approved = approved + excluded.approved, pending = pending + excluded.pending`,
		approved, pending, id, week)
}

// reassign counts a learner's hours anew after a role was taken up, perhaps on an earlier day.
func (b *batch) reassign(id domain.ApprenticeshipID) error {
	return b.all([]string{
		`UPDATE entry SET role = ` + roleOn("entry.learner", "entry.day") + ` WHERE learner = ?`,
		`DELETE FROM hours WHERE learner = ?`,
		`INSERT INTO hours (learner, role, kind, spent_on, approved, pending)
			SELECT e.learner, e.role, e.kind, e.spent_on,
				sum(CASE w.state WHEN 'approved' THEN e.minutes ELSE 0 END), sum(CASE w.state WHEN 'submitted' THEN e.minutes ELSE 0 END)
			FROM entry e JOIN week w ON w.learner = e.learner AND w.week = e.week
			WHERE e.learner = ? AND w.state IN ('approved', 'submitted') GROUP BY e.role, e.kind, e.spent_on`,
	}, id)
}

// roleOn is the role that a learner held on a day; before the first it is the first.
func roleOn(learner, day string) string {
	return `coalesce(
		(SELECT s.role FROM stage s WHERE s.learner = ` + learner + ` AND s.from_on <= ` + day + ` ORDER BY s.from_on DESC LIMIT 1),
		(SELECT s.role FROM stage s WHERE s.learner = ` + learner + ` ORDER BY s.from_on LIMIT 1))`
}

func scanWeek(rows *sql.Rows) (w Week, err error) {
	var week string
	if err := rows.Scan(&w.Learner, &week, &w.Version, &w.State, &w.OnTheJob, &w.Instruction, &w.Holder, &w.Reason,
		instant{&w.SubmittedAt}, instant{&w.DecidedAt}, &w.DecidedBy); err != nil {
		return w, err
	}
	w.Week, err = domain.ParseWeek(week)
	return w, err
}

const weekColumns = `learner, week, version, state, on_the_job, instruction, holder, reason, submitted_at, decided_at, decided_by`

// Weeks returns a learner's weeks before a week, newest first, without their entries. The
// zero week asks from the newest.
func (db *DB) Weeks(ctx context.Context, id domain.ApprenticeshipID, before domain.Week, first int) ([]Week, error) {
	last := "9999"
	if before != (domain.Week{}) {
		last = before.String()
	}
	ws, err := collect(ctx, db.read, scanWeek, `SELECT `+weekColumns+` FROM week WHERE learner = ? AND week < ? ORDER BY week DESC LIMIT ?`, id, last, first)
	return ws, fault(err, "weeks")
}

// Week returns one week with its entries. A week nobody logged is open, with version 0.
func (db *DB) Week(ctx context.Context, id domain.ApprenticeshipID, w domain.Week) (Week, error) {
	found := Week{Learner: id, Week: w, State: WeekOpen}
	err := db.snapshot(ctx, func(q querier) error {
		ws, err := collect(ctx, q, scanWeek, `SELECT `+weekColumns+` FROM week WHERE learner = ? AND week = ?`, id, w.String())
		if err != nil || len(ws) == 0 {
			return err
		}
		found = ws[0]
		found.Entries, err = collect(ctx, q, func(rows *sql.Rows) (e timesheet.Entry, err error) {
			return e, rows.Scan(date{&e.Date}, &e.Kind, &e.SpentOn, &e.Minutes, &e.Site, &e.Basis, &e.Pay)
		}, `SELECT day, kind, spent_on, minutes, site, basis, pay FROM entry WHERE learner = ? AND week = ? AND minutes > 0 ORDER BY day, kind, spent_on, site, basis`, id, w.String())
		return err
	})
	return found, fault(err, "week")
}

// Entries returns what a learner logged in some weeks, by day.
func (db *DB) Entries(ctx context.Context, id domain.ApprenticeshipID, weeks ...domain.Week) (map[domain.Week][]timesheet.Entry, error) {
	out := map[domain.Week][]timesheet.Entry{}
	_, err := collect(ctx, db.read, func(rows *sql.Rows) (e timesheet.Entry, err error) {
		err = rows.Scan(date{&e.Date}, &e.Kind, &e.SpentOn, &e.Minutes, &e.Site, &e.Basis, &e.Pay)
		out[e.Date.Week()] = append(out[e.Date.Week()], e)
		return e, err
	}, `SELECT day, kind, spent_on, minutes, site, basis, pay FROM entry WHERE learner = ? AND week IN (SELECT value FROM json_each(?)) AND minutes > 0 ORDER BY day, kind, spent_on, site, basis`, id, text(weeks))
	return out, fault(err, "entries")
}

// Hours are minutes spent on one thing in one role.
type Hours struct {
	Role              domain.RoleID
	Kind              timesheet.Kind
	SpentOn           string
	Approved, Pending domain.Minutes
}

// Hours returns what learners logged, by learner. Pending is handed in and not signed off.
func (db *DB) Hours(ctx context.Context, ids ...domain.ApprenticeshipID) (map[domain.ApprenticeshipID][]Hours, error) {
	out, err := hours(ctx, db.read, text(ids))
	return out, fault(err, "hours")
}

func hours(ctx context.Context, q querier, ids string) (map[domain.ApprenticeshipID][]Hours, error) {
	out := map[domain.ApprenticeshipID][]Hours{}
	_, err := collect(ctx, q, func(rows *sql.Rows) (h Hours, err error) {
		var id domain.ApprenticeshipID
		if err := rows.Scan(&id, &h.Role, &h.Kind, &h.SpentOn, &h.Approved, &h.Pending); err != nil {
			return h, err
		}
		out[id] = append(out[id], h)
		return h, nil
	}, `SELECT learner, role, kind, spent_on, approved, pending FROM hours WHERE learner IN (SELECT value FROM json_each(?)) ORDER BY learner, role, kind, spent_on`, ids)
	return out, err
}

// errorsOf returns the first error that is not nil. Its arguments are evaluated in order,
// all of them; the transaction they belong to is given up as a whole.
func errorsOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return fmt.Errorf("projections: %w", err)
		}
	}
	return nil
}

// Record returns what a learner has to show in one role.
func (db *DB) Record(ctx context.Context, id domain.ApprenticeshipID, role domain.RoleID) (pathway.Record, error) {
	var rec pathway.Record
	err := db.snapshot(ctx, func(q querier) error {
		hours, err := hours(ctx, q, text([]domain.ApprenticeshipID{id}))
		if err != nil {
			return err
		}
		milestones, err := milestones(ctx, q, text([]domain.ApprenticeshipID{id}))
		rec = RecordOf(hours[id], milestones[id], role)
		return err
	})
	return rec, fault(err, "record")
}

// RecordOf is what a learner with these hours and milestones has to show in one role.
func RecordOf(hours []Hours, milestones []Milestone, role domain.RoleID) pathway.Record {
	rec := pathway.Record{
		Approved:   map[domain.WorkProcessID]domain.Minutes{},
		Pending:    map[domain.WorkProcessID]domain.Minutes{},
		Milestones: map[domain.RequirementID]pathway.Milestone{},
	}
	for _, h := range hours {
		if h.Role == role && h.Kind == timesheet.OnTheJob {
			rec.Approved[domain.WorkProcessID(h.SpentOn)] += h.Approved
			rec.Pending[domain.WorkProcessID(h.SpentOn)] += h.Pending
		}
	}
	for _, m := range milestones {
		rec.Milestones[m.Requirement] = pathway.Milestone{State: m.State, On: m.Since, By: m.By, Level: m.Level, Evidence: len(m.Evidence), Basis: m.Basis}
	}
	return rec
}
