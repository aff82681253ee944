package policies

import (
	"context"
	"strconv"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/credit"
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
		why := p.follows(r, "hours-reach-wage-step")
		why.On = r.Request.Today()
		c, climbs, err := p.Read.Climb(ctx, id)
		if err != nil || !climbs {
			return false, err
		}
		return true, p.reach(ctx, c, why, domain.DateOf(p.Now()))
	},
	daily: func(ctx context.Context, p *Policies, today domain.Date) error {
		climbing, err := p.Read.Climbs(ctx, today)
		if err != nil {
			return err
		}
		for _, c := range climbing {
			if err := p.reach(ctx, c, p.onDay(today, "hours-reach-wage-step"), today); err != nil {
				return err
			}
		}
		return nil
	},
}

// reach records every step of the schedule that is due on a day, in order.
func (p *Policies) reach(ctx context.Context, c projections.Climb, why domain.Request, today domain.Date) error {
	basis := apprenticeship.Basis{Minutes: c.OnTheJob, Months: c.Months(today)}
	_, place := c.Schedule.WageStep(basis.Minutes, basis.Months)
	before := 0
	for _, step := range c.Schedule.WageSteps[:place] {
		if step.Step > c.Reached {
			each := why
			if each.Key != "" {
				each.Key += "." + strconv.Itoa(step.Step)
			}
			if err := act(ctx, p, apprenticeship.Stream(c.Learner), apprenticeship.Evolve,
				apprenticeship.ReachWageStep{Request: each, Step: step.Step, After: before, Basis: basis}); err != nil {
				return err
			}
		}
		before = step.Step
	}
	return nil
}
