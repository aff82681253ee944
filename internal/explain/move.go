package explain

import (
	"cmp"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/projections"
)

// move explains why the learner does not hold another role yet: every move that was asked
// for and is not over, or else the one that usually comes next.
func (c Case) move(unmet []Explanation) []Explanation {
	out := c.asked()
	next, ok := c.Path.Following(c.Learner.Role)
	if !ok || len(out) > 0 {
		return out
	}
	e := c.moveTo(next)
	missing := 0
	for i, u := range unmet {
		if slices.Contains(c.Waived, domain.RequirementID(u.Rule.ID)) {
			continue
		}
		if missing++; missing == 1 || e.Turn.Person != c.Learner.Person && u.Turn.Person == c.Learner.Person {
			e.Turn, e.Since = unmet[i].Turn, unmet[i].Since
		}
	}
	if missing == 0 {
		e = e.need(0, 1, Count)
		e.Next, e.Turn = AskForMove, c.learner()
		return []Explanation{e}
	}
	e = e.need(len(c.Findings)-missing, len(c.Findings), Count)
	e.Next = MeetAll
	return []Explanation{e}
}

// asked explains every move that was asked for and is not over.
func (c Case) asked() (out []Explanation) {
	for _, t := range c.Moves {
		to, _, ok := c.Path.Stage(t.To)
		if !ok {
			continue
		}
		if e, open := c.onItsWay(c.moveTo(to), t); open {
			out = append(out, e)
		}
	}
	return out
}

func (c Case) moveTo(s pathway.Stage) Explanation {
	return Explanation{About: Move, Subject: transition.Stream(c.Learner.ID, s.Role.ID), Title: domain.Tell("The move to %s", InSentence(s.Role.Title)),
		Rule: c.pathwayRule(string(s.Role.ID), domain.Tell("Everything a role requires is met before the next, and every office approves"))}
}

// onItsWay explains a move that was asked for, or reports false if it is over.
func (c Case) onItsWay(e Explanation, t projections.Transition) (Explanation, bool) {
	e.Since = domain.DateOf(t.Since)
	granted := 0
	for _, s := range t.Steps {
		if s.State == projections.StepGranted {
			granted++
		}
	}
	e = e.need(granted, len(t.Steps), Count)
	step, _, open := t.Open()
	switch {
	case open:
		e.Next, e.Turn, e.Since, e.Due = DecideMove, Turn{Role: step.Capacity, Person: step.Holder(c.Today)}, domain.DateOf(step.OpenedAt), step.DueOn
		e.Stale, e.OverdueWith = t.Snapshot != c.Snapshot && t.From == c.Learner.Role, step.OverdueWith
	case t.State == projections.TransitionReturned:
		e.Next, e.Turn = ResubmitMove, c.proposer(t)
		for _, s := range t.Steps {
			if s.State == projections.StepReturned {
				e.Reason = s.Reason
			}
		}
	case t.State == projections.TransitionProposed:
		e.Next, e.Turn = SubmitMove, c.proposer(t)
	case t.State == projections.TransitionApproved:
		e.Next, e.Turn = ScheduleMove, Turn{Role: domain.HR}
		e = e.need(0, 1, Count)
	case t.State == projections.TransitionScheduled:
		e.Next, e.Turn, e.Due = AwaitMove, Turn{Role: domain.HR}, t.EffectiveOn
		e = e.need(0, cmp.Or(max(0, t.EffectiveOn.DaysSince(c.Today)), 1), Days)
	case t.State == projections.TransitionEffective && t.To == c.Learner.Role:
		ends := t.EffectiveOn.AddMonths(c.Rules.TrialMonths).AddDays(-1)
		e.Title = domain.Tell("Confirm the move to %s", e.Title.Args...)
		e.Rule = Rule{"trial", domain.Tell("A role is confirmed after a time on trial"), Source{ByRuleSet, c.Learner.RuleSet}}
		e.Next, e.Turn, e.Since = ConfirmMove, Turn{Role: domain.Manager, Person: c.Learner.Supervisor}, ends.AddDays(1)
		if e = e.need(0, 1, Count); !c.Today.After(ends) {
			e.Next, e.Since, e.Due = AwaitTrial, t.EffectiveOn, ends
		}
	default:
		return e, false
	}
	return e, true
}

// proposer is whoever asked for a move: the apprentice, or somebody for them.
func (c Case) proposer(t projections.Transition) Turn {
	if t.Proposer == c.Learner.Person {
		return c.learner()
	}
	return Turn{Role: domain.Mentor, Person: t.Proposer}
}
