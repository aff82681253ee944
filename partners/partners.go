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

// A Share is what one partner may see of one learner, at one moment. The zero value is nothing.
type Share struct {
	grant  projections.Grant
	linked map[domain.RequirementID]bool // met by a course of the partner's
}

// Shares works out what a partner may see of learners, in their order.
func (p *Partners) Shares(ctx context.Context, partner domain.PartnerID, ids ...domain.ApprenticeshipID) ([]Share, error) {
	linked, err := p.Read.Linked(ctx, partner, p.today())
	if err != nil {
		return nil, err
	}
	grants, err := p.Read.Grants(ctx, partner, p.today(), ids...)
	shares := make([]Share, len(grants))
	for i, g := range grants {
		shares[i] = Share{g, linked}
	}
	return shares, err
}

// A View is what one partner may see of some learners, at one moment.
type View map[domain.ApprenticeshipID]Share

// View is Shares by learner.
func (p *Partners) View(ctx context.Context, partner domain.PartnerID, ids ...domain.ApprenticeshipID) (View, error) {
	shares, err := p.Shares(ctx, partner, ids...)
	v := make(View, len(shares))
	for i, s := range shares {
		v[ids[i]] = s
	}
	return v, err
}

// Learner reports whether the partner may see the apprenticeship itself.
func (s Share) Learner() bool { return s.grant.Covers(domain.PathwayRecords) }

// Milestones returns those of the learner that the partner may see: begun, and met by one of its
// courses.
func (s Share) Milestones(ms []projections.Milestone) []projections.Milestone {
	if !s.grant.Covers(domain.MilestoneRecords) {
		return nil
	}
	return without(ms, func(m *projections.Milestone) bool { return !s.linked[m.Requirement] })
}

// Credits returns those of the learner that the partner may see: its own, once it was asked for
// them.
func (s Share) Credits(cs []projections.Credit) []projections.Credit {
	if !s.grant.Covers(domain.CreditRecords) {
		return nil
	}
	return without(cs, func(c *projections.Credit) bool { return c.Partner != s.grant.Partner() || !c.Asked })
}

// Transitions returns the moves of the learner that the partner may see: submitted ones.
func (s Share) Transitions(ts []projections.Transition) []projections.Transition {
	if !s.grant.Covers(domain.TransitionRecords) {
		return nil
	}
	return without(ts, func(t *projections.Transition) bool { return t.State == projections.TransitionProposed })
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
