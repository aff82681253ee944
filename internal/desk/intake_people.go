package desk

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/events/vault"
	"github.com/guildhall-dev/guildhall/internal/sheet"
	"github.com/guildhall-dev/guildhall/projections"
)

var peopleColumns = []sheet.Column{
	{Name: "employee_number", Also: []string{"employee id", "employee no", "personnel number", "number"}, Required: true,
		Holds: "the number that personnel gave them; it is how rows are matched, and stays on record for ever", Example: "E-2001"},
	{Name: "name", Also: []string{"full name", "employee name"}, Required: true, Holds: "the full name; it is kept sealed", Example: "Jordan Reyes"},
	{Name: "capacity", Also: []string{"role", "acts as"}, Holds: "in which capacity they act here: apprentice (if there is none), mentor, manager, coordinator, hr, security, auditor, privacy-officer, eeo-officer, executive, registrar", Example: "apprentice"},
	{Name: "position", Also: []string{"job", "job code"}, Holds: "the job they hold, by its id or the title it has on a pathway", Example: "help-desk-analyst"},
	{Name: "title", Also: []string{"job title"}, Holds: "the title of the job, in words", Example: "Help desk analyst"},
	{Name: "leads", Holds: "the jobs in the team they manage, with semicolons between", Example: ""},
	{Name: "manager_number", Also: []string{"manager", "supervisor number", "reports to"}, Holds: "the employee number of whom they report to", Example: "E-1005"},
	{Name: "site", Also: []string{"location"}, Holds: "the site they work at", Example: "riverside"},
	{Name: "start", Also: []string{"start date", "hire date", "hired on"}, Holds: "the first day of work", Example: "2024-02-05"},
}

// A personRow is a row of a table of people as far as it could be understood.
type personRow struct {
	line     int
	id       domain.PersonID
	name     string
	manager  domain.PersonID
	start    domain.Date
	capacity domain.Role
	job      person.JobChanged
	tells    map[string]bool // columns in which the row has something
}

func (d *Desk) planPeople(ctx context.Context, t task, rows []sheet.Row) (p plan, err error) {
	jobs, err := jobIDs()
	if err != nil {
		return p, err
	}
	var people []personRow
	lines := map[domain.PersonID]int{}
	var asked []domain.PersonID
	for _, row := range rows {
		pr, err := readPerson(&p, row, jobs)
		if err != nil {
			return p, err
		}
		if first, twice := lines[pr.id]; twice && pr.id != "" {
			err = p.bad(row.Line, "employee_number", domain.Refuse(domain.Invalid, "TWICE", "the number is on line %d already. Keep one of the rows.", first))
		} else if pr.id != "" {
			lines[pr.id] = row.Line
			people, asked = append(people, pr), append(asked, pr.id, pr.manager)
		}
		if err != nil {
			return p, err
		}
	}
	known, err := d.Read.Named(ctx, asked...)
	if err != nil {
		return p, err
	}
	if !t.trial {
		if err := d.Vault.Ready(ctx, newcomers(people, known)...); err != nil {
			return p, err
		}
	}
	for _, pr := range people {
		if err := d.planPerson(ctx, &p, t, pr, known, lines); err != nil {
			return p, err
		}
	}
	return p, nil
}

func newcomers(people []personRow, known map[domain.PersonID]projections.Person) (ids []domain.PersonID) {
	for _, pr := range people {
		if _, here := known[pr.id]; !here {
			ids = append(ids, pr.id)
		}
	}
	return ids
}

// jobIDs are the jobs on pathways by id and title, in the form of sheet.Key.
func jobIDs() (map[string]domain.RoleID, error) {
	ways, err := pathway.Catalogue()
	jobs := map[string]domain.RoleID{}
	for _, w := range ways {
		for _, s := range w.Stages {
			jobs[sheet.Key(string(s.Role.ID))], jobs[sheet.Key(s.Role.Title)] = s.Role.ID, s.Role.ID
		}
	}
	return jobs, err
}

func readPerson(p *plan, row sheet.Row, jobs map[string]domain.RoleID) (pr personRow, err error) {
	pr = personRow{line: row.Line, name: row.Text("name"), tells: map[string]bool{}}
	for _, c := range peopleColumns {
		pr.tells[c.Name] = row.Text(c.Name) != ""
	}
	bad := func(column string, wrong error) { err = errors.Join(err, p.bad(row.Line, column, wrong)) }
	var wrong error
	if pr.id, wrong = sheet.Number(row.Text("employee_number")); wrong != nil {
		bad("employee_number", wrong)
	}
	if pr.tells["manager_number"] {
		if pr.manager, wrong = sheet.Number(row.Text("manager_number")); wrong != nil {
			bad("manager_number", wrong)
		}
	}
	if pr.tells["start"] {
		if pr.start, wrong = sheet.Date(row.Text("start")); wrong != nil {
			bad("start", wrong)
		}
	}
	for _, column := range []string{"name", "title"} {
		if domain.TooLong(row.Text(column)) {
			bad(column, domain.Shorten(column))
		}
	}
	pr.capacity = domain.Role(sheet.Key(row.Text("capacity")))
	pr.job.Title = row.Text("title")
	job := func(column, text string) domain.RoleID {
		if id, ok := jobs[sheet.Key(text)]; ok {
			return id
		}
		id := domain.RoleID(sheet.Key(text))
		if !domain.ValidID(id) {
			bad(column, domain.Refuse(domain.Invalid, "BAD_JOB", "%q does not serve as the id of a job. Write lower-case letters, digits and hyphens.", text))
		}
		return id
	}
	if pr.tells["position"] {
		pr.job.Position = job("position", row.Text("position"))
	}
	for text := range strings.SplitSeq(row.Text("leads"), ";") {
		if text = domain.Written(text); text != "" {
			pr.job.Leads = append(pr.job.Leads, job("leads", text))
		}
	}
	if pr.tells["site"] {
		if pr.job.Site = domain.SiteID(sheet.Key(row.Text("site"))); !domain.ValidID(pr.job.Site) {
			bad("site", domain.Refuse(domain.Invalid, "BAD_SITE", "%q does not serve as the id of a site. Write lower-case letters, digits and hyphens.", row.Text("site")))
		}
	}
	return pr, err
}

func (d *Desk) planPerson(ctx context.Context, p *plan, t task, pr personRow, known map[domain.PersonID]projections.Person, lines map[domain.PersonID]int) error {
	_, listed := lines[pr.manager]
	boss, there := known[pr.manager]
	switch {
	case pr.manager == "":
	case pr.manager == pr.id:
		return p.bad(pr.line, "manager_number", domain.Refuse(domain.Invalid, "OWN_MANAGER", "nobody reports to themselves. Name somebody else, or nobody."))
	case !listed && (!there || boss.Erased):
		return p.bad(pr.line, "manager_number", domain.Refuse(domain.NotFound, "NO_SUCH_PERSON", "nobody here has the number %s, and no row of the table does. Add them, or correct the number.", pr.manager))
	}
	was, here := known[pr.id]
	if !here {
		return d.planJoining(ctx, p, t, pr)
	}
	u := person.Update{Request: t.Request, Person: pr.id, Capacity: was.Capacity, Start: pr.start, Manager: pr.manager,
		Job: person.JobChanged{Position: was.Position, Title: was.Title, Leads: was.Leads, Site: was.Site}}
	pr.over(&u)
	renamed, err := d.renamed(ctx, was, pr.name)
	if err != nil {
		return err
	}
	if renamed {
		if u.Name, err = d.sealOn(ctx, t, pr.id, "name", pr.name); err != nil {
			return p.bad(pr.line, "name", err)
		}
	}
	facts, err := decide(ctx, d, p, person.Stream(pr.id), person.Evolve, u)
	if err != nil {
		column := "employee_number"
		if r := domain.AsRefusal(err); r != nil && r.Field == "capacity" {
			column = r.Field
		}
		return p.bad(pr.line, column, err)
	}
	row := IntakeRow{Line: pr.line, Subject: string(pr.id), Outcome: RowUnchanged, Changes: changesOf(facts, was)}
	if len(facts) > 0 {
		row.Outcome = RowChanged
	}
	p.rows = append(p.rows, row)
	return nil
}

// over puts what a row tells over what is on record. What it does not tell stays.
func (pr personRow) over(u *person.Update) {
	if pr.tells["capacity"] {
		u.Capacity = pr.capacity
	}
	if pr.tells["position"] {
		u.Job.Position = pr.job.Position
	}
	if pr.tells["title"] {
		u.Job.Title = pr.job.Title
	}
	if pr.tells["leads"] {
		u.Job.Leads = pr.job.Leads
	}
	if pr.tells["site"] {
		u.Job.Site = pr.job.Site
	}
}

func (d *Desk) planJoining(ctx context.Context, p *plan, t task, pr personRow) error {
	if pr.capacity == "" {
		pr.capacity = domain.Apprentice
	}
	name, err := d.sealOn(ctx, t, pr.id, "name", pr.name)
	if err != nil {
		return p.bad(pr.line, "name", err)
	}
	_, err = decide(ctx, d, p, person.Stream(pr.id), person.Evolve, person.Join{Request: t.Request, Joined: person.Joined{
		Name: name, Capacity: pr.capacity, Position: pr.job.Position, Title: pr.job.Title, Leads: pr.job.Leads, Manager: pr.manager, Site: pr.job.Site, Start: pr.start,
	}})
	if err != nil {
		return p.bad(pr.line, "capacity", err)
	}
	p.rows = append(p.rows, IntakeRow{Line: pr.line, Subject: string(pr.id), Outcome: RowNew})
	return nil
}

// renamed reports whether somebody goes by another name than the one on record.
func (d *Desk) renamed(ctx context.Context, was projections.Person, name string) (bool, error) {
	if was.Erased {
		return true, nil
	}
	now, err := d.Vault.Unseal(ctx, was.Name)
	if errors.Is(err, vault.ErrErased) {
		return true, nil
	}
	return now != name, err
}

// changesOf names the columns in which facts differ from what was on record.
func changesOf(facts []person.Event, was projections.Person) (names []string) {
	for _, e := range facts {
		switch e := e.(type) {
		case person.Renamed:
			names = append(names, "name")
		case person.CapacityChanged:
			names = append(names, "capacity")
		case person.StartRecorded:
			names = append(names, "start")
		case person.ManagerChanged:
			names = append(names, "manager_number")
		case person.JobChanged:
			for name, other := range map[string]bool{"position": e.Position != was.Position, "title": e.Title != was.Title, "site": e.Site != was.Site, "leads": !slices.Equal(e.Leads, was.Leads)} {
				if other {
					names = append(names, name)
				}
			}
		}
	}
	slices.Sort(names)
	return names
}
