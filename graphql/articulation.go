package graphql

import (
	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/projections"
)

// A ruleNode is an articulation rule and whose it is.
type ruleNode struct {
	rules.Articulation
	life    projections.Rule
	college organization
}

var articulationType = object("ArticulationRule", map[string]field[ruleNode]{
	"id":           get(func(r ruleNode) any { return r.Rule }),
	"college":      get(func(r ruleNode) any { return r.college }),
	"courseCode":   get(func(r ruleNode) any { return r.Course }),
	"title":        get(func(r ruleNode) any { return r.Title }),
	"satisfies":    get(func(r ruleNode) any { return r.Requirement }),
	"credit":       get(func(r ruleNode) any { return r.Credit.Decimal() }),
	"unit":         get(func(r ruleNode) any { return upper(r.Credit.Unit) }),
	"level":        get(func(r ruleNode) any { return code(r.Level) }),
	"basis":        get(func(r ruleNode) any { return code(r.Basis) }),
	"minGrade":     get(func(r ruleNode) any { return optional(r.MinGrade) }),
	"from":         get(func(r ruleNode) any { return r.From }),
	"to":           get(func(r ruleNode) any { return r.To }),
	"academicYear": get(func(r ruleNode) any { return optional(r.Year) }),
	"retiredOn":    get(func(r ruleNode) any { return r.life.RetiredOn }),
	"sending": get(func(r ruleNode) any {
		if len(r.Sending.Groups) == 0 {
			return nil
		}
		return r.Sending
	}),
	"steps": get(func(r ruleNode) any {
		return each(r.Steps, func(s rules.Step) timeStep { return timeStep{s, r.Credit.Unit} })
	}),
})

var sendingType = object("SendingCourses", map[string]field[rules.Sending]{
	"join":   get(func(s rules.Sending) any { return upper(s.Join) }),
	"groups": get(func(s rules.Sending) any { return s.Groups }),
})

var groupType = object("CourseGroup", map[string]field[rules.Group]{
	"join":    get(func(g rules.Group) any { return upper(g.Join) }),
	"courses": get(func(g rules.Group) any { return g.Courses }),
})

var sendingCourseType = object("SendingCourse", map[string]field[rules.Course]{
	"code":     get(func(c rules.Course) any { return c.Code }),
	"minGrade": get(func(c rules.Course) any { return optional(c.MinGrade) }),
	"credit":   get(func(c rules.Course) any { return amountOrNull(c.Credit) }),
	"unit":     get(func(c rules.Course) any { return code(c.Credit.Unit) }),
})

func amountOrNull(c domain.Credit) any {
	if c.Hundredths == 0 {
		return nil
	}
	return c.Decimal()
}

// A timeStep is what a time on the job is worth.
type timeStep struct {
	rules.Step
	unit domain.CreditUnit
}

var stepType = object("CreditByTime", map[string]field[timeStep]{
	"minutes": get(func(s timeStep) any { return int(s.From) }),
	"credit":  get(func(s timeStep) any { return domain.Credit{Hundredths: s.Hundredths, Unit: s.unit}.Decimal() }),
})

// sendingOf reads which courses of others a rule asks for.
func sendingOf(in args) (s rules.Sending, err error) {
	if in.values == nil {
		return s, nil
	}
	s.Join = lower[rules.Join](in.enum("join"))
	for _, g := range in.inputs("groups") {
		group := rules.Group{Join: lower[rules.Join](g.enum("join"))}
		for _, c := range g.inputs("courses") {
			course := rules.Course{Code: domain.Written(c.text("code")), MinGrade: rules.Grade(c.text("minGrade"))}
			if c.has("credit") {
				if course.Credit, err = amountOf(c); err != nil {
					return s, err
				}
			}
			group.Courses = append(group.Courses, course)
		}
		s.Groups = append(s.Groups, group)
	}
	return s, nil
}

func stepsOf(in args, unit domain.CreditUnit) (steps []rules.Step, err error) {
	for _, s := range in.inputs("steps") {
		amount, err := domain.ParseCredit(s.text("credit"), unit)
		if r := domain.AsRefusal(err); r != nil {
			return nil, r.About("steps")
		}
		steps = append(steps, rules.Step{From: domain.Minutes(s.int("minutes")), Hundredths: amount.Hundredths})
	}
	return steps, nil
}
