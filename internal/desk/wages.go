package desk

import (
	"context"
	"maps"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/standard"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/projections"
)

// SeesPay reports whether somebody may know what a learner is paid: the apprentice, human
// resources, and auditors, who read.
func SeesPay(by domain.Actor, l projections.Learner) bool {
	return by.Role == domain.HR || by.Role == domain.Auditor || by.Person != "" && by.Person == l.Person
}

// A Wage is how far a learner has come on the wage schedule of their standard.
type Wage struct {
	Learner *projections.Learner // shared: nobody changes it
	projections.Pay
	Schedule []standard.WageStep
}

// Wages are those of everybody whose apprenticeship has begun and is not over, or of some of
// them: for human resources, and for auditors, who read.
func (d *Desk) Wages(ctx context.Context, by domain.Actor, some ...domain.ApprenticeshipID) ([]Wage, error) {
	if by.Role != domain.HR && by.Role != domain.Auditor {
		return nil, domain.Refuse(domain.Forbidden, "NOT_HR", "What everybody is paid is known to human resources and to auditors.")
	}
	learners, err := d.Read.SharedLearners(ctx, projections.LearnerQuery{Visible: d.SightOf(by), IDs: some, Statuses: []projections.LearnerStatus{
		projections.Probationary, projections.Active, projections.Gateway, projections.CompletionPending, projections.Suspended}})
	if err != nil {
		return nil, err
	}
	ids, editions := make([]domain.ApprenticeshipID, len(learners)), map[projections.Edition]bool{}
	for i, l := range learners {
		ids[i], editions[l.Edition()] = l.ID, true
	}
	pay, err := d.Read.Pay(ctx, ids...)
	if err != nil {
		return nil, err
	}
	standards, err := d.Read.Editions(ctx, slices.Collect(maps.Keys(editions))...)
	if err != nil {
		return nil, err
	}
	out := make([]Wage, len(learners))
	for i, l := range learners {
		out[i] = Wage{l, pay[l.ID], standards[l.Edition()].WageSteps}
	}
	return out, nil
}

// ApproveWageStep sets the wage of a step that is due.
func (d *Desk) ApproveWageStep(ctx context.Context, a Ask, id domain.ApprenticeshipID, step int, rate domain.Cents, on domain.Date) (events.Position, error) {
	least, err := d.promised(ctx, a, id, step)
	if err != nil {
		return 0, err
	}
	return d.steer(ctx, a, id, apprenticeship.ApproveWageStep{Request: d.request(a), Step: step, Rate: rate, EffectiveOn: on, Least: least})
}

// CorrectWageStep takes the place of what was approved for a step.
func (d *Desk) CorrectWageStep(ctx context.Context, a Ask, id domain.ApprenticeshipID, step int, rate domain.Cents, on domain.Date, reason string) (events.Position, error) {
	least, err := d.promised(ctx, a, id, step)
	if err != nil {
		return 0, err
	}
	_, sealed, err := d.about(ctx, a, id, reason)
	if err != nil {
		return 0, err
	}
	return d.steer(ctx, a, id, apprenticeship.CorrectWageStep{Request: d.request(a), Step: step, Rate: rate, EffectiveOn: on, Least: least, Reason: sealed})
}

// DenyWageStep holds a step back.
func (d *Desk) DenyWageStep(ctx context.Context, a Ask, id domain.ApprenticeshipID, step int, reason string) (events.Position, error) {
	_, sealed, err := d.about(ctx, a, id, reason)
	if err != nil {
		return 0, err
	}
	return d.steer(ctx, a, id, apprenticeship.DenyWageStep{Request: d.request(a), Step: step, Reason: sealed})
}

// promised is what the schedule pays for a step at least; 0 where it does not say.
func (d *Desk) promised(ctx context.Context, a Ask, id domain.ApprenticeshipID, step int) (domain.Cents, error) {
	l, err := d.Learner(ctx, a.By, id)
	if err != nil {
		return 0, err
	}
	s, err := d.Read.Standard(ctx, l.Standard, l.StandardVersion)
	if err != nil {
		return 0, err
	}
	pay, err := d.Read.Pay(ctx, id)
	if err != nil {
		return 0, err
	}
	for _, w := range s.WageSteps {
		if w.Step == step {
			return w.Rate(pay[id].Journey), nil
		}
	}
	return 0, nil
}
