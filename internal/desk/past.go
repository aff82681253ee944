package desk

import (
	"context"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/projections"
)

// A Day is a moment in days: a record as it was known at the end of one, as it was on one,
// or both. The zero Day is now.
type Day struct {
	KnownOn, AsOf domain.Date
}

// Then returns a desk that answers for one learner as of a day, and the learner as they
// were. Every question is the same as now, and whoever may see the record may see what it
// was. It is good until ctx ends and takes no requests. There is none (NO_RECORD_YET)
// before the record begins.
func (d *Desk) Then(ctx context.Context, by domain.Actor, id domain.ApprenticeshipID, on Day) (*Desk, projections.Learner, error) {
	none := func(err error) (*Desk, projections.Learner, error) { return nil, projections.Learner{}, err }
	if by.Role == domain.Partner {
		return none(domain.Refuse(domain.Forbidden, "PEOPLE_ONLY", "What a record was is for people. A partner reads what is shared with it now."))
	}
	if d.Log == nil {
		return none(domain.Refuse(domain.Invalid, "ALREADY_PAST", "This is the record of another day already. Ask the present one, with both days if you need both."))
	}
	if _, err := d.Learner(ctx, by, id); err != nil {
		return none(err)
	}
	if today := d.Today(); on.KnownOn.After(today) || on.AsOf.After(today) {
		return none(domain.Refuse(domain.Invalid, "NOT_YET", "A record can be shown as it was on any day up to today, %s.", today).About("date"))
	}
	now := d.Now()
	m := projections.Moment{AsOf: on.AsOf}
	if !on.KnownOn.IsZero() {
		m.KnownOn = earlier(now, endOf(on.KnownOn))
		now = m.KnownOn
	}
	if !on.AsOf.IsZero() {
		now = earlier(now, endOf(on.AsOf))
	}
	past, err := d.Read.Past(ctx, d.Log, id, m)
	if err != nil {
		return none(err)
	}
	context.AfterFunc(ctx, func() { past.Close() })
	l, err := past.Learner(ctx, id)
	if r := domain.AsRefusal(err); r != nil && r.Kind == domain.NotFound {
		return none(domain.Refuse(domain.NotFound, "NO_RECORD_YET", "There was no record of this apprenticeship on that day."))
	}
	return &Desk{Read: past, Vault: d.Vault, Now: func() time.Time { return now }}, l, err
}

// endOf is the last instant of a day.
func endOf(d domain.Date) time.Time { return d.AddDays(1).Midnight().Add(-time.Microsecond) }

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
