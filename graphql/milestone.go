package graphql

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

// A milestoneNode is a milestone of a learner, perhaps one that was not begun.
type milestoneNode struct {
	*projections.Milestone
	requirement *pathway.Requirement
	place       int // in the order of the pathway
	*cohort
}

var milestoneType = object("Milestone", map[string]field[milestoneNode]{
	"id":           get(func(m milestoneNode) string { return string(m.Stream()) }),
	"version":      get(func(m milestoneNode) int { return int(m.Version) }),
	"apprenticeId": get(func(m milestoneNode) any { return apprenticeID(m.Learner) }),
	"requirement": lead(func(_ context.Context, m milestoneNode, _ args) (*pathway.Requirement, error) {
		return m.requirement, nil
	}),
	"title":    get(func(m milestoneNode) string { return m.requirement.Title }),
	"state":    enum(func(m milestoneNode) pathway.MilestoneState { return m.State }),
	"syncRows": ask(milestoneRows),
	"statements": ask(func(ctx context.Context, m milestoneNode, _ args) (any, error) {
		return m.said(ctx, milestone.Stream(m.Learner, m.Requirement))
	}),
	"attainedOn": get(func(m milestoneNode) domain.Date {
		if m.State != pathway.Attained {
			return domain.Date{}
		}
		return m.Since
	}),
	"rating":     some(func(m milestoneNode) int { return m.Level }),
	"due":        get(func(m milestoneNode) any { return m.privately(optional(m.Due)) }),
	"validUntil": get(func(m milestoneNode) domain.Date { return m.ValidUntil }),
	"passed":     get(func(m milestoneNode) any { return m.privately(m.Passed()) }),
	"needed":     get(func(m milestoneNode) any { return m.privately(max(m.Successes, m.requirement.Successes())) }),
	"waived": get(func(m milestoneNode) any {
		if m.State != pathway.Waived {
			return nil
		}
		return m.privately(upper(m.Basis))
	}),
	"feedback": ask(func(ctx context.Context, m milestoneNode, _ args) (any, error) {
		if m.privately(true) == nil {
			return nil, nil
		}
		return m.unseal(ctx, m.Feedback)
	}),
	"attempts": get(func(m milestoneNode) any {
		if m.privately(true) == nil {
			return []attemptNode{}
		}
		return each(m.Attempts, func(a projections.Attempt) attemptNode { return attemptNode{a, m} })
	}),
	"evidence": get(func(m milestoneNode) any {
		if m.privately(true) == nil {
			return []evidenceNode{}
		}
		return each(m.Evidence, func(e projections.Evidence) evidenceNode { return evidenceNode{e, m.cohort} })
	}),
})

// privately is v for the learner, for those who teach them and for those who run programmes;
// null for others.
func (m milestoneNode) privately(v any) any {
	if m.worksOf(m.Learner) || m.by.Person != "" && m.by.Person == m.Assessor {
		return v
	}
	return nil
}

// shown reports whether the asker sees a milestone at all: who does not read what a learner did
// sees what was attained, or let pass. A partner sees what was left to it.
func (m milestoneNode) shown() bool {
	return m.outside() || m.State == pathway.Attained || m.State == pathway.Waived || m.privately(true) != nil
}

// An attemptNode is one attempt at a milestone.
type attemptNode struct {
	projections.Attempt
	of milestoneNode
}

var attemptType = object("Attempt", map[string]field[attemptNode]{
	"number":    get(func(a attemptNode) any { return a.Number }),
	"on":        get(func(a attemptNode) any { return a.On }),
	"passed":    get(func(a attemptNode) any { return a.of.Passes(a.Attempt) }),
	"counts":    get(func(a attemptNode) any { return !a.Lapsed }),
	"rating":    get(func(a attemptNode) any { return a.mark(a.MaxScore == 0, a.Now.Rating) }),
	"score":     get(func(a attemptNode) any { return a.mark(a.MaxScore > 0, a.Now.Score) }),
	"maxScore":  get(func(a attemptNode) any { return optional(a.MaxScore) }),
	"wasRating": get(func(a attemptNode) any { return a.mark(a.MaxScore == 0 && a.Now != a.Was, a.Was.Rating) }),
	"wasScore":  get(func(a attemptNode) any { return a.mark(a.MaxScore > 0 && a.Now != a.Was, a.Was.Score) }),
	"reason":    ask(func(ctx context.Context, a attemptNode, _ args) (any, error) { return a.of.unseal(ctx, a.Reason) }),
	"assessor": ask(func(ctx context.Context, a attemptNode, _ args) (any, error) {
		names, err := a.of.server.named(ctx, a.Assessor)
		return optional(names[a.Assessor]), err
	}),
})

func (a attemptNode) mark(there bool, points int) any {
	if !there {
		return nil
	}
	return points
}

// An evidenceNode is something that a learner showed.
type evidenceNode struct {
	projections.Evidence
	*cohort
}

var evidenceType = object("Evidence", map[string]field[evidenceNode]{
	"kind": get(func(e evidenceNode) any { return upper(e.Kind) }),
	"note": ask(func(ctx context.Context, e evidenceNode, _ args) (any, error) {
		first, err := e.Desk.Original(ctx, e.Evidence)
		if err != nil {
			return nil, err
		}
		return e.Desk.Text(ctx, first.Note)
	}),
	"uri": ask(func(ctx context.Context, e evidenceNode, _ args) (any, error) {
		first, err := e.Desk.Original(ctx, e.Evidence)
		if err != nil {
			return nil, err
		}
		link, err := e.Desk.Link(ctx, first)
		return optional(link), err
	}),
	"product": ask(func(ctx context.Context, e evidenceNode, _ args) (any, error) {
		first, err := e.Desk.Original(ctx, e.Evidence)
		if err != nil {
			return nil, err
		}
		return e.unseal(ctx, first.Product)
	}),
	"team": ask(func(ctx context.Context, e evidenceNode, _ args) (any, error) {
		names, err := e.server.named(ctx, e.Team...)
		return each(e.Team, func(p domain.PersonID) string { return names[p] }), err
	}),
	"attestedBy": ask(func(_ context.Context, e evidenceNode, _ args) (any, error) {
		if e.Partner == "" {
			return nil, nil
		}
		names, err := e.colleges()
		return institution(names[e.Partner]), err
	}),
	"on": get(func(e evidenceNode) any { return e.On }),
})

func (m milestoneNode) key() string {
	place := strconv.Itoa(m.place)
	return "0000"[min(len(place), 4):] + place + "." + string(m.requirement.ID)
}

func milestonePage(_ context.Context, l apprenticeNode, a args) (*page[milestoneNode], error) {
	ms, err := l.milestonesOf(l.fellow)
	if err != nil {
		return nil, err
	}
	if states := a.ids("state"); len(states) > 0 {
		ms = slices.DeleteFunc(ms, func(m milestoneNode) bool { return !slices.Contains(states, upper(m.State)) })
	}
	if kinds := a.ids("kindId"); len(kinds) > 0 {
		ms = slices.DeleteFunc(ms, func(m milestoneNode) bool { return !slices.Contains(kinds, string(m.requirement.Kind)) })
	}
	return cut(ms, a)
}

// milestonesOf returns a learner's milestones in the order of the pathway: for people all
// of them, for a partner those that it may see.
func (c *cohort) milestonesOf(l *fellow) ([]milestoneNode, error) {
	begun, err := c.begun(l)
	if err != nil {
		return nil, err
	}
	way, err := c.server.way(&l.Learner)
	if err != nil {
		return nil, err
	}
	out := make([]milestoneNode, 0, len(begun))
	if !c.outside() {
		out = slices.Grow(out, len(way.milestones)+len(begun))
		for i := range way.milestones {
			r := &way.milestones[i]
			m := &projections.Milestone{Learner: l.ID, Requirement: r.ID, State: pathway.Planned}
			if at, ok := slices.BinarySearchFunc(begun, r.ID, milestoneFor); ok {
				m = &begun[at]
			}
			out = append(out, milestoneNode{m, r, i + 1, c})
		}
	}
	for i := range begun {
		m := &begun[i]
		place, ok := way.places[m.Requirement]
		switch {
		case ok && c.outside():
			out = append(out, milestoneNode{m, &way.milestones[place-1], place, c})
		case !ok:
			r, err := c.besides(l.Learner, m.Requirement)
			if err != nil {
				return nil, err
			}
			out = append(out, milestoneNode{m, r, len(way.milestones) + 1, c})
		}
	}
	out = slices.DeleteFunc(out, func(m milestoneNode) bool { return !m.shown() })
	slices.SortFunc(out, func(a, b milestoneNode) int {
		return cmp.Or(cmp.Compare(a.place, b.place), cmp.Compare(a.requirement.ID, b.requirement.ID))
	})
	return out, nil
}

func milestoneFor(m projections.Milestone, r domain.RequirementID) int {
	return cmp.Compare(m.Requirement, r)
}

// besides describes a requirement that is not on a learner's pathway.
func (c *cohort) besides(l projections.Learner, id domain.RequirementID) (*pathway.Requirement, error) {
	skills, err := c.competencies(l)
	if err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(skills, func(s pathway.Requirement) bool { return s.ID == id }); i >= 0 {
		return &skills[i], nil
	}
	r, err := elsewhere(id)
	return &r, err
}

// competencies are those of the standard that a learner keeps.
func (c *cohort) competencies(l projections.Learner) ([]pathway.Requirement, error) {
	e := l.Edition()
	if known, ok := c.skills[e]; ok {
		return known, nil
	}
	standards, err := c.standards()
	if err == nil {
		c.skills[e] = desk.CompetenciesOf(standards[e])
	}
	return c.skills[e], err
}

// competencyList is every competency of a learner's standard and how far it is shown; empty
// for partners.
func competencyList(_ context.Context, l apprenticeNode, _ args) (any, error) {
	if l.outside() {
		return []milestoneNode{}, nil
	}
	begun, err := l.begun(l.fellow)
	if err != nil {
		return nil, err
	}
	skills, err := l.competencies(l.Learner)
	nodes := each(skills, func(r pathway.Requirement) milestoneNode {
		m := projections.Milestone{Learner: l.ID, Requirement: r.ID, State: pathway.Planned}
		if i := slices.IndexFunc(begun, func(m projections.Milestone) bool { return m.Requirement == r.ID }); i >= 0 {
			m = begun[i]
		}
		return milestoneNode{&m, &r, 0, l.cohort}
	})
	return slices.DeleteFunc(nodes, func(m milestoneNode) bool { return !m.shown() }), err
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
	l, ok := c.learners[id]
	if !ok {
		return nil, nil
	}
	ms, err := c.milestonesOf(l)
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
		"planMilestone": on(func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, req domain.RequirementID, in args) (position, error) {
			return s.Desk.PlanMilestone(ctx, a, id, req, in.date("due"))
		}),
		"submitEvidence": on(func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, req domain.RequirementID, in args) (position, error) {
			shown := desk.Shown{Kind: lower[milestone.Kind](in.enum("kind")), Note: in.text("note"), URI: in.text("uri"), Product: in.text("product")}
			for _, id := range in.ids("team") {
				who, err := person.ID(domain.Stream(id))
				if err != nil || !wellFormed(domain.Stream(id)) {
					return 0, domain.Refuse(domain.Invalid, "BAD_ID", "%q is not the id of a person. Pass an id as it was answered, unchanged.", clip(id)).About("team")
				}
				shown.Team = append(shown.Team, who)
			}
			return s.Desk.SubmitEvidence(ctx, a, id, req, shown)
		}),
		"assessMilestone": on(func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, req domain.RequirementID, in args) (position, error) {
			if !in.has("rating") && !in.has("score") {
				return 0, domain.Refuse(domain.Invalid, "RATING_MISSING", "Rate the evidence, or give its score.").About("rating")
			}
			return s.Desk.Assess(ctx, a, id, req, desk.Assessment{Mark: markOf(in), Feedback: in.text("feedback"), ValidUntil: in.date("validUntil")})
		}),
		"observeMilestone": on(func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, req domain.RequirementID, in args) (position, error) {
			return s.Desk.Observe(ctx, a, id, req, in.int("rating"), in.text("feedback"))
		}),
		"correctAssessment": on(func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, req domain.RequirementID, in args) (position, error) {
			if !in.has("rating") && !in.has("score") {
				return 0, domain.Refuse(domain.Invalid, "RATING_MISSING", "Say what is right.").About("rating")
			}
			return s.Desk.CorrectAssessment(ctx, a, id, req, in.int("attempt"), markOf(in), in.text("reason"))
		}),
		"waiveMilestone": on(func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, req domain.RequirementID, in args) (position, error) {
			return s.Desk.WaiveMilestone(ctx, a, id, req, lower[milestone.Basis](in.enum("basis")), in.text("reason"))
		}),
		"revokeMilestone": on(func(ctx context.Context, a desk.Ask, id domain.ApprenticeshipID, req domain.RequirementID, in args) (position, error) {
			return s.Desk.RevokeMilestone(ctx, a, id, req, in.text("reason"))
		}),
	}
}

func markOf(in args) milestone.Mark {
	return milestone.Mark{Rating: in.int("rating"), Score: in.int("score")}
}
