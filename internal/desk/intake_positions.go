package desk

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/position"
	"github.com/guildhall-dev/guildhall/internal/sheet"
	"github.com/guildhall-dev/guildhall/projections"
)

var positionColumns = []sheet.Column{
	{Name: "position_id", Also: []string{"id", "position", "position number"}, Required: true, Holds: "the id of the position; it is how rows are matched", Example: "P-0417"},
	{Name: "role", Also: []string{"job", "job code"}, Required: true, Holds: "the job, by its id or the title it has on a pathway", Example: "systems-administrator"},
	{Name: "title", Also: []string{"job title"}, Holds: "the title of the job, in words; the role, if there is none", Example: "Systems administrator"},
	{Name: "site", Also: []string{"location"}, Required: true, Holds: "the site it is at", Example: "riverside"},
	{Name: "grade", Also: []string{"pay grade"}, Holds: "the pay grade; human resources see it", Example: "IT-3"},
	{Name: "headcount", Also: []string{"places", "fte"}, Required: true, Holds: "how many like places there are, as a whole number", Example: "2"},
	{Name: "from", Also: []string{"open from", "start"}, Holds: "the day from which it is open; today, if there is none", Example: "2026-07-01"},
}

func (d *Desk) planPositions(ctx context.Context, t task, rows []sheet.Row) (p plan, err error) {
	jobs, err := jobIDs()
	if err != nil {
		return p, err
	}
	all, err := d.Read.Positions(ctx, projections.PositionQuery{})
	if err != nil {
		return p, err
	}
	known := map[domain.PositionID]projections.Position{}
	for _, k := range all {
		known[k.ID] = k
	}
	lines := map[domain.PositionID]int{}
	for _, row := range rows {
		before := len(p.problems)
		id, o, err := readPosition(&p, row, jobs, d.Today())
		if err != nil {
			return p, err
		}
		if first, twice := lines[id]; twice && id != "" {
			if err := p.bad(row.Line, "position_id", domain.Refuse(domain.Invalid, "TWICE", "the position is on line %d already. Keep one of the rows.", first)); err != nil {
				return p, err
			}
		}
		if lines[id] = row.Line; len(p.problems) > before {
			continue
		}
		was, there := known[id]
		if err := d.planPosition(ctx, &p, t, row, id, o, was, there); err != nil {
			return p, err
		}
	}
	return p, nil
}

func readPosition(p *plan, row sheet.Row, jobs map[string]domain.RoleID, today domain.Date) (id domain.PositionID, o position.Opened, err error) {
	bad := func(column string, wrong error) {
		if wrong != nil {
			err = errors.Join(err, p.bad(row.Line, column, wrong))
		}
	}
	id = domain.PositionID(strings.ToLower(row.Text("position_id")))
	if !domain.ValidID(id) {
		bad("position_id", domain.Refuse(domain.Invalid, "BAD_ID", "%q is not an id. Write letters without accents, digits and hyphens.", row.Text("position_id")))
	}
	var wrong error
	o.Headcount, wrong = sheet.Count(row.Text("headcount"), 500)
	bad("headcount", wrong)
	if o.From = today; row.Text("from") != "" {
		o.From, wrong = sheet.Date(row.Text("from"))
		bad("from", wrong)
	}
	role, there := jobs[sheet.Key(row.Text("role"))]
	if o.Role = role; !there {
		o.Role = domain.RoleID(sheet.Key(row.Text("role")))
	}
	o.Site, o.Title, o.PayGrade = domain.SiteID(sheet.Key(row.Text("site"))), row.Text("title"), row.Text("grade")
	return id, o, err
}

func (d *Desk) planPosition(ctx context.Context, p *plan, t task, row sheet.Row, id domain.PositionID, o position.Opened, was projections.Position, there bool) error {
	if !there {
		if o.Title == "" {
			o.Title = row.Text("role")
		}
		if _, err := decide(ctx, d, p, position.Stream(id), position.Evolve, position.Open{Request: t.Request, Opened: o}); err != nil {
			return p.bad(row.Line, "", err)
		}
		p.rows = append(p.rows, IntakeRow{Line: row.Line, Subject: string(id), Outcome: RowNew})
		return nil
	}
	if o.Role != was.Role || o.Site != was.Site {
		return p.bad(row.Line, "position_id", domain.Refuse(domain.Conflict, "ANOTHER_POSITION", "%s is on record for %s at %s. Another role or site is another position: give it another id.", id, was.Role, was.Site))
	}
	a := position.Amended{Title: was.Title, PayGrade: was.PayGrade, Headcount: o.Headcount}
	if o.Title != "" {
		a.Title = o.Title
	}
	if o.PayGrade != "" {
		a.PayGrade = o.PayGrade
	}
	facts, err := decide(ctx, d, p, position.Stream(id), position.Evolve, position.Amend{Request: t.Request, Amended: a})
	if err != nil {
		return p.bad(row.Line, "", err)
	}
	r := IntakeRow{Line: row.Line, Subject: string(id), Outcome: RowUnchanged}
	if len(facts) > 0 {
		r.Outcome = RowChanged
		for name, other := range map[string]bool{"title": a.Title != was.Title, "grade": a.PayGrade != was.PayGrade, "headcount": a.Headcount != was.Headcount} {
			if other {
				r.Changes = append(r.Changes, name)
			}
		}
		slices.Sort(r.Changes)
	}
	p.rows = append(p.rows, r)
	return nil
}
