package desk

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/projections"
)

// effective is a request that takes effect on a day; the zero day is today.
func (d *Desk) effective(a Ask, on domain.Date) domain.Request {
	r := d.request(a)
	r.On = on
	return r
}

// Suspend begins a break in learning on a day.
func (d *Desk) Suspend(ctx context.Context, a Ask, id domain.ApprenticeshipID, on, back domain.Date, reason string) (events.Position, error) {
	_, sealed, err := d.about(ctx, a, id, reason)
	if err != nil {
		return 0, err
	}
	worked, err := d.Read.Worked(ctx, id)
	if err != nil {
		return 0, err
	}
	return d.steer(ctx, a, id, apprenticeship.Suspend{Request: d.effective(a, on), Reason: sealed, ExpectedReturn: back, Worked: worked})
}

// Reinstate ends a break: a day is the first one back.
func (d *Desk) Reinstate(ctx context.Context, a Ask, id domain.ApprenticeshipID, on domain.Date) (events.Position, error) {
	return d.steer(ctx, a, id, apprenticeship.Reinstate{Request: d.effective(a, on)})
}

// CorrectBreak takes the place of the days of a break, counted from 1.
func (d *Desk) CorrectBreak(ctx context.Context, a Ask, id domain.ApprenticeshipID, no int, from, to domain.Date, reason string) (events.Position, error) {
	_, sealed, err := d.about(ctx, a, id, reason)
	if err != nil {
		return 0, err
	}
	worked, err := d.Read.Worked(ctx, id)
	if err != nil {
		return 0, err
	}
	return d.steer(ctx, a, id, apprenticeship.CorrectPause{Request: d.request(a), No: no, From: from, To: to, Reason: sealed, Worked: worked})
}

// A Cancellation is what is recorded of one.
type Cancellation struct {
	By                      apprenticeship.Party
	On, NoticeOn, CorrectBy domain.Date
	Cause                   string
}

// Cancel ends an apprenticeship before its aim.
func (d *Desk) Cancel(ctx context.Context, a Ask, id domain.ApprenticeshipID, c Cancellation) (events.Position, error) {
	_, sealed, err := d.about(ctx, a, id, c.Cause)
	if err != nil {
		return 0, err
	}
	worked, err := d.Read.Worked(ctx, id)
	if err != nil {
		return 0, err
	}
	return d.steer(ctx, a, id, apprenticeship.Cancel{Request: d.effective(a, c.On), Party: c.By, Cause: sealed, NoticeOn: c.NoticeOn, CorrectBy: c.CorrectBy, Worked: worked})
}

// ReverseCancellation takes a cancellation back.
func (d *Desk) ReverseCancellation(ctx context.Context, a Ask, id domain.ApprenticeshipID, reason string) (events.Position, error) {
	l, sealed, err := d.about(ctx, a, id, reason)
	if err != nil {
		return 0, err
	}
	return d.reopen(ctx, a, l, apprenticeship.ReverseCancellation{Request: d.request(a), Reason: sealed})
}

// reopen takes an end back, unless the person has another apprenticeship by now.
func (d *Desk) reopen(ctx context.Context, a Ask, l projections.Learner, c events.Command[apprenticeship.State, apprenticeship.Event]) (events.Position, error) {
	state, _, err := events.Load(ctx, d.Log, apprenticeship.Stream(l.ID), apprenticeship.Evolve)
	if err != nil {
		return 0, err
	}
	if _, err := c.Decide(state); err != nil {
		return 0, err
	}
	undo, err := d.reserve(ctx, a, l, d.Today())
	if err != nil {
		return 0, err
	}
	p, err := d.steer(ctx, a, l.ID, c)
	if domain.AsRefusal(err) != nil {
		err = after(err, undo(ctx))
	}
	return p, err
}
