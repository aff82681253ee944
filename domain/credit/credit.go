package credit

import (
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/rules"
)

// Stream is where the facts about an apprentice's credit under a rule are kept. There is
// one for each apprentice and rule, so that a rule gives credit once. Credit that no rule
// covers has an id of its own in place of the rule's.
func Stream(a domain.ApprenticeshipID, r domain.RuleID) domain.Stream {
	return domain.Stream("credit-" + string(a) + "." + string(r))
}

// ID is the inverse of Stream.
func ID(s domain.Stream) (domain.ApprenticeshipID, domain.RuleID, error) {
	a, r, err := s.Pair("credit")
	return domain.ApprenticeshipID(a), domain.RuleID(r), err
}

// A Source says what the learner learned it by.
type Source string

const (
	OnTheJob    Source = "ojl"
	Instruction Source = "rti"
	Certificate Source = "cert"
	Course      Source = "course"
	ACE         Source = "ace" // evaluated by the American Council on Education
)

// Valid reports whether s is one of the sources above.
func (s Source) Valid() bool {
	return s == OnTheJob || s == Instruction || s == Certificate || s == Course || s == ACE
}

// Learned names what was learned, whoever gives credit for it: the same learning is not
// applied twice to one requirement. Unless something else was named it is the course.
func (s Subject) Learned() string {
	if s.Learning != "" {
		return s.Learning
	}
	return string(s.Partner) + " " + s.Articulation.Course
}

// A Claim is what only one credit may have. It is reserved for that credit.
type Claim struct {
	Kind  string
	Parts []string
}

// Once is the claim of an award: a rule gives credit once to a person, in whichever apprenticeship.
func (s Subject) Once() Claim {
	return Claim{"credit-award", []string{string(s.Person), string(s.Partner), string(s.Articulation.Rule)}}
}

// Reference is the claim of a college's own reference: it names one award.
func Reference(p domain.PartnerID, ref string) Claim {
	return Claim{"credit-reference", []string{string(p), ref}}
}

// As is the claim of applying what was learned to a target.
func (s Subject) As(t Target) Claim {
	return Claim{"credit-applied", []string{string(s.Person), s.Learned(), string(t.Process), t.Course, string(t.Requirement)}}
}

func (s Subject) same(o Subject) bool {
	return s.Apprenticeship == o.Apprenticeship && s.Person == o.Person && s.Partner == o.Partner && s.Agreement == o.Agreement &&
		s.Learning == o.Learning && s.Articulation.Equal(o.Articulation)
}

func (a Awarded) same(o Awarded) bool {
	return a.Subject.same(o.Subject) && a.Award == o.Award && a.Grade == o.Grade && a.Term == o.Term && a.ExternalRef == o.ExternalRef &&
		a.Level == o.Level && a.Basis == o.Basis && a.Shown.Equal(o.Shown)
}

type status uint8

const (
	none status = iota
	proposed
	requested
	inEvaluation
	inCommittee
	recommended
	awarded
	posted
	denied
	lapsed
	withdrawn
	revoked
)

// State is what deciding needs to know, and no more.
type State struct {
	status     status
	version    uint64 // the number of facts, which is the revision of the stream
	subject    Subject
	exception  bool // allowed although no rule covers it
	shown      rules.Shown
	validTo    domain.Date // of the recommendation
	appealed   bool
	commented  bool // the hospital said what it makes of the appeal
	award      Awarded
	transcript string
	applied    []Applied
}

// Evolve returns s after e. It only records; it never refuses.
func Evolve(s State, e Event) State {
	s.version++
	switch e := e.(type) {
	case Proposed:
		s.status, s.subject, s.exception, s.appealed = proposed, e.Subject, e.Exception != "", false
	case Requested:
		s.status, s.subject, s.shown = requested, e.Subject, e.Shown
	case EvaluationStarted, ReturnedFromCommittee:
		s.status = inEvaluation
	case ReferredToCommittee:
		s.status = inCommittee
	case Recommended:
		s.status, s.validTo = recommended, e.ValidTo
	case Awarded:
		s.status, s.subject, s.award = awarded, e.Subject, e
	case Denied:
		s.status = denied
	case Appealed:
		s.status, s.appealed, s.commented = inEvaluation, true, false
	case AppealCommented:
		s.commented = true
	case Posted:
		s.status, s.transcript = posted, e.TranscriptRef
	case Revoked:
		s.status, s.applied = revoked, nil
	case Withdrawn:
		s.status, s.exception = withdrawn, false
	case Lapsed:
		s.status, s.exception = lapsed, false
	case Applied:
		s.applied = append(slices.Clone(s.applied), e)
	case ApplicationReversed:
		s.applied = slices.DeleteFunc(slices.Clone(s.applied), func(a Applied) bool { return a.Target == e.Target })
	}
	return s
}

// Applied is what the credit counts towards.
func (s State) Applied() []Applied { return slices.Clone(s.applied) }

// Awarded reports whether the college gave the credit and it stands.
func (s State) Awarded() bool { return s.status == awarded || s.status == posted }

// Subject is whose credit for what; the zero Subject before there is one.
func (s State) Subject() Subject { return s.subject }
