package graphql

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/enrolment"
	"github.com/guildhall-dev/guildhall/projections"
)

// An enrolmentNode is an enrolment that the asker may see.
type enrolmentNode struct {
	projections.Enrolment
	*cohort
}

var enrolmentType = object("Enrolment", map[string]field[enrolmentNode]{
	"id":           get(func(e enrolmentNode) any { return enrolment.Stream(e.Partner, e.ID) }),
	"version":      get(func(e enrolmentNode) any { return int(e.Version) }),
	"apprenticeId": get(func(e enrolmentNode) any { return apprenticeID(e.Learner) }),
	"institution": ask(func(_ context.Context, e enrolmentNode, _ args) (any, error) {
		return e.college(e.Partner)
	}),
	"section":     get(func(e enrolmentNode) any { return e.Section.ID }),
	"courseCode":  get(func(e enrolmentNode) any { return optional(e.Section.Code) }),
	"courseTitle": get(func(e enrolmentNode) any { return optional(e.Section.Title) }),
	"termCode":    get(func(e enrolmentNode) any { return optional(e.Section.Term.ID) }),
	"termTitle":   get(func(e enrolmentNode) any { return optional(e.Section.Term.Title) }),
	"termFrom":    get(func(e enrolmentNode) any { return e.Section.Term.From }),
	"termTo":      get(func(e enrolmentNode) any { return e.Section.Term.To }),
	"status":      get(func(e enrolmentNode) any { return upper(e.Status) }),
	"startedOn":   get(func(e enrolmentNode) any { return e.On }),
	"since":       get(func(e enrolmentNode) any { return e.Since }),
	"grade":       get(func(e enrolmentNode) any { return optional(e.Result.Grade) }),
	"points":      get(func(e enrolmentNode) any { return scored(e.Result.Points, e.Result.Of) }),
	"pointsOf":    get(func(e enrolmentNode) any { return scored(e.Result.Of, 0) }),
	"passed": get(func(e enrolmentNode) any {
		if !e.Result.Final || e.Result.Grade == "" {
			return nil
		}
		return e.Result.Passed()
	}),
	"wasGrade": get(func(e enrolmentNode) any { return optional(e.Was.Grade) }),
})

// scored is hundredths of one as a decimal, or null where there is nothing to be had.
func scored(hundredths, of int) any {
	if hundredths == 0 && of == 0 {
		return nil
	}
	return domain.Credit{Hundredths: hundredths}.Decimal()
}

func enrolmentList(_ context.Context, l apprenticeNode, _ args) (any, error) {
	if l.outside() || !l.works {
		return []enrolmentNode{}, nil
	}
	all, err := l.enrolments()
	return each(all[l.ID], func(e projections.Enrolment) enrolmentNode { return enrolmentNode{e, l.cohort} }), err
}

// enrolment is one enrolment as the asker may see it, or nil. A partner sees its own, of
// learners whose record it may see.
func (c *cohort) enrolment(ctx context.Context, p domain.PartnerID, id domain.EnrolmentID) (any, error) {
	if c.outside() && c.by.Partner != p {
		return nil, nil
	}
	e, there, err := c.Read.Enrolment(ctx, p, id)
	if err != nil || !there {
		return nil, err
	}
	of, err := c.server.cohort(ctx, c.by, e.Learner)
	if err != nil {
		return nil, err
	}
	l, seen := of.apprentice(e.Learner).(apprenticeNode)
	if !seen || !l.outside() && !l.works {
		return nil, nil
	}
	return enrolmentNode{e, of}, nil
}
