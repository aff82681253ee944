package timesheet

import (
	"maps"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/rules"
)

// Terms bound what can be logged. The zero value of a bound does not bind, except From.
type Terms struct {
	From     domain.Date                       // first day of on-the-job learning; the zero date means it has not begun
	To       domain.Date                       // last day
	Pauses   []Span                            // during which the apprenticeship was suspended
	Earliest domain.Date                       // the first day that can still be logged
	DayLimit domain.Minutes                    // for one day, everything together; a day has 24 hours whatever it says
	Sites    map[domain.SiteID]rules.DayLimits // where hours can be spent, with the site's own limits; empty is the apprentice's own site
	SpentOn  map[string]Kind                   // the work processes and courses of the standard
}

// A Span is some days, first and last included; without Last it has not ended.
type Span struct{ First, Last domain.Date }

func (s Span) holds(d domain.Date) bool {
	return !d.Before(s.First) && (s.Last.IsZero() || !d.After(s.Last))
}

// allow reports why an entry may not be on record, or nil: it is on a day that counts, and
// spent on a thing and at a site that there are.
func (t Terms) allow(e Entry) error {
	kind, known := t.SpentOn[e.SpentOn]
	_, site := t.Sites[e.Site]
	switch weekday := e.Date.Weekday(); {
	case !known:
		return domain.Refuse(domain.Invalid, "NO_SUCH_PROCESS", "%q is neither a work process nor a course of this standard.", e.SpentOn).About("entries")
	case kind != e.Kind:
		return domain.Refuse(domain.Invalid, "WRONG_KIND", "%q is not something that is counted as %s.", e.SpentOn, e.Kind).About("entries")
	case e.Site != "" && !site:
		return domain.Refuse(domain.Invalid, "NO_SUCH_SITE", "%q is not a site of this hospital. Choose one of its sites.", e.Site).About("entries")
	case e.Basis != "" && e.Basis != WorkTime && e.Basis != Protected && e.Basis != Evening && e.Basis != Weekend:
		return domain.Refuse(domain.Invalid, "BAD_BASIS", "Time is work, protected, evening or weekend time.").About("entries")
	case e.Basis == Weekend && weekday != 0 && weekday != 6:
		return domain.Refuse(domain.Invalid, "BAD_BASIS", "%s is not at a weekend.", e.Date.Format("Monday 2 January")).About("entries").On(e.Date)
	case e.Pay != "" && e.Pay != Paid && e.Pay != Unpaid:
		return domain.Refuse(domain.Invalid, "BAD_PAY", "Time is paid or unpaid.").About("entries")
	}
	return t.counts(e.Date)
}

// counts reports why no time can be spent on a day, or nil.
func (t Terms) counts(d domain.Date) error {
	switch day := d.Format("Monday 2 January"); {
	case d.Before(t.From):
		return domain.Refuse(domain.Invalid, "BEFORE_START", "%s is before the first day, %s.", day, t.From).About("entries").On(d)
	case !t.To.IsZero() && d.After(t.To):
		return domain.Refuse(domain.Invalid, "AFTER_END", "%s is after the last day, %s.", day, t.To).About("entries").On(d)
	case slices.ContainsFunc(t.Pauses, func(s Span) bool { return s.holds(d) }):
		return domain.Refuse(domain.Invalid, "SUSPENDED", "On %s the apprenticeship was suspended. Hours count before and after.", day).About("entries").On(d)
	}
	return nil
}

// A place is one day at one site.
type place struct {
	day  domain.Date
	site domain.SiteID
}

// spent adds up entries by day, and by day and site.
func spent(entries map[domain.EntryID]Entry) (days map[domain.Date]domain.Minutes, places map[place]domain.Minutes) {
	days, places = map[domain.Date]domain.Minutes{}, map[place]domain.Minutes{}
	for _, e := range entries {
		days[e.Date] += e.Minutes
		places[place{e.Date, e.Site}] += e.Minutes
	}
	return days, places
}

// limits reports on which day entries add up to more than it holds, or nil. A day that was
// too long before, by a limit that was set since, may become shorter.
func (t Terms) limits(before, entries map[domain.EntryID]Entry) error {
	was, wasAt := spent(before)
	days, places := spent(entries)
	most := domain.Hours(24)
	if t.DayLimit > 0 {
		most = min(most, t.DayLimit)
	}
	for _, day := range slices.SortedFunc(maps.Keys(days), func(a, b domain.Date) int { return a.DaysSince(b) }) {
		if days[day] > max(most, was[day]) {
			return domain.Refuse(domain.Invalid, "DAY_TOO_LONG", "%s on %s is more than %s. Check the entries of that day.",
				days[day], day.Format("Monday 2 January"), most).About("entries").On(day)
		}
		for _, site := range slices.Sorted(maps.Keys(t.Sites)) {
			at, limit := place{day, site}, t.Sites[site].On(day)
			if limit > 0 && places[at] > max(limit, wasAt[at]) {
				return domain.Refuse(domain.Invalid, "DAY_TOO_LONG", "%s on %s is more than the %s that this site allows for one day. Check the entries of that day.",
					places[at], day.Format("Monday 2 January"), limit).About("entries").On(day)
			}
		}
	}
	return nil
}

// check reports the first entry that is not within t any more, or nil: an apprenticeship may
// have been suspended, or have ended, on a day on which hours were logged before.
func (t Terms) check(entries map[domain.EntryID]Entry) error {
	for _, id := range slices.Sorted(maps.Keys(entries)) {
		if e := entries[id]; e.Minutes > 0 {
			if err := t.counts(e.Date); err != nil {
				return err
			}
		}
	}
	return nil
}
