// Package alias decides under which random name somebody's confidential answers are kept.
// The name is sealed under the person's key: whoever has no key cannot tell whose answers
// they are, and once the person is erased nobody can.
package alias

import "github.com/guildhall-dev/guildhall/domain"

// An Event is one fact about the name somebody answers under.
type Event interface {
	domain.Event
	alias()
}

// Events lists every event type, for the codec.
var Events = []domain.Event{Drawn{}}

// Drawn records the name, at random.
type Drawn struct {
	Name domain.Sealed `json:"name"`
}

func (Drawn) EventName() string { return "alias.drawn" }

func (Drawn) alias() {}

// Purpose keeps answers of different kinds apart: nobody is known by one name in two of them.
type Purpose string

const (
	SelfIdentification Purpose = "selfid"
	Surveys            Purpose = "survey"
	Students           Purpose = "student" // not a person but an institution: what its ids of students are digested with
)

// Stream is where the name of a person for a purpose is kept.
func Stream(p domain.PersonID, why Purpose) domain.Stream {
	return domain.Stream("alias-" + string(p) + "." + string(why))
}

// ID is the inverse of Stream.
func ID(s domain.Stream) (domain.PersonID, Purpose, error) {
	p, purpose, err := s.Pair("alias")
	return domain.PersonID(p), Purpose(purpose), err
}

// State is what deciding needs to know, and no more.
type State struct{ Name domain.Sealed }

// Evolve returns s after e. It only records; it never refuses.
func Evolve(s State, e Event) State {
	if e, ok := e.(Drawn); ok {
		s.Name = e.Name
	}
	return s
}

// Draw gives somebody a name, once.
type Draw struct {
	domain.Request
	Name domain.Sealed
}

func (c Draw) Decide(s State) ([]Event, error) {
	switch {
	case c.By.Role != domain.System:
		return nil, domain.Refuse(domain.Forbidden, "DRAWN_BY_ITSELF", "Guildhall draws the names that answers are kept under.")
	case s.Name != "":
		return nil, nil
	}
	return []Event{Drawn{Name: c.Name}}, nil
}
