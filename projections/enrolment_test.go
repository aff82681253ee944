package projections_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/enrolment"
	articulation "github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/domain/standard"
	"github.com/guildhall-dev/guildhall/domain/student"
	"github.com/guildhall-dev/guildhall/projections"
)

func TestEnrolments(t *testing.T) {
	const stream = domain.Stream("enrolment-lakeshore.e1")
	section := enrolment.Section{Partner: "lakeshore", ID: "S1", Code: "CYB 110", Title: "Network defence", Term: enrolment.Term{ID: "SP"}}
	moved := section
	moved.Term.ID = "FA"
	enrolled := on("2026-01-10", shore, stream, enrolment.Enrolled{Apprenticeship: learner, Person: "ana-ruiz", Section: section, On: day("2026-01-12")})
	bens := on("2026-03-10", shore, stream, enrolment.Enrolled{Apprenticeship: "ben", Person: "ben", Section: section, On: day("2026-01-12")})
	final := enrolment.Result{Grade: "B", Final: true}
	graded := on("2026-05-20", shore, stream, enrolment.ResultRecorded{Result: final})
	ask := func(t testing.TB, db *projections.DB) any {
		all, err := db.Enrolments(t.Context(), learner)
		return lines(must(t, all, err)[learner], func(e projections.Enrolment) string {
			return strings.Join(strings.Fields(join(e.Section.ID, e.Section.Term.ID, e.Status, e.On, e.Since, e.Result.Grade, e.Was.Grade)), " ")
		})
	}
	inTerm := func(term string) question {
		return func(t testing.TB, db *projections.DB) any {
			all, err := db.EnrolmentsIn(t.Context(), "lakeshore", term)
			return len(must(t, all, err))
		}
	}
	check(t, []telling{
		{"somebody is enrolled", []fact{enrolled}, ask, []string{"S1 SP active 2026-01-12 2026-01-12"}},
		{"leaves", []fact{enrolled, on("2026-02-01", shore, stream, enrolment.Withdrawn{On: day("2026-01-30")})}, ask, []string{"S1 SP withdrawn 2026-01-12 2026-01-30"}},
		{"comes to the end", []fact{enrolled, on("2026-06-01", shore, stream, enrolment.Closed{On: day("2026-05-15")})}, ask, []string{"S1 SP closed 2026-01-12 2026-05-15"}},
		{"has points so far", []fact{enrolled, on("2026-05-20", shore, stream, enrolment.ResultRecorded{Result: enrolment.Result{Grade: "C"}})}, ask, []string{"S1 SP active 2026-01-12 2026-01-12 C"}},
		{"completes", []fact{enrolled, graded}, ask, []string{"S1 SP completed 2026-01-12 2026-05-20 B"}},
		{"a corrected result keeps the first", []fact{enrolled, graded, on("2026-05-21", shore, stream, enrolment.ResultCorrected{Was: final, Now: enrolment.Result{Grade: "A", Final: true}}),
			on("2026-05-22", shore, stream, enrolment.ResultCorrected{Was: enrolment.Result{Grade: "A", Final: true}, Now: enrolment.Result{Grade: "A-", Final: true}})}, ask, []string{"S1 SP completed 2026-01-12 2026-05-22 A- B"}},
		{"a final result is taken back", []fact{enrolled, graded, on("2026-05-21", shore, stream, enrolment.ResultCorrected{Was: final})}, ask, []string{"S1 SP active 2026-01-12 2026-05-21 B"}},
		{"the section is of another term", []fact{enrolled, on("2026-01-20", shore, stream, enrolment.Changed{Section: moved})}, inTerm("FA"), 1},
		{"and no longer of the one before", []fact{enrolled, on("2026-01-20", shore, stream, enrolment.Changed{Section: moved})}, inTerm("SP"), 0},
		{"it was another's", []fact{enrolled, graded, on("2026-03-09", lena, stream, enrolment.Voided{}), bens}, ask, []string{}},
	})
}

func TestStudentsWhoWait(t *testing.T) {
	const one = domain.Stream("student-lakeshore.s1")
	reported := on("2026-03-01", shore, one, student.Reported{ID: "sealed L-1", Name: "sealed name"}, student.Held{Enrolment: "e1", Row: "sealed row"})
	linked := on("2026-03-02", lena, one, student.Linked{Person: "ana-ruiz", ID: "sealed anew", Held: []student.Held{{Enrolment: "e1", Row: "sealed anew"}}})
	waiting := func(t testing.TB, db *projections.DB) any {
		all, err := db.Unmatched(t.Context(), "", 10)
		return lines(must(t, all, err), func(s projections.Student) string { return join(s.Partner, s.ID, s.Ident, s.Name, len(s.Held)) })
	}
	known := func(t testing.TB, db *projections.DB) any {
		all, err := db.StudentsOf(t.Context(), "ana-ruiz")
		return lines(must(t, all, err), func(s projections.Student) string { return join(s.Partner, s.ID, s.Ident, len(s.Held)) })
	}
	held := func(t testing.TB, db *projections.DB) any {
		all, err := db.LinkedWaiting(t.Context())
		return len(must(t, all, err))
	}
	check(t, []telling{
		{"a student waits", []fact{reported}, waiting, []string{"lakeshore s1 sealed L-1 sealed name 1"}},
		{"not once somebody said who it is", []fact{reported, linked}, waiting, []string{}},
		{"who is known by the institution's id", []fact{reported, linked}, known, []string{"lakeshore s1 sealed anew 1"}},
		{"what was said waits until they share", []fact{reported, linked}, held, 1},
		{"and no longer", []fact{reported, linked, on("2026-03-03", lena, one, student.Applied{Enrolments: []domain.EnrolmentID{"e1"}})}, held, 0},
		{"a mistake is taken back", []fact{reported, linked, on("2026-03-03", lena, one, student.Unlinked{Was: "ana-ruiz"})}, known, []string{}},
		{"then nothing waits until it is said again", []fact{reported, linked, on("2026-03-03", lena, one, student.Unlinked{Was: "ana-ruiz"})}, waiting, []string{}},
		{"nor of nobody", []fact{reported, on("2026-03-02", lena, one, student.Refused{})}, waiting, []string{}},
	})
}

func TestStudentsAreAskedForAtOnce(t *testing.T) {
	asked := func(n int) uint64 {
		var facts []fact
		for i := range n {
			facts = append(facts, on("2026-03-01", shore, domain.Stream(fmt.Sprint("student-lakeshore.s", i)), student.Reported{ID: "sealed", Name: "sealed name"},
				student.Held{Enrolment: "e1", Row: "sealed row"}, student.Held{Enrolment: "e2", Row: "sealed row"}))
		}
		db := told(t, facts...)
		before := db.Status(0, time.Now()).Questions
		all, err := db.Waiting(t.Context(), "lakeshore")
		if must(t, all, err); len(all) != n || len(all[n-1].Held) != 2 {
			t.Errorf("%d students wait with %v, want %d", len(all), all, n)
		}
		return db.Status(0, time.Now()).Questions - before
	}
	if one, many := asked(1), asked(10); many > one {
		t.Errorf("%d questions for one student, %d for ten", one, many)
	}
}

func TestAPassedCourseCountsByItsTitleOrCode(t *testing.T) {
	d := projections.Standard{Definition: standard.Definition{Courses: []standard.Course{{ID: "ri-01", Title: "Network defence"}, {ID: "ri-02", Title: "Privacy"}}}}
	result := func(grade articulation.Grade, final bool) enrolment.Result {
		return enrolment.Result{Grade: grade, Final: final}
	}
	for _, c := range []struct {
		section enrolment.Section
		result  enrolment.Result
		passed  standard.CourseID
	}{
		{enrolment.Section{Title: "NETWORK DEFENCE"}, result("C", true), "ri-01"},
		{enrolment.Section{Code: "RI-02", Title: "HIPAA"}, result("P", true), "ri-02"},
		{enrolment.Section{Title: "Network defence"}, result("F", true), ""},
		{enrolment.Section{Title: "Network defence"}, result("A", false), ""},
		{enrolment.Section{Title: "Network defence"}, enrolment.Result{Points: 10000, Of: 10000, Final: true}, ""},
		{enrolment.Section{}, result("A", true), ""},
	} {
		m := projections.Merits{Enrolments: []projections.Enrolment{{Section: c.section, Result: c.result}}}
		showing, err := m.Showing(projections.Learner{}, d)
		if got := must(t, showing, err).Passed; len(got) > 1 || got[c.passed] != (c.passed != "") || len(got) == 1 && c.passed == "" {
			t.Errorf("%+v with %+v passes %v, want %q", c.section, c.result, got, c.passed)
		}
	}
}
