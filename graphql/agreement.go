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
	"id":       get(func(g projections.Agreement) any { return agreement.Stream(g.ID) }),
	"version":  get(func(g projections.Agreement) any { return int(g.Version) }),
	"partner":  get(func(g projections.Agreement) any { return institution(g.With()) }),
	"type":     get(func(g projections.Agreement) any { return code(g.Type) }),
	"state":    get(func(g projections.Agreement) any { return upper(g.State) }),
	"edition":  get(func(g projections.Agreement) any { return g.Edition }),
	"from":     get(func(g projections.Agreement) any { return g.From }),
	"to":       get(func(g projections.Agreement) any { return g.To }),
	"reason":   get(func(g projections.Agreement) any { return optional(g.Reason) }),
	"teachOut": get(func(g projections.Agreement) any { return g.TeachOut }),
	"scopes":   get(func(g projections.Agreement) any { return each(g.Scopes, upper[domain.Scope]) }),
	"signedBy": get(func(g projections.Agreement) any { return each(g.Signed, upper[agreement.Party]) }),
	"proposal": get(func(g projections.Agreement) any { return g.Proposal }),
	"versions": get(func(g projections.Agreement) any { return g.Versions }),
	"notices":  get(func(g projections.Agreement) any { return g.Notices }),
	"rules":    get(func(g projections.Agreement) any { return rulesOf(g) }),
})

var proposalType = object("AgreementProposal", map[string]field[agreement.AmendmentProposed]{
	"edition": get(func(p agreement.AmendmentProposed) any { return p.Version }),
	"renewal": get(func(p agreement.AmendmentProposed) any { return p.Renewal }),
	"scopes":  get(func(p agreement.AmendmentProposed) any { return each(p.Scopes, upper[domain.Scope]) }),
	"to":      get(func(p agreement.AmendmentProposed) any { return p.To }),
	"note":    get(func(p agreement.AmendmentProposed) any { return p.Note }),
})

var agreementVersionType = object("AgreementVersion", map[string]field[projections.AgreementVersion]{
	"edition": get(func(v projections.AgreementVersion) any { return v.Number }),
	"scopes":  get(func(v projections.AgreementVersion) any { return each(v.Scopes, upper[domain.Scope]) }),
	"to":      get(func(v projections.AgreementVersion) any { return v.To }),
	"on":      get(func(v projections.AgreementVersion) any { return v.On }),
	"note":    get(func(v projections.AgreementVersion) any { return optional(v.Note) }),
})

var noticeType = object("AgreementNotice", map[string]field[projections.AgreementNotice]{
	"days": get(func(n projections.AgreementNotice) any { return n.Days }),
	"ends": get(func(n projections.AgreementNotice) any { return n.Ends }),
	"on":   get(func(n projections.AgreementNotice) any { return n.On }),
})

func rulesOf(g projections.Agreement) []ruleNode {
	return each(g.Rules, func(r projections.Rule) ruleNode {
		return ruleNode{r.Articulation, r, institution(g.With())}
	})
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

// articulationRules are those of agreements in force; a partner is told its own, and an apprentice
// those by which they can ask for credit. Mentors, managers and security officers see none.
func (s *Server) articulationRules(ctx context.Context, by domain.Actor, _ args) (any, error) {
	switch by.Role {
	case domain.Mentor, domain.Manager, domain.Security:
		return []ruleNode{}, nil
	}
	found, err := s.Read.Agreements(ctx, by.Partner)
	var out []ruleNode
	for _, g := range found {
		if g.State != projections.AgreementActive {
			continue
		}
		for _, r := range rulesOf(g) {
			if r.life.RetiredOn.IsZero() || s.Desk.Today().Before(r.life.RetiredOn) {
				out = append(out, r)
			}
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
	d := s.Desk
	return map[string]command{
		"draftPartnerAgreement": forPeople(func(ctx context.Context, a desk.Ask, in args) (domain.Stream, position, error) {
			with, err := idOf(in, "partnerId", partner.ID)
			if err != nil {
				return "", 0, err
			}
			id := domain.AgreementID(derived(a))
			p, err := d.DraftAgreement(ctx, a, id, agreement.Drafted{
				Partner: with, Scopes: each(in.ids("scopes"), lower[domain.Scope]), Type: lower[agreement.Type](in.enum("type")),
			})
			return agreement.Stream(id), p, err
		}),
		"sendPartnerAgreement": forPeople(on(func(ctx context.Context, a desk.Ask, id domain.AgreementID, _ args) (position, error) {
			return d.SendAgreement(ctx, a, id)
		})),
		"signPartnerAgreement": forBoth(on(func(ctx context.Context, a desk.Ask, id domain.AgreementID, in args) (position, error) {
			if err := s.own(ctx, a.By, id); err != nil {
				return 0, err
			}
			return d.SignAgreement(ctx, a, id, in.int("edition"))
		})),
		"activatePartnerAgreement": forPeople(on(func(ctx context.Context, a desk.Ask, id domain.AgreementID, in args) (position, error) {
			return d.ActivateAgreement(ctx, a, id, in.date("from"), in.date("to"))
		})),
		"amendPartnerAgreement": forPeople(on(func(ctx context.Context, a desk.Ask, id domain.AgreementID, in args) (position, error) {
			return d.AmendAgreement(ctx, a, id, each(in.ids("scopes"), lower[domain.Scope]), in.date("to"), in.text("note"))
		})),
		"renewPartnerAgreement": forPeople(on(func(ctx context.Context, a desk.Ask, id domain.AgreementID, in args) (position, error) {
			return d.RenewAgreement(ctx, a, id, in.date("to"), in.text("note"))
		})),
		"suspendPartnerAgreement": forPeople(on(func(ctx context.Context, a desk.Ask, id domain.AgreementID, in args) (position, error) {
			return d.SuspendAgreement(ctx, a, id, in.text("reason"))
		})),
		"resumePartnerAgreement": forPeople(on(func(ctx context.Context, a desk.Ask, id domain.AgreementID, _ args) (position, error) {
			return d.ResumeAgreement(ctx, a, id)
		})),
		"addArticulationRule": forPeople(on(s.addRule)),
		"retireArticulationRule": forPeople(on(func(ctx context.Context, a desk.Ask, id domain.AgreementID, in args) (position, error) {
			return d.RetireRule(ctx, a, id, domain.RuleID(in.id("ruleId")), in.date("from"), in.text("reason"))
		})),
		"terminatePartnerAgreement": forPeople(on(func(ctx context.Context, a desk.Ask, id domain.AgreementID, in args) (position, error) {
			return d.TerminateAgreement(ctx, a, id, in.text("reason"), in.date("teachOut"))
		})),
	}
}

// own refuses a partner the agreements of others, as if they did not exist.
func (s *Server) own(ctx context.Context, by domain.Actor, id domain.AgreementID) error {
	if by.Role != domain.Partner {
		return nil
	}
	if err := s.Partners.Admit(ctx, by.Partner); err != nil {
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
	sending, err := sendingOf(in.input("sending"))
	if err != nil {
		return 0, err
	}
	steps, err := stepsOf(in, amount.Unit)
	if err != nil {
		return 0, err
	}
	return s.Desk.AddRule(ctx, a, id, rules.Articulation{
		Rule: domain.RuleID(string(id) + "-" + name), Course: course, Title: strings.TrimSpace(in.text("title")),
		Requirement: domain.RequirementID(in.id("satisfies")), Credit: amount, MinGrade: rules.Grade(in.text("minGrade")),
		From: in.date("from"), To: in.date("to"), Year: in.text("academicYear"),
		Level: lower[domain.CreditLevel](in.enum("level")), Basis: lower[domain.CreditBasis](in.enum("basis")),
		Sending: sending, Steps: steps,
	})
}

// slug makes a part of an id of a text: "CYB 110" gives "cyb-110".
func slug(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	}), "-")
}
