package attestation

import (
	"maps"

	"github.com/guildhall-dev/guildhall/domain"
)

// Stream is where it is kept what was attested of a person within a framework.
func Stream(p domain.PersonID, f domain.FrameworkID) domain.Stream {
	return domain.Stream("attestation-" + string(p) + "." + string(f))
}

// ID is the inverse of Stream.
func ID(s domain.Stream) (domain.PersonID, domain.FrameworkID, error) {
	p, f, err := s.Pair("attestation")
	return domain.PersonID(p), domain.FrameworkID(f), err
}

// State is what deciding needs to know, and no more.
type State struct {
	held map[domain.StatementID]bool
}

// Evolve returns s after e. It only records; it never refuses.
func Evolve(s State, e Event) State {
	switch e := e.(type) {
	case Attested:
		s = s.with(e.Statements, true)
	case Withdrawn:
		s = s.with(e.Statements, false)
	}
	return s
}

func (s State) with(codes []domain.StatementID, held bool) State {
	s.held = maps.Clone(s.held)
	if s.held == nil {
		s.held = map[domain.StatementID]bool{}
	}
	for _, c := range codes {
		if held {
			s.held[c] = true
		} else {
			delete(s.held, c)
		}
	}
	return s
}
