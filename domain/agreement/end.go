package agreement

import "github.com/guildhall-dev/guildhall/domain"

// Notices are how many days before its end both parties are told of it.
var Notices = []int{90, 30}

// GiveNotice tells both parties that the agreement is about to end.
type GiveNotice struct {
	domain.Request
	Days int // one of Notices
}

func (c GiveNotice) Decide(s State) ([]Event, error) {
	switch {
	case s.status == none:
		return nil, notFound()
	case c.By.Role != domain.System:
		return nil, domain.Refuse(domain.Forbidden, "GIVEN_BY_ITSELF", "Notice is given by itself before an agreement ends.")
	case s.status != active && s.status != suspended:
		return nil, nil
	case s.to.DaysSince(c.Today()) > c.Days || c.Today().After(s.to):
		return nil, domain.Refuse(domain.Conflict, "NOT_YET", "This agreement ends on %s.", s.to)
	}
	for _, n := range s.notices {
		if n.Ends == s.to && n.Days <= c.Days {
			return nil, nil
		}
	}
	return []Event{NoticeGiven{Days: c.Days, Ends: s.to}}, nil
}

// Expire records that the last day has passed.
type Expire struct{ domain.Request }

func (c Expire) Decide(s State) ([]Event, error) {
	switch {
	case s.status == none:
		return nil, notFound()
	case c.By.Role != domain.System:
		return nil, domain.Refuse(domain.Forbidden, "EXPIRES_BY_ITSELF", "An agreement expires by itself after its last day.")
	case s.status != active && s.status != suspended:
		return nil, nil
	case !c.Today().After(s.to):
		return nil, domain.Refuse(domain.Conflict, "NOT_YET", "This agreement is in force until %s.", s.to)
	}
	return []Event{Expired{}}, nil
}

// Terminate ends an agreement at once, with the reason both parties are told. Learners who
// have begun finish under its rules until the teach-out date, if there is one.
type Terminate struct {
	domain.Request
	Reason   string
	TeachOut domain.Date
}

func (c Terminate) Decide(s State) ([]Event, error) {
	switch {
	case s.status == none:
		return nil, notFound()
	case !runsProgrammes(c.By):
		return nil, notCoordinator("ends an agreement")
	case s.status == ended:
		return nil, overAlready()
	case domain.Written(c.Reason) == "":
		return nil, domain.Refuse(domain.Invalid, "REASON_MISSING", "Say why the agreement ends.").About("reason")
	case domain.TooLong(c.Reason):
		return nil, domain.Shorten("reason")
	case !c.TeachOut.IsZero() && c.TeachOut.Before(c.Today()):
		return nil, domain.Refuse(domain.Invalid, "IN_THE_PAST", "The teach-out would be over already. Give a later day, or none.").About("teachOut")
	case !c.TeachOut.IsZero() && s.status != active && s.status != suspended:
		return nil, domain.Refuse(domain.Conflict, "NOT_ACTIVE", "Nobody has begun under an agreement that was never in force: it needs no teach-out.").About("teachOut")
	}
	return []Event{Terminated{Reason: c.Reason, On: c.Today(), TeachOut: c.TeachOut}}, nil
}
