package milestone

import "github.com/guildhall-dev/guildhall/domain"

// Stream is where the facts about an apprentice's milestone are kept.
func Stream(a domain.ApprenticeshipID, r domain.RequirementID) domain.Stream {
	return domain.Stream("milestone-" + string(a) + "." + string(r))
}

// ID is the inverse of Stream.
func ID(s domain.Stream) (domain.ApprenticeshipID, domain.RequirementID, error) {
	a, r, err := s.Pair("milestone")
	return domain.ApprenticeshipID(a), domain.RequirementID(r), err
}

// Kind says what evidence is of.
type Kind string

const (
	Lab         Kind = "lab"
	Course      Kind = "course"
	Work        Kind = "work"
	Certificate Kind = "certificate"
)

// TopRating is the best rating; 0 is the worst.
const TopRating = 4

type status uint8

const (
	none status = iota
	inProgress
	underReview
	attained
	notYetAttained
)

// State is what deciding needs to know, and no more.
type State struct {
	status    status
	person    domain.PersonID
	assessor  domain.PersonID // who reviews the evidence
	passLevel int
	byCredit  bool
	attempts  int
	last      EvidenceSubmitted
}

// Evolve returns s after e. It only records; it never refuses.
func Evolve(s State, e Event) State {
	switch e := e.(type) {
	case Started:
		s.status, s.person, s.passLevel, s.byCredit = inProgress, e.Person, e.PassLevel, e.ByCredit
	case EvidenceSubmitted:
		s.status, s.assessor, s.last = underReview, e.Assessor, e
	case Assessed:
		s.attempts = e.Attempt
	case Attained:
		s.status = attained
	case NotYetAttained:
		s.status = notYetAttained
	}
	return s
}
