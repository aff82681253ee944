package desk

import (
	"context"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/projections"
)

// AskErasure asks for a person to be made unrecognisable, for a reason and under the number of
// the file that holds it. Somebody else has to confirm it.
func (d *Desk) AskErasure(ctx context.Context, a Ask, id domain.PersonID, why person.Reason, reference string) (events.Position, error) {
	kept, err := d.Kept(ctx, id)
	if err != nil {
		return 0, err
	}
	return execute(ctx, d, person.Stream(id), person.Evolve,
		person.AskErasure{Request: d.request(a), Person: id, Reason: why, Reference: strings.TrimSpace(reference), Kept: kept})
}

// WithdrawErasure takes back what the asker asked for.
func (d *Desk) WithdrawErasure(ctx context.Context, a Ask, id domain.PersonID, asked int) (events.Position, error) {
	return execute(ctx, d, person.Stream(id), person.Evolve, person.WithdrawErasure{Request: d.request(a), Of: asked})
}

// RefuseErasure says no to what somebody else asked for.
func (d *Desk) RefuseErasure(ctx context.Context, a Ask, id domain.PersonID, asked int, why string) (events.Position, error) {
	c := person.RefuseErasure{Request: d.request(a), Person: id, Of: asked}
	if person.Erases(a.By) {
		var err error
		if c.Reason, err = d.seal(ctx, id, "reason", why); err != nil {
			return 0, err
		}
	}
	return execute(ctx, d, person.Stream(id), person.Evolve, c)
}

// Erase makes a person unrecognisable, on every node, as somebody else asked. It cannot be
// undone. The read model shows it once this node can open nothing any more that was sealed
// about them.
func (d *Desk) Erase(ctx context.Context, a Ask, id domain.PersonID, asked int) (events.Position, error) {
	kept, err := d.Kept(ctx, id)
	if err != nil {
		return 0, err
	}
	return execute(ctx, d, person.Stream(id), person.Evolve, person.Erase{Request: d.request(a), Person: id, Of: asked, Kept: kept})
}

// Kept is for how long the rules of somebody's apprenticeships want their records kept.
func (d *Desk) Kept(ctx context.Context, id domain.PersonID) (k person.Kept, err error) {
	known, err := d.Read.Named(ctx, id)
	if err != nil {
		return k, err
	}
	if who, ok := known[id]; ok {
		k.Here = who.LeftOn.IsZero() && !who.Erased
	}
	learners, err := d.Read.LearnersOf(ctx, id)
	if err != nil {
		return k, err
	}
	for _, l := range learners {
		rs, err := ruleSet(l)
		if err != nil {
			return k, err
		}
		switch {
		case rs.RecordYears == 0:
		case !l.Over():
			k.Here = true
		default:
			k.Until = later(k.Until, l.EndedOn.AddMonths(12*rs.RecordYears))
		}
	}
	return k, nil
}

func later(a, b domain.Date) domain.Date {
	if b.After(a) {
		return b
	}
	return a
}

// SeesErasures reports whether an actor may know who is to be erased.
func SeesErasures(by domain.Actor) bool { return person.Erases(by) || by.Role == domain.Auditor }

// Erasures returns what was asked about some people, or about everybody: for those who ask and
// decide, and for auditors.
func (d *Desk) Erasures(ctx context.Context, by domain.Actor, people ...domain.PersonID) ([]projections.Erasure, error) {
	if !SeesErasures(by) {
		return nil, nil
	}
	return d.Read.Erasures(ctx, people...)
}
