package graphql

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/partner"
	"github.com/guildhall-dev/guildhall/domain/standard"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

// runs reports whether the asker is the learner, or reads and runs everybody's record.
func (l apprenticeNode) runs() bool {
	return l.by.Role == domain.Coordinator || l.by.Role == domain.Auditor || l.by.Person != "" && l.by.Person == l.Person
}

// own is what read gives to those of whom runs speaks, and null to others.
func own(read func(apprenticeNode) any) field[apprenticeNode] {
	return get(func(l apprenticeNode) any {
		if !l.runs() {
			return nil
		}
		return read(l)
	})
}

// recordFields are what befell an apprenticeship besides its status.
var recordFields = map[string]field[apprenticeNode]{
	"registration": ask(func(_ context.Context, l apprenticeNode, _ args) (any, error) {
		if l.Agency == "" || !l.runs() && l.by.Role != domain.HR {
			return nil, nil
		}
		return l.Life, nil
	}),
	"ruleSet": get(func(l apprenticeNode) any { return l.RuleSet }),
	"standard": ask(func(_ context.Context, l apprenticeNode, _ args) (any, error) {
		all, err := l.standards()
		return all[l.Edition()], err
	}),
	"breaks": get(func(l apprenticeNode) any {
		if !l.works {
			return []breakNode{}
		}
		out := make([]breakNode, len(l.Pauses))
		for i, p := range l.Pauses {
			out[i] = breakNode{p, i + 1}
		}
		return out
	}),
	"endedOn": get(func(l apprenticeNode) any { return optional(l.EndedOn) }),
	"mentors": ask(func(_ context.Context, l apprenticeNode, _ args) (any, error) {
		if l.outside() {
			return []mentoringNode{}, nil
		}
		all, err := l.mentors()
		return each(all[l.ID], func(m apprenticeship.Mentoring) mentoringNode { return mentoringNode{m, l.cohort} }), err
	}),
	"completion": ask(func(_ context.Context, l apprenticeNode, _ args) (any, error) {
		if !l.works {
			return []standard.Finding{}, nil
		}
		merits, err := l.merits()
		if err != nil {
			return nil, err
		}
		all, err := l.standards()
		if err != nil {
			return nil, err
		}
		return desk.Completed(l.Learner, all[l.Edition()], merits[l.ID])
	}),
	"priorCredit": ask(func(_ context.Context, l apprenticeNode, _ args) (any, error) {
		if !l.works {
			return []priorNode{}, nil
		}
		ps, err := l.prior()
		return each(ps[l.ID], func(p projections.Prior) priorNode { return priorNode{p, l} }), err
	}),
	"evaluations": ask(func(_ context.Context, l apprenticeNode, _ args) (any, error) {
		all, err := l.evaluations()
		return each(l.Desk.Evaluations(l.by, l.Learner, all[l.ID]), func(e projections.Evaluation) evaluationNode { return evaluationNode{e, l.cohort} }), err
	}),
	"wages": ask(func(_ context.Context, l apprenticeNode, _ args) (any, error) {
		if !desk.SeesPay(l.by, l.Learner) {
			return nil, nil
		}
		all, err := l.pay()
		return wagesNode{all[l.ID], l.cohort}, err
	}),
	"proposedAmendment": own(func(l apprenticeNode) any {
		if l.Offer == (apprenticeship.Amendment{}) {
			return nil
		}
		return l.Offer
	}),
	"transferTo": own(func(l apprenticeNode) any { return optional(l.TransferTo) }),
	"assessments": get(func(l apprenticeNode) any {
		if !l.runs() {
			return []assessmentNode{}
		}
		return each(l.Assessments, func(a projections.Assessment) assessmentNode { return assessmentNode{a, l.cohort} })
	}),
}

var registrationType = object("Registration", map[string]field[projections.Life]{
	"agency":       get(func(r projections.Life) any { return r.Agency }),
	"apprenticeNo": get(func(r projections.Life) any { return r.Number }),
	"on":           get(func(r projections.Life) any { return r.RegisteredOn }),
})

type breakNode struct {
	apprenticeship.Pause
	no int
}

var breakType = object("Break", map[string]field[breakNode]{
	"no":   get(func(b breakNode) any { return b.no }),
	"from": get(func(b breakNode) any { return b.From }),
	"to":   get(func(b breakNode) any { return optional(b.To) }),
})

type mentoringNode struct {
	apprenticeship.Mentoring
	*cohort
}

var mentoringType = object("Mentoring", map[string]field[mentoringNode]{
	"name": ask(func(_ context.Context, m mentoringNode, _ args) (any, error) {
		names, err := m.teachers()
		return names[m.Mentor], err
	}),
	"kind": get(func(m mentoringNode) any { return upper(m.Kind) }),
	"from": get(func(m mentoringNode) any { return m.From }),
	"to":   get(func(m mentoringNode) any { return optional(m.To) }),
})

var completionRules = map[standard.Rule]string{
	standard.ProcessHours: "PROCESS_HOURS", standard.TermHours: "TERM_HOURS", standard.SomeHours: "SOME_HOURS", standard.CompetencyRated: "COMPETENCY",
	standard.CourseTaken: "COURSE", standard.CourseChosen: "COURSE_OF_GROUP", standard.InstructionHours: "INSTRUCTION", standard.OffTheJobHours: "OFF_THE_JOB",
}

var completionFindingType = object("CompletionFinding", map[string]field[standard.Finding]{
	"rule":  get(func(f standard.Finding) any { return completionRules[f.Rule] }),
	"title": get(func(f standard.Finding) any { return f.Title }),
	"there": get(func(f standard.Finding) any { return f.There }),
	"need":  get(func(f standard.Finding) any { return f.Need }),
	"met":   get(func(f standard.Finding) any { return f.Met }),
})

type priorNode struct {
	projections.Prior
	of apprenticeNode
}

var priorCreditType = object("PriorCredit", map[string]field[priorNode]{
	"entryId":       get(func(p priorNode) any { return p.Entry }),
	"processes":     get(func(p priorNode) any { return p.Processes }),
	"competencyIds": get(func(p priorNode) any { return p.Competencies }),
	"courseIds":     get(func(p priorNode) any { return p.Courses }),
	"evidence": ask(func(ctx context.Context, p priorNode, _ args) (any, error) {
		if !p.of.runs() {
			return nil, nil
		}
		return p.of.Desk.Text(ctx, p.Evidence)
	}),
	"on": get(func(p priorNode) any { return p.On }),
})

var learnedType = object("Learned", map[string]field[apprenticeship.Learned]{
	"workProcessId": get(func(l apprenticeship.Learned) any { return l.WorkProcess }),
	"minutes":       get(func(l apprenticeship.Learned) any { return l.Minutes }),
})

type evaluationNode struct {
	projections.Evaluation
	*cohort
}

var evaluationType = object("Evaluation", map[string]field[evaluationNode]{
	"entryId": get(func(e evaluationNode) any { return e.Entry }),
	"evaluator": ask(func(_ context.Context, e evaluationNode, _ args) (any, error) {
		names, err := e.teachers()
		return names[e.By], err
	}),
	"from":    get(func(e evaluationNode) any { return e.From }),
	"to":      get(func(e evaluationNode) any { return e.To }),
	"ratings": get(func(e evaluationNode) any { return e.Ratings }),
	"next":    ask(func(ctx context.Context, e evaluationNode, _ args) (any, error) { return e.shown(ctx, e.Next) }),
})

var competencyRatingType = object("CompetencyRating", map[string]field[apprenticeship.Rating]{
	"competencyId": get(func(r apprenticeship.Rating) any { return r.Competency }),
	"rating":       get(func(r apprenticeship.Rating) any { return r.Level }),
})

type wagesNode struct {
	projections.Pay
	*cohort
}

var wagesType = object("Wages", map[string]field[wagesNode]{
	"atEntryCents":       get(func(w wagesNode) any { return cents(w.Entry) }),
	"journeyworkerCents": get(func(w wagesNode) any { return cents(w.Journey) }),
	"steps": get(func(w wagesNode) any {
		return each(w.Steps, func(s projections.WageStep) wageStepNode { return wageStepNode{s, w.cohort} })
	}),
})

// cents is an amount, or null where it is not on record.
func cents(c domain.Cents) any { return optional(int(c)) }

type wageStepNode struct {
	projections.WageStep
	*cohort
}

var wageStepType = object("WageStep", map[string]field[wageStepNode]{
	"step":        get(func(s wageStepNode) any { return s.Step }),
	"state":       get(func(s wageStepNode) any { return upper(s.State) }),
	"credited":    get(func(s wageStepNode) any { return s.Credited }),
	"minutes":     get(func(s wageStepNode) any { return s.Basis.Minutes }),
	"months":      get(func(s wageStepNode) any { return s.Basis.Months }),
	"dueOn":       get(func(s wageStepNode) any { return s.DueOn }),
	"rateCents":   get(func(s wageStepNode) any { return cents(s.Rate) }),
	"effectiveOn": get(func(s wageStepNode) any { return optional(s.EffectiveOn) }),
	"reason":      ask(func(ctx context.Context, s wageStepNode, _ args) (any, error) { return s.shown(ctx, s.Reason) }),
})

// shown is a text, or null where there is none.
func (c *cohort) shown(ctx context.Context, s domain.Sealed) (any, error) {
	if s == "" {
		return nil, nil
	}
	return c.Desk.Text(ctx, s)
}

var versionsType = object("Amendment", map[string]field[apprenticeship.Amendment]{
	"standardVersion": get(func(a apprenticeship.Amendment) any { return optional(a.StandardVersion) }),
	"pathwayVersion":  get(func(a apprenticeship.Amendment) any { return optional(a.PathwayVersion) }),
	"ruleSet":         get(func(a apprenticeship.Amendment) any { return optional(a.RuleSet) }),
})

type assessmentNode struct {
	projections.Assessment
	*cohort
}

var assessmentType = object("Assessment", map[string]field[assessmentNode]{
	"organizationId": get(func(a assessmentNode) any { return partner.Stream(a.Organization) }),
	"passed":         get(func(a assessmentNode) any { return a.Passed }),
	"grade":          get(func(a assessmentNode) any { return optional(a.Grade) }),
	"feedback":       ask(func(ctx context.Context, a assessmentNode, _ args) (any, error) { return a.shown(ctx, a.Feedback) }),
	"on":             get(func(a assessmentNode) any { return a.On }),
})
