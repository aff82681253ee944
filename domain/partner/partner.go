package partner

import "github.com/guildhall-dev/guildhall/domain"

// Stream is where the facts about a partner are kept.
func Stream(id domain.PartnerID) domain.Stream { return domain.Stream("partner-" + id) }

// ID is the inverse of Stream.
func ID(s domain.Stream) (domain.PartnerID, error) {
	id, err := s.Subject("partner")
	return domain.PartnerID(id), err
}

// State is what deciding needs to know, and no more.
type State struct {
	onboarded bool
	keys      domain.Keys
}

// Evolve returns s after e. It only records; it never refuses.
func Evolve(s State, e Event) State {
	switch e := e.(type) {
	case Onboarded:
		s.onboarded = true
	case KeyIssued:
		s.keys = s.keys.With(e.Key, true)
	case KeyRevoked:
		s.keys = s.keys.With(e.Key, false)
	}
	return s
}
