package enrolment

import "github.com/guildhall-dev/guildhall/domain"

// maxPoints is the most a result can have, in hundredths.
const maxPoints = 100_000_00

// Enrol records that a learner is taught in a section. What the institution describes
// otherwise than before is changed; who withdrew returns. An enrolment with a final result
// stays completed.
type Enrol struct {
	domain.Request
	Enrolled Enrolled
}

func (c Enrol) Decide(s State) ([]Event, error) {
	to := c.Enrolled.Section
	if err := May(c.By, to.Partner, c.Enrolled.Person); err != nil {
		return nil, err
	}
	if err := to.Check(); err != nil {
		return nil, err
	}
	if s.Status == None {
		return []Event{c.Enrolled}, nil
	}
	if s.Person != c.Enrolled.Person {
		return nil, domain.Refuse(domain.Conflict, "ANOTHER_LEARNER", "This enrolment is on record for somebody else. A coordinator unlinks a student who was linked by mistake.")
	}
	var out []Event
	if s.Section != to {
		out = append(out, Changed{Section: to})
	}
	if s.Status == Withdrew || s.Status == Over && !c.Today().After(to.Term.To) {
		out = append(out, Returned{On: c.Today()})
	}
	return out, nil
}

// Withdraw records that the learner left. It undoes no result: that a list no longer has who
// completed long ago means nothing.
type Withdraw struct {
	domain.Request
	Absent bool
}

func (c Withdraw) Decide(s State) ([]Event, error) {
	if err := s.may(c.By); err != nil {
		return nil, err
	}
	if s.Status != Active && (s.Status != Over || c.Absent) {
		return nil, nil
	}
	return []Event{Withdrawn{On: c.Today(), Absent: c.Absent}}, nil
}

// Close records that the section is over for the learner, without saying how they did.
type Close struct{ domain.Request }

func (c Close) Decide(s State) ([]Event, error) {
	if err := s.may(c.By); err != nil || s.Status != Active {
		return nil, err
	}
	return []Event{Closed{On: c.Today()}}, nil
}

// Grade records how the learner did. Only a final result completes; another one in its place
// is a correction, and both stay on record.
type Grade struct {
	domain.Request
	Result Result
}

func (c Grade) Decide(s State) ([]Event, error) {
	if err := s.may(c.By); err != nil {
		return nil, err
	}
	if err := c.Result.Check(); err != nil {
		return nil, err
	}
	switch {
	case s.Result == c.Result:
		return nil, nil
	case s.Result.Final:
		return []Event{ResultCorrected{Was: s.Result, Now: c.Result}}, nil
	}
	return []Event{ResultRecorded{Result: c.Result}}, nil
}

// Void records that the enrolment was another person's. Asked of an enrolment that there is
// not, it decides nothing.
type Void struct{ domain.Request }

func (c Void) Decide(s State) ([]Event, error) {
	switch {
	case s.Status == None:
		return nil, nil
	case c.By.Role != domain.Coordinator && c.By.Role != domain.System || c.By.Person != "" && c.By.Person == s.Person:
		return nil, notYours
	}
	return []Event{Voided{}}, nil
}

// May refuses those who do not report for an institution: others than itself and
// coordinators, and nobody reports about themselves.
func May(by domain.Actor, p domain.PartnerID, about domain.PersonID) error {
	switch {
	case by.Role == domain.System, by.Role == domain.Partner && by.Partner == p:
		return nil
	case by.Role == domain.Coordinator && by.Person != about:
		return nil
	}
	return notYours
}

var notYours = domain.Refuse(domain.Forbidden, "NOT_YOURS_TO_REPORT", "What happens at an institution is reported by itself, or by a coordinator, and by nobody about themselves.")

func (s State) may(by domain.Actor) error {
	if s.Status == None {
		return domain.Refuse(domain.NotFound, "NOT_ENROLLED", "There is no such enrolment. Report the enrolment first.")
	}
	return May(by, s.Section.Partner, s.Person)
}

// Check refuses what is no section.
func (t Section) Check() error {
	switch {
	case domain.Written(t.ID) == "":
		return domain.Refuse(domain.Invalid, "SECTION_MISSING", "An enrolment names the section by the institution's own id.").About("section")
	case domain.TooLong(t.ID), domain.TooLong(t.Code), domain.TooLong(t.Title), domain.TooLong(t.Term.ID), domain.TooLong(t.Term.Title):
		return domain.Shorten("section")
	case !t.Term.From.IsZero() && !t.Term.To.IsZero() && t.Term.To.Before(t.Term.From):
		return domain.Refuse(domain.Invalid, "END_BEFORE_START", "The term ends on %s and begins on %s.", t.Term.To, t.Term.From).About("term")
	}
	return nil
}

// Check refuses what is no result.
func (r Result) Check() error {
	switch {
	case r.Grade != "" && !r.Grade.Valid():
		return domain.Refuse(domain.Invalid, "BAD_GRADE", "%q is not a grade. Send A to D with an optional sign, F or P, or points.", string(r.Grade)).About("grade")
	case r.Points < 0 || r.Of < 0 || r.Points > maxPoints || r.Of > maxPoints:
		return domain.Refuse(domain.Invalid, "BAD_SCORE", "A score is from 0 to %d.", maxPoints/100).About("points")
	}
	return nil
}
