package policies

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/filing"
	"github.com/guildhall-dev/guildhall/domain/program"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/projections"
)

// A change of status is told to the agency that registered the apprenticeship.
var changeOpensFiling = policy{after: func(ctx context.Context, p *Policies, r events.Recorded) (bool, error) {
	e, ok := r.Event.(apprenticeship.Event)
	if !ok {
		return false, nil
	}
	what, on := apprenticeship.Change(e)
	if what == "" {
		return false, nil
	}
	l, err := p.learner(ctx, r)
	if err != nil || l.Agency == "" {
		return false, unlessAbsent(err)
	}
	programs, err := p.Read.Programs(ctx)
	if err != nil {
		return false, err
	}
	due, err := tell(l, programs, what, on)
	if err != nil {
		return false, unlessAbsent(err)
	}
	return true, act(ctx, p, filing.Stream(l.ID, r.Revision), filing.Evolve, filing.Open{Request: p.follows(r, "change-opens-filing"), Due: due})
}}

// tell is what the agency has to be told, and until when: as the programme has agreed, or
// as the rules say that were pinned.
func tell(l projections.Learner, programs []projections.Program, what string, on domain.Date) (filing.Due, error) {
	set, err := rules.Find(l.RuleSet)
	reporting := set.ReportingTo(l.Agency, on)
	for _, p := range programs {
		if agreed := program.SettingsOn(p.Settings, p.Amended, on).Reporting; p.ID == l.Program && agreed.Days > 0 {
			reporting = agreed
		}
	}
	return filing.Due{Apprenticeship: l.ID, Program: l.Program, Agency: l.Agency, Cause: what, OccurredOn: on, DueOn: reporting.DueOn(on)}, err
}

// learner is whose record r is, once the read model shows it.
func (p *Policies) learner(ctx context.Context, r events.Recorded) (projections.Learner, error) {
	id, err := apprenticeship.ID(r.Stream)
	if err != nil {
		return projections.Learner{}, err
	}
	if err := p.Read.Wait(ctx, r.Position); err != nil {
		return projections.Learner{}, err
	}
	return p.Read.Learner(ctx, id)
}

// unlessAbsent is err, or nil if it says that something is not there: nothing follows for it.
func unlessAbsent(err error) error {
	if r := domain.AsRefusal(err); r != nil && r.Kind == domain.NotFound {
		return nil
	}
	return err
}
