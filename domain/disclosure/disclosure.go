package disclosure

import (
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
)

// Stream is where it is kept what an institution was told in the month of a day, and asked in
// vain; see Daily.
func Stream(p domain.PartnerID, on domain.Date) domain.Stream {
	return domain.Stream("disclosure-" + string(p) + "." + on.Format("2006-01"))
}

// Daily is where it is kept what an institution read of learners on a day under their
// consents. That is a lot: nobody has to read it in order to decide.
func Daily(p domain.PartnerID, on domain.Date) domain.Stream {
	return domain.Stream("disclosure-" + string(p) + "." + on.String())
}

// ID is the inverse of Stream and Daily; the time is written as 2026-11 or 2026-11-27.
func ID(s domain.Stream) (p domain.PartnerID, when string, err error) {
	id, when, err := s.Pair("disclosure")
	return domain.PartnerID(id), when, err
}

// A Basis is the ground on which records are disclosed: the learner's consent, or one of
// the exceptions of 34 CFR 99.31(a), by number.
type Basis string

const (
	Consent    Basis = "consent"     // 34 CFR 99.30
	Official   Basis = "99.31(a)(1)" // school officials with a legitimate educational interest
	Enrolment  Basis = "99.31(a)(2)" // a school in which the learner seeks or intends to enrol
	Authority  Basis = "99.31(a)(3)" // education authorities, for audit or evaluation
	Aid        Basis = "99.31(a)(4)" // financial aid that the learner has applied for
	Studies    Basis = "99.31(a)(6)" // studies for educational institutions
	Accreditor Basis = "99.31(a)(7)"
	Subpoena   Basis = "99.31(a)(9)"  // a judicial order or lawfully issued subpoena
	Emergency  Basis = "99.31(a)(10)" // health or safety emergency
	Directory  Basis = "99.31(a)(11)" // directory information
)

// Exceptions are the grounds other than consent.
var Exceptions = []Basis{Official, Enrolment, Authority, Aid, Studies, Accreditor, Subpoena, Emergency, Directory}

// State is what deciding needs to know, and no more: what was told on the day of the last fact.
type State struct {
	day     domain.Date
	told    map[domain.PersonID][]entry
	asked   []string // hashes of questions
	refused []Refused
}

type entry struct {
	field domain.Scope
	basis Basis
}

// Told is the state of a day on which an institution asked questions, by their hashes, and was
// told of people under their consents. It is all that deciding about these people takes.
func Told(day domain.Date, asked []string, told map[domain.PersonID][]domain.Scope) State {
	s := State{day: day, asked: asked, told: make(map[domain.PersonID][]entry, len(told))}
	for p, fields := range told {
		for _, f := range fields {
			s.told[p] = append(s.told[p], entry{f, Consent})
		}
	}
	return s
}

// Evolve returns s after e. It only records; it never refuses.
func Evolve(s State, e Event) State {
	switch e := e.(type) {
	case Requested:
		s = s.on(e.On)
		s.asked = append(slices.Clone(s.asked), e.QueryHash)
	case Made:
		s = s.on(e.On)
		told := make(map[domain.PersonID][]entry, len(s.told)+len(e.Persons))
		for p, es := range s.told {
			told[p] = es
		}
		for _, p := range e.Persons {
			for _, f := range e.Fields {
				told[p] = append(slices.Clone(told[p]), entry{f, e.Basis})
			}
		}
		s.told = told
	case Refused:
		s = s.on(e.On)
		s.refused = append(slices.Clone(s.refused), e)
	}
	return s
}

func (s State) on(day domain.Date) State {
	if s.day == day {
		return s
	}
	return State{day: day}
}

// knows reports whether everything about p was told on the day already, on the same ground.
func (s State) knows(p domain.PersonID, fields []domain.Scope, b Basis) bool {
	return !slices.ContainsFunc(fields, func(f domain.Scope) bool { return !slices.Contains(s.told[p], entry{f, b}) })
}
