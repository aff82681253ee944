package explain

import (
	"cmp"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/domain/standard"
	"github.com/guildhall-dev/guildhall/projections"
)

// completion explains why the apprenticeship is not completed: what its standard asks for
// besides, and then who asks for completion, agrees, assesses or certifies it.
func (c Case) completion(unmet []Explanation) (out []Explanation) {
	met := 0
	for _, f := range c.Completion {
		switch {
		case f.Met:
			met++
		case !c.required(f):
			out = append(out, c.standardAsks(f))
		}
	}
	l := c.Learner
	e := Explanation{About: Completion, Subject: apprenticeship.Stream(l.ID), Title: domain.Tell("Completion"), Since: l.BeganOn,
		Rule: c.standardRule("completion", domain.Tell("Everything the standard asks for is met, by its approach"), "29 CFR 29.5(b)(2)")}
	_, further := c.Path.Following(l.Role)
	switch {
	case l.Status == projections.CompletionPending:
		e.Title, e.Next, e.Turn = domain.Tell("The certificate"), Certify, Turn{Role: domain.Coordinator}
		e.Rule, e.Since = Rule{"certificate", domain.Tell("The agency certifies completion"), c.regulation("29 CFR 29.5(b)(15)")}, domain.Date{}
		return []Explanation{e.need(0, 1, Count)}
	case l.Status == projections.Gateway:
		e.Title, e.Next, e.Turn = domain.Tell("The assessment at the end"), Assess, Turn{Role: domain.Coordinator}
		e.Rule = Rule{"assessment", domain.Tell("An independent organisation assesses"), Source{ByRuleSet, l.RuleSet}}
		return []Explanation{e.need(0, 1, Count)}
	case met < len(c.Completion):
		e.Next, e.Turn = MeetAll, slices.Concat(out, unmet)[0].Turn
		return append(out, e.need(met, len(c.Completion), Count))
	case len(unmet) > 0 || further || l.Status != projections.Active:
		return nil
	case c.Rules.Route == rules.GatewayAndAssessment:
		e.Title, e.Next, e.Turn = domain.Tell("The gateway"), AgreeGateway, Turn{Role: domain.Coordinator}
		e.Rule = Rule{"gateway", domain.Tell("The employer, the provider and the apprentice agree"), Source{ByRuleSet, l.RuleSet}}
		agreed := map[apprenticeship.Party]bool{}
		for _, g := range l.Gateway {
			agreed[g.Party] = true
		}
		switch {
		case !agreed[apprenticeship.ByApprentice]:
			e.Turn = c.learner()
		case !agreed[apprenticeship.ByEmployer] && l.Supervisor != "":
			e.Turn = Turn{Role: domain.Manager, Person: l.Supervisor}
		}
		return []Explanation{e.need(len(agreed), apprenticeship.GatewayParties, Count)}
	}
	e.Next, e.Turn = AskCompletion, Turn{Role: domain.Mentor, Person: l.Mentor}
	if l.Mentor == "" {
		e.Turn = Turn{Role: domain.Coordinator}
	}
	return []Explanation{e.need(0, 1, Count)}
}

// required reports whether the pathway that the standard gives asks for the hours that a rule of
// it asks for: they are explained among the requirements.
func (c Case) required(f standard.Finding) bool {
	return c.Learner.Pathway == "" && f.Rule == standard.ProcessHours && slices.ContainsFunc(c.Findings, func(o pathway.Finding) bool {
		return !o.Met && o.Requirement.Kind == pathway.Hours && string(o.Requirement.WorkProcess) == f.Subject
	})
}

// standardAsks explains one rule of the standard.
func (c Case) standardAsks(f standard.Finding) Explanation {
	e := Explanation{About: Completion, Subject: apprenticeship.Stream(c.Learner.ID), Title: domain.Verbatim(f.Title), Since: c.Learner.BeganOn, Next: WorkHours, Turn: c.learner()}
	id := string(f.Rule)
	if f.Subject != "" {
		id += ":" + f.Subject
	}
	e.Rule = c.standardRule(id, domain.Verbatim(f.Title), "")
	switch f.Rule {
	case standard.CompetencyRated:
		e.Next, e.Turn = RateCompetency, Turn{Role: domain.Mentor, Person: c.Learner.Mentor}
		return e.need(f.There, f.Need, Ratings)
	case standard.CourseTaken, standard.CourseChosen, standard.InstructionHours, standard.OffTheJobHours:
		e.Next = TakeCourse
	}
	return e.need(f.There, max(f.Need, f.There+1), Minutes)
}

// regulation is the source of a rule that registered programmes of the United States have by
// law, and others by their own set.
func (c Case) regulation(cfr string) Source {
	if !c.Rules.Federal() {
		return Source{ByRuleSet, c.Learner.RuleSet}
	}
	return Source{ByRegulation, cfr}
}

// standardRule is a rule of the standard, or the regulation behind all standards.
func (c Case) standardRule(id string, title domain.Text, regulation string) Rule {
	if regulation != "" {
		return Rule{id, title, c.regulation(regulation)}
	}
	return Rule{id, title, Source{ByStandard, string(c.Learner.Standard) + "@" + itoa(c.Learner.StandardVersion)}}
}

// wages explains the next step of the wage schedule: one that is due waits to be approved;
// one that is not yet waits for hours, months or both.
func (c Case) wages() (out []Explanation) {
	reached := 0
	for _, s := range c.Pay.Steps {
		reached = max(reached, s.Step)
		if s.State != projections.WageDue && s.State != projections.WageDenied {
			continue
		}
		e := c.wageStep(s.Step)
		e.Next, e.Turn, e.Since, e.Reason = ApproveWage, Turn{Role: domain.HR}, s.DueOn, s.Reason
		out = append(out, e.need(0, 1, Count))
	}
	for _, s := range c.Standard.WageSteps {
		if s.Step <= reached {
			continue
		}
		if months := max(0, c.Today.MonthsSince(c.Learner.BeganOn)); s.Trigger != standard.ByOJL && months < s.Months {
			e := c.wageStep(s.Step)
			e.Rule.ID += "-months"
			e.Next, e.Due = AwaitWage, c.Learner.BeganOn.AddMonths(s.Months)
			out = append(out, e.need(months, s.Months, Months))
		}
		if there := min(c.OnTheJob, s.From); s.Trigger != standard.ByMonths && there < s.From {
			e := c.wageStep(s.Step)
			e.Rule.ID += "-hours"
			e.Next, e.Turn = WorkHours, c.learner()
			out = append(out, e.need(int(there), int(s.From), Minutes))
		}
		break
	}
	return out
}

func (c Case) wageStep(step int) Explanation {
	return Explanation{About: Wages, Subject: apprenticeship.Stream(c.Learner.ID), Title: domain.Tell("Wage step %d", step), Since: c.Learner.BeganOn,
		Rule: Rule{"wage-step-" + itoa(step), domain.Tell("The progressive wage schedule of the standard"), Source{ByStandard, string(c.Learner.Standard) + "@" + itoa(c.Learner.StandardVersion)}}}
}

// filings explains what an agency is still to be told.
func (c Case) filings() (out []Explanation) {
	for _, f := range c.Filings {
		e := Explanation{About: Filing, Subject: "filing-" + domain.Stream(c.Learner.ID) + "." + domain.Stream(itoa(int(f.Revision))), Title: domain.Tell("The report to %s that %s", f.Agency, Happened(f.Cause)),
			Rule:  Rule{"reporting", domain.Tell("The agency is told of changes in time"), c.regulation("29 CFR 29.3(d), (e)")},
			Since: cmp.Or(f.Since, f.OccurredOn), Due: f.DueOn, Turn: Turn{Role: domain.Coordinator}}
		switch f.State {
		case projections.FilingDue:
			e.Next = PrepareFiling
		case projections.FilingPrepared:
			e.Next = SubmitFiling
		case projections.FilingRejected:
			e.Next, e.Reason = MendFiling, f.Errors
		default:
			continue
		}
		out = append(out, e.need(0, 1, Count))
	}
	return out
}
