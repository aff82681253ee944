package apprenticeship

import (
	"cmp"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
)

// WageStepReached records that a step of the wage schedule is due, 29 CFR 29.5(b)(5).
type WageStepReached struct {
	Step  int         `json:"step"`
	Basis Basis       `json:"basis"`
	On    domain.Date `json:"on"`
}

// A Basis is what a wage step is due on.
type Basis struct {
	Minutes domain.Minutes `json:"minutes"` // signed off, and credited
	Months  int            `json:"months"`  // since the start
}

// WageStepApproved sets the wage of a step.
type WageStepApproved struct {
	Step        int          `json:"step"`
	Rate        domain.Cents `json:"rate"` // for an hour
	EffectiveOn domain.Date  `json:"effectiveOn"`
}

// WageStepDenied holds a step back; it can still be approved.
type WageStepDenied struct {
	Step   int           `json:"step"`
	Reason domain.Sealed `json:"reason"`
}

// WageStepCorrected takes the place of what was approved for a step.
type WageStepCorrected struct {
	Step        int           `json:"step"`
	Rate        domain.Cents  `json:"rate"`
	EffectiveOn domain.Date   `json:"effectiveOn"`
	Reason      domain.Sealed `json:"reason"`
}

func (WageStepReached) EventName() string   { return "apprenticeship.wage_step_reached" }
func (WageStepApproved) EventName() string  { return "apprenticeship.wage_step_approved" }
func (WageStepDenied) EventName() string    { return "apprenticeship.wage_step_denied" }
func (WageStepCorrected) EventName() string { return "apprenticeship.wage_step_corrected" }

func (WageStepReached) apprenticeship()   {}
func (WageStepApproved) apprenticeship()  {}
func (WageStepDenied) apprenticeship()    {}
func (WageStepCorrected) apprenticeship() {}

// wages are how far an apprentice has come on the schedule.
type wages struct {
	rate    domain.Cents // at entry
	reached int          // the highest step that is or was due
	open    []int        // steps that are due and not approved, rising
	denied  []int        // of them
	paid    []WageStepApproved
}

func (w wages) after(e Event) wages {
	switch e := e.(type) {
	case WageStepReached:
		w.reached, w.open = e.Step, append(slices.Clip(w.open), e.Step)
	case WageStepApproved:
		is := func(step int) bool { return step == e.Step }
		w.open, w.denied = slices.DeleteFunc(slices.Clone(w.open), is), slices.DeleteFunc(slices.Clone(w.denied), is)
		w.paid = append(slices.Clip(w.paid), e)
	case WageStepDenied:
		w.denied = append(slices.Clip(w.denied), e.Step)
	case WageStepCorrected:
		w.paid = slices.Clone(w.paid)
		if i, ok := w.at(e.Step); ok {
			w.paid[i].Rate, w.paid[i].EffectiveOn = e.Rate, e.EffectiveOn
		}
	}
	return w
}

// granted is w with a step that came with credit: the steps below it are passed over.
func (w wages) granted(step int) wages {
	if step > w.reached {
		w.reached, w.open, w.denied = step, []int{step}, nil
	}
	return w
}

func (w wages) at(step int) (int, bool) {
	return slices.BinarySearchFunc(w.paid, step, func(p WageStepApproved, step int) int { return cmp.Compare(p.Step, step) })
}

// ReachWageStep records that a step is due. The schedule says whether it is: see
// standard.Definition.WageStep.
type ReachWageStep struct {
	domain.Request
	Step, After int // After is the step before it on the schedule, or 0
	Basis       Basis
}

func (c ReachWageStep) Decide(s State) ([]Event, error) {
	switch {
	case s.status == none:
		return nil, notFound()
	case c.By.Role != domain.System:
		return nil, domain.Refuse(domain.Forbidden, "FOLLOWS_SCHEDULE", "A wage step follows from hours and months.")
	case s.over():
		return nil, s.ending()
	case s.life() < probationary:
		return nil, notBegun()
	case c.Step <= s.wages.reached:
		return nil, nil
	case c.After != s.wages.reached:
		return nil, domain.Refuse(domain.Conflict, "WAGE_STEP_OUT_OF_ORDER", "Step %d follows step %d.", c.Step, c.After)
	}
	return []Event{WageStepReached{Step: c.Step, Basis: c.Basis, On: c.Today()}}, nil
}

// ApproveWageStep sets the wage of a step that is due. Human resources decide on pay.
type ApproveWageStep struct {
	domain.Request
	Step        int
	Rate        domain.Cents
	EffectiveOn domain.Date
	Least       domain.Cents // what the schedule promises; 0 is not known
}

func (c ApproveWageStep) Decide(s State) ([]Event, error) {
	if err := s.paidBy(c.By); err != nil {
		return nil, err
	}
	if i, ok := s.wages.at(c.Step); ok {
		if p := s.wages.paid[i]; p.Rate == c.Rate && p.EffectiveOn == c.EffectiveOn {
			return nil, nil
		}
		return nil, domain.Refuse(domain.Conflict, "WAGE_STEP_APPROVED", "Step %d is approved already. Correct it, with the reason.", c.Step).About("step")
	}
	switch {
	case s.over():
		return nil, s.ending()
	case !slices.Contains(s.wages.open, c.Step):
		return nil, domain.Refuse(domain.Conflict, "WAGE_STEP_NOT_REACHED", "Step %d is not due.", c.Step).About("step")
	case s.wages.open[0] != c.Step:
		return nil, domain.Refuse(domain.Conflict, "WAGE_STEP_OUT_OF_ORDER", "Decide on step %d first.", s.wages.open[0]).About("step")
	}
	if err := s.pays(c.Rate, c.EffectiveOn, len(s.wages.paid), c.Least); err != nil {
		return nil, err
	}
	return []Event{WageStepApproved{Step: c.Step, Rate: c.Rate, EffectiveOn: c.EffectiveOn}}, nil
}

// DenyWageStep holds a step back, with the reason the apprentice is told.
type DenyWageStep struct {
	domain.Request
	Step   int
	Reason domain.Sealed
}

func (c DenyWageStep) Decide(s State) ([]Event, error) {
	if err := s.paidBy(c.By); err != nil {
		return nil, err
	}
	switch {
	case s.over():
		return nil, s.ending()
	case !slices.Contains(s.wages.open, c.Step):
		return nil, domain.Refuse(domain.Conflict, "WAGE_STEP_NOT_REACHED", "Step %d is not due.", c.Step).About("step")
	case slices.Contains(s.wages.denied, c.Step):
		return nil, domain.Refuse(domain.Conflict, "WAGE_STEP_DENIED", "Step %d was denied already. It can still be approved.", c.Step).About("step")
	case c.Reason == "":
		return nil, reasonMissing()
	}
	return []Event{WageStepDenied{Step: c.Step, Reason: c.Reason}}, nil
}

// CorrectWageStep takes the place of what was approved for a step.
type CorrectWageStep struct {
	domain.Request
	Step        int
	Rate        domain.Cents
	EffectiveOn domain.Date
	Least       domain.Cents
	Reason      domain.Sealed
}

func (c CorrectWageStep) Decide(s State) ([]Event, error) {
	if err := s.paidBy(c.By); err != nil {
		return nil, err
	}
	i, ok := s.wages.at(c.Step)
	switch {
	case !ok:
		return nil, domain.Refuse(domain.NotFound, "WAGE_STEP_NOT_APPROVED", "Step %d was not approved yet.", c.Step).About("step")
	case s.wages.paid[i].Rate == c.Rate && s.wages.paid[i].EffectiveOn == c.EffectiveOn:
		return nil, nil
	case c.Reason == "":
		return nil, reasonMissing()
	}
	if err := s.pays(c.Rate, c.EffectiveOn, i, c.Least); err != nil {
		return nil, err
	}
	return []Event{WageStepCorrected{Step: c.Step, Rate: c.Rate, EffectiveOn: c.EffectiveOn, Reason: c.Reason}}, nil
}

// pays refuses a wage in the ith place that falls, or comes before the one before it.
func (s State) pays(rate domain.Cents, on domain.Date, i int, least domain.Cents) error {
	set, err := s.rules()
	if err != nil {
		return err
	}
	before, since := s.wages.rate, s.startOn
	if i > 0 {
		before, since = s.wages.paid[i-1].Rate, s.wages.paid[i-1].EffectiveOn
	}
	switch {
	case rate <= 0 || rate > maxRate:
		return domain.Refuse(domain.Invalid, "BAD_RATE", "Give the wage for an hour in cents.").About("rateCents")
	case rate < before:
		return domain.Refuse(domain.Invalid, "WAGE_FALLS", "A wage never falls from one step to the next%s. Give at least what is paid now.", set.Cite("29.5(b)(5)")).About("rateCents")
	case rate < least:
		return domain.Refuse(domain.Invalid, "WAGE_BELOW_SCHEDULE", "The schedule promises more for this step.").About("rateCents")
	case on.Before(since) || !near(on, since):
		return domain.Refuse(domain.Invalid, "BAD_DAY", "The wage is paid from a day on or after %s.", since).About("effectiveOn")
	}
	if i+1 < len(s.wages.paid) {
		switch next := s.wages.paid[i+1]; {
		case rate > next.Rate:
			return domain.Refuse(domain.Invalid, "WAGE_FALLS", "The step after it would pay less. Correct that one first.").About("rateCents")
		case on.After(next.EffectiveOn):
			return domain.Refuse(domain.Invalid, "BAD_DAY", "The step after it is paid from %s.", next.EffectiveOn).About("effectiveOn")
		}
	}
	return nil
}

// maxRate in cents for an hour is beyond anybody's.
const maxRate = domain.Cents(1_000_00)

// paidBy refuses whoever does not decide on pay: nobody does on their own.
func (s State) paidBy(by domain.Actor) error {
	switch {
	case s.status == none:
		return notFound()
	case by.Role != domain.HR || by.Person == s.plan.Person:
		return domain.Refuse(domain.Forbidden, "NOT_HR", "Human resources decide on a wage, and nobody on their own.")
	}
	return nil
}
