package desk

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/projections"
)

// An Action is something that comes next for a learner, and whose move it is.
type Action struct {
	Kind    ActionKind
	Title   string // what is to be done, in words
	Holder  domain.Role
	Person  domain.PersonID  // who holds it, or
	Partner domain.PartnerID // which institution; neither: anybody in the capacity Holder
	Since   domain.Date      // zero if it has no beginning
	Due     domain.Date      // zero if it has no end
	Subject domain.Stream    // what it is about
}

// ActionKind says what comes next.
type ActionKind string

const (
	LogHours     ActionKind = "log-hours"
	MendHours    ActionKind = "mend-hours"
	SignHours    ActionKind = "sign-hours"
	WorkOn       ActionKind = "work-on"      // a milestone that was begun
	ImproveOn    ActionKind = "improve-on"   // a milestone that was not yet attained
	BeginWith    ActionKind = "begin-with"   // a milestone that was not begun
	Review       ActionKind = "review"       // evidence
	AwaitCredit  ActionKind = "await-credit" // from a college
	AskForMove   ActionKind = "ask-for-move"
	ResubmitMove ActionKind = "resubmit-move"
	DecideMove   ActionKind = "decide-move"
	AwaitMove    ActionKind = "await-move"   // until its day
	ConfirmMove  ActionKind = "confirm-move" // the time on trial is over
)

// Next lists what comes next for a learner: their own moves first, then what others hold.
func (d *Desk) Next(ctx context.Context, l projections.Learner) ([]Action, error) {
	if l.BeganOn.IsZero() || l.Over() || l.Status == projections.Suspended {
		return nil, nil
	}
	today := d.Today()
	weeks, err := d.Read.Weeks(ctx, l.ID, domain.Week{}, 8)
	if err != nil {
		return nil, err
	}
	out := hoursNext(l, weeks, today)
	ready, err := d.Readiness(ctx, l, l.Role)
	if err != nil {
		return nil, err
	}
	for _, f := range flat(ready.Findings) {
		if f.Requirement.IsMilestone() && !f.Met {
			out = append(out, milestoneNext(l, f))
		}
	}
	moves, err := d.Read.Transitions(ctx, l.ID)
	if err != nil {
		return nil, err
	}
	out = append(out, d.moveNext(l, ready, moves[l.ID])...)
	trial, err := trialNext(l, moves[l.ID], today)
	if err != nil {
		return nil, err
	}
	out = append(out, trial...)
	slices.SortStableFunc(out, func(a, b Action) int { return order(a) - order(b) })
	return out, nil
}

func order(a Action) int {
	switch {
	case a.Person == "" || a.Holder != domain.Apprentice:
		return 2
	case a.Kind == BeginWith:
		return 1
	}
	return 0
}

// hoursNext looks at the last weeks: the one before this is due on Monday.
func hoursNext(l projections.Learner, weeks []projections.Week, today domain.Date) (out []Action) {
	last := today.Week().Add(-1)
	logged := false
	for _, w := range weeks {
		stream := timesheet.Stream(l.ID, w.Week)
		span := "the week of " + w.Week.Monday().Format("2 January")
		switch w.State {
		case projections.WeekReturned:
			out = append(out, Action{Kind: MendHours, Title: "Change the hours for " + span, Holder: domain.Apprentice, Person: l.Person, Since: domain.DateOf(w.DecidedAt), Subject: stream})
		case projections.WeekSubmitted:
			out = append(out, Action{Kind: SignHours, Title: "Sign off " + (w.OnTheJob + w.Instruction).String() + " for " + span, Holder: domain.Manager, Person: w.Holder, Since: domain.DateOf(w.SubmittedAt), Subject: stream})
		}
		logged = logged || w.Week == last && w.State != projections.WeekOpen
	}
	if !logged && !last.Sunday().Before(l.BeganOn) {
		out = append(out, Action{Kind: LogHours, Title: "Log the hours for the week of " + last.Monday().Format("2 January"), Holder: domain.Apprentice, Person: l.Person,
			Due: last.Sunday().AddDays(1), Subject: timesheet.Stream(l.ID, last)})
	}
	return out
}

func milestoneNext(l projections.Learner, f pathway.Finding) Action {
	a := Action{Title: f.Requirement.Title, Holder: domain.Apprentice, Person: l.Person, Since: f.Milestone.On, Subject: milestone.Stream(l.ID, f.Requirement.ID)}
	switch {
	case f.Milestone.State == pathway.UnderReview:
		a.Kind, a.Holder, a.Person = Review, domain.Mentor, l.Mentor
	case f.Requirement.ByCredit() && f.Milestone.State == pathway.InProgress:
		a.Kind, a.Holder, a.Person = AwaitCredit, domain.Partner, ""
	case f.Milestone.State == pathway.NotYetAttained:
		a.Kind = ImproveOn
	case f.Milestone.State == pathway.InProgress:
		a.Kind = WorkOn
	default:
		a.Kind = BeginWith
	}
	return a
}

func (d *Desk) moveNext(l projections.Learner, ready Readiness, moves []projections.Transition) []Action {
	p, err := Pathway(l)
	if err != nil {
		return nil
	}
	next, ok := p.Following(l.Role)
	if !ok {
		return nil
	}
	a := Action{Title: "The move to " + InSentence(next.Role.Title), Subject: transition.Stream(l.ID, next.Role.ID)}
	for _, t := range moves {
		if t.To != next.Role.ID {
			continue
		}
		a.Since = domain.DateOf(t.Since)
		switch step, _, open := t.Open(); {
		case open:
			a.Kind, a.Holder, a.Person, a.Since, a.Due = DecideMove, step.Capacity, step.Holder(d.Today()), domain.DateOf(step.OpenedAt), step.DueOn
			return []Action{a}
		case t.State == projections.TransitionReturned:
			a.Kind, a.Holder, a.Person = ResubmitMove, domain.Mentor, t.Proposer
			if t.Proposer == l.Person {
				a.Holder = domain.Apprentice
			}
			return []Action{a}
		case t.State == projections.TransitionScheduled:
			a.Kind, a.Holder, a.Due = AwaitMove, domain.HR, t.EffectiveOn
			return []Action{a}
		}
	}
	if pathway.CountMet(ready.Findings) < len(ready.Findings) {
		return nil
	}
	a.Kind, a.Holder, a.Person, a.Since = AskForMove, domain.Apprentice, l.Person, domain.Date{}
	return []Action{a}
}

// trialNext is that the new manager says whether the learner stays, once the trial is over.
func trialNext(l projections.Learner, moves []projections.Transition, today domain.Date) ([]Action, error) {
	for _, t := range moves {
		ends, err := TrialEnds(l, t)
		if err != nil {
			return nil, err
		}
		if t.To == l.Role && t.State == projections.TransitionEffective && today.After(ends) {
			p, err := Pathway(l)
			stage, _, _ := p.Stage(t.To)
			return []Action{{Kind: ConfirmMove, Title: "Confirm the move to " + InSentence(stage.Role.Title), Holder: domain.Manager, Person: l.Supervisor,
				Since: ends.AddDays(1), Subject: transition.Stream(l.ID, t.To)}}, err
		}
	}
	return nil, nil
}

func flat(fs []pathway.Finding) (out []pathway.Finding) {
	for _, f := range fs {
		if len(f.Of) == 0 {
			out = append(out, f)
		} else if !f.Met {
			out = append(out, flat(f.Of)...)
		}
	}
	return out
}

// Late reports whether something that came in at a time has waited longer than usual.
func Late(since, now time.Time) bool { return now.Sub(since) > 4*24*time.Hour }

// InSentence writes a title as it stands within a sentence: "Help desk analyst" becomes
// "help desk analyst", an abbreviation stays.
func InSentence(title string) string {
	if len(title) > 1 && title[1] >= 'A' && title[1] <= 'Z' {
		return title
	}
	return strings.ToLower(title[:min(1, len(title))]) + title[min(1, len(title)):]
}
