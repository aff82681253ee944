package credit

import "github.com/guildhall-dev/guildhall/domain"

// Stream is where the facts about an apprentice's credit under a rule are kept. There is
// one for each apprentice and rule, so that a rule gives credit once.
func Stream(a domain.ApprenticeshipID, r domain.RuleID) domain.Stream {
	return domain.Stream("credit-" + string(a) + "." + string(r))
}

// ID is the inverse of Stream.
func ID(s domain.Stream) (domain.ApprenticeshipID, domain.RuleID, error) {
	a, r, err := s.Pair("credit")
	return domain.ApprenticeshipID(a), domain.RuleID(r), err
}

type status uint8

const (
	none status = iota
	requested
	awarded
)

// State is what deciding needs to know, and no more.
type State struct {
	status status
	award  Awarded
}

// Evolve returns s after e. It only records; it never refuses.
func Evolve(s State, e Event) State {
	switch e := e.(type) {
	case Requested:
		s.status = requested
	case Awarded:
		s.status, s.award = awarded, e
	}
	return s
}
