// Package student decides whom here an institution means by somebody it calls a student. Who
// is not linked to a learner by a person waits in a queue, with what was said about them.
package student

import (
	"maps"
	"strconv"

	"github.com/guildhall-dev/guildhall/domain"
)

// An Event is one fact about a student.
type Event interface {
	domain.Event
	student()
}

// Events lists every event type, for the codec.
var Events = []domain.Event{Reported{}, Held{}, Applied{}, Linked{}, Unlinked{}, Refused{}}

// Reported records that an institution named a student whom nobody linked yet. Who the
// student is, is sealed under a key of its own, see Key.
type Reported struct {
	ID   domain.Sealed `json:"id"` // the institution's
	Name domain.Sealed `json:"name,omitempty"`
}

// Held records what an institution says of a student in a section, until it can be applied.
// It takes the place of what was held of the same enrolment.
type Held struct {
	Enrolment domain.EnrolmentID `json:"enrolment"`
	Row       domain.Sealed      `json:"row"`
	Digest    string             `json:"digest"` // keyed: it tells what is the same, and nothing else
}

// Applied records that what was held is on record with the enrolments, or was taken back by
// the institution.
type Applied struct {
	Enrolments []domain.EnrolmentID `json:"enrolments"`
}

// Linked records who the student is here. What was sealed under the student's own key is
// sealed under the person's, and the student's key is destroyed.
type Linked struct {
	Person domain.PersonID `json:"person"`
	ID     domain.Sealed   `json:"id"`
	Held   []Held          `json:"held,omitempty"`
}

// Unlinked records that the student was linked to somebody by mistake.
type Unlinked struct {
	Was domain.PersonID `json:"was"`
}

// Refused records that the student is nobody here. The student's key is destroyed, and with
// it what was said about them.
type Refused struct{}

func (Reported) EventName() string { return "student.reported" }
func (Held) EventName() string     { return "student.held" }
func (Applied) EventName() string  { return "student.applied" }
func (Linked) EventName() string   { return "student.linked" }
func (Unlinked) EventName() string { return "student.unlinked" }
func (Refused) EventName() string  { return "student.refused" }

func (Reported) student() {}
func (Held) student()     {}
func (Applied) student()  {}
func (Linked) student()   {}
func (Unlinked) student() {}
func (Refused) student()  {}

// Stream is where the facts about a student of an institution are kept.
func Stream(p domain.PartnerID, id domain.StudentID) domain.Stream {
	return domain.Stream("student-" + string(p) + "." + string(id))
}

// ID is the inverse of Stream.
func ID(s domain.Stream) (domain.PartnerID, domain.StudentID, error) {
	p, id, err := s.Pair("student")
	return domain.PartnerID(p), domain.StudentID(id), err
}

// Key is the id under which the vault keeps the key of a student in a round. It is made of a
// digest, so that nobody's employee number is like it.
func Key(id domain.StudentID, round int) domain.PersonID {
	return domain.PersonID("student-" + string(id) + "-" + strconv.Itoa(round))
}

// State is what deciding needs to know, and no more.
type State struct {
	Reported bool
	Person   domain.PersonID // whom the student is linked to
	Refused  bool
	Held     map[domain.EnrolmentID]Held
	Round    int // how often somebody decided who it is: each time the student's key goes
}

// Evolve returns s after e. It only records; it never refuses.
func Evolve(s State, e Event) State {
	switch e := e.(type) {
	case Reported:
		s.Reported = true
	case Held:
		s.Held = maps.Clone(s.Held)
		if s.Held == nil {
			s.Held = map[domain.EnrolmentID]Held{}
		}
		s.Held[e.Enrolment] = e
	case Applied:
		s.Held = maps.Clone(s.Held)
		for _, id := range e.Enrolments {
			delete(s.Held, id)
		}
	case Linked:
		s.Person, s.Refused, s.Held, s.Round = e.Person, false, map[domain.EnrolmentID]Held{}, s.Round+1
		for _, h := range e.Held {
			s.Held[h.Enrolment] = h
		}
	case Unlinked:
		s.Person, s.Reported, s.Held = "", false, nil
	case Refused:
		s.Refused, s.Held, s.Round = true, nil, s.Round+1
	}
	return s
}
