package graphql

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

// A milestoneNode is a milestone of a learner, perhaps one that was not begun.
type milestoneNode struct {
	projections.Milestone
	requirement pathway.Requirement
	place       int // in the order of the pathway
	*cohort
}

var milestoneType = object("Milestone", map[string]field[milestoneNode]{
	"id":           get(func(m milestoneNode) any { return milestone.Stream(m.Learner, m.Requirement) }),
	"version":      get(func(m milestoneNode) any { return int(m.Version) }),
	"apprenticeId": get(func(m milestoneNode) any { return apprenticeID(m.Learner) }),
	"requirement":  get(func(m milestoneNode) any { return m.requirement }),
	"title":        get(func(m milestoneNode) any { return m.requirement.Title }),
	"state":        get(func(m milestoneNode) any { return upper(m.State) }),
	"attainedOn": get(func(m milestoneNode) any {
		if m.State != pathway.Attained {
			return nil
		}
		return m.Since
	}),
	"rating": get(func(m milestoneNode) any { return optional(m.Level) }),
	"evidence": get(func(m milestoneNode) any {
		if m.outside() {
			return []evidenceNode{}
		}
		return each(m.Evidence, func(e projections.Evidence) evidenceNode { return evidenceNode{e, m.cohort} })
	}),
})

// An evidenceNode is something that a learner showed.
type evidenceNode struct {
	projections.Evidence
	*cohort
}

var evidenceType = object("Evidence", map[string]field[evidenceNode]{
	"kind": get(func(e evidenceNode) any { return upper(e.Kind) }),
	"note": func(ctx context.Context, e evidenceNode, _ args) (any, error) { return e.Desk.Text(ctx, e.Note) },
	"uri": func(ctx context.Context, e evidenceNode, _ args) (any, error) {
		link, err := e.Desk.Link(ctx, e.Evidence)
		return optional(link), err
	},
	"on": get(func(e evidenceNode) any { return e.On }),
})

func (m milestoneNode) key() string { return fmt.Sprintf("%04d.%s", m.place, m.Requirement) }

func milestonePage(_ context.Context, l apprenticeNode, a args) (any, error) {
	ms, err := l.milestonesOf(l.ID)
	if err != nil {
		return nil, err
	}
	if states := a.ids("state"); len(states) > 0 {
		ms = slices.DeleteFunc(ms, func(m milestoneNode) bool { return !slices.Contains(states, upper(m.State)) })
	}
	return cut(ms, milestoneNode.key, a)
}

// milestonesOf returns a learner's milestones in the order of the pathway: for people all
// of them, for a partner those that it may see.
func (c *cohort) milestonesOf(id domain.ApprenticeshipID) ([]milestoneNode, error) {
	l, ok := c.learners[id]
	if !ok {
		return nil, nil
	}
	all, err := c.milestones()
	if err != nil {
		return nil, err
	}
	p, err := desk.Pathway(l)
	if err != nil {
		return nil, err
	}
	begun := map[domain.RequirementID]projections.Milestone{}
	for _, m := range all[id] {
		begun[m.Requirement] = m
	}
	var out []milestoneNode
	place := 0
	for _, stage := range p.Stages {
		for r := range stage.Milestones() {
			place++
			m, ok := begun[r.ID]
			if !ok && c.outside() {
				continue
			}
			if !ok {
				m = projections.Milestone{Learner: id, Requirement: r.ID, State: pathway.Planned}
			}
			delete(begun, r.ID)
			out = append(out, milestoneNode{m, r, place, c})
		}
	}
	for _, m := range begun {
		r, err := elsewhere(m.Requirement)
		if err != nil {
			return nil, err
		}
		out = append(out, milestoneNode{m, r, place + 1, c})
	}
	slices.SortFunc(out, func(a, b milestoneNode) int { return cmp.Compare(a.key(), b.key()) })
	return out, nil
}

// elsewhere describes a requirement that is not on a learner's pathway: a college may
// award credit for more.
func elsewhere(id domain.RequirementID) (pathway.Requirement, error) {
	known, err := pathway.Catalogue()
	for _, p := range slices.Backward(known) {
		if r, _, ok := p.Requirement(id); ok {
			return r, err
		}
	}
	return pathway.Requirement{ID: id, Title: string(id), Kind: pathway.Course}, err
}

// milestone is one milestone as the asker may see it, or nil.
func (c *cohort) milestone(id domain.ApprenticeshipID, req domain.RequirementID) (any, error) {
	ms, err := c.milestonesOf(id)
	return only(ms, func(m milestoneNode) bool { return m.Requirement == req }), err
}

// only is the item of a list that fits, or nil.
func only[T any](list []T, fits func(T) bool) any {
	if i := slices.IndexFunc(list, fits); i >= 0 {
		return list[i]
	}
	return nil
}

func milestoneCommands(s *Server) map[string]command {
	on := func(do func(context.Context, desk.Ask, domain.ApprenticeshipID, domain.RequirementID, args) (position, error)) command {
		return forPeople(func(ctx context.Context, a desk.Ask, in args) (domain.Stream, position, error) {
			id, req, err := pairOf(in, "milestoneId", milestone.ID)
			if err != nil {
				return "", 0, err
			}
			p, err := do(ctx, a, id, req, in)
			return milestone.Stream(id, req), p, err
		})
	}
	return map[string]command{
		"startMilestone": on(func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, req domain.RequirementID, _ args) (position, error) {
			return s.Desk.StartMilestone(ctx, a, id, req)
		}),
		"submitEvidence": on(func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, req domain.RequirementID, in args) (position, error) {
			return s.Desk.SubmitEvidence(ctx, a, id, req, lower[milestone.Kind](in.enum("kind")), in.text("note"), in.text("uri"))
		}),
		"assessMilestone": on(func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, req domain.RequirementID, in args) (position, error) {
			return s.Desk.Assess(ctx, a, id, req, in.int("rating"), in.text("feedback"))
		}),
	}
}
