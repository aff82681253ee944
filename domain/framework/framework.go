package framework

import (
	"github.com/guildhall-dev/guildhall/domain"
)

// Stream is where the facts about a framework are, such as "framework-nice-2".
func Stream(id domain.FrameworkID) domain.Stream { return domain.Stream("framework-" + id) }

// ID is the inverse of Stream.
func ID(s domain.Stream) (domain.FrameworkID, error) {
	id, err := s.Subject("framework")
	return domain.FrameworkID(id), err
}

// State is the latest edition, by its digest.
type State struct {
	edition int
	digest  string
}

// Evolve returns s after e. It only records; it never refuses.
func Evolve(s State, e Event) State {
	switch e := e.(type) {
	case Published:
		s.edition, s.digest = e.Edition, e.Digest
	case CategoryDefined, AreaDefined, StatementDefined, StatementsDefined, RoleDefined, RelatedDefined:
		// the digest stands for them
	}
	return s
}
