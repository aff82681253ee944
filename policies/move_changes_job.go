package policies

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/domain/position"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/projections"
)

// A move that took effect changes the job, the pay grade and the manager on record, fills the
// vacancy that was named and vacates the place before it. What is corrected of the move is
// corrected there.
var moveChangesJob = policy{after: func(ctx context.Context, p *Policies, r events.Recorded) (bool, error) {
	var from domain.Date
	switch e := r.Event.(type) {
	case transition.MadeEffective:
		from = e.On
	case transition.TermsCorrected:
		from = e.Terms.EffectiveOn
	default:
		return false, nil
	}
	id, role, err := transition.ID(r.Stream)
	if err != nil {
		return false, err
	}
	if err := p.Read.Wait(ctx, r.Position); err != nil {
		return false, err
	}
	t, err := p.Read.Transition(ctx, id, role)
	if err != nil {
		return false, err
	}
	l, err := p.Read.Learner(ctx, id)
	if err != nil {
		return false, err
	}
	why := p.follows(r, "move-changes-job")
	why.On = from
	if err := p.changeJob(ctx, why, l.Person, t, from); err != nil {
		return false, err
	}
	return true, p.changePlace(ctx, why, l.Person, t, from)
}}

func (p *Policies) changeJob(ctx context.Context, why domain.Request, who domain.PersonID, t projections.Transition, from domain.Date) error {
	job := person.JobTaken{Position: t.To, Title: string(t.To), PayGrade: t.PayGrade, Vacancy: t.Position, Move: transition.Stream(t.Learner, t.To), From: from}
	if way, err := pathway.Find(t.Pathway, t.PathwayVersion); err == nil {
		if stage, _, ok := way.Stage(t.To); ok {
			if job.Title = stage.Role.Title; job.PayGrade == "" {
				job.PayGrade = stage.Role.Grade
			}
		}
	}
	if err := act(ctx, p, person.Stream(who), person.Evolve, person.TakeJob{Request: keyed(why, "job"), Person: who, Taken: job}); err != nil {
		return err
	}
	leader, led, err := p.Read.Leader(ctx, t.To)
	if err != nil || !led {
		return err
	}
	return act(ctx, p, person.Stream(who), person.Evolve, person.ChangeManager{
		Request: keyed(why, "manager"), Person: who, Changed: person.ManagerChanged{Manager: leader.ID, From: from}})
}

func (p *Policies) changePlace(ctx context.Context, why domain.Request, who domain.PersonID, t projections.Transition, from domain.Date) error {
	held, err := p.Read.PlacesOf(ctx, who)
	if err != nil {
		return err
	}
	for _, place := range held {
		if place.Position == t.Position || place.From.After(from) {
			continue
		}
		if err := act(ctx, p, position.Stream(place.Position), position.Evolve, position.Vacate{
			Request: keyed(why, "vacates."+string(place.Position)), Vacated: position.Vacated{By: who, On: from.AddDays(-1)}}); err != nil {
			return err
		}
	}
	if t.Position == "" {
		return nil
	}
	return act(ctx, p, position.Stream(t.Position), position.Evolve, position.Fill{
		Request: keyed(why, "fills"), Filled: position.Filled{By: who, On: from, Internal: true, Move: transition.Stream(t.Learner, t.To)}})
}
