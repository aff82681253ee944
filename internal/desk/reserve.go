package desk

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/placement"
	"github.com/guildhall-dev/guildhall/domain/program"
	"github.com/guildhall-dev/guildhall/domain/reservation"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/projections"
)

// abandoned is how long a reservation is kept for a draft that was never recorded.
const abandoned = 10 * time.Minute

var alreadyApprentice = domain.Refuse(domain.Conflict, "ALREADY_AN_APPRENTICE", "This person has an apprenticeship in this occupation that has not ended.").About("personId")

// reserve makes an apprenticeship the one of a person in an occupation, and places it under
// its mentor. What it returns takes both back, if the apprenticeship does not come about.
func (d *Desk) reserve(ctx context.Context, a Ask, l projections.Learner, from domain.Date) (undo func(context.Context) error, err error) {
	req := d.request(Ask{By: a.By})
	holder := apprenticeship.Stream(l.ID)
	unique := apprenticeship.Reservation(l.Person, l.Standard)
	release := func() error {
		_, err := events.Execute(context.WithoutCancel(ctx), d.Log, unique, reservation.Evolve, events.Command[reservation.State, reservation.Event](reservation.Release{Request: req, Holder: holder}))
		return left(unique, err)
	}
	take := reservation.Take{Request: req, Holder: holder, Taken: alreadyApprentice}
	_, err = execute(ctx, d, unique, reservation.Evolve, take)
	if errors.Is(err, alreadyApprentice) {
		if err = d.free(ctx, req, unique); err == nil {
			_, err = execute(ctx, d, unique, reservation.Evolve, take)
		}
	}
	if err != nil {
		return nil, err
	}
	if err := d.apart(ctx, l, from); err != nil {
		return nil, after(err, release())
	}
	if err := d.place(ctx, a, l, l.Mentor, from); err != nil {
		return nil, after(err, release())
	}
	return func(ctx context.Context) error {
		return errors.Join(d.unplace(context.WithoutCancel(ctx), a, l, from), release())
	}, nil
}

// left says what could not be taken back.
func left(at domain.Stream, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s was not taken back: %w", at, err)
}

// after is why something was refused; or a fault, if what was kept for it could not be given up,
// so that whoever runs this Guildhall reads of it.
func after(refused, undone error) error {
	if undone == nil {
		return refused
	}
	return fmt.Errorf("desk: refused with %v, and %v", refused, undone)
}

// free gives up a reservation for what has ended, or was never drafted.
func (d *Desk) free(ctx context.Context, req domain.Request, unique domain.Stream) error {
	var held domain.Stream
	var since time.Time
	for r, err := range d.Log.Read(ctx, unique) {
		if err != nil {
			return err
		}
		if e, ok := r.Event.(reservation.Taken); ok {
			held, since = e.Holder, r.Request.At
		}
	}
	id, err := apprenticeship.ID(held)
	if err != nil {
		return err
	}
	l, err := d.Read.Learner(ctx, id)
	switch absent := domain.AsRefusal(err) != nil; {
	case err != nil && !absent:
		return err
	case absent && d.Now().Sub(since) < abandoned, !absent && !l.Over():
		return alreadyApprentice
	}
	_, err = execute(ctx, d, unique, reservation.Evolve, reservation.Release{Request: req, Holder: held})
	return err
}

// apart refuses an apprenticeship that begins before another of the person in the occupation
// has ended.
func (d *Desk) apart(ctx context.Context, l projections.Learner, from domain.Date) error {
	others, err := d.Read.LearnersOf(ctx, l.Person)
	if err != nil {
		return err
	}
	for _, o := range others {
		switch {
		case o.ID == l.ID || o.Standard != l.Standard:
		case !o.Over():
			return alreadyApprentice
		case !o.BeganOn.IsZero() && !from.After(o.EndedOn):
			return domain.Refuse(domain.Conflict, "DATES_OVERLAP", "An earlier apprenticeship in this occupation ended on %s. Begin after that day.", o.EndedOn).About("startOn")
		}
	}
	return nil
}

// place lets an apprentice learn under somebody, if the ratio of their site allows it.
func (d *Desk) place(ctx context.Context, a Ask, l projections.Learner, under domain.PersonID, from domain.Date) error {
	ratio, err := d.ratio(ctx, l, from)
	if err != nil {
		return err
	}
	_, err = execute(ctx, d, placement.Stream(l.Program, l.Site), placement.Evolve,
		placement.Place{Request: d.request(Ask{By: a.By}), Apprenticeship: l.ID, Under: under, From: from, Ratio: ratio})
	return err
}

// unplace takes a placement back that did not come about. If it cannot, the board shows it.
func (d *Desk) unplace(ctx context.Context, a Ask, l projections.Learner, from domain.Date) error {
	at := placement.Stream(l.Program, l.Site)
	_, err := events.Execute(ctx, d.Log, at, placement.Evolve,
		events.Command[placement.State, placement.Event](placement.Unplace{Request: d.request(Ask{By: a.By}), Apprenticeship: l.ID, From: from}))
	return left(at, err)
}

// ratio is that of a learner's site on a day: as the programme says, or else the standard.
func (d *Desk) ratio(ctx context.Context, l projections.Learner, day domain.Date) (rules.Ratio, error) {
	set, err := ruleSet(l)
	if err != nil || !set.RatioPerSite {
		return rules.Ratio{}, err
	}
	p, err := d.program(ctx, l.Program)
	if err != nil {
		return rules.Ratio{}, err
	}
	if r, ok := program.RatioOn(p.Sites, l.Site, day); ok {
		return r, nil
	}
	s, err := d.Read.Standard(ctx, l.Standard, l.StandardVersion)
	if err != nil {
		return rules.Ratio{}, err
	}
	r, err := rules.ParseRatio(s.Ratio)
	if domain.AsRefusal(err) != nil {
		return rules.Ratio{}, nil // told in words, which nobody can hold against a number
	}
	return r, err
}

// program is one programme; one that is not on record has nothing to say.
func (d *Desk) program(ctx context.Context, id domain.ProgramID) (projections.Program, error) {
	all, err := d.Read.Programs(ctx)
	for _, p := range all {
		if p.ID == id {
			return p, err
		}
	}
	return projections.Program{ID: id}, err
}
