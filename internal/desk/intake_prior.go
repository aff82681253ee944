package desk

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/attestation"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/internal/sheet"
	"github.com/guildhall-dev/guildhall/projections"
)

var priorColumns = []sheet.Column{
	{Name: "employee_number", Also: []string{"apprentice", "employee id", "apprenticeship"}, Required: true,
		Holds: "the employee number, or the id of the apprenticeship", Example: "E-2001"},
	{Name: "work_process", Also: []string{"process"}, Holds: "the work process in which somebody has experience, by its id or its exact title in their standard; with hours", Example: "wp-01"},
	{Name: "hours", Holds: "how many hours of it are counted, as 120 or 7:30", Example: "120"},
	{Name: "competency", Holds: "the competency somebody has, by its id or its exact text in their standard", Example: ""},
	{Name: "course", Holds: "the course somebody passed elsewhere, by its id or its exact title in their standard", Example: ""},
	{Name: "statements", Also: []string{"statement", "skills"}, Holds: "the statements of a role framework somebody holds, as codes with semicolons between", Example: ""},
	{Name: "framework", Holds: "the framework of the statements; nice, if there is none", Example: ""},
	{Name: "basis", Holds: "what the statements rest on: experience (if there is none), credential, course or assessment", Example: ""},
	{Name: "evidence", Also: []string{"shown by", "source"}, Required: true, Holds: "what it is shown by, such as a certificate or an employer's letter; it is kept sealed", Example: "Letter of St. Mary, 12 May"},
	{Name: "on", Also: []string{"date", "found on"}, Holds: "the day on which it was decided; today, if there is none", Example: "2026-03-02"},
}

// A priorRow is a row of a table of what was learned before as far as it could be understood.
type priorRow struct {
	line     int
	on       domain.Date
	evidence string

	learner *enrolled // of credit
	prior   apprenticeship.Prior
	entry   domain.EntryID

	person    domain.PersonID // of statements
	framework domain.FrameworkID
	codes     []domain.StatementID
	basis     attestation.Basis
}

func (d *Desk) planPrior(ctx context.Context, t task, rows []sheet.Row) (p plan, err error) {
	roll := d.roll(t.By)
	credit, held := map[*enrolled][]priorRow{}, map[domain.Stream][]priorRow{}
	var learners []*enrolled
	var streams []domain.Stream
	for _, row := range rows {
		before := len(p.problems)
		r, err := d.readPrior(ctx, &p, roll, row)
		if err != nil {
			return p, err
		}
		if len(p.problems) > before {
			continue
		}
		if r.learner != nil {
			if credit[r.learner] == nil {
				learners = append(learners, r.learner)
			}
			credit[r.learner] = append(credit[r.learner], r)
			continue
		}
		s := attestation.Stream(r.person, r.framework)
		if held[s] == nil {
			streams = append(streams, s)
		}
		held[s] = append(held[s], r)
	}
	for _, e := range learners {
		err = errors.Join(err, d.planCredit(ctx, &p, t, e, credit[e]))
	}
	for _, s := range streams {
		err = errors.Join(err, d.planStatements(ctx, &p, t, s, held[s]))
	}
	return p, err
}

func (d *Desk) readPrior(ctx context.Context, p *plan, roll *roll, row sheet.Row) (r priorRow, err error) {
	r = priorRow{line: row.Line, on: d.Today(), evidence: row.Text("evidence")}
	bad := func(column string, wrong error) {
		if wrong != nil {
			err = errors.Join(err, p.bad(row.Line, column, wrong))
		}
	}
	if row.Text("on") != "" {
		var wrong error
		r.on, wrong = sheet.Date(row.Text("on"))
		bad("on", wrong)
		if r.on.After(d.Today()) {
			bad("on", domain.Refuse(domain.Invalid, "IN_THE_FUTURE", "%s is still to come.", r.on))
		}
	}
	told := slices.DeleteFunc([]string{"work_process", "competency", "course", "statements"}, func(c string) bool { return row.Text(c) == "" })
	if len(told) != 1 {
		bad("", domain.Refuse(domain.Invalid, "ONE_THING", "a row tells one thing: a work process with hours, a competency, a course, or statements. This one tells %d.", len(told)))
		return r, err
	}
	if told[0] == "statements" {
		return r, errors.Join(err, d.readStatements(ctx, p, roll, row, &r))
	}
	found, wrong := roll.find(ctx, row.Text("employee_number"))
	if wrong != nil {
		return r, wrong
	}
	if found.refused != nil {
		bad("employee_number", found.refused)
		return r, err
	}
	r.learner = found
	def, wrong := d.Read.Standard(ctx, found.Standard, found.StandardVersion)
	if wrong != nil {
		return r, wrong
	}
	wrong = r.learned(def, told[0], row)
	bad(told[0], wrong)
	return r, err
}

// learned finds what a row tells in the standard, by its id or exact title.
func (r *priorRow) learned(def projections.Standard, column string, row sheet.Row) error {
	text := row.Text(column)
	var ids []string
	add := func(id, title string) {
		if id == text || title == text {
			ids = append(ids, id)
		}
	}
	for _, wp := range def.WorkProcesses {
		if column == "work_process" {
			add(string(wp.ID), wp.Title)
		}
		for _, c := range wp.Competencies {
			if column == "competency" {
				add(string(c.ID), c.Text)
			}
		}
	}
	for _, c := range def.Courses {
		if column == "course" {
			add(string(c.ID), c.Title)
		}
	}
	switch {
	case len(ids) == 0:
		return domain.Refuse(domain.NotFound, "NO_SUCH_PROCESS", "%q is not in the apprentice's standard. Write its id, or its title as it stands there.", text)
	case len(ids) > 1:
		return domain.Refuse(domain.Invalid, "TWO_TITLES", "%q is the title of %s. Write the id.", text, strings.Join(ids, " and of "))
	}
	r.entry = domain.EntryID("table-" + ids[0])
	switch column {
	case "competency":
		r.prior.Competencies = ids
	case "course":
		r.prior.Courses = ids
	default:
		minutes, err := sheet.Hours(row.Text("hours"))
		r.prior.Processes = []apprenticeship.Learned{{WorkProcess: domain.WorkProcessID(ids[0]), Minutes: minutes}}
		return err
	}
	return nil
}

func (d *Desk) readStatements(ctx context.Context, p *plan, roll *roll, row sheet.Row, r *priorRow) error {
	var wrong error
	if r.person, wrong = sheet.Number(row.Text("employee_number")); wrong == nil {
		var who projections.Person
		if who, wrong = d.Read.Person(ctx, r.person); wrong == nil && who.Erased {
			wrong = unknownPerson
		}
	}
	if wrong != nil {
		return p.bad(row.Line, "employee_number", wrong)
	}
	if r.framework = domain.FrameworkID(sheet.Key(row.Text("framework"))); r.framework == "" {
		r.framework = NICE
	}
	if r.basis = attestation.Basis(sheet.Key(row.Text("basis"))); r.basis == "" {
		r.basis = attestation.Experience
	}
	for code := range strings.SplitSeq(row.Text("statements"), ";") {
		if code = domain.Written(code); code != "" {
			r.codes = append(r.codes, domain.StatementID(code))
		}
	}
	if err := d.knownStatements(ctx, r.framework, r.codes); err != nil {
		return p.bad(row.Line, "statements", err)
	}
	return nil
}

// planCredit decides the rows of one apprenticeship, one after the other.
func (d *Desk) planCredit(ctx context.Context, p *plan, t task, e *enrolled, rows []priorRow) error {
	def, err := d.Read.Standard(ctx, e.Standard, e.StandardVersion)
	if err != nil {
		return err
	}
	showing, err := d.Read.Showing(ctx, e.Learner, def)
	if err != nil {
		return err
	}
	room, worked := roomOf(def, showing), showing.OnTheJob()
	granted, err := d.Read.Prior(ctx, e.ID)
	if err != nil {
		return err
	}
	there := map[domain.EntryID]bool{}
	for _, g := range granted[e.ID] {
		there[g.Entry] = true
	}
	stream := apprenticeship.Stream(e.ID)
	state, revision, err := events.Load(ctx, d.Log, stream, apprenticeship.Evolve)
	if err != nil {
		return err
	}
	var facts []domain.Event
	lines := map[domain.EntryID]int{}
	for _, r := range rows {
		if first, twice := lines[r.entry]; twice {
			if err := p.bad(r.line, "", domain.Refuse(domain.Invalid, "TWICE", "the same is on line %d already. Add it up to one row.", first)); err != nil {
				return err
			}
			continue
		}
		lines[r.entry] = r.line
		text := r.evidence
		if there[r.entry] {
			text = "Taken over from a table."
		}
		sealed, err := d.sealOn(ctx, t, e.Person, "evidence", text)
		if err != nil {
			if err := p.bad(r.line, "evidence", err); err != nil {
				return err
			}
			continue
		}
		req := t.Request
		req.On = r.on
		var c events.Command[apprenticeship.State, apprenticeship.Event] = apprenticeship.CorrectPriorCredit{Request: req, Entry: r.entry, Prior: r.prior, Reason: sealed, Room: room}
		if !there[r.entry] {
			for _, l := range r.prior.Processes {
				worked += l.Minutes
			}
			r.prior.Evidence = sealed
			c = apprenticeship.GrantPriorCredit{Request: req, Entry: r.entry, Prior: r.prior, WageStep: stepGranted(def, worked, e.BeganOn, r.on), Room: room}
		}
		decided, err := c.Decide(state)
		if err != nil {
			if err := p.bad(r.line, "", err); err != nil {
				return err
			}
			continue
		}
		row := IntakeRow{Line: r.line, Subject: string(stream), Outcome: RowUnchanged}
		switch {
		case len(decided) > 0 && there[r.entry]:
			row.Outcome, row.Changes = RowChanged, []string{"hours"}
		case len(decided) > 0:
			row.Outcome = RowNew
		}
		p.rows = append(p.rows, row)
		for _, f := range decided {
			state, facts = apprenticeship.Evolve(state, f), append(facts, f)
		}
	}
	if len(facts) > 0 {
		p.appends = append(p.appends, events.Append{Stream: stream, Expected: revision, Events: facts})
	}
	return nil
}

// planStatements decides the rows of one person and framework, one after the other.
func (d *Desk) planStatements(ctx context.Context, p *plan, t task, s domain.Stream, rows []priorRow) error {
	edition, err := d.Read.Framework(ctx, rows[0].framework)
	if err != nil {
		return p.bad(rows[0].line, "framework", err)
	}
	state, revision, err := events.Load(ctx, d.Log, s, attestation.Evolve)
	if err != nil {
		return err
	}
	var facts []domain.Event
	for _, r := range rows {
		note, err := d.sealOn(ctx, t, r.person, "evidence", r.evidence)
		if err == nil {
			req := t.Request
			req.On = r.on
			var decided []attestation.Event
			decided, err = attestation.Attest{Request: req, Person: r.person, Edition: edition.Edition, Statements: r.codes, Basis: r.basis, Note: note}.Decide(state)
			if err == nil {
				row := IntakeRow{Line: r.line, Subject: string(r.person), Outcome: RowUnchanged}
				if len(decided) > 0 {
					row.Outcome = RowNew
				}
				p.rows = append(p.rows, row)
			}
			for _, f := range decided {
				state, facts = attestation.Evolve(state, f), append(facts, f)
			}
		}
		if err != nil {
			if err := p.bad(r.line, "", err); err != nil {
				return err
			}
		}
	}
	if len(facts) > 0 {
		p.appends = append(p.appends, events.Append{Stream: s, Expected: revision, Events: facts})
	}
	return nil
}
