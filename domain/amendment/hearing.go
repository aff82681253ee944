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
	case c.Reason == "":
		return nil, domain.Refuse(domain.Invalid, "REASON_MISSING", "Sum up the evidence, and say why the record is corrected or stays: the learner reads it.").About("reason")
	}
	if err := c.Past(c.Today()); err != nil {
		return nil, err
	}
	return []Event{HearingHeld{HeldBy: c.HeldBy, Accepted: c.Accepted, Reason: c.Reason}}, nil
}
