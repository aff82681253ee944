package person

import (
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
)

// longestAbsence is how many days somebody is away at most, in one entry.
const longestAbsence = 366

// PlanAbsence records when somebody is away, and who decides for them meanwhile. They say so
// themselves, or human resources or a coordinator does.
type PlanAbsence struct {
	domain.Request
	Person domain.PersonID
	Absent AbsencePlanned
}

func (c PlanAbsence) Decide(s State) ([]Event, error) {
	err := first(s.known(), speaksFor(c.By, c.Person), dated(c.Absent.From, c.Today(), "from"))
	switch {
	case err != nil:
		return nil, err
	case c.Absent.Until.Before(c.Absent.From) || c.Absent.Until.DaysSince(c.Absent.From) >= longestAbsence:
		return nil, domain.Refuse(domain.Invalid, "BAD_DATES", "Give a last day on or after the first, at most %d days in all.", longestAbsence).About("until")
	case c.Absent.Delegate == c.Person:
		return nil, domain.Refuse(domain.Invalid, "NOBODY_ELSE", "Name somebody else who decides meanwhile, or nobody.").About("delegateId")
	case s.has(func(e Event) bool { return e == c.Absent }):
		return nil, nil
	}
	if err := s.corrects(c.Absent.Corrects, func(e Event) bool { _, ok := e.(AbsencePlanned); return ok }); err != nil {
		return nil, err
	}
	return []Event{c.Absent}, nil
}

// EndAbsence records that somebody is back sooner than planned, or does not go.
type EndAbsence struct {
	domain.Request
	Person  domain.PersonID
	Absence int
	On      domain.Date // the last day away; the day before the first if they do not go
}

func (c EndAbsence) Decide(s State) ([]Event, error) {
	if err := first(s.known(), speaksFor(c.By, c.Person)); err != nil {
		return nil, err
	}
	e, ok := s.life.find(c.Absence)
	_, away := e.what.(AbsencePlanned)
	switch {
	case !ok || !away:
		return nil, domain.Refuse(domain.NotFound, "NO_SUCH_ENTRY", "There is no such absence.").About("absence")
	case e.until == c.On:
		return nil, nil
	case c.On.After(e.until) || c.On.Before(e.from.AddDays(-1)):
		return nil, domain.Refuse(domain.Invalid, "BAD_DATES", "The absence is planned from %s until %s. To be away longer, plan another one.", e.from, e.until).About("on")
	}
	return []Event{AbsenceEnded{Absence: c.Absence, On: c.On}}, nil
}

// speaksFor refuses who may not speak for a person.
func speaksFor(by domain.Actor, p domain.PersonID) error {
	if by.Person == p && p != "" || slices.Contains([]domain.Role{domain.HR, domain.Coordinator}, by.Role) {
		return nil
	}
	return domain.Refuse(domain.Forbidden, "NOT_YOURS", "People say themselves when they are away, or a coordinator or human resources does.")
}
