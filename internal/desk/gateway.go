package desk

import (
	"context"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/internal/explain"
	"github.com/guildhall-dev/guildhall/projections"
)

// A Gateway tells who holds an apprentice ready for the assessment at the end, and what is
// lacking before anybody may.
type Gateway struct {
	From    domain.Date // nobody agrees sooner
	Lacking []explain.Explanation
	Words   []Word // of the employer, the provider and the apprentice
	Open    bool   // nothing is lacking, and somebody has still to agree
}

// A Word is what a party has to say at the gateway.
type Word struct {
	apprenticeship.GatewayAgreed      // without a day it was not given
	Mine                         bool // the asker may give it
}

// Given reports whether a party agreed.
func (w Word) Given() bool { return !w.On.IsZero() }

// Wanted are the parties for which the asker may agree now.
func (g Gateway) Wanted() (out []apprenticeship.Party) {
	for _, w := range g.Words {
		if g.Open && w.Mine && !w.Given() {
			out = append(out, w.Party)
		}
	}
	return out
}

// Gateway tells how a learner whom the asker may see stands before the assessment at the end.
// Where the rules know none there is nothing to tell (NO_GATEWAY).
func (d *Desk) Gateway(ctx context.Context, by domain.Actor, l projections.Learner) (g Gateway, err error) {
	set, err := ruleSet(l)
	if err != nil {
		return g, err
	}
	if set.Route != rules.GatewayAndAssessment || l.BeganOn.IsZero() {
		return g, domain.Refuse(domain.NotFound, "NO_GATEWAY", "There is no gateway in this apprenticeship.")
	}
	g = Gateway{From: opens(l, set), Words: spoken(by, l)}
	if l.Status != projections.Active {
		return g, nil
	}
	missing, err := d.unmet(ctx, l)
	if err != nil || len(missing) == 0 {
		g.Open = !g.From.After(d.Today())
		return g, err
	}
	all, err := d.Explain(ctx, l)
	for _, e := range all {
		switch e.About {
		case explain.Requirement, explain.Move, explain.Completion:
			if e.Next != explain.MeetAll && Tells(by, l, e.About) {
				g.Lacking = append(g.Lacking, e)
			}
		}
	}
	return g, err
}

// opens is the first day on which a gateway may be agreed.
func opens(l projections.Learner, set rules.Set) domain.Date {
	return l.BeganOn.AddMonths(set.MinimumMonths)
}

// spoken are the words of the three parties, with which of them the asker may give.
func spoken(by domain.Actor, l projections.Learner) (out []Word) {
	for _, p := range []apprenticeship.Party{apprenticeship.ByEmployer, apprenticeship.ByProvider, apprenticeship.ByApprentice} {
		w := Word{GatewayAgreed: apprenticeship.GatewayAgreed{Party: p}, Mine: p.Speaks(by, l.Person, l.Supervisor)}
		if at := slices.IndexFunc(l.Gateway, func(g apprenticeship.GatewayAgreed) bool { return g.Party == p }); at >= 0 {
			w.GatewayAgreed = l.Gateway[at]
		}
		out = append(out, w)
	}
	return out
}

// gateways are those that are open and wait for the word of an actor.
func (d *Desk) gateways(ctx context.Context, by domain.Actor) (out []Errand, err error) {
	sets, err := rules.Catalogue()
	if err != nil {
		return nil, err
	}
	q := projections.LearnerQuery{Visible: d.SightOf(by), Statuses: []projections.LearnerStatus{projections.Active}, First: mostErrands}
	for _, s := range sets {
		if s.Route == rules.GatewayAndAssessment {
			q.RuleSets = append(q.RuleSets, s.ID)
		}
	}
	learners, err := d.Read.SharedLearners(ctx, q)
	if err != nil {
		return nil, err
	}
	for _, l := range learners {
		set, err := ruleSet(*l)
		if err != nil {
			return nil, err
		}
		g := Gateway{From: opens(*l, set), Words: spoken(by, *l), Open: true}
		if len(g.Wanted()) == 0 || g.From.After(d.Today()) {
			continue
		}
		missing, err := d.unmet(ctx, *l)
		if err != nil {
			return nil, err
		}
		if len(missing) == 0 {
			out = append(out, Errand{Kind: GatewayErrand, Person: l.Person, Learner: l.ID})
		}
	}
	return out, nil
}

// AgreeGateway records that a party holds the apprentice ready for the assessment at the end.
func (d *Desk) AgreeGateway(ctx context.Context, a Ask, id domain.ApprenticeshipID, by apprenticeship.Party, provider domain.PartnerID) (events.Position, error) {
	l, err := d.Learner(ctx, a.By, id)
	if err != nil {
		return 0, err
	}
	if provider != "" {
		if err := d.known(ctx, provider); err != nil {
			return 0, err
		}
	}
	missing, err := d.unmet(ctx, l)
	if err != nil {
		return 0, err
	}
	return d.steer(ctx, a, id, apprenticeship.AgreeGateway{Request: d.request(a), Party: by, Organization: provider, Unmet: missing})
}
