package desk

import (
	"context"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/program"
	"github.com/guildhall-dev/guildhall/internal/explain"
	"github.com/guildhall-dev/guildhall/projections"
)

// A Deadline is something that has to be done about a learner until a day.
type Deadline struct {
	Kind    DeadlineKind
	Learner projections.Learner
	DueOn   domain.Date
	Holder  domain.Role   // whose move it is
	Subject domain.Stream // what it is about
	Words   string
	Filing  projections.Filing // what the agency is told; zero unless that is to be done
}

// DeadlineKind says what has to be done.
type DeadlineKind string

const (
	EndProbation   DeadlineKind = "end-probation"
	EvaluateDue    DeadlineKind = "evaluation"
	ExpectedReturn DeadlineKind = "expected-return"
	ExpectedEnd    DeadlineKind = "expected-end"
	TellAgency     DeadlineKind = "filing"
)

// horizon is how many days ahead deadlines show.
const horizon = 60

// Deadlines are what has to be done within the next weeks, and what is late, about the
// learners whose work somebody reads, the earliest first. They are read off the record as it is.
func (d *Desk) Deadlines(ctx context.Context, by domain.Actor) ([]Deadline, error) {
	if by.Role == domain.Partner || by.Role == domain.Security {
		return nil, nil
	}
	learners, err := d.Read.Learners(ctx, projections.LearnerQuery{Visible: d.SightOf(by), Statuses: []projections.LearnerStatus{
		projections.Probationary, projections.Active, projections.Gateway, projections.CompletionPending, projections.Suspended}})
	if err != nil {
		return nil, err
	}
	programs, err := d.Read.Programs(ctx)
	if err != nil {
		return nil, err
	}
	last := d.Today().AddDays(horizon)
	var out []Deadline
	for _, l := range learners {
		if !d.ReadsWork(by, l) {
			continue
		}
		mine, err := d.deadlinesOf(l, programs)
		if err != nil {
			return nil, err
		}
		out = append(out, mine...)
	}
	filings, err := d.Filings(ctx, by, true)
	if err != nil {
		return nil, err
	}
	told, err := d.ToldOf(ctx, filings)
	if err != nil {
		return nil, err
	}
	for _, f := range filings {
		l := told[f.Learner]
		out = append(out, Deadline{TellAgency, l, f.DueOn, domain.Coordinator, apprenticeship.Stream(l.ID), "Tell " + f.Agency + " that " + explain.Happened(f.Cause).String(), f})
	}
	out = slices.DeleteFunc(out, func(x Deadline) bool { return x.DueOn.After(last) })
	slices.SortStableFunc(out, func(a, b Deadline) int { return a.DueOn.DaysSince(b.DueOn) })
	return out, nil
}

// DueCounts is how many things are late, and due within the next weeks: all that executives are
// told of deadlines.
func (d *Desk) DueCounts(ctx context.Context, by domain.Actor) (late, ahead int, err error) {
	if by.Role == domain.Executive {
		by = domain.Actor{Role: domain.Auditor}
	}
	due, err := d.Deadlines(ctx, by)
	for _, x := range due {
		if x.DueOn.Before(d.Today()) {
			late++
		}
	}
	return late, len(due) - late, err
}

// ToldOf are the learners whom filings are about.
func (d *Desk) ToldOf(ctx context.Context, filings []projections.Filing) (map[domain.ApprenticeshipID]projections.Learner, error) {
	ids := make([]domain.ApprenticeshipID, len(filings))
	for i, f := range filings {
		ids[i] = f.Learner
	}
	found, err := d.Read.Learners(ctx, projections.LearnerQuery{IDs: ids})
	told := make(map[domain.ApprenticeshipID]projections.Learner, len(found))
	for _, l := range found {
		told[l.ID] = l
	}
	return told, err
}

func (d *Desk) deadlinesOf(l projections.Learner, programs []projections.Program) (out []Deadline, err error) {
	set, err := ruleSet(l)
	if err != nil {
		return nil, err
	}
	stream := apprenticeship.Stream(l.ID)
	due := func(k DeadlineKind, on domain.Date, holder domain.Role, words string) {
		out = append(out, Deadline{Kind: k, Learner: l, DueOn: on, Holder: holder, Subject: stream, Words: words})
	}
	if last, bounded := set.ProbationEnds(l.BeganOn, l.TermEnds()); bounded && l.Status == projections.Probationary {
		due(EndProbation, last, domain.Coordinator, "Decide on the end of probation")
	}
	if l.Status == projections.Suspended {
		if !l.ExpectedReturn.IsZero() {
			due(ExpectedReturn, l.ExpectedReturn, domain.Coordinator, "The apprentice is expected back")
		}
		return out, nil
	}
	weeks := set.ReviewWeeks
	for _, p := range programs {
		if agreed := program.SettingsOn(p.Settings, p.Amended, d.Today()).ReviewWeeks; p.ID == l.Program && agreed > 0 {
			weeks = agreed
		}
	}
	if weeks > 0 {
		since := l.BeganOn
		if l.LastEvaluation.After(since) {
			since = l.LastEvaluation
		}
		due(EvaluateDue, since.AddDays(7*weeks), domain.Mentor, "Evaluate how the apprentice comes on")
	}
	if !l.ExpectedEndOn.IsZero() {
		due(ExpectedEnd, l.ExpectedEndOn, domain.Coordinator, "Complete, or change the expected end")
	}
	return out, nil
}
