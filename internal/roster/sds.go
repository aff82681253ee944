package roster

import "github.com/guildhall-dev/guildhall/internal/sheet"

var (
	sdsSessions    = append(optional("title", "type", "startDate", "endDate"), sourced)
	sdsCourses     = append(optional("title", "code"), sourced)
	sdsClasses     = append(optional("title", "sessionSourcedIds", "courseSourcedId"), sourced)
	sdsUsers       = append(optional("givenName", "familyName"), sourced)
	sdsEnrollments = []sheet.Column{required("classSourcedId", "the class"), required("userSourcedId", "the user"), required("role", "student, or what else the user is in the class")}
)

// sds reads School Data Sync 2.1. Its files are always complete in themselves; that who is
// missing left, they do not say.
func (r *reader) sds() {
	c := newCatalogue()
	r.sessions(c, sdsSessions)
	for _, row := range r.named("courses.csv", sdsCourses) {
		c.courses[row.Text("sourcedId")] = course{row.Text("code"), row.Text("title")}
	}
	for _, row := range r.named("classes.csv", sdsClasses) {
		of, ok := c.courses[row.Text("courseSourcedId")]
		if !ok && row.Text("courseSourcedId") != "" {
			r.wrong("classes.csv", row.Line, "courseSourcedId", "the course %.60q is not in courses.csv. Add it there, or correct the id.", row.Text("courseSourcedId"))
		}
		c.section(row.Text("sourcedId"), of, row.Text("title"), "", row.Text("sessionSourcedIds"))
	}
	for _, row := range r.named("users.csv", sdsUsers) {
		c.people[row.Text("sourcedId")] = Student{ID: row.Text("sourcedId"), Name: fullName(row.Text("givenName"), row.Text("familyName"))}
	}
	r.enrollments(c, sdsEnrollments, true)
	r.twice()
}
