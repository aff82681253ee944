// Package site decides what is known of a place where people work: whether it is rural, for
// reports, and how long a day of an apprentice there may be.
package site

import (
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/rules"
)

// An Event is one fact about a site.
type Event interface {
	domain.Event
	site()
}

// Events lists every event type, for the codec.
var Events = []domain.Event{Described{}, DayLimitSet{}}

// Setting says in what kind of country a site lies, such as by its rural-urban commuting
// area code.
type Setting string

const (
	Urban Setting = "urban"
	Rural Setting = "rural"
)

// Described records what a site is, in place of what was said before.
type Described struct {
	Name    string  `json:"name"`
	Setting Setting `json:"setting"`
}

// DayLimitSet records how much may be logged for one day from a day on, in place of what was
// set for the same day before.
type DayLimitSet struct{ rules.DayLimit }

func (Described) EventName() string   { return "site.described" }
func (DayLimitSet) EventName() string { return "site.day_limit_set" }

func (Described) site()   {}
func (DayLimitSet) site() {}

// Stream is where the facts about a site are kept.
func Stream(id domain.SiteID) domain.Stream { return domain.Stream("site-" + id) }

// ID is the inverse of Stream.
func ID(s domain.Stream) (domain.SiteID, error) {
	id, err := s.Subject("site")
	return domain.SiteID(id), err
}

// State is what deciding needs to know, and no more.
type State struct {
	described Described // without a name there is none
	limits    rules.DayLimits
}

// Evolve returns s after e. It only records; it never refuses.
func Evolve(s State, e Event) State {
	switch e := e.(type) {
	case Described:
		s.described = e
	case DayLimitSet:
		s.limits = append(slices.Clip(s.limits), e.DayLimit)
	}
	return s
}

// Describe says what a site is.
type Describe struct {
	domain.Request
	Described Described
}

func (c Describe) Decide(s State) ([]Event, error) {
	d := c.Described
	switch {
	case c.By.Role != domain.Coordinator && c.By.Role != domain.HR && c.By.Role != domain.System:
		return nil, domain.Refuse(domain.Forbidden, "NOT_COORDINATOR", "A coordinator or human resources describes a site.")
	case s.described == d:
		return nil, nil
	case domain.Written(d.Name) == "":
		return nil, domain.Refuse(domain.Invalid, "NAME_MISSING", "Give the site a name.").About("name")
	case domain.TooLong(d.Name):
		return nil, domain.Shorten("name")
	case d.Setting != Urban && d.Setting != Rural:
		return nil, domain.Refuse(domain.Invalid, "BAD_SETTING", "A site is urban or rural.").About("setting")
	}
	return []Event{d}, nil
}

// MostLimits bounds what is on record of one site.
const MostLimits = 500

// SetDayLimit says how much may be logged for one day at the site from a day on, perhaps an
// earlier one. What is on record already stays; it is held to the limit when it changes.
type SetDayLimit struct {
	domain.Request
	Limit rules.DayLimit
}

func (c SetDayLimit) Decide(s State) ([]Event, error) {
	day := domain.Hours(24)
	switch l := c.Limit; {
	case c.By.Role != domain.Coordinator:
		return nil, domain.Refuse(domain.Forbidden, "NOT_COORDINATOR", "A coordinator says how long a day at a site may be.")
	case s.described.Name == "":
		return nil, domain.Refuse(domain.NotFound, "NO_SUCH_SITE", "There is no such site. Describe it first.").About("siteId")
	case l.Minutes < 0 || l.Minutes > day:
		return nil, domain.Refuse(domain.Invalid, "BAD_DAY_LIMIT", "A day has 0 to %d minutes. With 0 the site has no limit of its own.", day).About("minutes")
	case l.From.IsZero():
		return nil, domain.Refuse(domain.Invalid, "FROM_MISSING", "Say from which day on the limit holds.").About("from")
	case s.limits.On(l.From) == l.Minutes && slices.ContainsFunc(s.limits, func(o rules.DayLimit) bool { return o.From == l.From }):
		return nil, nil
	case len(s.limits) >= MostLimits:
		return nil, domain.Refuse(domain.Conflict, "TOO_MANY_LIMITS", "A site has at most %d limits on record.", MostLimits)
	}
	return []Event{DayLimitSet{c.Limit}}, nil
}
