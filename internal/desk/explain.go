package desk

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/internal/explain"
	"github.com/guildhall-dev/guildhall/projections"
)

// weeksBack is how many weeks are looked at for hours that do not count yet.
const weeksBack = 26

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
	if c.Weeks, err = d.Read.Weeks(ctx, l.ID, domain.Week{}, weeksBack); err != nil {
		return c, err
	}
	if next, ok := c.Path.Following(l.Role); ok {
		waived, err := d.Read.Waivers(ctx, l.ID, next.Role.ID)
		if err != nil {
			return c, err
		}
		for _, w := range waived {
			c.Waived = append(c.Waived, w.Requirement)
		}
	}
	if c.Consents, err = d.Read.Consents(ctx, l.Person); err != nil {
		return c, err
	}
	if c.Agreements, err = d.Read.Agreements(ctx, ""); err != nil {
		return c, err
	}
	if err := d.measured(ctx, &c, merits); err != nil {
		return c, err
	}
	return c, d.beside(ctx, &c)
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
	merits, err := d.Read.Merits(ctx, l.ID)
	if err != nil {
		return c, m, err
	}
	m = merits[l.ID]
	rec := m.InRole(l.Role)
	if c.Stage.Counted() {
		s, err := d.Read.Standard(ctx, l.Standard, l.StandardVersion)
		if err != nil {
			return c, m, err
		}
		if rec, err = m.Record(l, s, l.Role); err != nil {
			return c, m, err
		}
	}
	c.Findings = c.Stage.Readiness(rec)
	c.Snapshot = pathway.Snapshot(c.Findings)
	if c.Stages, err = d.Read.Stages(ctx, l.ID); err != nil {
		return c, m, err
	}
	for _, s := range c.Stages {
		if s.Role == l.Role {
			c.Entered = s.From
		}
	}
	moves, err := d.Read.Transitions(ctx, l.ID)
	c.Hours, c.Milestones, c.Credits, c.Moves = m.Hours, m.Milestones, m.Credits, moves[l.ID]
	return c, m, err
}

// measured gathers what the standard and the rules ask for, and what there is of it.
func (d *Desk) measured(ctx context.Context, c *explain.Case, m projections.Merits) (err error) {
	l := c.Learner
	if c.Filings, err = d.Read.Filings(ctx, true, []domain.ApprenticeshipID{l.ID}); err != nil {
		return err
	}
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
	if err != nil {
		return err
	}
	c.Pay = pay[l.ID]
	board, err := d.Read.Board(ctx, l.Program, l.Site)
	c.Site = board.Site
	return err
}

// beside gathers the seats that a learner waits for and the certificates they hold.
func (d *Desk) beside(ctx context.Context, c *explain.Case) (err error) {
	if c.Certificates, err = d.Read.CredentialsOf(ctx, c.Learner.Person); err != nil {
		return err
	}
	seats, err := d.Read.SeatsOf(ctx, c.Learner.Person)
	if err != nil {
		return err
	}
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
