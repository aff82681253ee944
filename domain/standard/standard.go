package standard

import (
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
)

// Stream is where the facts about a standard are.
func Stream(id domain.StandardID) domain.Stream { return domain.Stream("standard-" + id) }

// ID is the inverse of Stream.
func ID(s domain.Stream) (domain.StandardID, error) {
	id, err := s.Subject("standard")
	return domain.StandardID(id), err
}

// State is the latest published version, as the facts that tell it.
type State struct {
	version int
	facts   []Event // from Drafted on, without Published
}

// Evolve returns s after e. It only records; it never refuses.
func Evolve(s State, e Event) State {
	switch e := e.(type) {
	case Drafted:
		s.facts = []Event{e}
	case WorkProcessDefined, InstructionDefined, WageScheduleDefined:
		s.facts = append(slices.Clip(s.facts), e)
	case Published:
		s.version = e.Version
	}
	return s
}
