package apprenticeship

import (
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
)

// Stream is where the facts about an apprenticeship are kept.
func Stream(id domain.ApprenticeshipID) domain.Stream { return domain.Stream("apprenticeship-" + id) }

// ID is the inverse of Stream.
func ID(s domain.Stream) (domain.ApprenticeshipID, error) {
	id, err := s.Subject("apprenticeship")
	return domain.ApprenticeshipID(id), err
}

// A Party signs the apprenticeship agreement.
type Party string

const (
	ByApprentice Party = "apprentice"
	ByGuardian   Party = "guardian" // where the apprentice is under 18
	BySponsor    Party = "sponsor"
)

// A status is where an apprenticeship is in its life, in order.
type status uint8

const (
	none status = iota
	drafted
	signed
	registered
	probationary
	active
	completionPending
	completed
)

// State is what deciding needs to know, and no more.
type State struct {
	status              status
	plan                Drafted
	supervisor, mentor  domain.PersonID
	roles               []domain.RoleID // held so far; the last one now
	startOn             domain.Date
	apprentice, sponsor bool // have signed
	guardian            bool // has signed
}

// Evolve returns s after e. It only records; it never refuses.
func Evolve(s State, e Event) State {
	switch e := e.(type) {
	case Drafted:
		s = State{status: drafted, plan: e, roles: []domain.RoleID{e.Role}, startOn: e.StartOn}
	case SupervisorAssigned:
		s.supervisor = e.Supervisor
	case MentorAssigned:
		s.mentor = e.Mentor
	case AgreementSigned:
		switch e.Party {
		case ByApprentice:
			s.apprentice = true
		case BySponsor:
			s.sponsor = true
		case ByGuardian:
			s.guardian = true
		}
		if s.apprentice && s.sponsor && (s.guardian || !s.plan.Minor) {
			s.status = signed
		}
	case Registered:
		s.status = registered
	case Began:
		s.status, s.startOn = probationary, e.On
	case ProbationCompleted:
		s.status = active
	case StageEntered:
		s.roles = append(slices.Clip(s.roles), e.Role)
	case CompletionRequested:
		s.status = completionPending
	case CompletionCertified:
		s.status = completed
	}
	return s
}
