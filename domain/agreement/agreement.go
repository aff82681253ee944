package agreement

import (
	"maps"
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

// A Type says what an agreement is for. Empty is all of it, on record from before it was said.
type Type string

const (
	Articulation Type = "articulation" // credit for what is learned here
	DataSharing  Type = "data-sharing" // records, and no credit
	Academy      Type = "academy"      // a programme run together
)

// Valid reports whether t is one of the types above, or empty.
func (t Type) Valid() bool { return t == "" || t == Articulation || t == DataSharing || t == Academy }

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
	pending // for signature
	signed  // by both
	active
	suspended
	ended
)

// State is what deciding needs to know, and no more.
type State struct {
	status                status
	partner               domain.PartnerID
	kind                  Type
	scopes                []domain.Scope
	hospital, institution bool // have signed what lies before them
	version               int  // in force, or drafted
	proposal              *AmendmentProposed
	from, to              domain.Date
	rules                 []rules.Articulation
	retired               map[domain.RuleID]domain.Date
	notices               []NoticeGiven
	endedOn, teachOut     domain.Date // of a termination
}

// Evolve returns s after e. It only records; it never refuses.
func Evolve(s State, e Event) State {
	switch e := e.(type) {
	case Drafted:
		s.status, s.partner, s.scopes, s.kind, s.version = drafted, e.Partner, e.Scopes, e.Type, 1
	case SentForSignature:
		s.status = pending
	case SignedByParty:
		s.hospital = s.hospital || e.Party == Hospital
		s.institution = s.institution || e.Party == Institution
		if s.hospital && s.institution && s.status <= pending {
			s.status = signed
		}
	case Activated:
		s.status, s.from, s.to = active, e.From, e.To
	case AmendmentProposed:
		s.proposal, s.hospital, s.institution = &e, false, false
	case Amended:
		s.version, s.scopes, s.to, s.proposal = e.Version, e.Scopes, e.To, nil
	case Renewed:
		s.version, s.to, s.proposal = e.Version, e.To, nil
	case Suspended:
		s.status = suspended
	case Resumed:
		s.status = active
	case ArticulationRuleAdded:
		s.rules = append(slices.Clone(s.rules), e.Articulation)
	case ArticulationRuleRetired:
		s.retired = maps.Clone(s.retired)
		if s.retired == nil {
			s.retired = map[domain.RuleID]domain.Date{}
		}
		s.retired[e.Rule] = e.From
	case NoticeGiven:
		s.notices = append(slices.Clone(s.notices), e)
	case Expired:
		s.status = ended
	case Terminated:
		s.status, s.endedOn, s.teachOut = ended, e.On, e.TeachOut
	}
	return s
}
