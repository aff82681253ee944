package desk

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/position"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/projections"
)

func (d *Desk) onPosition(ctx context.Context, id domain.PositionID, c events.Command[position.State, position.Event]) (events.Position, error) {
	if !domain.ValidID(id) {
		return 0, domain.Refuse(domain.Invalid, "BAD_ID", "%q is not an id: use lower-case letters, digits and hyphens.", id).About("positionId")
	}
	return execute(ctx, d, position.Stream(id), position.Evolve, c)
}

// OpenPosition records that there are places to fill.
func (d *Desk) OpenPosition(ctx context.Context, a Ask, id domain.PositionID, o position.Opened) (events.Position, error) {
	o.Title, o.PayGrade = domain.Written(o.Title), domain.Written(o.PayGrade)
	return d.onPosition(ctx, id, position.Open{Request: d.request(a), Opened: o})
}

// FillPosition records who holds a place from a day on. Who worked here before that day fills
// it from within.
func (d *Desk) FillPosition(ctx context.Context, a Ask, id domain.PositionID, who domain.PersonID, on domain.Date) (events.Position, error) {
	p, err := d.Read.Person(ctx, who)
	if r := domain.AsRefusal(err); r != nil {
		return 0, r.About("personId")
	}
	if err != nil {
		return 0, err
	}
	since := p.JoinedOn
	if !p.Start.IsZero() {
		since = p.Start
	}
	return d.onPosition(ctx, id, position.Fill{Request: d.request(a), Filled: position.Filled{By: who, On: on, Internal: since.Before(on)}})
}

// VacatePosition records the last day on which somebody held a place.
func (d *Desk) VacatePosition(ctx context.Context, a Ask, id domain.PositionID, who domain.PersonID, on domain.Date) (events.Position, error) {
	return d.onPosition(ctx, id, position.Vacate{Request: d.request(a), Vacated: position.Vacated{By: who, On: on}})
}

// ClosePosition records that nobody is sought any more.
func (d *Desk) ClosePosition(ctx context.Context, a Ask, id domain.PositionID) (events.Position, error) {
	return d.onPosition(ctx, id, position.Close{Request: d.request(a)})
}

// A MovePlan is what is set for an approved move: its day, and the pay grade and the vacancy it fills if they are known.
type MovePlan struct {
	EffectiveOn domain.Date
	PayGrade    string
	Position    domain.PositionID
}

// Schedule sets another day, pay grade or vacancy for an approved move. The place is kept
// first, so that two moves never count on the same one.
func (d *Desk) Schedule(ctx context.Context, a Ask, id domain.ApprenticeshipID, to domain.RoleID, plan MovePlan) (events.Position, error) {
	l, err := d.Learner(ctx, a.By, id)
	if err != nil {
		return 0, err
	}
	c := transition.Schedule{Request: d.request(a), Scheduled: transition.Scheduled{EffectiveOn: plan.EffectiveOn, PayGrade: domain.Written(plan.PayGrade), Position: plan.Position}}
	stream := transition.Stream(id, to)
	if plan.Position != "" {
		if err := d.keepPlace(ctx, a, l, to, stream, c); err != nil {
			return 0, err
		}
	}
	return execute(ctx, d, stream, transition.Evolve, c)
}

// keepPlace keeps a place for a move that can be scheduled.
func (d *Desk) keepPlace(ctx context.Context, a Ask, l projections.Learner, to domain.RoleID, move domain.Stream, c transition.Schedule) error {
	p, err := d.Read.PositionOf(ctx, c.Scheduled.Position)
	if r := domain.AsRefusal(err); r != nil {
		return r.About("positionId")
	}
	if err != nil {
		return err
	}
	if p.Role != to {
		return domain.Refuse(domain.Invalid, "ANOTHER_ROLE", "This position is for another role. Name one for the role of the move.").About("positionId")
	}
	state, _, err := events.Load(ctx, d.Log, move, transition.Evolve)
	if err != nil {
		return err
	}
	if _, err := c.Decide(state); err != nil {
		return err
	}
	if a.Key != "" {
		a.Key += " place"
	}
	_, err = d.onPosition(ctx, p.ID, position.Reserve{Request: d.request(a), Reserved: position.Reserved{For: l.Person, Move: move}})
	return err
}
