package person

import (
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
)

// A Chronicle tells what holds of one person on a day, whenever it was written down. What was
// corrected or struck counts for nothing. The zero value is of nobody.
type Chronicle struct {
	facts   int // how many there are
	entries []entry
}

// An entry is one fact that holds from a day on.
type entry struct {
	fact  int // its number on the stream
	from  domain.Date
	until domain.Date // the last day; zero is open
	what  Event
}

// With is c after one more fact on the stream.
func (c Chronicle) With(e Event) Chronicle {
	c.facts++
	corrects := int(0)
	from, until := domain.Date{}, domain.Date{}
	switch e := e.(type) {
	case Joined:
	case JobTaken:
		from, corrects = e.From, e.Corrects
	case ManagerChanged:
		from, corrects = e.From, e.Corrects
	case SiteChanged:
		from, corrects = e.From, e.Corrects
	case CapacityGranted:
		from, corrects = e.From, e.Corrects
	case CapacityRevoked:
		from, corrects = e.From, e.Corrects
	case Left:
		from, corrects = e.On.AddDays(1), e.Corrects
	case Returned:
		from, corrects = e.On, e.Corrects
	case AbsencePlanned:
		from, until, corrects = e.From, e.Until, e.Corrects
	case AbsenceEnded:
		c.entries = slices.Clone(c.entries)
		for i, was := range c.entries {
			if was.fact == e.Absence {
				c.entries[i].until = e.On
			}
		}
		return c
	case Struck:
		c.entries = c.without(e.Fact)
		return c
	case Erased:
		return Chronicle{facts: c.facts}
	case JobChanged:
		return c.holding(e.From, JobTaken{Position: e.Position, Title: e.Title, Leads: e.Leads, From: e.From}, SiteChanged{Site: e.Site, From: e.From})
	case CapacityChanged:
		return c.holding(e.From, CapacityRevoked{Capacity: c.Usual(e.From), From: e.From}, CapacityGranted{Capacity: e.Capacity, From: e.From}, e)
	default:
		return c
	}
	c.entries = append(slices.Clip(c.without(corrects)), entry{c.facts, from, until, e})
	return c
}

// holding is c after a fact that says several things.
func (c Chronicle) holding(from domain.Date, what ...Event) Chronicle {
	c.entries = slices.Clip(c.entries)
	for _, e := range what {
		c.entries = append(c.entries, entry{fact: c.facts, from: from, what: e})
	}
	return c
}

func (c Chronicle) without(fact int) []entry {
	if fact == 0 {
		return c.entries
	}
	return slices.DeleteFunc(slices.Clone(c.entries), func(e entry) bool { return e.fact == fact })
}

// find returns a fact that holds from a day on, or false if there is none of that number, or
// it counts for nothing any more.
func (c Chronicle) find(fact int) (entry, bool) {
	i := slices.IndexFunc(c.entries, func(e entry) bool { return e.fact == fact })
	if i < 0 {
		return entry{}, false
	}
	return c.entries[i], true
}

// last is the latest entry that holds on a day among those of interest: the one from the
// latest day, and of these the one written down last.
func (c Chronicle) last(on domain.Date, of func(Event) bool) (latest entry, ok bool) {
	for _, e := range c.entries {
		if of(e.what) && !e.from.After(on) && (!ok || !e.from.Before(latest.from)) {
			latest, ok = e, true
		}
	}
	return latest, ok
}

// Here reports whether the person works here on a day.
func (c Chronicle) Here(on domain.Date) bool {
	e, ok := c.last(on, func(e Event) bool {
		switch e.(type) {
		case Joined, Left, Returned:
			return true
		}
		return false
	})
	_, left := e.what.(Left)
	return ok && !left
}

// Acts reports whether the person acts in a capacity on a day.
func (c Chronicle) Acts(as domain.Role, on domain.Date) bool { return c.granted(as, on) && c.Here(on) }

// granted reports whether a capacity is granted on a day, whether the person is here or not.
func (c Chronicle) granted(as domain.Role, on domain.Date) bool {
	e, ok := c.last(on, func(e Event) bool { return of(e) == as })
	_, revoked := e.what.(CapacityRevoked)
	return ok && !revoked
}

// of is the capacity that a fact grants or revokes, if it does.
func of(e Event) domain.Role {
	switch e := e.(type) {
	case Joined:
		return e.Capacity
	case CapacityGranted:
		return e.Capacity
	case CapacityRevoked:
		return e.Capacity
	}
	return ""
}

// Capacities are those in which the person acts on a day: the one they joined in, then others
// by the day from which they were granted.
func (c Chronicle) Capacities(on domain.Date) (roles []domain.Role) {
	for _, e := range c.entries {
		if as := of(e.what); as != "" && !slices.Contains(roles, as) && c.Acts(as, on) {
			roles = append(roles, as)
		}
	}
	return roles
}

// Usual is the capacity in which the person usually acts on a day: the one they joined in, or
// that took its place.
func (c Chronicle) Usual(on domain.Date) domain.Role {
	e, _ := c.last(on, func(e Event) bool {
		switch e.(type) {
		case Joined, CapacityChanged:
			return true
		}
		return false
	})
	switch e := e.what.(type) {
	case Joined:
		return e.Capacity
	case CapacityChanged:
		return e.Capacity
	}
	return ""
}

// Manager is whom the person reports to on a day; empty is nobody.
func (c Chronicle) Manager(on domain.Date) domain.PersonID {
	e, _ := c.last(on, func(e Event) bool {
		switch e.(type) {
		case Joined, ManagerChanged:
			return true
		}
		return false
	})
	switch e := e.what.(type) {
	case Joined:
		return e.Manager
	case ManagerChanged:
		return e.Manager
	}
	return ""
}

// Site is where the person works on a day.
func (c Chronicle) Site(on domain.Date) domain.SiteID {
	e, _ := c.last(on, func(e Event) bool {
		switch e.(type) {
		case Joined, SiteChanged:
			return true
		}
		return false
	})
	switch e := e.what.(type) {
	case Joined:
		return e.Site
	case SiteChanged:
		return e.Site
	}
	return ""
}

// Job is the job that the person holds on a day, and the number of the fact that says so; the
// one they joined in is a job as well.
func (c Chronicle) Job(on domain.Date) (JobTaken, int) {
	e, _ := c.last(on, func(e Event) bool {
		switch e.(type) {
		case Joined, JobTaken:
			return true
		}
		return false
	})
	switch what := e.what.(type) {
	case Joined:
		return JobTaken{Position: what.Position, Title: what.Title, Leads: what.Leads}, e.fact
	case JobTaken:
		return what, e.fact
	}
	return JobTaken{}, 0
}

// Delegate is who decides for the person on a day on which they are away; away is false on
// others.
func (c Chronicle) Delegate(on domain.Date) (delegate domain.PersonID, away bool) {
	for _, e := range c.entries {
		if a, ok := e.what.(AbsencePlanned); ok && !on.Before(e.from) && !on.After(e.until) {
			delegate, away = a.Delegate, true
		}
	}
	return delegate, away
}

// Tell is With as a function: it folds a person's stream into their chronicle.
func Tell(c Chronicle, e Event) Chronicle { return c.With(e) }

// Known reports whether there is anything on record.
func (c Chronicle) Known() bool { return c.facts > 0 }
