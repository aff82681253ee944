package enrolment

import "github.com/guildhall-dev/guildhall/domain"

// Stream is where the facts about an enrolment at an institution are kept.
func Stream(p domain.PartnerID, id domain.EnrolmentID) domain.Stream {
	return domain.Stream("enrolment-" + string(p) + "." + string(id))
}

// ID is the inverse of Stream.
func ID(s domain.Stream) (domain.PartnerID, domain.EnrolmentID, error) {
	p, id, err := s.Pair("enrolment")
	return domain.PartnerID(p), domain.EnrolmentID(id), err
}

// A Status is where an enrolment is in its life. None is before it began, and once it was voided.
type Status string

const (
	None      Status = ""
	Active    Status = "active"
	Withdrew  Status = "withdrawn"
	Over      Status = "closed"    // without a final result
	Completed Status = "completed" // with a final result, passed or not
)

// State is what deciding needs to know, and no more.
type State struct {
	Status  Status
	Person  domain.PersonID
	Section Section
	Result  Result
}

// Evolve returns s after e. It only records; it never refuses.
func Evolve(s State, e Event) State {
	switch e := e.(type) {
	case Enrolled:
		s = State{Status: Active, Person: e.Person, Section: e.Section}
	case Changed:
		s.Section = e.Section
	case Withdrawn:
		s.Status = Withdrew
	case Returned:
		s.Status = Active
	case Closed:
		s.Status = Over
	case ResultRecorded:
		s = s.graded(e.Result)
	case ResultCorrected:
		s = s.graded(e.Now)
	case Voided:
		s = State{}
	}
	return s
}

func (s State) graded(r Result) State {
	s.Result = r
	if r.Final {
		s.Status = Completed
	} else if s.Status == Completed {
		s.Status = Active
	}
	return s
}
