package graphql

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/credit"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

// A creditNode is a credit that the asker may see.
type creditNode struct {
	*projections.Credit
	*cohort
	whole bool // the asker sees more than the state
}

var creditType = object("CreditAward", map[string]field[creditNode]{
	"id":           get(func(c creditNode) string { return string(c.Stream()) }),
	"version":      get(func(c creditNode) int { return int(c.Version) }),
	"apprenticeId": get(func(c creditNode) any { return apprenticeID(c.Learner) }),
	"courseCode":   get(func(c creditNode) string { return c.Course }),
	"title":        get(func(c creditNode) string { return c.Title }),
	"credit":       get(func(c creditNode) string { return c.Credit.Credit.Decimal() }),
	"unit":         enum(func(c creditNode) domain.CreditUnit { return c.Credit.Credit.Unit }),
	"state":        enum(func(c creditNode) projections.CreditState { return c.State }),
	"since":        get(func(c creditNode) any { return c.Since }),
	"satisfies":    get(func(c creditNode) any { return []domain.RequirementID{c.Requirement} }),
	"explanations": ask(func(ctx context.Context, c creditNode, _ args) (any, error) { return c.explained(ctx) }),
	"syncRows":     ask(creditRows),
	"statements": ask(func(ctx context.Context, c creditNode, _ args) (any, error) {
		return c.said(ctx, credit.Stream(c.Learner, c.Rule))
	}),
	"awardedBy":       lead(func(_ context.Context, c creditNode, _ args) (*organization, error) { return c.college(c.Partner) }),
	"externalRef":     inFull(some(func(c creditNode) string { return c.ExternalRef })),
	"grade":           inFull(some(func(c creditNode) string { return string(c.Grade) })),
	"term":            inFull(some(func(c creditNode) string { return c.Term })),
	"source":          inFull(get(func(c creditNode) any { return code(c.Source) })),
	"level":           inFull(get(func(c creditNode) any { return code(c.Level) })),
	"basis":           inFull(get(func(c creditNode) any { return code(c.Basis) })),
	"byException":     inFull(get(func(c creditNode) bool { return c.Exception })),
	"transcriptRef":   inFull(some(func(c creditNode) string { return c.Transcript })),
	"appealed":        inFull(get(func(c creditNode) bool { return c.Appealed })),
	"recommendation":  inFull(get(func(c creditNode) any { return optional(c.Advised) })),
	"courses":         inFull(get(func(c creditNode) any { return c.Shown.Courses })),
	"minutesOnTheJob": inFull(some(func(c creditNode) int { return int(c.Shown.Minutes) })),
	"reason": ask(func(ctx context.Context, c creditNode, _ args) (any, error) {
		if !c.whole || c.Reason == "" {
			return nil, nil
		}
		return c.Desk.Text(ctx, c.Reason)
	}),
	"applied": get(func(c creditNode) any {
		if !c.whole || c.outside() {
			return []projections.CreditApplied{}
		}
		return c.Applied
	}),
	"history": ask(func(ctx context.Context, c creditNode, _ args) (any, error) {
		if !c.whole {
			return []creditStep{}, nil
		}
		steps, err := c.Read.CreditHistory(ctx, c.Learner, c.Rule)
		return each(steps, func(s projections.CreditStep) creditStep { return creditStep{s, c} }), err
	}),
})

// inFull is a field for those who see more of a credit than its state.
func inFull(f field[creditNode]) field[creditNode] {
	return f.where(func(c creditNode) bool { return c.whole })
}

// code is the name of an enum's value, or null in place of what was not said.
func code[T ~string](v T) any {
	if v == "" {
		return nil
	}
	return upper(v)
}

var recommendationType = object("CreditRecommendation", map[string]field[credit.Recommended]{
	"credit":    get(func(r credit.Recommended) any { return r.Credit.Decimal() }),
	"unit":      get(func(r credit.Recommended) any { return upper(r.Credit.Unit) }),
	"level":     get(func(r credit.Recommended) any { return code(r.Level) }),
	"evaluator": get(func(r credit.Recommended) any { return r.Evaluator }),
	"validTo":   get(func(r credit.Recommended) any { return r.ValidTo }),
})

var takenType = object("CourseTaken", map[string]field[rules.Taken]{
	"code":  get(func(t rules.Taken) any { return t.Code }),
	"grade": get(func(t rules.Taken) any { return t.Grade }),
})

var creditAppliedType = object("CreditApplied", map[string]field[projections.CreditApplied]{
	"workProcess": get(func(a projections.CreditApplied) any { return optional(a.Process) }),
	"course":      get(func(a projections.CreditApplied) any { return optional(a.Course) }),
	"requirement": get(func(a projections.CreditApplied) any { return optional(a.Requirement) }),
	"minutes":     get(func(a projections.CreditApplied) any { return int(a.Minutes) }),
	"on":          get(func(a projections.CreditApplied) any { return a.On }),
})

// A creditStep is one fact in the history of a credit.
type creditStep struct {
	projections.CreditStep
	credit creditNode
}

var creditStepType = object("CreditStep", map[string]field[creditStep]{
	"event": get(func(s creditStep) any { return s.Event }),
	"on":    get(func(s creditStep) any { return s.On }),
	"at":    get(func(s creditStep) any { return s.At }),
	"by": ask(func(ctx context.Context, s creditStep, _ args) (any, error) {
		switch {
		case s.Partner != "":
			names, err := s.credit.colleges()
			return optional(names[s.Partner].Name), err
		case s.Person == "" || s.credit.outside():
			return nil, nil
		}
		return s.credit.Desk.NameOf(ctx, s.Person)
	}),
	"note": ask(func(ctx context.Context, s creditStep, _ args) (any, error) {
		if s.Note == "" || s.credit.outside() && s.Partner == "" && s.Event != (credit.Appealed{}).EventName() && s.Event != (credit.AppealCommented{}).EventName() {
			return nil, nil
		}
		return s.credit.Desk.Text(ctx, s.Note)
	}),
})

func (c creditNode) key() string { return string(c.Rule) }

func creditPage(_ context.Context, l apprenticeNode, a args) (*page[creditNode], error) {
	cs, err := l.creditsOf(l.fellow)
	if err != nil {
		return nil, err
	}
	return cut(cs, a)
}

// creditsOf returns a learner's credits by rule, as the asker may see them. Mentors and managers
// see no more than the state.
func (c *cohort) creditsOf(l *fellow) ([]creditNode, error) {
	list, err := c.given(l)
	out, whole := make([]creditNode, len(list)), desk.ReadsCredits(c.by, l.Learner)
	for i := range out {
		out[i] = creditNode{&list[i], c, whole}
	}
	return out, err
}

// credit is one credit as the asker may see it, or nil.
func (c *cohort) credit(id domain.ApprenticeshipID, rule domain.RuleID) (any, error) {
	l, ok := c.learners[id]
	if !ok {
		return nil, nil
	}
	cs, err := c.creditsOf(l)
	return only(cs, func(c creditNode) bool { return c.Rule == rule }), err
}

func creditCommands(s *Server) map[string]command {
	cs := map[string]command{
		"requestCredit": forPeople(func(ctx context.Context, a desk.Ask, in args) (domain.Stream, position, error) {
			return s.Desk.RequestCredit(ctx, a, desk.CreditRequest{
				Rule: domain.RuleID(in.id("ruleId")), Source: lower[credit.Source](in.enum("source")), Courses: takenOf(in),
			})
		}),
		"proposeCredit": forPeople(s.proposeCredit),
		"withdrawCredit": forPeople(onCredit(func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, rule domain.RuleID, _ args) (position, error) {
			return s.Desk.WithdrawCredit(ctx, a, id, rule)
		})),
		"appealCredit": forPeople(onCredit(func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, rule domain.RuleID, in args) (position, error) {
			return s.Desk.AppealCredit(ctx, a, id, rule, in.text("grounds"))
		})),
		"applyCredit": forPeople(onCredit(func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, rule domain.RuleID, in args) (position, error) {
			return s.Desk.ApplyCredit(ctx, a, id, rule, credit.Applied{Target: targetOf(in), Minutes: domain.Minutes(in.int("minutes"))})
		})),
		"reverseCreditApplication": forPeople(onCredit(func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, rule domain.RuleID, in args) (position, error) {
			return s.Desk.ReverseCredit(ctx, a, id, rule, targetOf(in), in.text("reason"))
		})),
	}
	for name, c := range collegeCommands(s) {
		cs[name] = c
	}
	return cs
}

// onCredit is a mutation of the credit that the input names.
func onCredit(do func(context.Context, desk.Ask, domain.ApprenticeshipID, domain.RuleID, args) (position, error)) mutate {
	return func(ctx context.Context, a desk.Ask, in args) (domain.Stream, position, error) {
		id, rule, err := pairOf(in, "creditId", credit.ID)
		if err != nil {
			return "", 0, err
		}
		p, err := do(ctx, a, id, rule, in)
		return credit.Stream(id, rule), p, err
	}
}

func takenOf(in args) []rules.Taken {
	return each(in.inputs("courses"), func(c args) rules.Taken {
		return rules.Taken{Code: domain.Written(c.text("code")), Grade: rules.Grade(c.text("grade"))}
	})
}

func targetOf(in args) credit.Target {
	return credit.Target{Process: domain.WorkProcessID(in.id("workProcess")), Course: in.id("course"), Requirement: domain.RequirementID(in.id("requirement"))}
}

func (s *Server) proposeCredit(ctx context.Context, a desk.Ask, in args) (domain.Stream, position, error) {
	id, err := idOf(in, "apprenticeId", apprenticeship.ID)
	if err != nil {
		return "", 0, err
	}
	p := desk.CreditProposal{Learner: id, Rule: domain.RuleID(in.id("ruleId")), Source: lower[credit.Source](in.enum("source")), Learning: in.text("learning")}
	if in.has("exception") {
		if p, err = exceptionOf(p, a, in.input("exception")); err != nil {
			return "", 0, err
		}
	}
	return s.Desk.ProposeCredit(ctx, a, p)
}
