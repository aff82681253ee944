package roster

import (
	"cmp"
	"strings"

	"github.com/guildhall-dev/guildhall/domain/enrolment"
	"github.com/guildhall-dev/guildhall/internal/sheet"
)

var (
	canvasTerms    = append(optional("name", "status", "start_date", "end_date"), required("term_id", "the term"))
	canvasCourses  = append(optional("short_name", "long_name", "term_id", "status", "start_date", "end_date"), required("course_id", "the course"))
	canvasSections = append(optional("name", "status", "start_date", "end_date"), required("section_id", "the section"), required("course_id", "the course"))
	canvasUsers    = append(optional("full_name", "first_name", "last_name", "sortable_name", "integration_id", "status"), required("user_id", "the user"))
	canvasEnrolled = append(optional("course_id", "section_id", "start_date", "end_date"), required("user_id", "the user"), required("role", "student, or what else the user is"), required("status", "active, deleted, completed or inactive"))
	canvasGrades   = append(optional("course_sis_id", "section_sis_id", "section_id", "enrollment_status", "score"), required("student_sis_id", "the student's id in the registrar's system"))
)

// canvas reads the CSV files of Canvas, whatever they are called: rosters by their columns,
// and grades that were published. A completed enrolment is over; it is not passed.
func (r *reader) canvas() {
	c := newCatalogue()
	var enrolled, grades []File
	for _, pass := range []func(File, func(...string) bool){
		func(f File, has func(...string) bool) {
			if has("term-id", "name") && !has("course-id") {
				r.canvasTerms(c, f)
			}
		},
		func(f File, has func(...string) bool) {
			if has("course-id", "long-name") || has("course-id", "short-name") {
				r.canvasCourses(c, f)
			}
		},
		func(f File, has func(...string) bool) {
			switch {
			case has("publisher-id", "student-sis-id"):
				grades = append(grades, f)
			case has("user-id", "role"):
				enrolled = append(enrolled, f)
			case has("section-id", "course-id", "name"):
				r.canvasSections(c, f)
			case has("user-id"):
				r.canvasUsers(c, f)
			}
		},
	} {
		for _, f := range r.files {
			pass(f, headerOf(f))
		}
	}
	for _, f := range enrolled {
		r.canvasEnrolled(c, f)
	}
	for _, f := range grades {
		r.canvasGrades(c, f)
	}
	if len(enrolled)+len(grades) == 0 {
		r.wrong("", 0, "", "no file has the columns of enrollments, or of published grades.")
	}
	r.twice()
}

func (r *reader) canvasTerms(c catalogue, f File) {
	for _, row := range r.table(f, canvasTerms) {
		id := row.Text("term_id")
		c.terms[id] = enrolment.Term{ID: id, Title: row.Text("name"), From: r.day(f.Name, row, "start_date"), To: r.day(f.Name, row, "end_date")}
	}
}

// canvasCourses describes courses, each of which is a section as well: enrolments name
// either.
func (r *reader) canvasCourses(c catalogue, f File) {
	for _, row := range r.table(f, canvasCourses) {
		id := row.Text("course_id")
		c.courses[id] = course{row.Text("short_name"), cmp.Or(row.Text("long_name"), row.Text("short_name"))}
		s := enrolment.Section{ID: id, Code: c.courses[id].code, Title: c.courses[id].title, Term: c.term(row.Text("term_id"))}
		if s.Term.ID == "" {
			s.Term.ID = row.Text("term_id")
		}
		if to := r.day(f.Name, row, "end_date"); !to.IsZero() {
			s.Term.To = to
		}
		if from := r.day(f.Name, row, "start_date"); !from.IsZero() {
			s.Term.From = from
		}
		c.sections["course "+id] = s
	}
}

func (r *reader) canvasSections(c catalogue, f File) {
	for _, row := range r.table(f, canvasSections) {
		s, ok := c.sections["course "+row.Text("course_id")]
		if !ok {
			s = enrolment.Section{Code: row.Text("course_id"), Title: row.Text("name")}
		}
		s.ID = row.Text("section_id")
		c.sections[s.ID] = s
	}
}

func (r *reader) canvasUsers(c catalogue, f File) {
	for _, row := range r.table(f, canvasUsers) {
		name := cmp.Or(row.Text("full_name"), fullName(row.Text("first_name"), row.Text("last_name")), row.Text("sortable_name"))
		c.people[row.Text("user_id")] = Student{ID: row.Text("user_id"), Name: name, Number: row.Text("integration_id")}
	}
}

func (r *reader) canvasEnrolled(c catalogue, f File) {
	for _, row := range r.table(f, canvasEnrolled) {
		if role := sheet.Key(row.Text("role")); role != "student" && role != "studentenrollment" {
			r.Skipped++
			continue
		}
		says := Enrolled
		switch status := strings.ToLower(row.Text("status")); status {
		case "active":
		case "deleted", "inactive":
			says = Withdrawn
		case "completed", "concluded", "deleted_last_completed":
			says = Closed
		default:
			r.wrong(f.Name, row.Line, "status", "%.60q is no status of an enrolment. Write active, deleted, completed or inactive.", status)
		}
		section, ok := c.taught(row.Text("section_id"), row.Text("course_id"))
		if !ok {
			r.wrong(f.Name, row.Line, "section_id", "the row names neither a section nor a course.")
			continue
		}
		who := c.people[row.Text("user_id")]
		who.ID = row.Text("user_id")
		on := r.day(f.Name, row, "start_date")
		if says != Enrolled {
			on = r.day(f.Name, row, "end_date")
		}
		r.say(Row{File: f.Name, Line: row.Line, Student: who, Section: section, Says: says, On: on})
	}
}

// taught is the section that a row names, or the course where it names no section.
func (c catalogue) taught(section, of string) (enrolment.Section, bool) {
	if section != "" {
		s, ok := c.sections[section]
		if !ok {
			s = c.sections["course "+of]
			if s.Code == "" {
				s.Code = of
			}
		}
		s.ID = section
		return s, true
	}
	s := c.sections["course "+of]
	s.ID = of
	if s.Code == "" {
		s.Code = of
	}
	return s, of != ""
}

// canvasGrades reads grades that were published to the registrar's system, which is done
// once they are final. A row without a score says nothing.
func (r *reader) canvasGrades(c catalogue, f File) {
	for _, row := range r.table(f, canvasGrades) {
		if row.Text("score") == "" {
			r.Skipped++
			continue
		}
		section, ok := c.taught(row.Text("section_sis_id"), row.Text("course_sis_id"))
		if !ok {
			r.wrong(f.Name, row.Line, "section_sis_id", "the row names neither a section nor a course by its id in the registrar's system.")
			continue
		}
		result, err := marked(row.Text("score"), "")
		if err != nil {
			r.bad(f.Name, row.Line, "score", err)
			continue
		}
		result.Final = true
		who := c.people[row.Text("student_sis_id")]
		who.ID = row.Text("student_sis_id")
		r.say(Row{File: f.Name, Line: row.Line, Student: who, Section: section, Says: Graded, Result: result})
	}
}
