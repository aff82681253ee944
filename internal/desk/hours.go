package desk

import (
	"context"
	"errors"
	"unicode/utf8"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/vault"
	"github.com/guildhall-dev/guildhall/projections"
)

// LogHours sets hours of one of the asker's own weeks.
func (d *Desk) LogHours(ctx context.Context, a Ask, week domain.Week, entries []timesheet.Entry) (domain.ApprenticeshipID, events.Position, error) {
	l, c, err := d.logged(ctx, a, week, entries)
	if err != nil {
		return "", 0, err
	}
	p, err := execute(ctx, d, timesheet.Stream(l.ID, week), timesheet.Evolve, c)
	return l.ID, p, err
}

// LogAndSubmit sets hours of one of the asker's own weeks and hands the week in, both or neither.
func (d *Desk) LogAndSubmit(ctx context.Context, a Ask, week domain.Week, entries []timesheet.Entry) (domain.ApprenticeshipID, events.Position, error) {
	l, c, err := d.logged(ctx, a, week, entries)
	if err != nil {
		return "", 0, err
	}
	p, err := execute(ctx, d, timesheet.Stream(l.ID, week), timesheet.Evolve, c, timesheet.Submit{Request: d.request(a), Week: week, Supervisor: l.Supervisor})
	return l.ID, p, err
}

func (d *Desk) logged(ctx context.Context, a Ask, week domain.Week, entries []timesheet.Entry) (l projections.Learner, c events.Command[timesheet.State, timesheet.Event], err error) {
	if l, err = d.Own(ctx, a.By); err != nil {
		return l, nil, err
	}
	spendable, err := d.Spendable(ctx, l)
	if err != nil {
		return l, nil, err
	}
	set, err := ruleSet(l)
	if err != nil {
		return l, nil, err
	}
	terms := timesheet.Terms{From: l.BeganOn, To: l.CompletedOn, DayLimit: set.DayLimit, SpentOn: map[string]timesheet.Kind{}}
	for _, s := range spendable {
		terms.SpentOn[s.ID] = s.Kind
	}
	return l, timesheet.Log{Request: d.request(a), Apprenticeship: l.ID, Person: l.Person, Week: week, Entries: entries, Terms: terms}, nil
}

// SubmitWeek hands one of the asker's own weeks to their manager.
func (d *Desk) SubmitWeek(ctx context.Context, a Ask, week domain.Week) (domain.ApprenticeshipID, events.Position, error) {
	l, err := d.Own(ctx, a.By)
	if err != nil {
		return "", 0, err
	}
	p, err := execute(ctx, d, timesheet.Stream(l.ID, week), timesheet.Evolve, timesheet.Submit{Request: d.request(a), Week: week, Supervisor: l.Supervisor})
	return l.ID, p, err
}

// ApproveWeek signs off a week that was handed in.
func (d *Desk) ApproveWeek(ctx context.Context, a Ask, id domain.ApprenticeshipID, week domain.Week) (events.Position, error) {
	if _, err := d.weekOf(ctx, a.By, id, week); err != nil {
		return 0, err
	}
	return execute(ctx, d, timesheet.Stream(id, week), timesheet.Evolve, timesheet.Approve{Request: d.request(a)})
}

// weekOf returns the learner whose week the actor may decide on or ever had to.
func (d *Desk) weekOf(ctx context.Context, by domain.Actor, id domain.ApprenticeshipID, week domain.Week) (projections.Learner, error) {
	w, err := d.Read.Week(ctx, id, week)
	if err != nil {
		return projections.Learner{}, err
	}
	return d.decided(ctx, by, id, w.Holder == by.Person)
}

// ReturnWeek sends a week back with the reason.
func (d *Desk) ReturnWeek(ctx context.Context, a Ask, id domain.ApprenticeshipID, week domain.Week, reason string) (events.Position, error) {
	l, err := d.weekOf(ctx, a.By, id, week)
	if err != nil {
		return 0, err
	}
	sealed, err := d.seal(ctx, l.Person, "reason", reason)
	if err != nil {
		return 0, err
	}
	return execute(ctx, d, timesheet.Stream(id, week), timesheet.Evolve, timesheet.Return{Request: d.request(a), Reason: sealed})
}

// A Spendable is something hours can be logged to.
type Spendable struct {
	ID    string
	Title string
	Kind  timesheet.Kind
}

// Spendable lists the work processes and courses of a learner's standard, in its order.
func (d *Desk) Spendable(ctx context.Context, l projections.Learner) ([]Spendable, error) {
	s, err := d.Read.Standard(ctx, l.Standard, l.StandardVersion)
	if err != nil {
		return nil, err
	}
	var out []Spendable
	for _, wp := range s.WorkProcesses {
		out = append(out, Spendable{string(wp.ID), wp.Title, timesheet.OnTheJob})
	}
	for _, c := range s.Courses {
		out = append(out, Spendable{string(c.ID), c.Title, timesheet.RelatedInstruction})
	}
	return out, nil
}

// MaxText is the length in characters of the longest note, reason or feedback.
const MaxText = 4000

// seal keeps a text about somebody, from an input field, under their key.
func (d *Desk) seal(ctx context.Context, about domain.PersonID, field, text string) (domain.Sealed, error) {
	text = domain.Written(text)
	if utf8.RuneCountInString(text) > MaxText {
		return "", domain.Refuse(domain.Invalid, "TEXT_TOO_LONG", "Write at most %d characters.", MaxText).About(field)
	}
	sealed, err := d.Vault.Seal(ctx, about, text)
	if errors.Is(err, vault.ErrErased) {
		return "", person.ErrErased
	}
	return sealed, err
}
