package desk

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/events"
)

// Chronicle tells what holds of somebody on any day, as it is on record now.
func (d *Desk) Chronicle(ctx context.Context, id domain.PersonID) (person.Chronicle, error) {
	c, _, err := events.Load(ctx, d.Log, person.Stream(id), person.Tell)
	return c, err
}

// acting returns the actor in a capacity in which they act today, by the record and not by
// the session: the one they came in, or one of others if they hold it as well. Who acts in
// none of them is refused (NOT_IN_CAPACITY).
func (d *Desk) acting(ctx context.Context, by domain.Actor, others ...domain.Role) (domain.Actor, error) {
	if by.Person == "" {
		return by, nil
	}
	c, err := d.Chronicle(ctx, by.Person)
	if err != nil || !c.Known() {
		return by, err
	}
	for _, as := range append(others, by.Role) {
		if c.Acts(as, d.Today()) {
			by.Role = as
			return by, nil
		}
	}
	return by, domain.Refuse(domain.Forbidden, "NOT_IN_CAPACITY", "On record you do not act as %s today. Ask human resources.", by.Role)
}

// keep has a command about somebody decided and recorded.
func (d *Desk) keep(ctx context.Context, who domain.PersonID, c events.Command[person.State, person.Event]) (events.Position, error) {
	return execute(ctx, d, person.Stream(who), person.Evolve, c)
}

// ChangeManager records whom somebody reports to from a day on: a manager then, and nobody who
// reports to them.
func (d *Desk) ChangeManager(ctx context.Context, a Ask, who, manager domain.PersonID, from domain.Date, corrects int) (events.Position, error) {
	c, err := d.Chronicle(ctx, manager)
	if err != nil {
		return 0, err
	}
	if !c.Acts(domain.Manager, from) {
		return 0, domain.Refuse(domain.Invalid, "NOT_A_MANAGER", "People report to somebody who acts as a manager on that day. Name one.").About("managerId")
	}
	above, err := d.Managers(ctx, manager, from)
	if err != nil {
		return 0, err
	}
	for _, p := range above {
		if p == who {
			return 0, domain.Refuse(domain.Invalid, "REPORTS_IN_A_CIRCLE", "This manager reports to that person already.").About("managerId")
		}
	}
	return d.keep(ctx, who, person.ChangeManager{Request: d.request(a), Person: who, Changed: person.ManagerChanged{Manager: manager, From: from, Corrects: corrects}})
}

// Managers are whom somebody reports to on a day, and whom these report to, the nearest first.
func (d *Desk) Managers(ctx context.Context, who domain.PersonID, on domain.Date) (above []domain.PersonID, err error) {
	const highest = 20
	for len(above) < highest {
		c, err := d.Chronicle(ctx, who)
		if err != nil {
			return nil, err
		}
		if who = c.Manager(on); who == "" {
			break
		}
		above = append(above, who)
	}
	return above, nil
}

// ChangeSite records where somebody works from a day on.
func (d *Desk) ChangeSite(ctx context.Context, a Ask, who domain.PersonID, site domain.SiteID, from domain.Date, corrects int) (events.Position, error) {
	return d.keep(ctx, who, person.ChangeSite{Request: d.request(a), Person: who, Changed: person.SiteChanged{Site: site, From: from, Corrects: corrects}})
}

// GrantCapacity lets somebody act in one more capacity from a day on.
func (d *Desk) GrantCapacity(ctx context.Context, a Ask, who domain.PersonID, as domain.Role, from domain.Date, corrects int) (events.Position, error) {
	return d.keep(ctx, who, person.GrantCapacity{Request: d.request(a), Person: who, Granted: person.CapacityGranted{Capacity: as, From: from, Corrects: corrects}})
}

// RevokeCapacity ends a capacity: from that day on they do not act in it.
func (d *Desk) RevokeCapacity(ctx context.Context, a Ask, who domain.PersonID, as domain.Role, from domain.Date, corrects int) (events.Position, error) {
	return d.keep(ctx, who, person.RevokeCapacity{Request: d.request(a), Person: who, Revoked: person.CapacityRevoked{Capacity: as, From: from, Corrects: corrects}})
}

// Leave records the last day of somebody who leaves.
func (d *Desk) Leave(ctx context.Context, a Ask, who domain.PersonID, on domain.Date, why person.Departure, corrects int) (events.Position, error) {
	return d.keep(ctx, who, person.Leave{Request: d.request(a), Person: who, Left: person.Left{On: on, Reason: why, Corrects: corrects}})
}

// Return records that somebody who had left works here again.
func (d *Desk) Return(ctx context.Context, a Ask, who domain.PersonID, on domain.Date, corrects int) (events.Position, error) {
	return d.keep(ctx, who, person.Return{Request: d.request(a), Person: who, Returned: person.Returned{On: on, Corrects: corrects}})
}

// Strike takes out what was written down about somebody in error.
func (d *Desk) Strike(ctx context.Context, a Ask, who domain.PersonID, fact int, reason string) (events.Position, error) {
	if _, err := d.colleague(ctx, who, "personId"); err != nil {
		return 0, err
	}
	sealed, err := d.seal(ctx, who, "reason", reason)
	if err != nil {
		return 0, err
	}
	return d.keep(ctx, who, person.Strike{Request: d.request(a), Person: who, Fact: fact, Reason: sealed})
}

// PlanAbsence records when somebody is away, and who decides for them meanwhile.
func (d *Desk) PlanAbsence(ctx context.Context, a Ask, who domain.PersonID, away person.AbsencePlanned) (events.Position, error) {
	if away.Delegate != "" {
		if _, err := d.Read.Person(ctx, away.Delegate); domain.AsRefusal(err) != nil {
			return 0, domain.AsRefusal(err).About("delegateId")
		} else if err != nil {
			return 0, err
		}
	}
	return d.keep(ctx, who, person.PlanAbsence{Request: d.request(a), Person: who, Absent: away})
}

// EndAbsence records that somebody is back sooner.
func (d *Desk) EndAbsence(ctx context.Context, a Ask, who domain.PersonID, absence int, on domain.Date) (events.Position, error) {
	return d.keep(ctx, who, person.EndAbsence{Request: d.request(a), Person: who, Absence: absence, On: on})
}
