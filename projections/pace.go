package projections

import (
	"cmp"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/position"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/events"
)

// filled counts a place that was filled, from within or not, and how long it was open. A day
// that is corrected counts anew.
func (b *batch) filled(r events.Recorded, e position.Filled) error {
	var where domain.SiteID
	var opened domain.Date
	id, err := position.ID(r.Stream)
	if err != nil {
		return err
	}
	if _, err := b.one(`SELECT site, opened_on FROM position WHERE id = ?`, []any{id}, &where, date{&opened}); err != nil {
		return err
	}
	p, err := b.participant(e.By)
	if err != nil {
		return err
	}
	at := p.spot(e.On)
	at.site = where
	took := DaysToFillOutside
	if e.Internal {
		took = DaysToFillWithin
	}
	subject := string(r.Stream) + "." + string(e.By)
	return errorsOf(b.counts(InternalFill, subject, at, 1, one(e.Internal)), b.counts(took, subject, at, 1, max(0, e.On.DaysSince(opened))))
}

// reached counts how long it took until a role was taken up. A day that is corrected counts anew.
func (b *batch) reached(r events.Recorded, role domain.RoleID, on domain.Date) error {
	who, began, err := b.learnerOf(r.Stream)
	if err != nil || began.IsZero() {
		return err
	}
	p, err := b.participant(who)
	if err != nil {
		return err
	}
	return b.counts(TimeToRole, string(r.Stream)+"."+string(role), p.spot(on), 1, on.DaysSince(began))
}

// restarted counts anew what was counted from the first day of an apprenticeship.
func (b *batch) restarted(r events.Recorded, e apprenticeship.StartDateCorrected) error {
	who, began, err := b.learnerOf(r.Stream)
	if err != nil || began.IsZero() {
		return err
	}
	if err := b.participate(who, func(p *participant) {
		if p.since == e.Was {
			p.since = e.Is
		}
		p.takesPart(e.Is)
	}); err != nil {
		return err
	}
	id, err := apprenticeship.ID(r.Stream)
	if err != nil {
		return err
	}
	held, err := b.stages.get(id)
	if err != nil {
		return err
	}
	for _, s := range *held {
		var at spot
		var days int
		subject := string(r.Stream) + "." + string(s.role)
		counted, err := b.one(`SELECT program, site, cohort, year, total FROM outcome_part WHERE measure = ? AND subject = ?`, []any{TimeToRole, subject},
			&at.program, &at.site, &at.cohort, &at.year, &days)
		if err != nil {
			return err
		}
		if !counted {
			continue
		}
		if err := b.counts(TimeToRole, subject, at, 1, days+e.Was.DaysSince(e.Is)); err != nil {
			return err
		}
	}
	return nil
}

// settled counts how long it took until a new role was confirmed. A day that is zero is the one
// on record.
func (b *batch) settled(r events.Recorded, confirmed, effective domain.Date) error {
	id, to, err := transition.ID(r.Stream)
	if err != nil {
		return err
	}
	var was struct{ effective, confirmed domain.Date }
	var who domain.PersonID
	if _, err := b.one(`SELECT t.effective_on, t.confirmed_on, l.person FROM transition t JOIN learner l ON l.id = t.learner WHERE t.learner = ? AND t.to_role = ?`,
		[]any{id, to}, date{&was.effective}, date{&was.confirmed}, &who); err != nil {
		return err
	}
	if confirmed, effective = cmp.Or(confirmed, was.confirmed), cmp.Or(effective, was.effective); confirmed.IsZero() || effective.IsZero() {
		return nil
	}
	p, err := b.participant(who)
	if err != nil {
		return err
	}
	return b.counts(Onboarding, string(r.Stream), p.spot(confirmed), 1, max(0, confirmed.DaysSince(effective)))
}
