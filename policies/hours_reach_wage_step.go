package policies

import (
	"context"
	"slices"
	"strconv"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/credit"
	"github.com/guildhall-dev/guildhall/domain/standard"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/projections"
)

// A wage step is due once the hours that are signed off and the months since the start are
// what the schedule asks for.
var hoursReachWageStep = policy{
	after: func(ctx context.Context, p *Policies, r events.Recorded) (bool, error) {
		var id domain.ApprenticeshipID
		var err error
		switch r.Event.(type) {
		case timesheet.Approved, timesheet.ApprovedHoursCorrected:
			id, _, err = timesheet.ID(r.Stream)
		case apprenticeship.Began, apprenticeship.PriorExperienceCredited, apprenticeship.AmendmentAccepted, apprenticeship.StartDateCorrected:
			id, err = apprenticeship.ID(r.Stream)
		case credit.Applied:
			id, _, err = credit.ID(r.Stream)
		default:
			return false, nil
		}
		if err == nil {
			err = p.Read.Wait(ctx, r.Position)
		}
		if err != nil {
			return false, err
		}
		l, err := p.Read.Learner(ctx, id)
		if err != nil {
			return false, unlessAbsent(err)
		}
		why := p.follows(r, "hours-reach-wage-step")
		why.On = r.Request.Today()
		return true, p.reach(ctx, l, why, domain.DateOf(p.Now()))
	},
	daily: func(ctx context.Context, p *Policies, today domain.Date) error {
		learners, err := p.Read.Learners(ctx, projections.LearnerQuery{Statuses: []projections.LearnerStatus{
			projections.Probationary, projections.Active, projections.Gateway, projections.CompletionPending, projections.Suspended}})
		if err != nil {
			return err
		}
		monthly, err := p.monthly(ctx)
		if err != nil {
			return err
		}
		for _, l := range learners {
			if !monthly[l.Standard] {
				continue
			}
			if err := p.reach(ctx, l, p.onDay(today, "hours-reach-wage-step"), today); err != nil {
				return err
			}
		}
		return nil
	},
}

// monthly are the standards of which some version has wage steps that come with the months.
func (p *Policies) monthly(ctx context.Context) (map[domain.StandardID]bool, error) {
	out := map[domain.StandardID]bool{}
	latest, err := p.Read.Standards(ctx)
	for _, s := range latest {
		for v := s.Version; err == nil && v > 0 && !out[s.ID]; v-- {
			var old projections.Standard
			if old, err = p.Read.Standard(ctx, s.ID, v); err == nil {
				out[s.ID] = slices.ContainsFunc(old.WageSteps, func(step standard.WageStep) bool { return step.Trigger != standard.ByOJL })
			}
		}
	}
	return out, unlessAbsent(err)
}

// reach records every step of the schedule that is due on a day, in order.
func (p *Policies) reach(ctx context.Context, l projections.Learner, why domain.Request, today domain.Date) error {
	if l.BeganOn.IsZero() || l.Over() {
		return nil
	}
	s, err := p.Read.Standard(ctx, l.Standard, l.StandardVersion)
	if err != nil || len(s.WageSteps) == 0 {
		return unlessAbsent(err)
	}
	pay, err := p.Read.Pay(ctx, l.ID)
	if err != nil {
		return err
	}
	reached := pay[l.ID].Reached()
	if last := s.WageSteps[len(s.WageSteps)-1]; last.Step <= reached {
		return nil
	}
	showing, err := p.Read.Showing(ctx, l, s)
	if err != nil {
		return err
	}
	basis := apprenticeship.Basis{Minutes: showing.OnTheJob(), Months: max(0, today.MonthsSince(l.BeganOn))}
	_, place := s.WageStep(basis.Minutes, basis.Months)
	before := 0
	for _, step := range s.WageSteps[:place] {
		if step.Step > reached {
			each := why
			if each.Key != "" {
				each.Key += "." + strconv.Itoa(step.Step)
			}
			if err := act(ctx, p, apprenticeship.Stream(l.ID), apprenticeship.Evolve,
				apprenticeship.ReachWageStep{Request: each, Step: step.Step, After: before, Basis: basis}); err != nil {
				return err
			}
		}
		before = step.Step
	}
	return nil
}
