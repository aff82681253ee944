package credential

import (
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
)

// Stream is where the facts about a certificate are kept.
func Stream(id domain.CredentialID) domain.Stream { return domain.Stream("credential-" + id) }

// ID is the inverse of Stream.
func ID(s domain.Stream) (domain.CredentialID, error) {
	id, err := s.Subject("credential")
	return domain.CredentialID(id), err
}

type status uint8

const (
	none status = iota
	sponsored
	held
	expired
	revoked
)

// State is what deciding needs to know, and no more.
type State struct {
	status     status
	person     domain.PersonID
	earned     Earned // as it was first recorded
	from       domain.Date
	validTo    domain.Date
	verified   bool
	renewed    Renewed
	sponsoring []Sponsored
	counted    []Counted
}

// Evolve returns s after e. It only records; it never refuses.
func Evolve(s State, e Event) State {
	switch e := e.(type) {
	case Sponsored:
		s.person, s.sponsoring = e.Person, append(slices.Clone(s.sponsoring), e)
		if s.status == none {
			s.status = sponsored
		}
	case Earned:
		s.status, s.person, s.earned, s.from, s.validTo = held, e.Person, e, e.On, e.ValidTo
	case Verified:
		s.verified = true
	case Counted:
		s.counted = append(slices.Clone(s.counted), e)
	case Renewed:
		s.status, s.from, s.validTo, s.verified, s.renewed = held, e.On, e.ValidTo, false, e
	case Expired:
		s.status = expired
	case Revoked:
		s.status = revoked
	}
	return s
}
