package graphql

import (
	"context"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/internal/explain"
	"github.com/guildhall-dev/guildhall/projections"
)

// An explanationNode says why something in the record of a learner is not so yet.
type explanationNode struct {
	explain.Explanation
	learner projections.Learner
	*cohort
}

var explanationType = object("Explanation", map[string]field[explanationNode]{
	"about":     get(func(e explanationNode) any { return upper(e.About) }),
	"subjectId": get(func(e explanationNode) any { return e.Subject }),
	"title":     get(func(e explanationNode) any { return e.Title.String() }),
	"rule":      get(func(e explanationNode) any { return e.Rule }),
	"there":     get(func(e explanationNode) any { return e.There }),
	"needed":    get(func(e explanationNode) any { return e.Needed }),
	"missing":   get(func(e explanationNode) any { return e.Missing }),
	"pending":   get(func(e explanationNode) any { return e.Pending }),
	"unit":      get(func(e explanationNode) any { return upper(e.Unit) }),
	"why":       get(func(e explanationNode) any { return e.Why().String() }),
	"do":        get(func(e explanationNode) any { return e.Do() }),
	"turn":      get(func(e explanationNode) any { return optional(e.holder()) }),
	"turnName":  ask(func(ctx context.Context, e explanationNode, _ args) (any, error) { return e.turnName(ctx) }),
	"since":     get(func(e explanationNode) any { return e.Since }),
	"due":       get(func(e explanationNode) any { return e.Due }),
	"next":      get(func(e explanationNode) any { return e.Next }),
	"reason": ask(func(ctx context.Context, e explanationNode, _ args) (any, error) {
		told := e.hears()
		switch e.About {
		case explain.Credit:
			told = desk.ReadsCredits(e.by, e.learner)
		case explain.Move:
			told = desk.ReadsAll(e.by, e.learner) || e.Turn.Person == e.by.Person // who asked for it
		}
		if !told {
			return nil, nil
		}
		return e.unseal(ctx, e.Reason)
	}),
	"of": get(func(e explanationNode) any { return e.explained(e.learner, e.Of) }),
})

var explanationRuleType = object("ExplanationRule", map[string]field[explain.Rule]{
	"id":        get(func(r explain.Rule) any { return r.ID }),
	"title":     get(func(r explain.Rule) any { return r.Title.String() }),
	"source":    get(func(r explain.Rule) any { return upper(r.Source.Kind) }),
	"reference": get(func(r explain.Rule) any { return r.Source.Ref }),
})

// hears reports whether the asker is told what was said about what a learner did. Human
// resources are not, unless it is about themselves or whom they accompany.
func (e explanationNode) hears() bool {
	l := e.learner
	return e.worksOf(l.ID) && (e.by.Role != domain.HR || e.by.Person == l.Person || l.Accompanied(e.by.Person, e.Desk.Today()))
}

func (e explanationNode) holder() string {
	if e.Next == explain.DecideMove && e.Turn.Role == domain.Manager && e.Turn.Person != e.learner.Supervisor {
		return "RECEIVING_MANAGER"
	}
	return upper(e.Turn.Role)
}

// turnName is a person or institution by name, or whoever acts in a capacity; null for nobody.
func (e explanationNode) turnName(ctx context.Context) (any, error) {
	switch {
	case e.Turn.Person != "":
		return e.Desk.NameOf(ctx, e.Turn.Person)
	case e.Turn.Partner != "":
		names, err := e.colleges()
		return names[e.Turn.Partner].Name, err
	case e.Turn.Role != "":
		return anybody(e.Turn.Role), nil
	}
	return nil, nil
}

func (c *cohort) explained(l projections.Learner, es []explain.Explanation) []explanationNode {
	return each(es, func(e explain.Explanation) explanationNode { return explanationNode{e, l, c} })
}

// explanations are those of a learner that fit, in the order of reading. There are none for
// partners. Who may not know whom a learner lets see what, is not told what is not shared.
func (c *cohort) explanations(ctx context.Context, id domain.ApprenticeshipID, fits func(explain.Explanation) bool) (any, error) {
	l, ok := c.learners[id]
	if c.outside() || !ok {
		return []explanationNode{}, nil
	}
	es, err := c.Desk.Explain(ctx, l.Learner)
	return c.explained(l.Learner, slices.DeleteFunc(es, func(e explain.Explanation) bool {
		return !fits(e) || !desk.Tells(c.by, l.Learner, e.About) || e.About == explain.Sharing && !seesConsents(c.by, l.Person) || e.About == explain.Hours && !l.works
	})), err
}

func explanationsOf(ctx context.Context, l apprenticeNode, a args) (any, error) {
	about := each(a.ids("about"), lower[explain.About])
	return l.explanations(ctx, l.ID, func(e explain.Explanation) bool { return len(about) == 0 || slices.Contains(about, e.About) })
}

func (t transitionNode) explained(ctx context.Context) (any, error) {
	return t.explanations(ctx, t.Learner, func(e explain.Explanation) bool { return e.Subject == transition.Stream(t.Learner, t.To) })
}

func (c creditNode) explained(ctx context.Context) (any, error) {
	return c.explanations(ctx, c.Learner, func(e explain.Explanation) bool { return e.Subject == c.Stream() })
}

// A turnNode is something that waits for the asker.
type turnNode struct {
	desk.Turn
	*cohort
}

var turnType = object("Turn", map[string]field[turnNode]{
	"apprenticeId":   get(func(t turnNode) any { return apprenticeID(t.Learner.ID) }),
	"apprenticeName": ask(func(ctx context.Context, t turnNode, _ args) (any, error) { return t.Desk.Name(ctx, t.Learner.Name) }),
	"explanation":    get(func(t turnNode) any { return explanationNode{t.Explanation, t.Learner, t.cohort} }),
	"days":           get(func(t turnNode) any { return t.Days }),
	"urgency":        get(func(t turnNode) any { return upper(t.Urgency) }),
})

func (s *Server) turns(ctx context.Context, by domain.Actor, a args) (any, error) {
	if by.Role == domain.Partner {
		return nil, peopleOnly
	}
	waiting, err := s.Desk.Turns(ctx, by)
	if err != nil {
		return nil, err
	}
	c, err := s.gather(ctx, by, each(waiting, func(t desk.Turn) *projections.Known { return &projections.Known{Learner: t.Learner} }))
	return each(waiting[:min(a.int("first"), len(waiting))], func(t desk.Turn) turnNode { return turnNode{t, c} }), err
}
