package graphql

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/partner"
	"github.com/guildhall-dev/guildhall/domain/student"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

// A studentNode is a student whom the asker may see.
type studentNode struct {
	desk.KnownStudent
	institution projections.Partner
}

var studentType = object("Student", map[string]field[studentNode]{
	"id":          get(func(s studentNode) any { return student.Stream(s.Partner, s.ID) }),
	"institution": get(func(s studentNode) any { return institution(s.institution) }),
	"studentId":   get(func(s studentNode) any { return s.Ident }),
	"name":        get(func(s studentNode) any { return s.Name }),
	"apprenticeId": get(func(s studentNode) any {
		if s.Apprenticeship == "" {
			return nil
		}
		return apprenticeID(s.Apprenticeship)
	}),
	"since": get(func(s studentNode) any { return s.Since }),
	"rows":  get(func(s studentNode) any { return s.Rows }),
})

var studentRowType = object("StudentRow", map[string]field[desk.Statement]{
	"section":     get(func(s desk.Statement) any { return s.Section.ID }),
	"courseCode":  get(func(s desk.Statement) any { return optional(s.Section.Code) }),
	"courseTitle": get(func(s desk.Statement) any { return optional(s.Section.Title) }),
	"termCode":    get(func(s desk.Statement) any { return optional(s.Section.Term.ID) }),
	"says":        get(func(s desk.Statement) any { return optional(string(s.Says)) }),
	"on":          get(func(s desk.Statement) any { return s.On }),
	"grade": get(func(s desk.Statement) any {
		if s.Result == nil {
			return nil
		}
		return optional(s.Result.Grade)
	}),
	"points": get(func(s desk.Statement) any {
		if s.Result == nil {
			return nil
		}
		return scored(s.Result.Points, s.Result.Of)
	}),
})

func (s *Server) unmatchedStudents(ctx context.Context, by domain.Actor, a args) (any, error) {
	found, err := s.Desk.Unmatched(ctx, by, a.int("first"))
	if err != nil {
		return nil, err
	}
	names, err := s.names(ctx)
	return each(found, func(k desk.KnownStudent) studentNode { return studentNode{k, names[k.Partner]} }), err
}

func (c *cohort) student(ctx context.Context, p domain.PartnerID, id domain.StudentID) (any, error) {
	k, there, err := c.Desk.Student(ctx, c.by, p, id)
	if err != nil || !there {
		return nil, err
	}
	names, err := c.colleges()
	return studentNode{k, names[p]}, err
}

func studentCommands(s *Server) map[string]command {
	on := func(do func(context.Context, desk.Ask, domain.PartnerID, domain.StudentID) (position, error)) command {
		return forPeople(func(ctx context.Context, a desk.Ask, in args) (domain.Stream, position, error) {
			p, id, err := pairOf(in, "id", student.ID)
			if err != nil {
				return "", 0, err
			}
			at, err := do(ctx, a, p, id)
			return student.Stream(p, id), at, err
		})
	}
	return map[string]command{
		"linkStudent":   forPeople(s.linkStudent),
		"unlinkStudent": on(s.Desk.UnlinkStudent),
		"refuseStudent": on(s.Desk.RefuseStudent),
	}
}

func (s *Server) linkStudent(ctx context.Context, a desk.Ask, in args) (domain.Stream, position, error) {
	who, err := idOf(in, "apprenticeId", apprenticeship.ID)
	if err != nil {
		return "", 0, err
	}
	var p domain.PartnerID
	var id domain.StudentID
	if in.has("id") {
		p, id, err = pairOf(in, "id", student.ID)
	} else {
		p, err = idOf(in, "partnerId", partner.ID)
	}
	if err != nil {
		return "", 0, err
	}
	id, at, err := s.Desk.LinkStudent(ctx, a, p, id, in.text("studentId"), who)
	return student.Stream(p, id), at, err
}
