package credit

import (
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
)

// Apply lets awarded credit count towards something the apprenticeship requires. All that a
// credit is applied to is at most the time in class it stands for.
type Apply struct {
	domain.Request
	Applied
}

func (c Apply) Decide(s State) ([]Event, error) {
	at := slices.IndexFunc(s.applied, func(a Applied) bool { return a.Target == c.Target })
	left := s.award.Award.ClassTime()
	for _, a := range s.applied {
		left -= a.Minutes
	}
	switch {
	case s.status == none:
		return nil, notFound()
	case c.By.Role != domain.Coordinator && c.By.Role != domain.System:
		return nil, domain.Refuse(domain.Forbidden, "NOT_COORDINATOR", "Only a coordinator lets credit count towards a requirement.")
	case c.By.Person == s.subject.Person:
		return nil, domain.Refuse(domain.Forbidden, "OWN_CREDIT", "Nobody applies their own credit.")
	case s.status != awarded && s.status != posted:
		return nil, domain.Refuse(domain.Conflict, "NOT_AWARDED", "Only awarded credit counts: this credit %s.", standing[s.status])
	case !c.Target.one():
		return nil, domain.Refuse(domain.Invalid, "BAD_TARGET", "Name one work process, one course of related instruction or one requirement.").About("target")
	case at >= 0 && s.applied[at].Minutes == c.Minutes:
		return nil, nil
	case at >= 0:
		return nil, domain.Refuse(domain.Conflict, "ALREADY_APPLIED", "%s of this credit counts there already. Take that back first.", s.applied[at].Minutes)
	case c.Minutes <= 0 || c.Minutes > left:
		return nil, domain.Refuse(domain.Invalid, "MINUTES_OUT_OF_RANGE", "Of this credit more than 0 and at most %s can count.", max(left, 0)).About("minutes")
	}
	return []Event{c.Applied}, nil
}

// Reverse takes back that credit counts towards something, and says why.
type Reverse struct {
	domain.Request
	Target Target
	Reason domain.Sealed
}

func (c Reverse) Decide(s State) ([]Event, error) {
	switch {
	case s.status == none:
		return nil, notFound()
	case c.By.Role != domain.Coordinator && c.By.Role != domain.System:
		return nil, domain.Refuse(domain.Forbidden, "NOT_COORDINATOR", "Only a coordinator takes back that credit counts.")
	case c.By.Person == s.subject.Person:
		return nil, domain.Refuse(domain.Forbidden, "OWN_CREDIT", "Nobody decides on their own credit.")
	case !slices.ContainsFunc(s.applied, func(a Applied) bool { return a.Target == c.Target }):
		return nil, domain.Refuse(domain.Conflict, "NOT_APPLIED", "This credit does not count there.")
	case c.Reason == "":
		return nil, domain.Refuse(domain.Invalid, "REASON_MISSING", "Say why it does not count any more.").About("reason")
	}
	return []Event{ApplicationReversed{Target: c.Target, Reason: c.Reason}}, nil
}

// one reports whether t names exactly one thing.
func (t Target) one() bool {
	named := 0
	for _, name := range []string{string(t.Process), t.Course, string(t.Requirement)} {
		if name != "" {
			named++
		}
	}
	return named == 1 && !domain.TooLong(t.Course) && len(t.Process) <= domain.MaxLine && len(t.Requirement) <= domain.MaxLine
}
