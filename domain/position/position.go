package position

import (
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
)

// Stream is where the facts about a position are kept.
func Stream(id domain.PositionID) domain.Stream { return domain.Stream("position-" + id) }

// ID is the inverse of Stream.
func ID(s domain.Stream) (domain.PositionID, error) {
	id, err := s.Subject("position")
	return domain.PositionID(id), err
}

// State is what deciding needs to know, and no more.
type State struct {
	opened   Opened // no places before it was opened
	closed   bool
	holders  []Filled
	vacated  []Vacated
	reserved []domain.PersonID
}

// Evolve returns s after e. It only records; it never refuses.
func Evolve(s State, e Event) State {
	switch e := e.(type) {
	case Opened:
		s.opened = e
	case Amended:
		s.opened.Title, s.opened.PayGrade, s.opened.Headcount = e.Title, e.PayGrade, e.Headcount
	case Reserved:
		s.reserved = append(slices.Clip(s.reserved), e.For)
	case Released:
		s.reserved = s.keptBut(e.For)
	case Filled:
		s.holders = append(slices.Clip(s.heldBut(e.By)), e)
		s.reserved = s.keptBut(e.By)
	case Vacated:
		s.holders = s.heldBut(e.By)
		s.vacated = append(slices.Clip(s.vacated), e)
	case Closed:
		s.closed = true
	}
	return s
}

func (s State) heldBut(p domain.PersonID) []Filled {
	return slices.DeleteFunc(slices.Clone(s.holders), func(f Filled) bool { return f.By == p })
}

func (s State) keptBut(p domain.PersonID) []domain.PersonID {
	return slices.DeleteFunc(slices.Clone(s.reserved), func(o domain.PersonID) bool { return o == p })
}

// holds returns since when somebody holds a place, or false if they hold none.
func (s State) holds(p domain.PersonID) (Filled, bool) {
	i := slices.IndexFunc(s.holders, func(f Filled) bool { return f.By == p })
	if i < 0 {
		return Filled{}, false
	}
	return s.holders[i], true
}

// free reports whether there is a place for somebody that is neither held nor kept for another.
func (s State) free(p domain.PersonID) bool {
	return len(s.heldBut(p))+len(s.keptBut(p)) < s.opened.Headcount
}
