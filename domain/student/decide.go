package student

import (
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
)

// MaxHeld is how many enrolments are held for one student.
const MaxHeld = 200

// Hold keeps what an institution says about a student who is not linked, or who does not
// share with it. Of a student who is nobody here, nothing is kept.
type Hold struct {
	domain.Request
	Partner  domain.PartnerID
	Reported Reported // empty where the student is on record
	Held     []Held
}

func (c Hold) Decide(s State) ([]Event, error) {
	switch {
	case c.By.Role != domain.System && c.By.Role != domain.Coordinator && (c.By.Role != domain.Partner || c.By.Partner != c.Partner):
		return nil, domain.Refuse(domain.Forbidden, "NOT_YOURS_TO_REPORT", "What happens at an institution is reported by itself, or by a coordinator.")
	case s.Refused:
		return nil, nil
	}
	var out []Event
	if !s.Reported && s.Person == "" {
		out = append(out, c.Reported)
	}
	count := len(s.Held)
	for _, h := range c.Held {
		was, there := s.Held[h.Enrolment]
		if there && was.Digest == h.Digest {
			continue
		}
		if !there {
			count++
		}
		out = append(out, h)
	}
	if count > MaxHeld {
		return nil, domain.Refuse(domain.Conflict, "TOO_MUCH_HELD", "More than %d enrolments of one student wait to be matched. A coordinator says first who it is.", MaxHeld)
	}
	return out, nil
}

// Release records that what was held is on record, or was taken back.
type Release struct {
	domain.Request
	Enrolments []domain.EnrolmentID
}

func (c Release) Decide(s State) ([]Event, error) {
	there := slices.DeleteFunc(slices.Clone(c.Enrolments), func(id domain.EnrolmentID) bool { _, held := s.Held[id]; return !held })
	if len(there) == 0 {
		return nil, nil
	}
	return []Event{Applied{Enrolments: there}}, nil
}

// Link says who a student is. A coordinator does, and never of themselves.
type Link struct {
	domain.Request
	Linked Linked
}

func (c Link) Decide(s State) ([]Event, error) {
	switch {
	case c.By.Role != domain.Coordinator && c.By.Role != domain.System:
		return nil, notCoordinator
	case c.By.Person != "" && c.By.Person == c.Linked.Person:
		return nil, domain.Refuse(domain.Forbidden, "OWN_MATTER", "Somebody else says which student you are.").About("personId")
	case s.Person == c.Linked.Person:
		return nil, nil
	case s.Person != "":
		return nil, domain.Refuse(domain.Conflict, "LINKED_ALREADY", "The student is linked to somebody else. Unlink them first, if that was a mistake.").About("personId")
	}
	return []Event{c.Linked}, nil
}

// Unlink takes back that a student was linked.
type Unlink struct{ domain.Request }

func (c Unlink) Decide(s State) ([]Event, error) {
	switch {
	case c.By.Role != domain.Coordinator && c.By.Role != domain.System:
		return nil, notCoordinator
	case c.By.Person != "" && c.By.Person == s.Person:
		return nil, domain.Refuse(domain.Forbidden, "OWN_MATTER", "Somebody else says which student you are.")
	case s.Person == "":
		return nil, nil
	}
	return []Event{Unlinked{Was: s.Person}}, nil
}

// Refuse says that a student is nobody here.
type Refuse struct{ domain.Request }

func (c Refuse) Decide(s State) ([]Event, error) {
	switch {
	case c.By.Role != domain.Coordinator && c.By.Role != domain.System:
		return nil, notCoordinator
	case !s.Reported && s.Person == "" && !s.Refused:
		return nil, domain.Refuse(domain.NotFound, "NO_SUCH_STUDENT", "There is no such student.")
	case s.Person != "":
		return nil, domain.Refuse(domain.Conflict, "LINKED_ALREADY", "The student is linked to a learner. Unlink them first, if that was a mistake.")
	case s.Refused:
		return nil, nil
	}
	return []Event{Refused{}}, nil
}

var notCoordinator = domain.Refuse(domain.Forbidden, "NOT_COORDINATOR", "Only a coordinator says who a student is.")
