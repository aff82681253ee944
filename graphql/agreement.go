package graphql

import (
	"context"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/agreement"
	"github.com/guildhall-dev/guildhall/domain/partner"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

var agreementType = object("PartnerAgreement", map[string]field[projections.Agreement]{
	"id":      get(func(g projections.Agreement) any { return agreement.Stream(g.ID) }),
	"version": get(func(g projections.Agreement) any { return int(g.Version) }),
	"partner": get(func(g projections.Agreement) any { return institution(g.Partner, g.PartnerName) }),
	"state":   get(func(g projections.Agreement) any { return upper(g.State) }),
	"from":    get(func(g projections.Agreement) any { return g.From }),
	"to":      get(func(g projections.Agreement) any { return g.To }),
	"scopes":  get(func(g projections.Agreement) any { return each(g.Scopes, upper[domain.Scope]) }),
	"rules":   get(func(g projections.Agreement) any { return rulesOf(g) }),
})

// A ruleNode is an articulation rule and whose it is.
type ruleNode struct {
	rules.Articulation
	college organization
}

var articulationType = object("ArticulationRule", map[string]field[ruleNode]{
	"id":         get(func(r ruleNode) any { return r.Rule }),
	"college":    get(func(r ruleNode) any { return r.college }),
	"courseCode": get(func(r ruleNode) any { return r.Course }),
	"title":      get(func(r ruleNode) any { return r.Title }),
	"satisfies":  get(func(r ruleNode) any { return r.Requirement }),
	"credit":     get(func(r ruleNode) any { return r.Credit.Decimal() }),
	"unit":       get(func(r ruleNode) any { return upper(r.Credit.Unit) }),
	"minGrade":   get(func(r ruleNode) any { return optional(r.MinGrade) }),
	"from":       get(func(r ruleNode) any { return r.From }),
	"to":         get(func(r ruleNode) any { return r.To }),
})

func rulesOf(g projections.Agreement) []ruleNode {
	return each(g.Rules, func(a rules.Articulation) ruleNode { return ruleNode{a, institution(g.Partner, g.PartnerName)} })
}

// seesAgreements reports whether an asker may read agreements, and with which institution
// only; none is all of them.
func seesAgreements(by domain.Actor) (only domain.PartnerID, may bool) {
	return by.Partner, by.Role == domain.Partner || by.Role == domain.Coordinator || by.Role == domain.Auditor
}

func (s *Server) agreements(ctx context.Context, by domain.Actor, _ args) (any, error) {
	only, may := seesAgreements(by)
	if !may {
		return nil, domain.Refuse(domain.Forbidden, "NOT_COORDINATOR", "Agreements are for coordinators, auditors and the institution they are with.")
	}
	return s.Read.Agreements(ctx, only)
}

// articulationRules are those of agreements in force; a partner is told its own.
func (s *Server) articulationRules(ctx context.Context, by domain.Actor, _ args) (any, error) {
	found, err := s.Read.Agreements(ctx, by.Partner)
	var out []ruleNode
	for _, g := range found {
		if g.State == projections.AgreementActive {
			out = append(out, rulesOf(g)...)
		}
	}
	return out, err
}

func agreementCommands(s *Server) map[string]command {
	on := func(do func(context.Context, desk.Ask, domain.AgreementID, args) (position, error)) mutate {
		return func(ctx context.Context, a desk.Ask, in args) (domain.Stream, position, error) {
			id, err := idOf(in, "agreementId", agreement.ID)
			if err != nil {
				return "", 0, err
			}
			p, err := do(ctx, a, id, in)
			return agreement.Stream(id), p, err
		}
	}
	return map[string]command{
		"draftPartnerAgreement": forPeople(func(ctx context.Context, a desk.Ask, in args) (domain.Stream, position, error) {
			with, err := idOf(in, "partnerId", partner.ID)
			if err != nil {
				return "", 0, err
			}
			id := domain.AgreementID(derived(a))
			p, err := s.Desk.DraftAgreement(ctx, a, id, with, each(in.ids("scopes"), lower[domain.Scope]))
			return agreement.Stream(id), p, err
		}),
		"signPartnerAgreement": forBoth(on(func(ctx context.Context, a desk.Ask, id domain.AgreementID, _ args) (position, error) {
			if err := s.own(ctx, a.By, id); err != nil {
				return 0, err
			}
			return s.Desk.SignAgreement(ctx, a, id)
		})),
		"activatePartnerAgreement": forPeople(on(func(ctx context.Context, a desk.Ask, id domain.AgreementID, in args) (position, error) {
			return s.Desk.ActivateAgreement(ctx, a, id, in.date("from"), in.date("to"))
		})),
		"addArticulationRule": forPeople(on(s.addRule)),
		"terminatePartnerAgreement": forPeople(on(func(ctx context.Context, a desk.Ask, id domain.AgreementID, in args) (position, error) {
			return s.Desk.TerminateAgreement(ctx, a, id, in.text("reason"))
		})),
	}
}

// own refuses a partner the agreements of others, as if they did not exist.
func (s *Server) own(ctx context.Context, by domain.Actor, id domain.AgreementID) error {
	if by.Role != domain.Partner {
		return nil
	}
	if err := s.Partners.Fence(ctx); err != nil {
		return err
	}
	found, err := s.Read.Agreements(ctx, by.Partner)
	if err == nil && only(found, func(g projections.Agreement) bool { return g.ID == id }) == nil {
		return domain.Refuse(domain.NotFound, "NO_SUCH_AGREEMENT", "There is no such agreement.").About("agreementId")
	}
	return err
}

func (s *Server) addRule(ctx context.Context, a desk.Ask, id domain.AgreementID, in args) (position, error) {
	amount, err := amountOf(in)
	if err != nil {
		return 0, err
	}
	course := strings.TrimSpace(in.text("courseCode"))
	name := slug(course)
	if name == "" {
		return 0, domain.Refuse(domain.Invalid, "COURSE_MISSING", "Give the code of the course, such as CYB 110.").About("courseCode")
	}
	return s.Desk.AddRule(ctx, a, id, rules.Articulation{
		Rule: domain.RuleID(string(id) + "-" + name), Course: course, Title: strings.TrimSpace(in.text("title")),
		Requirement: domain.RequirementID(in.id("satisfies")), Credit: amount, MinGrade: rules.Grade(in.text("minGrade")),
		From: in.date("from"), To: in.date("to"),
	})
}

// slug makes a part of an id of a text: "CYB 110" gives "cyb-110".
func slug(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	}), "-")
}
