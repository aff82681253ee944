package graphql

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/credit"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/partners"
	"github.com/guildhall-dev/guildhall/projections"
)

// A creditNode is a credit that the asker may see.
type creditNode struct {
	projections.Credit
	*cohort
}

var creditType = object("CreditAward", map[string]field[creditNode]{
	"id":           get(func(c creditNode) any { return credit.Stream(c.Learner, c.Rule) }),
	"version":      get(func(c creditNode) any { return int(c.Version) }),
	"apprenticeId": get(func(c creditNode) any { return apprenticeID(c.Learner) }),
	"externalRef":  get(func(c creditNode) any { return optional(c.ExternalRef) }),
	"courseCode":   get(func(c creditNode) any { return c.Course }),
	"title":        get(func(c creditNode) any { return c.Title }),
	"credit":       get(func(c creditNode) any { return c.Credit.Credit.Decimal() }),
	"unit":         get(func(c creditNode) any { return upper(c.Credit.Credit.Unit) }),
	"grade":        get(func(c creditNode) any { return optional(c.Grade) }),
	"term":         get(func(c creditNode) any { return optional(c.Term) }),
	"state":        get(func(c creditNode) any { return upper(c.State) }),
	"awardedBy": func(_ context.Context, c creditNode, _ args) (any, error) {
		names, err := c.colleges()
		return institution(c.Partner, names[c.Partner]), err
	},
	"satisfies": get(func(c creditNode) any { return []domain.RequirementID{c.Requirement} }),
})

func (c creditNode) key() string { return string(c.Rule) }

func creditPage(_ context.Context, l apprenticeNode, a args) (any, error) {
	cs, err := l.creditsOf(l.ID)
	if err != nil {
		return nil, err
	}
	return cut(cs, creditNode.key, a)
}

func (c *cohort) creditsOf(id domain.ApprenticeshipID) ([]creditNode, error) {
	all, err := c.credits()
	return each(all[id], func(credit projections.Credit) creditNode { return creditNode{credit, c} }), err
}

// credit is one credit as the asker may see it, or nil.
func (c *cohort) credit(id domain.ApprenticeshipID, rule domain.RuleID) (any, error) {
	cs, err := c.creditsOf(id)
	return only(cs, func(c creditNode) bool { return c.Rule == rule }), err
}

func creditCommands(s *Server) map[string]command {
	return map[string]command{
		"requestCredit": forPeople(func(ctx context.Context, a desk.Ask, in args) (domain.Stream, position, error) {
			return s.Desk.RequestCredit(ctx, a, domain.RuleID(in.id("ruleId")))
		}),
		"recordCredit": forPartners(s.recordCredit),
	}
}

func (s *Server) recordCredit(ctx context.Context, a desk.Ask, in args) (domain.Stream, position, error) {
	id, err := idOf(in, "apprenticeId", apprenticeship.ID)
	if err != nil {
		return "", 0, err
	}
	amount, err := amountOf(in)
	if err != nil {
		return "", 0, err
	}
	return s.Partners.Award(ctx, domain.Request{By: a.By, At: s.Partners.Now(), Key: a.Key, Digest: a.Digest}, partners.Award{
		Learner: id, Course: in.text("courseCode"), Credit: amount,
		Grade: rules.Grade(in.text("grade")), Term: in.text("term"), ExternalRef: in.text("externalRef"),
	})
}

// amountOf reads the inputs credit and unit.
func amountOf(in args) (domain.Credit, error) {
	c, err := domain.ParseCredit(in.text("credit"), lower[domain.CreditUnit](in.enum("unit")))
	if r := domain.AsRefusal(err); r != nil {
		return c, r.About("credit")
	}
	return c, err
}
