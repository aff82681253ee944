package consent

import (
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
)

// Stream is where the facts about a learner's consent towards an institution are kept.
func Stream(p domain.PersonID, party domain.PartnerID) domain.Stream {
	return domain.Stream("consent-" + string(p) + "." + string(party))
}

// ID is the inverse of Stream.
func ID(s domain.Stream) (domain.PersonID, domain.PartnerID, error) {
	p, party, err := s.Pair("consent")
	return domain.PersonID(p), domain.PartnerID(party), err
}

// State is what deciding needs to know, and no more.
type State struct {
	live  bool
	given *Given // the latest, or nil
}

// Evolve returns s after e. It only records; it never refuses.
func Evolve(s State, e Event) State {
	switch e := e.(type) {
	case Given:
		s.live, s.given = true, &e
	case Revoked, Expired:
		s.live = false
	}
	return s
}

// Covers reports whether the consent lives on a day and names a kind of record.
func (s State) Covers(scope domain.Scope, on domain.Date) bool {
	return s.live && slices.Contains(s.given.Records, scope) && (s.given.ExpiresOn.IsZero() || !on.After(s.given.ExpiresOn))
}
