package cohort

import (
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
)

// Stream is where the facts about a cohort are kept.
func Stream(id domain.CohortID) domain.Stream { return domain.Stream("cohort-" + id) }

// ID is the inverse of Stream.
func ID(s domain.Stream) (domain.CohortID, error) {
	id, err := s.Subject("cohort")
	return domain.CohortID(id), err
}

type status uint8

const (
	none status = iota
	planned
	open
	cancelled
)

// A standing is where somebody stands who applied.
type standing uint8

const (
	stranger standing = iota
	invited
	applied
	waiting
	offered
	accepted
	declined
	enrolled
	left
	completed
)

// seated reports whether a seat is taken.
func (s standing) seated() bool {
	return s == offered || s == accepted || s == enrolled || s == completed
}

// State is what deciding needs to know, and no more.
type State struct {
	status  status
	planned Planned // with the seats there are now
	people  []applicant
}

// An applicant was invited or has asked for a seat. Who waits longest comes first.
type applicant struct {
	person   domain.PersonID
	standing standing
	since    domain.Date
	until    domain.Date // the last day to accept
}

// Evolve returns s after e. It only records; it never refuses.
func Evolve(s State, e Event) State {
	switch e := e.(type) {
	case Planned:
		s.status, s.planned = planned, e
	case SeatsChanged:
		s.planned.Seats = e.Seats
	case Opened:
		s.status = open
	case Invited:
		s = s.stands(applicant{person: e.Person, standing: invited, since: e.On})
	case Applied:
		s = s.stands(applicant{person: e.Person, standing: applied, since: e.On})
	case SeatOffered:
		s = s.stands(applicant{e.Person, offered, e.On, e.Until})
	case SeatAccepted:
		s = s.stands(applicant{person: e.Person, standing: accepted, since: e.On})
	case SeatDeclined:
		s = s.stands(applicant{person: e.Person, standing: declined, since: e.On})
	case Waitlisted:
		s = s.stands(applicant{person: e.Person, standing: waiting, since: e.On})
	case Enrolled:
		s = s.stands(applicant{person: e.Person, standing: enrolled, since: e.On})
	case Left:
		s = s.stands(applicant{person: e.Person, standing: left, since: e.On})
	case Completed:
		s = s.stands(applicant{person: e.Person, standing: completed, since: e.On})
	case Cancelled:
		s.status = cancelled
	}
	return s
}

// stands puts somebody where they stand now: behind all others.
func (s State) stands(a applicant) State {
	people := slices.DeleteFunc(slices.Clone(s.people), func(p applicant) bool { return p.person == a.person })
	s.people = append(people, a)
	return s
}

func (s State) of(p domain.PersonID) applicant {
	at := slices.IndexFunc(s.people, func(a applicant) bool { return a.person == p })
	if at < 0 {
		return applicant{person: p}
	}
	return s.people[at]
}

// free is how many seats nobody has.
func (s State) free() int {
	n := s.planned.Seats
	for _, a := range s.people {
		if a.standing.seated() {
			n--
		}
	}
	return n
}
