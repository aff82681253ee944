package graphql

import (
	"context"
	"strings"
	"unicode"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/enrolment"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/domain/student"
	"github.com/guildhall-dev/guildhall/domain/submission"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/internal/roster"
)

// reportCommands are those with which a college says who is taught there and how they did.
func reportCommands(s *Server) map[string]command {
	one := func(read func(args) roster.Row) command {
		return forPartners(func(ctx context.Context, a desk.Ask, in args) (domain.Stream, position, error) {
			if err := s.Partners.Admit(ctx, a.By.Partner); err != nil {
				return "", 0, err
			}
			got, at, err := s.Desk.ReportEnrolment(ctx, a, a.By.Partner, read(in))
			if got.Outcome == desk.RowUnmatched {
				return student.Stream(a.By.Partner, got.Student), at, err
			}
			return enrolment.Stream(a.By.Partner, got.Enrolment), at, err
		})
	}
	return map[string]command{"reportEnrolment": one(enrolmentRow), "reportResult": one(resultRow)}
}

// submitRows is one of reportCommands for several rows.
func (s *Server) submitRows(read func(args) roster.Row) submit {
	return func(ctx context.Context, a desk.Ask, id string, items []args, m submission.Mode) ([]submission.Outcome, position, error) {
		if err := s.Partners.Admit(ctx, a.By.Partner); err != nil {
			return nil, 0, err
		}
		return s.Desk.SubmitEnrolments(ctx, a, a.By.Partner, id, each(items, read), m)
	}
}

func enrolmentRow(in args) roster.Row {
	row := rowOf(in)
	row.Says = lower[roster.Saying](in.enum("says"))
	row.Section.Code, row.Section.Title = domain.Written(in.text("courseCode")), domain.Written(in.text("courseTitle"))
	if in.has("term") {
		t := in.input("term")
		row.Section.Term = enrolment.Term{ID: domain.Written(t.text("code")), Title: domain.Written(t.text("title")), From: t.date("from"), To: t.date("to")}
	}
	return row
}

func resultRow(in args) roster.Row {
	row := rowOf(in)
	row.Says = roster.Graded
	row.Result = enrolment.Result{Grade: rules.Grade(strings.ToUpper(domain.Written(in.text("grade")))), Final: in.bool("final"), On: row.On}
	points := func(name string) (hundredths int) {
		if !in.has(name) {
			return 0
		}
		hundredths, err := roster.Points(in.text(name))
		if err != nil && row.Wrong == nil {
			row.Wrong = domain.AsRefusal(err).About(name)
		}
		return hundredths
	}
	row.Result.Points, row.Result.Of = points("points"), points("pointsOf")
	if row.Wrong == nil && !in.has("grade") && !in.has("points") {
		row.Wrong = domain.Refuse(domain.Invalid, "RESULT_MISSING", "Send a grade, points, or both.").About("grade")
	}
	return row
}

func rowOf(in args) roster.Row {
	row := roster.Row{
		Student: roster.Student{ID: domain.Written(in.text("student")), Name: domain.Written(in.text("name"))},
		Section: enrolment.Section{ID: domain.Written(in.text("section"))}, On: in.date("on"),
	}
	badLine := domain.Refuse(domain.Invalid, "BAD_ID", "An id is a single line without control characters.")
	switch {
	case row.Student.ID == "":
		row.Wrong = domain.Refuse(domain.Invalid, "STUDENT_MISSING", "Say by which id you know the student.").About("student")
	case strings.ContainsFunc(row.Student.ID, unicode.IsControl):
		row.Wrong = badLine.About("student")
	case strings.ContainsFunc(row.Section.ID, unicode.IsControl):
		row.Wrong = badLine.About("section")
	}
	return row
}
