package projections

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
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
	at, key := r.Request.At.UnixMicro(), sheetKey{id, week.String()}
	s := &sheet{}
	if r.Revision == 1 {
		b.sheets.put(key, s)
	} else if s, err = b.sheets.get(key); err != nil {
		return err
	}
	switch e := e.(type) {
	case timesheet.Opened:
		if s.week != nil {
			return fmt.Errorf("the week was opened before")
		}
		s.week = &weekRow{state: WeekOpen}
	case timesheet.HoursLogged:
		err = b.log(key, s, e)
	case timesheet.HoursAmended:
		if was := s.entry(e.Entry); was != nil {
			s.add(was.kind, e.Minutes-was.minutes)
			was.minutes, was.pay, was.changed = e.Minutes, cmp.Or(e.Pay, was.pay), true
		}
	case timesheet.Submitted:
		if w := s.week; w != nil {
			w.state, w.holder, w.reason, w.submittedAt, w.decidedAt, w.decidedBy = WeekSubmitted, e.To, "", at, 0, ""
		}
		err = errorsOf(b.shift(id, s, 0, +1), b.hand(r, item{Kind: AwaitingHours, Learner: id, Assignee: e.To}))
	case timesheet.HandedOver:
		if w := s.week; w != nil {
			w.holder = e.To
		}
		err = b.hand(r, item{Kind: AwaitingHours, Learner: id, Assignee: e.To})
	case timesheet.Approved:
		if w := s.week; w != nil {
			w.state, w.decidedAt, w.decidedBy = WeekApproved, at, e.Approver
		}
		err = errorsOf(b.shift(id, s, +1, -1), b.done(r.Stream))
	case timesheet.Returned:
		if w := s.week; w != nil {
			w.state, w.reason, w.decidedAt, w.decidedBy = WeekReturned, e.Reason, at, e.By
		}
		err = errorsOf(b.shift(id, s, 0, -1), b.done(r.Stream))
	case timesheet.Reopened:
		if w := s.week; w != nil {
			w.state, w.reason, w.decidedAt, w.decidedBy = WeekReturned, e.Reason, at, e.By
		}
		err = b.shift(id, s, -1, 0)
	case timesheet.ApprovedHoursCorrected:
		err = b.correct(r, key, s, e)
	}
	if w := s.week; w != nil {
		w.version, s.changed = r.Revision, true
	}
	b.sheets.mark(key)
	return errorsOf(err, b.record(r, id))
}

// log adds an entry to a week.
func (b *batch) log(key sheetKey, s *sheet, e timesheet.HoursLogged) error {
	if s.entry(e.Entry) != nil {
		return fmt.Errorf("entry %s was logged before", e.Entry)
	}
	held, err := b.stages.get(key.learner)
	if err != nil {
		return err
	}
	day := e.Date.String()
	role, err := roleOn(*held, day)
	s.entries = append(s.entries, entryRow{id: e.Entry, day: day, kind: e.Kind, spentOn: e.SpentOn, role: role, minutes: e.Minutes, site: e.Site, basis: e.Basis, pay: e.Pay, changed: true})
	s.add(e.Kind, e.Minutes)
	return err
}

// add changes what a week adds up to.
func (s *sheet) add(kind timesheet.Kind, minutes domain.Minutes) {
	switch {
	case s.week == nil:
	case kind == timesheet.RelatedInstruction:
		s.week.instruction += minutes
	default:
		s.week.onTheJob += minutes
	}
}

// correct puts an entry right that counts already.
func (b *batch) correct(r events.Recorded, key sheetKey, s *sheet, e timesheet.ApprovedHoursCorrected) error {
	if was := s.entry(e.Entry); was != nil {
		s.add(was.kind, e.Delta)
		was.minutes, was.changed = was.minutes+e.Delta, true
		if err := b.tally(key.learner, *was, e.Delta, 0); err != nil {
			return err
		}
	}
	return b.exec(`INSERT INTO correction (learner, week, version, entry, was, now, by_person, reason, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		key.learner, key.week, r.Revision, e.Entry, e.Was, e.Was+e.Delta, e.By, e.Reason, r.Request.At.UnixMicro())
}

// shift moves the minutes of a week between what is signed off and what is handed in.
func (b *batch) shift(id domain.ApprenticeshipID, s *sheet, approved, pending domain.Minutes) error {
	for _, e := range s.entries {
		if err := b.tally(id, e, approved*e.minutes, pending*e.minutes); err != nil {
			return err
		}
	}
	return nil
}

// tally adds minutes to what is counted where an entry belongs.
func (b *batch) tally(id domain.ApprenticeshipID, e entryRow, approved, pending domain.Minutes) error {
	k := tallyKey{id, e.role, e.kind, e.spentOn}
	t, err := b.tallies.get(k)
	if err == nil {
		t.approved += approved
		t.pending += pending
		b.tallies.mark(k)
	}
	return err
}

// reassign counts hours for the roles that a learner held, after these changed for the days
// since one; the zero day is before the first.
func (b *batch) reassign(id domain.ApprenticeshipID, since domain.Date) error {
	held, err := b.stages.get(id)
	if err != nil {
		return err
	}
	weeks, err := b.weeksOf(id, since)
	if err != nil {
		return err
	}
	moved := false
	for _, k := range weeks {
		s, err := b.sheets.get(k)
		if err != nil {
			return err
		}
		for i := range s.entries {
			was := s.entries[i]
			role, err := roleOn(*held, was.day)
			if err != nil || role == was.role {
				continue
			}
			moved = true
			s.entries[i].role, s.entries[i].changed = role, true
			b.sheets.mark(k)
			approved, pending := s.counts(was.minutes)
			if err := errorsOf(b.tally(id, was, -approved, -pending), b.tally(id, s.entries[i], approved, pending)); err != nil {
				return err
			}
		}
	}
	if !moved {
		return nil
	}
	return b.about(id, func() error {
		return b.exec(`DELETE FROM hours WHERE learner = ? AND approved = 0 AND pending = 0`, id)
	})
}

// weeksOf returns the weeks of a learner since a day: those that are written, and those that
// wait for it.
func (b *batch) weeksOf(id domain.ApprenticeshipID, since domain.Date) (weeks []sheetKey, err error) {
	first := ""
	if !since.IsZero() {
		first = since.Week().String()
	}
	err = b.w.each(`SELECT DISTINCT week FROM entry WHERE learner = ? AND week >= ?`, []value{words(id), words(first)}, func(row *statement) {
		weeks = append(weeks, sheetKey{id, row.ColumnText(0)})
	})
	for _, k := range b.sheets.changed[id] {
		if k.week >= first && !slices.Contains(weeks, k) {
			weeks = append(weeks, k)
		}
	}
	return weeks, err
}

// counts is as what minutes of the week count.
func (s *sheet) counts(minutes domain.Minutes) (approved, pending domain.Minutes) {
	switch {
	case s.week == nil:
	case s.week.state == WeekApproved:
		return minutes, 0
	case s.week.state == WeekSubmitted:
		return 0, minutes
	}
	return 0, 0
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
