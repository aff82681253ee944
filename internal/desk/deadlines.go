package desk

import (
	"context"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/program"
	"github.com/guildhall-dev/guildhall/projections"
)

// A Deadline is something that has to be done about a learner until a day.
type Deadline struct {
	Kind    DeadlineKind
	Learner *projections.Learner // shared: nobody changes it
	DueOn   domain.Date
	Holder  domain.Role     // whose move it is
	Person  domain.PersonID // who that is, if it is somebody by name
	Subject domain.Stream   // what it is about
	Title   string          // of the milestone, certificate, cohort or role it is about
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
	DecideOnMove   DeadlineKind = "role-change"
	Renewal        DeadlineKind = "certificate"
	SeatToAccept   DeadlineKind = "seat"
	PlannedBy      DeadlineKind = "milestone"
)

// horizon is how many days ahead deadlines show.
const horizon = 60

// Deadlines are what has to be done within the next weeks, and what is late, about the
// learners whose work somebody reads, the earliest first. They are read off the record as it is.
func (d *Desk) Deadlines(ctx context.Context, by domain.Actor) ([]Deadline, error) {
	if by.Role == domain.Partner || by.Role == domain.Security {
		return nil, nil
	}
	learners, err := d.Read.SharedLearners(ctx, projections.LearnerQuery{Visible: d.SightOf(by), Statuses: []projections.LearnerStatus{projections.Draft, projections.Signed,
		projections.Registered, projections.Probationary, projections.Active, projections.Gateway, projections.CompletionPending, projections.Suspended}})
	if err != nil {
		return nil, err
	}
	learners = slices.DeleteFunc(learners, func(l *projections.Learner) bool { return !d.ReadsWork(by, *l) })
	programs, err := d.Read.Programs(ctx)
	if err != nil {
		return nil, err
	}
	last := d.Today().AddDays(horizon)
	agreed := d.reviewWeeks(programs)
	out := make([]Deadline, 0, len(learners))
	for _, l := range learners {
		if out, err = appendDeadlines(out, l, agreed[l.Program], last); err != nil {
			return nil, err
		}
	}
	if out, err = d.appendBeside(ctx, out, by, learners, last); err != nil {
		return nil, err
	}
	filings, err := d.Filings(ctx, by, projections.FilingQuery{Open: true, Until: last})
	if err != nil {
		return nil, err
	}
	told, err := d.ToldOf(ctx, filings)
	if err != nil {
		return nil, err
	}
	for _, f := range filings {
		l, known := told[f.Learner]
		if !known {
			continue
		}
		out = append(out, toTell(f, l))
	}
	order := make([]int, len(out)) // what is due is larger than its place
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return out[a].DueOn.DaysSince(out[b].DueOn) })
	sorted := make([]Deadline, len(out))
	for i, at := range order {
		sorted[i] = out[at]
	}
	return sorted, nil
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
func (d *Desk) ToldOf(ctx context.Context, filings []projections.Filing) (map[domain.ApprenticeshipID]*projections.Learner, error) {
	ids := make([]domain.ApprenticeshipID, len(filings))
	for i, f := range filings {
		ids[i] = f.Learner
	}
	found, err := d.Read.SharedLearners(ctx, projections.LearnerQuery{IDs: ids})
	told := make(map[domain.ApprenticeshipID]*projections.Learner, len(found))
	for _, l := range found {
		told[l.ID] = l
	}
	return told, err
}

// reviewWeeks is how many weeks are to lie between evaluations, in the programmes that agreed on
// others than the rules say.
func (d *Desk) reviewWeeks(programs []projections.Program) map[domain.ProgramID]int {
	agreed := map[domain.ProgramID]int{}
	for _, p := range programs {
		if weeks := program.SettingsOn(p.Settings, p.Amended, d.Today()).ReviewWeeks; weeks > 0 {
			agreed[p.ID] = weeks
		}
	}
	return agreed
}

// appendDeadlines adds what is due of a learner until a last day; zero is whenever. agreed are
// the weeks between evaluations, if others are agreed on than the rules say.
func appendDeadlines(out []Deadline, l *projections.Learner, agreed int, last domain.Date) ([]Deadline, error) {
	set, err := ruleSet(*l)
	if err != nil {
		return out, err
	}
	due := func(k DeadlineKind, on domain.Date, holder domain.Role, who domain.PersonID, words string) {
		if last.IsZero() || !on.After(last) {
			out = append(out, Deadline{Kind: k, Learner: l, DueOn: on, Holder: holder, Person: who, Subject: apprenticeship.Stream(l.ID), Words: words})
		}
	}
	if last, bounded := set.ProbationEnds(l.BeganOn, l.TermEnds()); bounded && l.Status == projections.Probationary {
		due(EndProbation, last, domain.Coordinator, "", "Decide on the end of probation")
	}
	if l.Status == projections.Suspended {
		if !l.ExpectedReturn.IsZero() {
			due(ExpectedReturn, l.ExpectedReturn, domain.Coordinator, "", "The apprentice is expected back")
		}
		return out, nil
	}
	weeks := set.ReviewWeeks
	if agreed > 0 {
		weeks = agreed
	}
	if weeks > 0 && (l.Status == projections.Probationary || l.Status == projections.Active) {
		since := l.BeganOn
		if l.LastEvaluation.After(since) {
			since = l.LastEvaluation
		}
		due(EvaluateDue, since.AddDays(7*weeks), domain.Mentor, l.Mentor, "Evaluate how the apprentice comes on")
	}
	if !l.ExpectedEndOn.IsZero() {
		due(ExpectedEnd, l.ExpectedEndOn, domain.Coordinator, "", "Complete, or change the expected end")
	}
	return out, nil
}
