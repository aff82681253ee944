package roster

import (
	"slices"
	"strings"

	"github.com/guildhall-dev/guildhall/domain/enrolment"
	"github.com/guildhall-dev/guildhall/internal/sheet"
)

func required(name, holds string) sheet.Column {
	return sheet.Column{Name: name, Required: true, Holds: holds}
}

func optional(names ...string) (columns []sheet.Column) {
	for _, name := range names {
		columns = append(columns, sheet.Column{Name: name})
	}
	return columns
}

var (
	manifestColumns = []sheet.Column{required("propertyName", "a property of the package"), {Name: "value"}}
	sourced         = required("sourcedId", "the id of the row")

	sessionColumns  = append(optional("status", "title", "type", "startDate", "endDate"), sourced)
	courseColumns   = append(optional("status", "title", "courseCode"), sourced)
	classColumns    = append(optional("status", "title", "classCode", "courseSourcedId", "termSourcedIds"), sourced)
	userColumns     = append(optional("status", "givenName", "familyName", "identifier"), sourced)
	enrollment12    = append(optional("sourcedId", "status", "beginDate", "endDate"), required("classSourcedId", "the class"), required("userSourcedId", "the user"), required("role", "student, or what else the user is in the class"))
	categoryColumns = append(optional("title"), sourced)
	lineItemColumns = append(optional("status", "title", "categorySourcedId", "resultValueMax"), sourced, required("classSourcedId", "the class"))
	resultColumns   = append(optional("sourcedId", "status", "score", "scoreDate", "textScore", "inProgress", "incomplete"), required("lineItemSourcedId", "what was graded"), required("studentSourcedId", "the student"),
		required("scoreStatus", "fully graded, or how far it came"))
)

// A lineItem is something that is graded in a class.
type lineItem struct {
	class, category string
	of              int
}

// oneRoster reads OneRoster 1.2 in CSV. Of several things graded in a class only one can be
// the result of the course: the one in a category named final, or the only one.
func (r *reader) oneRoster() {
	dangling := r.manifest()
	c := newCatalogue()
	r.sessions(c, sessionColumns)
	for _, row := range r.named("courses.csv", courseColumns) {
		c.courses[row.Text("sourcedId")] = course{row.Text("courseCode"), row.Text("title")}
	}
	for _, row := range r.named("classes.csv", classColumns) {
		of, ok := c.courses[row.Text("courseSourcedId")]
		if !ok && dangling {
			r.wrong("classes.csv", row.Line, "courseSourcedId", "the course %.60q is not in courses.csv. Add it there, or correct the id.", row.Text("courseSourcedId"))
		}
		c.section(row.Text("sourcedId"), of, row.Text("title"), row.Text("classCode"), row.Text("termSourcedIds"))
	}
	for _, row := range r.named("users.csv", userColumns) {
		r.status("users.csv", row)
		c.people[row.Text("sourcedId")] = Student{ID: row.Text("sourcedId"), Name: fullName(row.Text("givenName"), row.Text("familyName")), Number: row.Text("identifier")}
	}
	roles := r.enrollments(c, enrollment12, dangling)
	r.results(c, roles, dangling)
	r.twice()
}

func (r *reader) sessions(c catalogue, columns []sheet.Column) {
	const file = "academicSessions.csv"
	for _, row := range r.named(file, columns) {
		r.status(file, row)
		id := row.Text("sourcedId")
		c.terms[id] = enrolment.Term{ID: id, Title: row.Text("title"), From: r.day(file, row, "startDate"), To: r.day(file, row, "endDate")}
	}
}

// section describes a section by its course, or by itself where no course is told.
func (c catalogue) section(id string, of course, title, code, terms string) {
	s := enrolment.Section{ID: id, Code: of.code, Title: of.title, Term: c.term(terms)}
	if s.Title == "" {
		s.Title = title
	}
	if s.Code == "" {
		s.Code = code
	}
	c.sections[id] = s
}

// manifest reads what the package says about itself. It reports whether the package is
// complete in itself, so that what it refers to has to be there.
func (r *reader) manifest() (whole bool) {
	f, ok := r.file("manifest.csv")
	if !ok {
		return false
	}
	modes := map[string]string{}
	for _, row := range r.table(f, manifestColumns) {
		name, value := row.Text("propertyName"), strings.ToLower(row.Text("value"))
		if name == "oneroster.version" && value != "1.2" && value != "1.1" {
			r.wrong(f.Name, row.Line, "value", "this is OneRoster %.20q. Export it as version 1.2.", value)
		}
		table, of := strings.CutPrefix(name, "file.")
		if !of {
			continue
		}
		modes[table] = value
		switch _, there := r.file(table + ".csv"); {
		case value != "bulk" && value != "delta" && value != "absent":
			r.wrong(f.Name, row.Line, "value", "a file is bulk, delta or absent, not %.20q.", value)
		case value == "absent" && there:
			r.wrong(f.Name, row.Line, "value", "%s.csv is in the package and the manifest calls it absent. Correct one of them.", table)
		case value != "absent" && !there:
			r.wrong(f.Name, row.Line, "value", "there is no %s.csv in the package. Add it, or call it absent.", table)
		}
	}
	r.Bulk = modes["enrollments"] == "bulk"
	return r.Bulk && modes["users"] == "bulk" && modes["classes"] == "bulk" && modes["courses"] == "bulk"
}

// status reads whether a row is to go.
func (r *reader) status(file string, row sheet.Row) (gone bool) {
	switch s := strings.ToLower(row.Text("status")); s {
	case "", "active", "inactive":
	case "tobedeleted":
		return true
	default:
		r.wrong(file, row.Line, "status", "%.60q is no status. Write active or tobedeleted, or nothing in a complete file.", s)
	}
	return false
}

// enrollments reads enrollments.csv, and returns which users are in which class as what.
func (r *reader) enrollments(c catalogue, columns []sheet.Column, dangling bool) map[[2]string]string {
	const file = "enrollments.csv"
	f, ok := r.file(file)
	if !ok {
		if _, graded := r.file("results.csv"); !graded {
			r.wrong(file, 0, "", "the package has no such file: nobody is enrolled in anything.")
		}
		return nil
	}
	roles := map[[2]string]string{}
	for _, row := range r.table(f, columns) {
		class, user := row.Text("classSourcedId"), row.Text("userSourcedId")
		role := strings.ToLower(row.Text("role"))
		roles[[2]string{class, user}] = role
		who, known := c.people[user]
		section, taught := c.sections[class]
		if dangling && !known {
			r.wrong(f.Name, row.Line, "userSourcedId", "the user %.60q is not in users.csv. Add them there, or correct the id.", user)
		}
		if dangling && !taught {
			r.wrong(f.Name, row.Line, "classSourcedId", "the class %.60q is not in classes.csv. Add it there, or correct the id.", class)
		}
		gone := r.status(f.Name, row)
		from, to := r.day(f.Name, row, "beginDate"), r.day(f.Name, row, "endDate")
		if role != "student" {
			r.Skipped++
			continue
		}
		who.ID, section.ID = user, class
		out := Row{File: f.Name, Line: row.Line, Student: who, Section: section, Says: Enrolled, On: from}
		if gone {
			out.Says, out.On = Withdrawn, to
		} else if !to.IsZero() {
			out.Section.Term.To = to
		}
		r.say(out)
	}
	return roles
}

var scoreStatuses = []string{"exempt", "fully graded", "not submitted", "partially graded", "submitted"}

func (r *reader) results(c catalogue, roles map[[2]string]string, dangling bool) {
	finals := map[string]bool{}
	for _, row := range r.named("categories.csv", categoryColumns) {
		switch sheet.Key(row.Text("title")) {
		case "final", "final-grade", "course-grade", "final-grades", "overall":
			finals[row.Text("sourcedId")] = true
		}
	}
	items, inClass := map[string]lineItem{}, map[string][]string{}
	for _, row := range r.named("lineItems.csv", lineItemColumns) {
		id, class := row.Text("sourcedId"), row.Text("classSourcedId")
		item := lineItem{class: class, category: row.Text("categorySourcedId")}
		if most := row.Text("resultValueMax"); most != "" {
			var err error
			if item.of, err = Points(most); err != nil {
				r.bad("lineItems.csv", row.Line, "resultValueMax", err)
			}
		}
		items[id], inClass[class] = item, append(inClass[class], id)
	}
	f, ok := r.file("results.csv")
	if !ok {
		return
	}
	for _, row := range r.table(f, resultColumns) {
		item, known := items[row.Text("lineItemSourcedId")]
		who := c.people[row.Text("studentSourcedId")]
		who.ID = row.Text("studentSourcedId")
		status := strings.ToLower(row.Text("scoreStatus"))
		if !slices.Contains(scoreStatuses, status) && !strings.HasPrefix(status, "ext:") {
			r.wrong(f.Name, row.Line, "scoreStatus", "%.60q is no status of a score. Write %s.", status, strings.Join(scoreStatuses, ", "))
		}
		if !known && dangling {
			r.wrong(f.Name, row.Line, "lineItemSourcedId", "%.60q is not in lineItems.csv. Add it there, or correct the id.", row.Text("lineItemSourcedId"))
		}
		result, err := marked(row.Text("textScore"), row.Text("score"))
		if err != nil && status == "fully graded" {
			r.bad(f.Name, row.Line, "score", err)
		}
		result.On = r.day(f.Name, row, "scoreDate")
		role, enrolled := roles[[2]string{item.class, who.ID}]
		counts := finals[item.category] || len(inClass[item.class]) == 1
		if r.status(f.Name, row) || !known || !counts || enrolled && role != "student" || result == (enrolment.Result{On: result.On}) {
			r.Skipped++
			continue
		}
		if result.Points > 0 {
			result.Of = item.of
		}
		result.Final = status == "fully graded" && !truth(row.Text("inProgress")) && !truth(row.Text("incomplete"))
		section := c.sections[item.class]
		section.ID = item.class
		r.say(Row{File: f.Name, Line: row.Line, Student: who, Section: section, Says: Graded, Result: result})
	}
}
