// Package site decides what is known of a place where people work, as far as reports ask
// for it: whether it is rural.
package site

import "github.com/guildhall-dev/guildhall/domain"

// An Event is one fact about a site.
//
//sumtype:decl
type Event interface {
	domain.Event
	site()
}

// Events lists every event type, for the codec.
var Events = []domain.Event{Described{}}

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

func (Described) EventName() string { return "site.described" }

func (Described) site() {}

// Stream is where the facts about a site are kept.
func Stream(id domain.SiteID) domain.Stream { return domain.Stream("site-" + id) }

// ID is the inverse of Stream.
func ID(s domain.Stream) (domain.SiteID, error) {
	id, err := s.Subject("site")
	return domain.SiteID(id), err
}

// State is what deciding needs to know, and no more.
type State struct{ described Described }

// Evolve returns s after e. It only records; it never refuses.
func Evolve(s State, e Event) State {
	if e, ok := e.(Described); ok {
		s.described = e
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
