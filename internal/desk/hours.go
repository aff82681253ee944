package desk

import (
	"context"
	"errors"
	"slices"
	"unicode/utf8"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/domain/rules"
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
	p, err := execute(ctx, d, timesheet.Stream(l.ID, week), timesheet.Evolve, c, timesheet.Submit{Request: d.request(a), Week: week, Supervisor: l.Approver(d.Today()), Terms: c.Terms})
	return l.ID, p, err
}

func (d *Desk) logged(ctx context.Context, a Ask, week domain.Week, entries []timesheet.Entry) (l projections.Learner, c timesheet.Log, err error) {
	if l, err = d.Own(ctx, a.By); err != nil {
		return l, c, err
	}
	if len(entries) > mostEntries {
		return l, c, domain.Refuse(domain.Invalid, "TOO_MANY_ENTRIES", "A week has at most %d entries. Add up what was spent on the same thing.", mostEntries).About("entries")
	}
	terms, err := d.terms(ctx, l)
	if err != nil {
		return l, c, err
	}
	entries = slices.Clone(entries)
	for i := range entries {
		if entries[i].Site == l.Site {
			entries[i].Site = ""
		}
	}
	return l, timesheet.Log{Request: d.request(a), Apprenticeship: l.ID, Person: l.Person, Week: week, Entries: entries, Terms: terms}, nil
}

// mostEntries is how many entries can be sent for one week.
const mostEntries = 200

// terms bound what a learner can log today.
func (d *Desk) terms(ctx context.Context, l projections.Learner) (timesheet.Terms, error) {
	spendable, err := d.Spendable(ctx, l)
	if err != nil {
		return timesheet.Terms{}, err
	}
	set, err := ruleSet(l)
	if err != nil {
		return timesheet.Terms{}, err
	}
	sites, err := d.Read.Sites(ctx)
	if err != nil {
		return timesheet.Terms{}, err
	}
	limits, err := d.Read.DayLimits(ctx)
	if err != nil {
		return timesheet.Terms{}, err
	}
	t := timesheet.Terms{From: l.BeganOn, To: l.EndedOn, DayLimit: set.DayLimit, Sites: map[domain.SiteID]rules.DayLimits{"": limits[l.Site]}, SpentOn: map[string]timesheet.Kind{}}
	for _, p := range l.Pauses {
		t.Pauses = append(t.Pauses, timesheet.Span{First: p.From, Last: p.To})
	}
	if set.LogWithinDays > 0 {
		t.Earliest = d.Today().AddDays(-set.LogWithinDays)
	}
	for _, s := range sites {
		t.Sites[s] = limits[s]
	}
	for _, s := range spendable {
		t.SpentOn[s.ID] = s.Kind
	}
	return t, nil
}

// SubmitWeek hands one of the asker's own weeks to their manager.
func (d *Desk) SubmitWeek(ctx context.Context, a Ask, week domain.Week) (domain.ApprenticeshipID, events.Position, error) {
	l, err := d.Own(ctx, a.By)
	if err != nil {
		return "", 0, err
	}
	terms, err := d.terms(ctx, l)
	if err != nil {
		return "", 0, err
	}
	p, err := execute(ctx, d, timesheet.Stream(l.ID, week), timesheet.Evolve, timesheet.Submit{Request: d.request(a), Week: week, Supervisor: l.Approver(d.Today()), Terms: terms})
	return l.ID, p, err
}

// A Spendable is something hours can be logged to.
type Spendable struct {
	ID    string
	Title string
	Kind  timesheet.Kind
}

// instruction is what is logged to a standard that lists no courses.
const instruction = "related-instruction"

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
	if len(s.Courses) == 0 {
		out = append(out, Spendable{instruction, "Related instruction", timesheet.RelatedInstruction})
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
