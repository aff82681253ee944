package agreement

import (
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/rules"
)

// Stream is where the facts about an agreement are kept.
func Stream(id domain.AgreementID) domain.Stream { return domain.Stream("agreement-" + id) }

// ID is the inverse of Stream.
func ID(s domain.Stream) (domain.AgreementID, error) {
	id, err := s.Subject("agreement")
	return domain.AgreementID(id), err
}

// A Party signs the agreement.
type Party string

const (
	Hospital    Party = "hospital"
	Institution Party = "institution"
)

type status uint8

const (
	none status = iota
	drafted
	signed // by both
	active
	ended
)

// State is what deciding needs to know, and no more.
type State struct {
	status                status
	partner               domain.PartnerID
	scopes                []domain.Scope
	hospital, institution bool // have signed
	from, to              domain.Date
	rules                 []rules.Articulation
}

// Evolve returns s after e. It only records; it never refuses.
func Evolve(s State, e Event) State {
	switch e := e.(type) {
	case Drafted:
		s.status, s.partner, s.scopes = drafted, e.Partner, e.Scopes
	case SignedByParty:
		s.hospital = s.hospital || e.Party == Hospital
		s.institution = s.institution || e.Party == Institution
		if s.hospital && s.institution {
			s.status = signed
		}
	case Activated:
		s.status, s.from, s.to = active, e.From, e.To
	case ArticulationRuleAdded:
		s.rules = append(slices.Clone(s.rules), e.Articulation)
	case Expired, Terminated:
		s.status = ended
	}
	return s
}
