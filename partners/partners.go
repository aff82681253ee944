// Package partners serves institutions: what a partner may see of whom, its change feed,
// and the credit it awards.
//
// A partner sees a learner while the learner's consent lives and an agreement with the
// partner is in force; both are looked up when the answer is given, never taken from a key.
package partners

import (
	"context"
	"slices"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/vault"
	"github.com/guildhall-dev/guildhall/projections"
)

// Partners serves institutions. All fields are set before the first request.
type Partners struct {
	Log   events.Log
	Read  *projections.DB
	Vault *vault.Vault // for what colleges write about learners
	Now   func() time.Time

	ledgers ledgers
	fetches fetches
}

// patience is how long an answer waits for the read model.
const patience = 2 * time.Second

// Fence waits until the read model has passed every consent and agreement that is on
// record now. An answer given after it shows nothing that was withdrawn before the
// question. It is refused (READ_MODEL_BEHIND) if that takes too long.
func (p *Partners) Fence(ctx context.Context) error {
	within, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	latest, err := p.Log.Latest(within)
	if err != nil && within.Err() != nil && ctx.Err() == nil {
		return domain.Refuse(domain.Busy, "READ_MODEL_BEHIND", "Nobody can tell in time whether this node knows everything that is on record. Try again in a moment.")
	}
	if err != nil {
		return err
	}
	return p.Read.Wait(within, latest)
}

// Admit is Fence for a partner that asks: it is refused (PARTNER_SUSPENDED) while the
// partner takes no part.
func (p *Partners) Admit(ctx context.Context, partner domain.PartnerID) error {
	if err := p.Fence(ctx); err != nil {
		return err
	}
	all, err := p.Read.Partners(ctx)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(all, func(known projections.Partner) bool { return known.ID == partner && known.Suspended }) {
		return domain.Refuse(domain.Forbidden, "PARTNER_SUSPENDED", "Your institution is suspended here: nothing is shown and nothing is recorded. Ask the programme office.")
	}
	return nil
}

func (p *Partners) today() domain.Date { return domain.DateOf(p.Now()) }

// A View is what one partner may see of some learners, at one moment.
type View struct {
	partner domain.PartnerID
	grants  map[domain.ApprenticeshipID]projections.Grant
	linked  map[domain.RequirementID]bool // met by a course of the partner's
}

// View works out what a partner may see of learners.
func (p *Partners) View(ctx context.Context, partner domain.PartnerID, ids ...domain.ApprenticeshipID) (v View, err error) {
	v.partner = partner
	if v.linked, err = p.Read.Linked(ctx, partner, p.today()); err == nil {
		v.grants, err = p.Read.Grants(ctx, partner, p.today(), ids...)
	}
	return v, err
}

func (v View) covers(id domain.ApprenticeshipID, s domain.Scope) bool {
	return slices.Contains(v.grants[id].Scopes, s)
}

// Learner reports whether the partner may see the apprenticeship itself.
func (v View) Learner(id domain.ApprenticeshipID) bool { return v.covers(id, domain.PathwayRecords) }

// covering is covers for one scope and many things of the same learners, one after the other.
func (v View) covering(s domain.Scope) func(domain.ApprenticeshipID) bool {
	var last domain.ApprenticeshipID
	var covered bool
	return func(id domain.ApprenticeshipID) bool {
		if id != last {
			last, covered = id, v.covers(id, s)
		}
		return covered
	}
}

// Milestones returns those the partner may see: begun, and met by one of its courses.
func (v View) Milestones(ms []projections.Milestone) []projections.Milestone {
	covered := v.covering(domain.MilestoneRecords)
	return without(ms, func(m *projections.Milestone) bool { return !covered(m.Learner) || !v.linked[m.Requirement] })
}

// Credits returns those the partner may see: its own, once it was asked for them.
func (v View) Credits(cs []projections.Credit) []projections.Credit {
	covered := v.covering(domain.CreditRecords)
	return without(cs, func(c *projections.Credit) bool { return !covered(c.Learner) || c.Partner != v.partner || !c.Asked })
}

// Transitions returns those the partner may see: submitted ones of learners who let it see moves.
func (v View) Transitions(ts []projections.Transition) []projections.Transition {
	covered := v.covering(domain.TransitionRecords)
	return without(ts, func(t *projections.Transition) bool {
		return !covered(t.Learner) || t.State == projections.TransitionProposed
	})
}

// without is a list that lacks what drop names; the list itself, if that is nothing.
func without[T any](list []T, drop func(*T) bool) []T {
	for i := range list {
		if drop(&list[i]) {
			return slices.DeleteFunc(slices.Clone(list), func(v T) bool { return drop(&v) })
		}
	}
	return list
}
