package desk

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/domain/placement"
	"github.com/guildhall-dev/guildhall/internal/explain"
	"github.com/guildhall-dev/guildhall/projections"
)

// Explain says of everything in a learner's record that is not so yet why, whose turn it is
// and what comes next.
func (d *Desk) Explain(ctx context.Context, l projections.Learner) ([]explain.Explanation, error) {
	c, err := d.Case(ctx, l)
	if err != nil {
		return nil, err
	}
	return c.Explain(), nil
}

// Case gathers what explaining a learner's record takes.
func (d *Desk) Case(ctx context.Context, l projections.Learner) (explain.Case, error) {
	c, merits, err := d.progress(ctx, l)
	if err != nil {
		return c, err
	}
	if c.Rules, err = ruleSet(l); err != nil {
		return c, err
	}
	with, err := d.Read.Circumstances(ctx, l.ID)
	if err != nil {
		return c, err
	}
	c.Weeks, c.Consents, c.Filings, c.Certificates = with.Weeks, with.Consents, with.Filings, with.Certificates
	if next, ok := c.Path.Following(l.Role); ok {
		for _, w := range with.Waived {
			if w.To == next.Role.ID {
				c.Waived = append(c.Waived, w.Requirement)
			}
		}
	}
	if c.Agreements, err = d.Read.Agreements(ctx, ""); err != nil {
		return c, err
	}
	if err := d.measured(ctx, &c, merits, with.Site); err != nil {
		return c, err
	}
	return c, d.places(ctx, &c, with.Seats)
}

// Progress is the part of a case that tells how far a learner is: the hours, what was met and
// credited, and the moves.
func (d *Desk) Progress(ctx context.Context, l projections.Learner) (explain.Case, error) {
	c, _, err := d.progress(ctx, l)
	return c, err
}

func (d *Desk) progress(ctx context.Context, l projections.Learner) (c explain.Case, m projections.Merits, err error) {
	c = explain.Case{Today: d.Today(), Learner: l, Entered: l.BeganOn}
	if c.Path, c.Stage, err = stageOf(l, l.Role); err != nil {
		return c, m, err
	}
	p, err := d.Read.Progress(ctx, l.ID)
	if err != nil {
		return c, m, err
	}
	m = p.Merits
	var rec pathway.Record
	if c.Stage.Counted() {
		s, err := d.Read.Standard(ctx, l.Standard, l.StandardVersion)
		if err != nil {
			return c, m, err
		}
		if rec, err = m.Record(l, s, l.Role); err != nil {
			return c, m, err
		}
	} else {
		rec = m.InRole(l.Role)
	}
	c.Findings = c.Stage.Readiness(rec)
	c.Snapshot = pathway.Snapshot(c.Findings)
	c.Stages, c.Moves, c.Hours, c.Milestones, c.Credits = p.Stages, p.Moves, m.Hours, m.Milestones, m.Credits
	for _, s := range c.Stages {
		if s.Role == l.Role {
			c.Entered = s.From
		}
	}
	return c, m, nil
}

// measured gathers what the standard and the rules ask for, and what there is of it.
func (d *Desk) measured(ctx context.Context, c *explain.Case, m projections.Merits, site placement.Site) (err error) {
	l := c.Learner
	c.Standard, err = d.Read.Standard(ctx, l.Standard, l.StandardVersion)
	if domain.AsRefusal(err) != nil {
		return nil
	}
	if err != nil {
		return err
	}
	showing, err := m.Showing(l, c.Standard)
	if err != nil {
		return err
	}
	if c.OnTheJob = showing.OnTheJob(); !pathwayCompletes(l, c.Path) {
		c.Completion = c.Standard.Completion(showing, c.Rules.OffTheJob)
	}
	pay, err := d.Read.Pay(ctx, l.ID)
	c.Pay, c.Site = pay[l.ID], site
	return err
}

// places gathers the seats that a learner waits for.
func (d *Desk) places(ctx context.Context, c *explain.Case, seats []projections.Seat) error {
	for _, s := range seats {
		if s.Standing != projections.SeatApplied && s.Standing != projections.SeatOffered && s.Standing != projections.SeatWaiting {
			continue
		}
		in, err := d.Read.Cohort(ctx, s.Cohort)
		if err != nil {
			return err
		}
		all, err := d.Read.Seats(ctx, s.Cohort)
		if err != nil {
			return err
		}
		p := explain.Place{Seat: s, Title: in.Title, Seats: in.Seats, Taken: in.Taken}
		for _, o := range all {
			if o.Person == s.Person {
				break
			}
			if o.Standing == projections.SeatWaiting {
				p.Before++
			}
		}
		if in.State != projections.CohortCancelled {
			c.Places = append(c.Places, p)
		}
	}
	return nil
}

// Tells reports whether somebody who may see a learner's record is told of a kind of thing
// in it: wages are for the learner, human resources and auditors, reports to the agency for
// those who run programmes, and seats and certificates for them and for who teaches.
func Tells(by domain.Actor, l projections.Learner, about explain.About) bool {
	switch about {
	case explain.Wages:
		return by.Role == domain.HR || by.Role == domain.Auditor || by.Person != "" && by.Person == l.Person
	case explain.Filing:
		return by.Role == domain.Coordinator || by.Role == domain.HR || by.Role == domain.Auditor
	case explain.Seat, explain.Certificate:
		return overview(by) || by.Person != "" && (by.Person == l.Person || by.Person == l.Supervisor || by.Person == l.Mentor)
	}
	return true
}
