package graphql

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/selfid"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

// A selfNode is what somebody said about themselves. It has no id: nobody can ask for one.
type selfNode struct {
	projections.SelfIdentification
	answers selfid.Answers
}

var selfType = object("SelfIdentification", map[string]field[selfNode]{
	"invitedOn":  get(func(n selfNode) any { return n.Invited }),
	"answeredOn": get(func(n selfNode) any { return n.Answered }),
	"answers": get(func(n selfNode) any {
		var out []selfAnswer
		for _, q := range selfid.Questions() {
			if options := n.answers[q.ID]; len(options) > 0 {
				out = append(out, selfAnswer{q.ID, options})
			}
		}
		return out
	}),
})

type selfAnswer struct {
	question string
	options  []string
}

var selfAnswerType = object("SelfIdentificationAnswer", map[string]field[selfAnswer]{
	"question": get(func(a selfAnswer) any { return a.question }),
	"options":  get(func(a selfAnswer) any { return a.options }),
})

var selfQuestionType = object("SelfIdentificationQuestion", map[string]field[selfid.Question]{
	"id":      get(func(q selfid.Question) any { return q.ID }),
	"title":   get(func(q selfid.Question) any { return q.Title }),
	"several": get(func(q selfid.Question) any { return q.Several }),
	"options": get(func(q selfid.Question) any { return q.Options }),
})

var selfCountType = object("SelfIdentificationCount", map[string]field[desk.Count]{
	"question": get(func(c desk.Count) any { return c.Question }),
	"option":   get(func(c desk.Count) any { return optional(c.Option) }),
	"count": get(func(c desk.Count) any {
		if c.Hidden {
			return nil
		}
		return c.N
	}),
})

func (s *Server) selfIdentificationQuestions(context.Context, domain.Actor, args) (any, error) {
	return selfid.Questions(), nil
}

func (s *Server) selfIdentification(ctx context.Context, by domain.Actor, _ args) (any, error) {
	said, answers, err := s.Desk.SelfIdentification(ctx, by)
	return selfNode{said, answers}, err
}

func (s *Server) selfIdentificationStatistics(ctx context.Context, by domain.Actor, _ args) (any, error) {
	return s.Desk.EqualOpportunity(ctx, by)
}

// identifyMyself answers without the name of what was changed, which nobody is told.
func (s *Server) identifyMyself(ctx context.Context, _ root, a args) (any, error) {
	by, err := asker(ctx)
	if err != nil {
		return nil, err
	}
	p, err := s.identify(ctx, by, a.input("input"))
	if r := domain.AsRefusal(err); r != nil {
		return payload{refused: r}, nil
	}
	return p, err
}

func (s *Server) identify(ctx context.Context, by domain.Actor, in args) (payload, error) {
	ask, err := forPeople(nil).ask(by, "identifyMyself", in)
	if err != nil {
		return payload{}, err
	}
	answers := selfid.Answers{}
	for _, a := range in.inputs("answers") {
		if _, twice := answers[a.id("question")]; twice {
			return payload{}, domain.Refuse(domain.Invalid, "ONE_OPTION", "Answer each question once.").About("answers")
		}
		answers[a.id("question")] = a.ids("options")
	}
	at, err := s.Desk.Identify(ctx, ask, answers)
	if err != nil {
		return payload{}, err
	}
	seen, err := s.selfIdentification(ctx, by, args{})
	return payload{object: seen, position: at}, err
}
