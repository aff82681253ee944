package partner

import (
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
)

// Stream is where the facts about a partner are kept.
func Stream(id domain.PartnerID) domain.Stream { return domain.Stream("partner-" + id) }

// ID is the inverse of Stream.
func ID(s domain.Stream) (domain.PartnerID, error) {
	id, err := s.Subject("partner")
	return domain.PartnerID(id), err
}

// A Kind says what an institution does for apprentices.
type Kind string

const (
	College     Kind = "college"
	Vendor      Kind = "training-vendor"
	Platform    Kind = "online-platform"
	Funder      Kind = "public-funder"
	Association Kind = "professional-association"
	Assessor    Kind = "assessment-organisation" // assesses at the end, UK
)

// Valid reports whether k is one of the kinds above, or empty.
func (k Kind) Valid() bool {
	switch k {
	case "", College, Vendor, Platform, Funder, Association, Assessor:
		return true
	}
	return false
}

// State is what deciding needs to know, and no more.
type State struct {
	onboarded, suspended bool
	keys                 domain.Keys
	delegates            []domain.PersonID
}

// Evolve returns s after e. It only records; it never refuses.
func Evolve(s State, e Event) State {
	switch e := e.(type) {
	case Onboarded:
		s.onboarded = true
	case Suspended:
		s.suspended = true
	case Resumed:
		s.suspended = false
	case DelegateNamed:
		s.delegates = append(slices.Clip(s.delegates), e.Person)
	case DelegateDismissed:
		s.delegates = slices.DeleteFunc(slices.Clone(s.delegates), func(p domain.PersonID) bool { return p == e.Person })
	case KeyIssued:
		s.keys = s.keys.With(e.Key, true)
	case KeyRevoked:
		s.keys = s.keys.With(e.Key, false)
	}
	return s
}
