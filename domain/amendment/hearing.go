package amendment

import "github.com/guildhall-dev/guildhall/domain"

// HearingDays is how long a hearing may take. The law asks for a reasonable time (34 CFR
// 99.22(a)); this is as long as the answer before it may take.
const HearingDays = 45

// AskHearing challenges a refusal.
type AskHearing struct{ domain.Request }

func (c AskHearing) Decide(s State) ([]Event, error) {
	switch {
	case s.status == none:
		return nil, notFound()
	case c.By.Person == "" || c.By.Person != s.asked.Person:
		return nil, domain.Refuse(domain.Forbidden, "NOT_YOUR_RECORD", "The learner asks for the hearing.")
	case s.status == hearing:
		return nil, nil
	case s.heard:
		return nil, domain.Refuse(domain.Conflict, "ALREADY_HEARD", "A hearing was held about this request. You can leave a statement that stays with the record.")
	case s.status != refused:
		return nil, domain.Refuse(domain.Conflict, "NOT_REFUSED", "A hearing is about a request that was refused.")
	}
	return []Event{HearingAsked{DueOn: c.Today().AddDays(HearingDays)}}, nil
}

// NoticeDays is how long before a hearing the learner is told of it. The law asks for reasonable
// time (34 CFR 99.22(b)).
const NoticeDays = 7

// SetHearing tells the learner on which day, at what time and where the hearing is, or that it is
// at another. One that is late already is held within two weeks.
type SetHearing struct {
	domain.Request
	Notice HearingSet
}

func (c SetHearing) Decide(s State) ([]Event, error) {
	first, last := c.Today().AddDays(NoticeDays), s.due
	if first.After(last) {
		last = c.Today().AddDays(2 * NoticeDays)
	}
	switch n := c.Notice; {
	case s.status == none:
		return nil, notFound()
	case c.By.Role != domain.PrivacyOfficer:
		return nil, domain.Refuse(domain.Forbidden, "NOT_PRIVACY_OFFICER", "The privacy officer tells the learner when and where the hearing is.")
	case c.By.Person == s.asked.Person:
		return nil, domain.Refuse(domain.Forbidden, "OWN_RECORD", "Nobody decides on their own records.")
	case s.status != hearing:
		return nil, domain.Refuse(domain.Conflict, "NO_HEARING_ASKED", "No hearing is asked for that was not held.")
	case n == s.notice && !n.Day.IsZero():
		return nil, nil
	case n.Day.Before(first):
		return nil, domain.Refuse(domain.Invalid, "NOTICE_TOO_SHORT", "The learner is told at least %d days before the hearing. Choose %s or a later day.", NoticeDays, first).About("on")
	case n.Day.After(last):
		return nil, domain.Refuse(domain.Invalid, "HEARING_TOO_LATE", "The learner is to be heard by %s. Choose a day until then.", last).About("on")
	case n.Time < 0 || n.Time >= domain.Hours(24):
		return nil, domain.Refuse(domain.Invalid, "BAD_TIME", "Write times of the day from 00:00 to 23:59.").About("time")
	case n.Place == "":
		return nil, domain.Refuse(domain.Invalid, "PLACE_MISSING", "Say where the hearing is: a room, or how to take part from elsewhere.").About("place")
	}
	return []Event{c.Notice}, nil
}

// RecordHearing tells what came of a hearing, which takes effect on its day. Whoever held it has
// no direct interest in what comes of it (34 CFR 99.22(c)).
type RecordHearing struct {
	domain.Request
	HeldBy   domain.PersonID
	Accepted bool
	Reason   domain.Sealed
}

func (c RecordHearing) Decide(s State) ([]Event, error) {
	switch {
	case s.status == none:
		return nil, notFound()
	case c.By.Role != domain.PrivacyOfficer:
		return nil, domain.Refuse(domain.Forbidden, "NOT_PRIVACY_OFFICER", "The privacy officer records what came of a hearing.")
	case c.By.Person == s.asked.Person:
		return nil, domain.Refuse(domain.Forbidden, "OWN_RECORD", "Nobody decides on their own records.")
	case s.heard && c.Accepted == (s.status == accepted):
		return nil, nil
	case s.status != hearing:
		return nil, domain.Refuse(domain.Conflict, "NO_HEARING_ASKED", "No hearing is asked for that was not held.")
	case c.HeldBy == "":
		return nil, domain.Refuse(domain.Invalid, "HELD_BY_MISSING", "Name who held the hearing.").About("heldById")
	case c.HeldBy == s.asked.Person || c.HeldBy == s.by:
		return nil, domain.Refuse(domain.Forbidden, "HAS_AN_INTEREST", "A hearing is held by somebody whom it does not concern: neither the learner nor whoever refused the request. Name somebody else.").About("heldById")
	case c.Today().Before(s.due.AddDays(-HearingDays)):
		return nil, domain.Refuse(domain.Invalid, "BEFORE_ASKED", "A hearing is held after it was asked for. Correct the day.").About("on")
	case c.Today().Before(s.notice.Day):
		return nil, domain.Refuse(domain.Invalid, "BEFORE_NOTICE", "The learner was told of a hearing on %s. Hold it then, or tell them of another day in good time.", s.notice.Day).About("on")
	case c.Reason == "":
		return nil, domain.Refuse(domain.Invalid, "REASON_MISSING", "Sum up the evidence, and say why the record is corrected or stays: the learner reads it.").About("reason")
	}
	if err := c.Past(c.Today()); err != nil {
		return nil, err
	}
	return []Event{HearingHeld{HeldBy: c.HeldBy, Accepted: c.Accepted, Reason: c.Reason}}, nil
}
