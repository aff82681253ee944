package amendment

import "github.com/guildhall-dev/guildhall/domain"

// Stream is where the facts about a learner's request are kept; the name is one of theirs.
func Stream(p domain.PersonID, name string) domain.Stream {
	return domain.Stream("amendment-" + string(p) + "." + name)
}

// ID is the inverse of Stream.
func ID(s domain.Stream) (p domain.PersonID, name string, err error) {
	id, name, err := s.Pair("amendment")
	return domain.PersonID(id), name, err
}

type status uint8

const (
	none status = iota
	open
	accepted
	refused
	withdrawn
	hearing // is asked for after a refusal
)

// State is what deciding needs to know, and no more.
type State struct {
	status  status
	asked   Requested
	by      domain.PersonID // who decided
	due     domain.Date     // of the hearing
	notice  HearingSet      // of it
	heard   bool
	remarks int // statements
	last    domain.Sealed
}

// Evolve returns s after e. It only records; it never refuses.
func Evolve(s State, e Event) State {
	switch e := e.(type) {
	case Requested:
		s.status, s.asked = open, e
	case Decided:
		s.by = e.By
		if s.status = refused; e.Accepted {
			s.status = accepted
		}
	case HearingAsked:
		s.status, s.due = hearing, e.DueOn
	case HearingSet:
		s.notice = e
	case HearingHeld:
		s.heard = true
		if s.status = refused; e.Accepted {
			s.status = accepted
		}
	case StatementAdded:
		s.remarks, s.last = s.remarks+1, e.Statement
	case Withdrawn:
		s.status = withdrawn
	}
	return s
}

// Asked is what was asked for; the zero value before that.
func (s State) Asked() Requested { return s.asked }
