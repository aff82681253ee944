package milestone

import (
	"maps"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
)

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

// Terms are what it takes to attain a milestone, pinned when it is begun. The zero value asks
// for one rating at or above the pass level, for good.
type Terms struct {
	Successes int  `json:"successes,omitempty"` // how many attempts have to succeed; 0 is one
	PassScore int  `json:"passScore,omitempty"` // points that pass, of MaxScore
	MaxScore  int  `json:"maxScore,omitempty"`  // 0: it is rated, not scored
	Months    int  `json:"months,omitempty"`    // how long it is valid; 0 is for good
	Observed  bool `json:"observed,omitempty"`  // rated by watching; evidence is not asked for
	Team      bool `json:"team,omitempty"`      // evidence may be a team's
	Product   bool `json:"product,omitempty"`   // evidence names what it was applied to
}

// A status is where a milestone is in its life.
type status uint8

const (
	none status = iota // or planned
	inProgress
	underReview
	attained
	notYetAttained
	waived
	expired
)

// State is what deciding needs to know, and no more.
type State struct {
	status     status
	started    bool
	person     domain.PersonID
	due        domain.Date
	assessor   domain.PersonID // who reviews the evidence
	passLevel  int
	byCredit   bool
	terms      Terms
	attempts   []attempt
	last       EvidenceSubmitted
	together   map[Piece]bool // what came from other members of a team
	attested   map[[2]string]bool
	basis      string          // what it is attained on
	used       map[string]bool // credits it was ever attained on
	validUntil domain.Date
	on         domain.Date // since when it is attained
	level      int
	lost       *lost // nil: nothing that a certificate brings back
}

// What was lost was attained until it expired.
type lost struct {
	Attained
	certificate string // that ended; empty: its own time was over
}

// An attempt was rated or scored.
type attempt struct {
	by     domain.PersonID
	mark   Mark
	on     *EvidenceSubmitted // nil: somebody was watched
	lapsed bool               // it was before what was attained expired or was revoked
}

// Evolve returns s after e. It only records; it never refuses.
func Evolve(s State, e Event) State {
	switch e := e.(type) {
	case Planned:
		s.person, s.due = e.Person, e.Due
	case Started:
		s.status, s.started, s.person, s.passLevel, s.byCredit, s.terms = inProgress, true, e.Person, e.PassLevel, e.ByCredit, e.Terms
	case EvidenceSubmitted:
		s.status, s.assessor, s.last = underReview, e.Assessor, e
		if e.From != (Piece{}) {
			s.together = with(s.together, e.From)
		}
		if e.Attestation != (Attestation{}) {
			s.attested = with(s.attested, e.Attestation.name())
		}
	case Assessed:
		a := attempt{by: e.Assessor, mark: Mark{e.Rating, e.Score}}
		if s.status == underReview {
			last := s.last
			a.on = &last
		}
		s.attempts, s.status = append(slices.Clone(s.attempts), a), inProgress
	case AttemptPassed:
		s.status = inProgress
	case Attained:
		s.status, s.basis, s.validUntil, s.on, s.level, s.lost = attained, e.Basis, e.ValidUntil, e.On, e.Level, nil
		s.used = with(s.used, e.Basis)
	case NotYetAttained:
		s.status, s.basis, s.validUntil = notYetAttained, "", domain.Date{}
	case AssessmentCorrected:
		s.attempts = slices.Clone(s.attempts)
		if i := e.Attempt - 1; i >= 0 && i < len(s.attempts) {
			s.attempts[i].mark = e.Now
		}
	case Waived:
		s.status, s.person = waived, e.Person
	case Revoked:
		s = s.lapse(none)
		s.lost = nil
		if s.started {
			s.status = inProgress
		}
	case Expired:
		was := lost{Attained{On: s.on, Level: s.level, ValidUntil: s.validUntil}, e.Basis}
		s = s.lapse(expired)
		s.lost = &was
	case Renewed:
		if s.status != attained {
			s.on = e.On
		}
		s.status, s.basis, s.validUntil, s.level, s.lost = attained, e.Basis, e.ValidUntil, e.Level, nil
	}
	return s
}

func with[K comparable](set map[K]bool, k K) map[K]bool {
	set = maps.Clone(set)
	if set == nil {
		set = map[K]bool{}
	}
	set[k] = true
	return set
}

// lapse is s once it does not count any more what was done before.
func (s State) lapse(now status) State {
	s.status, s.basis, s.validUntil = now, "", domain.Date{}
	s.attempts = slices.Clone(s.attempts)
	for i := range s.attempts {
		s.attempts[i].lapsed = true
	}
	return s
}

func (s State) passes(m Mark) bool {
	if s.terms.MaxScore > 0 {
		return m.Score >= s.terms.PassScore
	}
	return m.Rating >= s.passLevel
}

func (s State) needed() int { return max(1, s.terms.Successes) }

// successes is how many attempts count that have succeeded.
func (s State) successes() (n int) {
	for _, a := range s.attempts {
		if !a.lapsed && s.passes(a.mark) {
			n++
		}
	}
	return n
}

// counted reports whether an attempt has ever succeeded with a piece of evidence.
func (s State) counted(e EvidenceSubmitted) bool {
	return slices.ContainsFunc(s.attempts, func(a attempt) bool { return a.on != nil && s.passes(a.mark) && same(*a.on, e) })
}

// same reports whether two pieces of evidence are of the same thing.
func same(a, b EvidenceSubmitted) bool {
	switch {
	case a.Hash != "" && b.Hash != "":
		return a.Hash == b.Hash
	case a.From != (Piece{}) || b.From != (Piece{}):
		return a.From == b.From
	}
	return a.Kind == b.Kind && a.Note == b.Note && a.URI == b.URI && a.Plain == b.Plain && a.Product == b.Product && slices.Equal(a.Files, b.Files)
}
