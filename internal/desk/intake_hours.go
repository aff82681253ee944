package desk

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
	"github.com/guildhall-dev/guildhall/internal/sheet"
	"github.com/guildhall-dev/guildhall/projections"
)

var hoursColumns = []sheet.Column{
	{Name: "apprentice", Also: []string{"employee number", "employee id", "apprenticeship"}, Required: true,
		Holds: "the employee number of the apprentice, or the id of the apprenticeship", Example: "E-2001"},
	{Name: "date", Also: []string{"day", "worked on"}, Required: true, Holds: "the day on which the time was spent", Example: "2026-03-02"},
	{Name: "spent_on", Also: []string{"work process", "course", "process"}, Required: true,
		Holds: "the work process or the course, by its id or its exact title in the apprentice's standard", Example: "wp-01"},
	{Name: "hours", Also: []string{"time"}, Required: true, Holds: "how long, as 7.5 or 7:30", Example: "7:30"},
	{Name: "site", Also: []string{"location"}, Holds: "where, if not at the apprentice's own site", Example: ""},
	{Name: "basis", Holds: "work, protected, evening or weekend time, if it is told apart", Example: "work"},
	{Name: "pay", Holds: "paid or unpaid, if it is told", Example: ""},
}

// A roll finds the learners that rows name, each once.
type roll struct {
	*Desk
	by       domain.Actor
	learners map[string]*enrolled
}

// An enrolled learner is one whom rows are about, with what their standard knows.
type enrolled struct {
	projections.Learner
	known   []Spendable
	terms   timesheet.Terms
	refused error // why there is none
}

func (d *Desk) roll(by domain.Actor) *roll { return &roll{d, by, map[string]*enrolled{}} }

// find returns the learner with an employee number or an id of an apprenticeship. A
// refusal is part of what is returned.
func (r *roll) find(ctx context.Context, text string) (*enrolled, error) {
	key := strings.ToLower(text)
	if e, done := r.learners[key]; done {
		return e, nil
	}
	e := &enrolled{}
	var err error
	if e.Learner, err = r.learner(ctx, key); err == nil {
		if e.known, err = r.Spendable(ctx, e.Learner); err == nil {
			e.terms, err = r.terms(ctx, e.Learner)
		}
	}
	if domain.AsRefusal(err) != nil {
		e.refused, err = err, nil
	}
	r.learners[key] = e
	return e, err
}

func (r *roll) learner(ctx context.Context, key string) (projections.Learner, error) {
	if id, err := apprenticeship.ID(domain.Stream(key)); err == nil && domain.ValidID(id) {
		return r.Learner(ctx, r.by, id)
	}
	number, err := sheet.Number(key)
	if err != nil {
		return projections.Learner{}, err
	}
	l, err := r.Read.LearnerOf(ctx, number)
	if ref := domain.AsRefusal(err); ref != nil && ref.Kind == domain.NotFound {
		return l, domain.Refuse(domain.NotFound, "NOT_AN_APPRENTICE", "nobody with the number %s has an apprenticeship here.", number)
	}
	return l, err
}

// spendable finds a work process or course by its id or its exact title.
func (e *enrolled) spendable(text string) (Spendable, error) {
	var found []Spendable
	for _, s := range e.known {
		if s.ID == text || s.Title == text {
			found = append(found, s)
		}
	}
	switch len(found) {
	case 0:
		return Spendable{}, domain.Refuse(domain.NotFound, "NO_SUCH_PROCESS", "%q is neither a work process nor a course of the apprentice's standard. Write its id, or its title as it stands there.", text)
	case 1:
		return found[0], nil
	}
	return Spendable{}, domain.Refuse(domain.Invalid, "TWO_TITLES", "%q is the title of %s and of %s. Write the id.", text, found[0].ID, found[1].ID)
}

// An hourRow is a row of a table of hours as far as it could be understood.
type hourRow struct {
	line    int
	learner *enrolled
	timesheet.Entry
}

// A workWeek is one week of one learner.
type workWeek struct {
	learner *enrolled
	week    domain.Week
	rows    []hourRow
}

func (d *Desk) planHours(ctx context.Context, t task, rows []sheet.Row) (p plan, err error) {
	roll := d.roll(t.By)
	type key struct {
		id   domain.ApprenticeshipID
		week domain.Week
	}
	weeks := map[key]*workWeek{}
	var order []*workWeek
	for _, row := range rows {
		before := len(p.problems)
		h, err := readHours(ctx, &p, roll, row)
		if err != nil {
			return p, err
		}
		if len(p.problems) > before {
			continue
		}
		k := key{h.learner.ID, h.Date.Week()}
		if weeks[k] == nil {
			weeks[k] = &workWeek{learner: h.learner, week: k.week}
			order = append(order, weeks[k])
		}
		weeks[k].rows = append(weeks[k].rows, h)
	}
	reasons := map[domain.PersonID]domain.Sealed{}
	for _, w := range order {
		who := w.learner.Person
		if reasons[who] == "" {
			if reasons[who], err = d.sealOn(ctx, t, who, "csv", "Taken over from a table."); err != nil {
				if err = p.bad(w.rows[0].line, "apprentice", err); err != nil {
					return p, err
				}
				continue
			}
		}
		if err := d.planWeek(ctx, &p, t, w, reasons[who]); err != nil {
			return p, err
		}
	}
	return p, nil
}

func readHours(ctx context.Context, p *plan, roll *roll, row sheet.Row) (h hourRow, err error) {
	h.line = row.Line
	bad := func(column string, wrong error) {
		if wrong != nil {
			err = errors.Join(err, p.bad(row.Line, column, wrong))
		}
	}
	var wrong error
	if h.learner, wrong = roll.find(ctx, row.Text("apprentice")); wrong != nil {
		return h, wrong
	}
	h.Date, wrong = sheet.Date(row.Text("date"))
	bad("date", wrong)
	h.Minutes, wrong = sheet.Hours(row.Text("hours"))
	bad("hours", wrong)
	h.Basis, h.Pay = timesheet.Basis(sheet.Key(row.Text("basis"))), timesheet.Pay(sheet.Key(row.Text("pay")))
	h.Site = domain.SiteID(sheet.Key(row.Text("site")))
	if h.learner.refused != nil {
		bad("apprentice", h.learner.refused)
		return h, err
	}
	if h.Site == h.learner.Site {
		h.Site = ""
	}
	spent, wrong := h.learner.spendable(row.Text("spent_on"))
	bad("spent_on", wrong)
	h.SpentOn, h.Kind = spent.ID, spent.Kind
	return h, err
}

func (d *Desk) planWeek(ctx context.Context, p *plan, t task, w *workWeek, reason domain.Sealed) error {
	c := timesheet.TakeOver{
		Request: t.Request, Apprenticeship: w.learner.ID, Person: w.learner.Person, Week: w.week, Terms: w.learner.terms,
		Supervisor: w.learner.Approver(d.Today()), Approved: t.Approved, Reason: reason,
	}
	for _, h := range w.rows {
		c.Entries = append(c.Entries, h.Entry)
	}
	facts, err := decide(ctx, d, p, timesheet.Stream(w.learner.ID, w.week), timesheet.Evolve, c)
	if err != nil {
		return w.blame(p, c, err)
	}
	outcomes, approved := map[domain.EntryID]Outcome{}, false
	for _, e := range facts {
		switch e := e.(type) {
		case timesheet.HoursLogged:
			outcomes[e.Entry] = RowNew
		case timesheet.HoursAmended:
			outcomes[e.Entry] = RowChanged
		case timesheet.ApprovedHoursCorrected:
			outcomes[e.Entry] = RowChanged
		case timesheet.Approved:
			approved = true
		}
	}
	for _, h := range w.rows {
		row := IntakeRow{Line: h.line, Subject: string(timesheet.Stream(w.learner.ID, w.week)), Outcome: cmp.Or(outcomes[h.ID()], RowUnchanged)}
		switch {
		case row.Outcome == RowChanged:
			row.Changes = []string{"hours"}
		case row.Outcome == RowUnchanged && approved:
			row.Outcome, row.Changes = RowChanged, []string{"signed off"}
		}
		p.rows = append(p.rows, row)
	}
	return nil
}

// blame finds the rows for which a week is refused: those that are refused alone, or else
// the first of the week.
func (w *workWeek) blame(p *plan, c timesheet.TakeOver, refused error) error {
	if domain.AsRefusal(refused) == nil {
		return refused
	}
	before := len(p.problems)
	for _, h := range w.rows {
		alone := c
		alone.Entries = []timesheet.Entry{h.Entry}
		if _, err := alone.Decide(timesheet.State{}); err != nil {
			if err := p.bad(h.line, "", err); err != nil {
				return err
			}
		}
	}
	if len(p.problems) > before {
		return nil
	}
	return p.bad(slices.MinFunc(w.rows, func(a, b hourRow) int { return a.line - b.line }).line, "", refused)
}
