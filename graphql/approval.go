package graphql

import (
	"context"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/projections"
)

// A stepNode is one approval of a move, numbered from 1.
type stepNode struct {
	projections.Step
	number int
	told   bool // the asker reads what was written about the move
	*cohort
}

var approvalStepType = object("ApprovalStep", map[string]field[stepNode]{
	"number":     get(func(s stepNode) any { return s.number }),
	"office":     get(func(s stepNode) any { return s.Office }),
	"state":      get(func(s stepNode) any { return upper(s.State) }),
	"holderName": ask(func(_ context.Context, s stepNode, _ args) (any, error) { return s.holder() }),
	"openedOn":   get(func(s stepNode) any { return dayOf(s.OpenedAt) }),
	"dueOn":      get(func(s stepNode) any { return s.DueOn }),
	"overdue": get(func(s stepNode) any {
		return s.State == projections.StepOpen && s.Desk.Today().After(s.DueOn)
	}),
	"deputyName": ask(func(_ context.Context, s stepNode, _ args) (any, error) {
		names, err := s.deciders()
		return optional(names[s.Deputy]), err
	}),
	"deputyFrom":  get(func(s stepNode) any { return s.DeputyFrom }),
	"deputyUntil": get(func(s stepNode) any { return s.DeputyUntil }),
	"overdueWith": ask(func(_ context.Context, s stepNode, _ args) (any, error) {
		names, err := s.deciders()
		return optional(names[s.OverdueWith]), err
	}),
	"decidedOn": get(func(s stepNode) any { return dayOf(s.DecidedAt) }),
	"reason": ask(func(ctx context.Context, s stepNode, _ args) (any, error) {
		if !s.told && (s.DecidedBy == "" || s.DecidedBy != s.by.Person) {
			return nil, nil
		}
		return s.unseal(ctx, s.Reason)
	}),
})

func (s stepNode) holder() (any, error) {
	names, err := s.deciders()
	switch holder := s.Holder(s.Desk.Today()); {
	case s.DecidedBy != "":
		return names[s.DecidedBy], err
	case holder != "":
		return names[holder], err
	}
	return anybody(s.Capacity), err
}

// An openApproval is to be given by somebody.
type openApproval struct {
	projections.Due
	*cohort
}

var openApprovalType = object("OpenApproval", map[string]field[openApproval]{
	"transitionId": get(func(o openApproval) any { return transition.Stream(o.Learner, o.To) }),
	"apprenticeId": get(func(o openApproval) any { return apprenticeID(o.Learner) }),
	"apprenticeName": ask(func(ctx context.Context, o openApproval, _ args) (any, error) {
		return o.Desk.Name(ctx, o.learner(o.Learner).Name)
	}),
	"toRole": get(func(o openApproval) any { return o.To }),
	"step":   get(func(o openApproval) any { return stepNode{o.Step, o.Number + 1, false, o.cohort} }),
})

func (s *Server) approvals(ctx context.Context, by domain.Actor, a args) (any, error) {
	if by.Role == domain.Partner {
		return nil, peopleOnly
	}
	due, err := s.Desk.Approvals(ctx, by)
	if err != nil {
		return nil, err
	}
	due = due[:min(len(due), max(0, a.int("first")))]
	c, err := s.cohort(ctx, by, each(due, func(d projections.Due) domain.ApprenticeshipID { return d.Learner })...)
	if err != nil {
		return nil, err
	}
	var out []openApproval
	for _, d := range due {
		if _, seen := c.learners[d.Learner]; seen {
			out = append(out, openApproval{d, c})
		}
	}
	return out, nil
}

// A waiverNode is a requirement that a coordinator let pass.
type waiverNode struct {
	projections.Waiver
	by     string
	reason any
}

var waivedRequirementType = object("WaivedRequirement", map[string]field[waiverNode]{
	"requirement": get(func(w waiverNode) any { return w.Requirement }),
	"by":          get(func(w waiverNode) any { return w.by }),
	"on":          get(func(w waiverNode) any { return dayOf(w.At) }),
	"reason":      get(func(w waiverNode) any { return w.reason }),
})

// waivers is empty for partners. Who approves reads the reasons; a mentor does not.
func waivers(ctx context.Context, t transitionNode, _ args) (any, error) {
	if t.outside() {
		return []waiverNode{}, nil
	}
	ws, err := t.Read.Waivers(ctx, t.Learner, t.To)
	if err != nil {
		return nil, err
	}
	names, err := t.server.named(ctx, each(ws, func(w projections.Waiver) domain.PersonID { return w.By })...)
	if err != nil {
		return nil, err
	}
	out := make([]waiverNode, len(ws))
	for i, w := range ws {
		out[i] = waiverNode{Waiver: w, by: names[w.By]}
		if !t.Desk.ReadsWaivers(t.by, t.learner(t.Learner), t.Transition) {
			continue
		}
		if out[i].reason, err = t.unseal(ctx, w.Reason); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// A moveFact is one line of the timeline of a move.
type moveFact struct {
	projections.MoveFact
	names map[domain.PersonID]string
	*cohort
}

var transitionFactType = object("TransitionFact", map[string]field[moveFact]{
	"fact":   get(func(f moveFact) any { return strings.TrimPrefix(f.Event, "transition.") }),
	"at":     get(func(f moveFact) any { return f.At }),
	"by":     get(func(f moveFact) any { return optional(f.names[f.By]) }),
	"office": get(func(f moveFact) any { return optional(f.Office) }),
	"to":     get(func(f moveFact) any { return optional(f.names[f.To]) }),
	"day":    get(func(f moveFact) any { return f.Day }),
	"reason": ask(func(ctx context.Context, f moveFact, _ args) (any, error) { return f.unseal(ctx, f.Reason) }),
	"cause":  get(func(f moveFact) any { return code(f.Cause) }),
})

// timeline is empty for partners.
func timeline(ctx context.Context, t transitionNode, _ args) (any, error) {
	if t.outside() {
		return []moveFact{}, nil
	}
	facts, err := t.Desk.Timeline(ctx, t.by, t.Learner, t.To)
	if err != nil {
		return nil, err
	}
	var ids []domain.PersonID
	for _, f := range facts {
		ids = append(ids, f.By, f.To)
	}
	names, err := t.server.named(ctx, ids...)
	return each(facts, func(f projections.MoveFact) moveFact { return moveFact{f, names, t.cohort} }), err
}
