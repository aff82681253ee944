package partner

import (
	"maps"

	"github.com/guildhall-dev/guildhall/domain"
)

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
	keys      map[domain.KeyID]bool // true while a key is live
}

// Evolve returns s after e. It only records; it never refuses.
func Evolve(s State, e Event) State {
	switch e := e.(type) {
	case Onboarded:
		s.onboarded = true
	case KeyIssued:
		s = s.withKey(e.Key, true)
	case KeyRevoked:
		s = s.withKey(e.Key, false)
	}
	return s
}

func (s State) withKey(id domain.KeyID, live bool) State {
	s.keys = maps.Clone(s.keys)
	if s.keys == nil {
		s.keys = map[domain.KeyID]bool{}
	}
	s.keys[id] = live
	return s
}
