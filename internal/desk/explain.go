package desk

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/explain"
	"github.com/guildhall-dev/guildhall/projections"
)

// weeksBack is how many weeks are looked at for hours that do not count yet.
const weeksBack = 26

// Explain says of everything in a learner's record that is not so yet why, whose turn it is
// and what comes next.
func (d *Desk) Explain(ctx context.Context, l projections.Learner) ([]explain.Explanation, error) {
	agreements, err := d.Read.Agreements(ctx, "")
	if err != nil {
		return nil, err
	}
	return d.explain(ctx, l, agreements)
}

func (d *Desk) explain(ctx context.Context, l projections.Learner, agreements []projections.Agreement) ([]explain.Explanation, error) {
	c, err := d.explained(ctx, l)
	if err != nil {
		return nil, err
	}
	c.Agreements = agreements
	return c.Explain(), nil
}

// explained gathers what explaining a learner's record takes, but for the agreements.
func (d *Desk) explained(ctx context.Context, l projections.Learner) (c explain.Case, err error) {
	c = explain.Case{Today: d.Today(), Learner: l, Entered: l.BeganOn}
	if c.Rules, err = ruleSet(l); err != nil {
		return c, err
	}
	if c.Path, err = Pathway(l); err != nil {
		return c, err
	}
	ready, err := d.Readiness(ctx, l, l.Role)
	if err != nil {
		return c, err
	}
	c.Stage, c.Findings, c.Snapshot = ready.Stage, ready.Findings, ready.Snapshot
	stages, err := d.Read.Stages(ctx, l.ID)
	if err != nil {
		return c, err
	}
	for _, s := range stages {
		if s.Role == l.Role {
			c.Entered = s.From
		}
	}
	if c.Weeks, err = d.Read.Weeks(ctx, l.ID, domain.Week{}, weeksBack); err != nil {
		return c, err
	}
	milestones, err := d.Read.Milestones(ctx, l.ID)
	if err != nil {
		return c, err
	}
	moves, err := d.Read.Transitions(ctx, l.ID)
	if err != nil {
		return c, err
	}
	credits, err := d.Read.Credits(ctx, l.ID)
	if err != nil {
		return c, err
	}
	c.Milestones, c.Moves, c.Credits = milestones[l.ID], moves[l.ID], credits[l.ID]
	if next, ok := c.Path.Following(l.Role); ok {
		waived, err := d.Read.Waivers(ctx, l.ID, next.Role.ID)
		if err != nil {
			return c, err
		}
		for _, w := range waived {
			c.Waived = append(c.Waived, w.Requirement)
		}
	}
	c.Consents, err = d.Read.Consents(ctx, l.Person)
	return c, err
}
