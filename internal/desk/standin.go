package desk

import (
	"context"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/projections"
)

// A StandIn tells what a deputy decides from an absence on.
type StandIn struct {
	Learners int // whose hours go to the deputy when they are handed in
	Moves    int // that wait now
	Weeks    int // that wait now, and were handed over
}

// GoAway records when the asker, a manager, is away, and lets another decide meanwhile: moves
// that wait for the asker, hours that learners hand in, and weeks that wait when the absence
// begins at once. Moves that come later go to the deputy by rule, as long as the absence lasts.
func (d *Desk) GoAway(ctx context.Context, a Ask, away person.AbsencePlanned) (done StandIn, err error) {
	if err := d.capable(ctx, "delegateId", away.Delegate, false, domain.Manager); err != nil {
		return done, err
	}
	key := a.Key
	next := func(about domain.Stream) Ask {
		if key != "" {
			a.Key = key + " " + string(about)
		}
		return a
	}
	if _, err := d.PlanAbsence(ctx, next(person.Stream(a.By.Person)), a.By.Person, away); err != nil {
		return done, err
	}
	guided, err := d.supervised(ctx, a.By)
	if err != nil {
		return done, err
	}
	for _, l := range guided {
		if l.Person == away.Delegate {
			continue
		}
		if _, err := d.DelegateApproval(ctx, next(apprenticeship.Stream(l.ID)), l.ID, away.Delegate, away.From, away.Until); err != nil {
			return done, err
		}
		done.Learners++
	}
	waiting, err := d.Read.Inbox(ctx, a.By.Person, a.By.Role, d.Today())
	if err != nil {
		return done, err
	}
	for _, i := range waiting {
		if i.Assignee != a.By.Person || i.Person == away.Delegate {
			continue
		}
		switch {
		case i.Kind == projections.AwaitingTransition:
			_, to, err := transition.ID(i.Subject)
			if err == nil {
				_, err = d.Delegate(ctx, next(i.Subject), i.Learner, to, "", away.Delegate, away.From, away.Until)
			}
			if r := domain.AsRefusal(err); err != nil && r == nil {
				return done, err
			} else if r == nil { // the deputy asked for it: then it waits
				done.Moves++
			}
		case i.Kind == projections.AwaitingHours && !away.From.After(d.Today()):
			_, week, err := timesheet.ID(i.Subject)
			if err == nil {
				_, err = d.HandWeekOver(ctx, next(i.Subject), i.Learner, week, away.Delegate)
			}
			if err != nil {
				return done, err
			}
			done.Weeks++
		}
	}
	return done, nil
}

// ComeBack records that the asker is back after a day, sooner than planned: from then on hours
// that are handed in are theirs again. What the deputy holds stays with both.
func (d *Desk) ComeBack(ctx context.Context, a Ask, absence int, last domain.Date) error {
	key := a.Key
	if _, err := d.EndAbsence(ctx, a, a.By.Person, absence, last); err != nil {
		return err
	}
	guided, err := d.supervised(ctx, a.By)
	if err != nil {
		return err
	}
	for _, l := range guided {
		if l.Delegate == "" || !l.DelegateUntil.After(last) {
			continue
		}
		if key != "" {
			a.Key = key + " " + string(l.ID)
		}
		from := l.DelegateFrom
		if from.After(last) {
			from = last
		}
		if _, err := d.DelegateApproval(ctx, a, l.ID, l.Delegate, from, last); err != nil {
			return err
		}
	}
	return nil
}

// supervised are the learners whose hours an actor signs off, and that are not over.
func (d *Desk) supervised(ctx context.Context, by domain.Actor) ([]projections.Learner, error) {
	seen, err := d.Read.Learners(ctx, projections.LearnerQuery{Visible: d.SightOf(by)})
	return slices.DeleteFunc(seen, func(l projections.Learner) bool { return l.Supervisor != by.Person || l.Over() }), err
}
