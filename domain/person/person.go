package person

import "github.com/guildhall-dev/guildhall/domain"

// Stream is where the facts about a person are kept.
func Stream(id domain.PersonID) domain.Stream { return domain.Stream("person-" + id) }

// ID is the inverse of Stream.
func ID(s domain.Stream) (domain.PersonID, error) {
	id, err := s.Subject("person")
	return domain.PersonID(id), err
}

// State is what deciding needs to know, and no more.
type State struct {
	joined bool
	erased bool
	keys   domain.Keys

	name     domain.Sealed
	capacity domain.Role
	job      JobChanged
}

// Evolve returns s after e. It only records; it never refuses.
func Evolve(s State, e Event) State {
	switch e := e.(type) {
	case Joined:
		s.joined, s.name, s.capacity, s.job = true, e.Name, e.Capacity, e.Job()
	case Renamed:
		s.name = e.Name
	case JobChanged:
		s.job = e
	case CapacityChanged:
		s.capacity = e.Capacity
	case KeyIssued:
		s.keys = s.keys.With(e.Key, true)
	case KeyRevoked:
		s.keys = s.keys.With(e.Key, false)
	case Erased:
		s.erased, s.keys = true, domain.Keys{}
	}
	return s
}
