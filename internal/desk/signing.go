package desk

import (
	"context"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/projections"
)

// ApproveWeek signs off a week that was handed in.
func (d *Desk) ApproveWeek(ctx context.Context, a Ask, id domain.ApprenticeshipID, week domain.Week) (events.Position, error) {
	l, a, err := d.signing(ctx, a, id, week)
	if err != nil {
		return 0, err
	}
	terms, err := d.terms(ctx, l)
	if err != nil {
		return 0, err
	}
	return execute(ctx, d, timesheet.Stream(id, week), timesheet.Evolve, timesheet.Approve{Request: d.request(a), Terms: terms})
}

// A WeekRef names one week of one apprentice.
type WeekRef struct {
	Learner domain.ApprenticeshipID
	Week    domain.Week
}

// MaxWeeks is how many weeks can be signed off in one request.
const MaxWeeks = 100

// A Signed tells what came of one week among several: where its signature is on record, or
// why there is none.
type Signed struct {
	At  events.Position
	Err error
}

// ApproveWeeks signs off several weeks. Each is a commit of its own: where one is refused,
// the others stand. Asking again with the same key tries those anew that were refused.
func (d *Desk) ApproveWeeks(ctx context.Context, a Ask, weeks []WeekRef) []Signed {
	out := make([]Signed, len(weeks))
	for i, w := range weeks {
		one := a
		if a.Key != "" {
			one.Key += " " + string(timesheet.Stream(w.Learner, w.Week))
		}
		before, _, err := d.Log.Answered(ctx, d.request(one))
		if out[i] = (Signed{before.Position, err}); err == nil && before.Position == 0 {
			out[i].At, out[i].Err = d.ApproveWeek(ctx, one, w.Learner, w.Week)
		}
	}
	return out
}

// signing returns the learner whose week the asker may decide on or ever had to, and the asker
// in the capacity in which they act today.
func (d *Desk) signing(ctx context.Context, a Ask, id domain.ApprenticeshipID, week domain.Week) (projections.Learner, Ask, error) {
	w, err := d.Read.Week(ctx, id, week)
	if err != nil {
		return projections.Learner{}, a, err
	}
	l, err := d.decided(ctx, a.By, id, w.Holder == a.By.Person || w.DecidedBy == a.By.Person)
	if err != nil {
		return l, a, err
	}
	a.By, err = d.acting(ctx, a.By)
	return l, a, err
}

// ReturnWeek sends a week back with the reason.
func (d *Desk) ReturnWeek(ctx context.Context, a Ask, id domain.ApprenticeshipID, week domain.Week, reason string) (events.Position, error) {
	l, a, err := d.signing(ctx, a, id, week)
	if err != nil {
		return 0, err
	}
	sealed, err := d.seal(ctx, l.Person, "reason", reason)
	if err != nil {
		return 0, err
	}
	return execute(ctx, d, timesheet.Stream(id, week), timesheet.Evolve, timesheet.Return{Request: d.request(a), Reason: sealed})
}

// HandWeekOver gives a week that waits to another manager.
func (d *Desk) HandWeekOver(ctx context.Context, a Ask, id domain.ApprenticeshipID, week domain.Week, to domain.PersonID) (events.Position, error) {
	_, a, err := d.signing(ctx, a, id, week)
	if err != nil {
		return 0, err
	}
	who, err := d.Read.Person(ctx, to)
	if r := domain.AsRefusal(err); r != nil {
		return 0, r.About("to")
	}
	if err != nil {
		return 0, err
	}
	return execute(ctx, d, timesheet.Stream(id, week), timesheet.Evolve,
		timesheet.HandOver{Request: d.request(a), To: to, Manager: who.Capacity == domain.Manager && !who.Erased})
}

// ReopenWeek takes the signature on a week back, with the reason.
func (d *Desk) ReopenWeek(ctx context.Context, a Ask, id domain.ApprenticeshipID, week domain.Week, reason string) (events.Position, error) {
	l, a, err := d.signing(ctx, a, id, week)
	if err != nil {
		return 0, err
	}
	sealed, err := d.seal(ctx, l.Person, "reason", reason)
	if err != nil {
		return 0, err
	}
	running := l.Status == projections.Probationary || l.Status == projections.Active
	return execute(ctx, d, timesheet.Stream(id, week), timesheet.Evolve, timesheet.Reopen{Request: d.request(a), Reason: sealed, Closed: !running})
}

// CorrectHours puts one entry of a signed week right.
func (d *Desk) CorrectHours(ctx context.Context, a Ask, id domain.ApprenticeshipID, week domain.Week, entry domain.EntryID, minutes domain.Minutes, reason string) (events.Position, error) {
	l, a, err := d.signing(ctx, a, id, week)
	if err != nil {
		return 0, err
	}
	sealed, err := d.seal(ctx, l.Person, "reason", reason)
	if err != nil {
		return 0, err
	}
	terms, err := d.terms(ctx, l)
	if err != nil {
		return 0, err
	}
	return execute(ctx, d, timesheet.Stream(id, week), timesheet.Evolve,
		timesheet.Correct{Request: d.request(a), Entry: entry, Minutes: minutes, Reason: sealed, Terms: terms})
}
