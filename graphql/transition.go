package graphql

import (
	"context"
	"fmt"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/domain/person"
	openings "github.com/guildhall-dev/guildhall/domain/position"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

// A transitionNode is a move that the asker may see.
type transitionNode struct {
	projections.Transition
	way pathway.Pathway
	*cohort
}

var transitionType = object("RoleTransition", map[string]field[transitionNode]{
	"id":           get(func(t transitionNode) any { return transition.Stream(t.Learner, t.To) }),
	"reference":    get(func(t transitionNode) any { return t.Reference.String() }),
	"version":      get(func(t transitionNode) any { return int(t.Version) }),
	"apprenticeId": get(func(t transitionNode) any { return apprenticeID(t.Learner) }),
	"fromRole":     get(func(t transitionNode) any { return job(t.way, t.From) }),
	"toRole":       get(func(t transitionNode) any { return job(t.way, t.To) }),
	"state":        get(func(t transitionNode) any { return upper(t.State) }),
	"effectiveOn":  get(func(t transitionNode) any { return t.EffectiveOn }),
	"proposedBy": ask(func(_ context.Context, t transitionNode, _ args) (any, error) {
		if t.outside() {
			return nil, nil
		}
		names, err := t.deciders()
		return optional(names[t.Proposer]), err
	}),
	"steps": get(func(t transitionNode) any {
		if t.outside() {
			return []stepNode{}
		}
		steps := make([]stepNode, len(t.Steps))
		for i, s := range t.Steps {
			steps[i] = stepNode{s, i + 1, t.told(), t.cohort}
		}
		return steps
	}),
	"statements": ask(func(ctx context.Context, t transitionNode, _ args) (any, error) {
		return t.said(ctx, transition.Stream(t.Learner, t.To))
	}),
	"explanations": ask(func(ctx context.Context, t transitionNode, _ args) (any, error) { return t.explained(ctx) }),
	"readiness": ask(func(_ context.Context, t transitionNode, _ args) (any, error) {
		l, ok := t.learners[t.Learner]
		if t.outside() || !ok {
			return nil, nil
		}
		findings, err := t.readiness(l.Learner, t.way, t.From)
		return readiness{pathway.Snapshot(findings), findingsOf(l.ID, findings)}, err
	}),
	"askedFor":    get(func(t transitionNode) any { return inside(t, t.AskedFor) }),
	"approvedOn":  get(func(t transitionNode) any { return inside(t, t.ApprovedOn) }),
	"confirmedOn": get(func(t transitionNode) any { return inside(t, t.ConfirmedOn) }),
	"trialEndsOn": ask(func(_ context.Context, t transitionNode, _ args) (any, error) {
		ends, err := desk.TrialEnds(t.learner(t.Learner), t.Transition)
		return inside(t, ends), err
	}),
	"withdrawnBecause": get(func(t transitionNode) any {
		if t.outside() {
			return nil
		}
		return code(t.Cause)
	}),
	"payGrade": get(func(t transitionNode) any {
		if !t.Desk.ReadsGrade(t.by, t.learner(t.Learner), t.Transition) {
			return nil
		}
		return optional(t.PayGrade)
	}),
	"positionId": get(func(t transitionNode) any {
		if t.outside() || t.Position == "" {
			return nil
		}
		return openings.Stream(t.Position)
	}),
	"waived":   ask(waivers),
	"timeline": ask(timeline),
	"comments": ask(comments),
})

// inside is a day that partners are not told.
func inside(t transitionNode, d domain.Date) domain.Date {
	if t.outside() {
		return domain.Date{}
	}
	return d
}

// told reports whether the asker reads what was written about the move.
func (t transitionNode) told() bool {
	return t.Desk.ReadsReasons(t.by, t.learner(t.Learner), t.Transition)
}

// A readiness is the evidence on which a move is decided.
type readiness struct {
	snapshot string
	findings []findingNode
}

var readinessType = object("Readiness", map[string]field[readiness]{
	"snapshot": get(func(r readiness) any { return r.snapshot }),
	"met":      get(func(r readiness) any { return met(r.findings) }),
	"total":    get(func(r readiness) any { return len(r.findings) }),
	"findings": get(func(r readiness) any { return r.findings }),
})

func (t transitionNode) key() string {
	return fmt.Sprintf("%020d.%s", t.ProposedAt.UnixMicro(), t.To)
}

func transitionPage(_ context.Context, l apprenticeNode, a args) (*page[transitionNode], error) {
	ts, err := l.transitionsOf(l.ID)
	if err != nil {
		return nil, err
	}
	return cut(ts, a)
}

func (c *cohort) transitionsOf(id domain.ApprenticeshipID) ([]transitionNode, error) {
	all, err := c.transitions()
	if err != nil {
		return nil, err
	}
	var out []transitionNode
	for _, t := range all[id] {
		if !c.outside() && !c.Desk.ReadsMove(c.by, c.learner(id), t) {
			continue
		}
		way, err := pathway.Find(t.Pathway, t.PathwayVersion)
		if err != nil {
			return nil, err
		}
		out = append(out, transitionNode{t, way, c})
	}
	return out, nil
}

// transition is one move as the asker may see it, or nil.
func (c *cohort) transition(id domain.ApprenticeshipID, to domain.RoleID) (any, error) {
	ts, err := c.transitionsOf(id)
	return only(ts, func(t transitionNode) bool { return t.To == to }), err
}

var verdicts = map[string]transition.Verdict{"APPROVE": transition.Grant, "RETURN": transition.SendBack, "REFUSE": transition.Deny}

func transitionCommands(s *Server) map[string]command {
	on := func(do func(context.Context, desk.Ask, domain.ApprenticeshipID, domain.RoleID, args) (position, error)) command {
		return forPeople(func(ctx context.Context, a desk.Ask, in args) (domain.Stream, position, error) {
			id, to, err := pairOf(in, "transitionId", transition.ID)
			if err != nil {
				return "", 0, err
			}
			p, err := do(ctx, a, id, to, in)
			return transition.Stream(id, to), p, err
		})
	}
	return map[string]command{
		"proposeTransition": forPeople(func(ctx context.Context, a desk.Ask, in args) (domain.Stream, position, error) {
			id, err := idOf(in, "apprenticeId", apprenticeship.ID)
			if err != nil {
				return "", 0, err
			}
			return s.Desk.Propose(ctx, a, id, domain.RoleID(in.id("toRole")), in.date("effectiveOn"), in.text("note"))
		}),
		"decideTransition": on(func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, to domain.RoleID, in args) (position, error) {
			return s.Desk.Decide(ctx, a, id, to, verdicts[in.enum("decision")], in.text("snapshot"), in.text("reason"))
		}),
		"withdrawTransition": on(func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, to domain.RoleID, _ args) (position, error) {
			return s.Desk.Withdraw(ctx, a, id, to)
		}),
		"scheduleTransition": on(func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, to domain.RoleID, in args) (position, error) {
			plan := desk.MovePlan{EffectiveOn: in.date("effectiveOn"), PayGrade: in.text("payGrade")}
			if in.has("positionId") {
				var err error
				if plan.Position, err = idOf(in, "positionId", openings.ID); err != nil {
					return 0, err
				}
			}
			return s.Desk.Schedule(ctx, a, id, to, plan)
		}),
		"waiveReadiness": forPeople(steer(func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, in args) (position, error) {
			return s.Desk.WaiveReadiness(ctx, a, id, domain.RoleID(in.id("toRole")), in.text("reason"))
		})),
		"delegateApproval": on(func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, to domain.RoleID, in args) (position, error) {
			deputy, err := idOf(in, "to", person.ID)
			if err != nil {
				return 0, err
			}
			return s.Desk.Delegate(ctx, a, id, to, "", deputy, in.date("from"), in.date("until"))
		}),
		"deferTransition": on(func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, to domain.RoleID, in args) (position, error) {
			return s.Desk.Defer(ctx, a, id, to, in.date("effectiveOn"), in.text("reason"))
		}),
		"rescindTransition": on(func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, to domain.RoleID, in args) (position, error) {
			return s.Desk.Rescind(ctx, a, id, to, in.text("reason"))
		}),
		"commentTransition": on(func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, to domain.RoleID, in args) (position, error) {
			return s.Desk.Comment(ctx, a, id, to, in.text("note"))
		}),
		"confirmTransition": on(func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, to domain.RoleID, _ args) (position, error) {
			return s.Desk.Confirm(ctx, a, id, to)
		}),
		"correctTransition": on(func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, to domain.RoleID, in args) (position, error) {
			return s.Desk.CorrectTerms(ctx, a, id, to, in.date("effectiveOn"), in.text("payGrade"), in.text("reason"))
		}),
	}
}
