package selfid

import "github.com/guildhall-dev/guildhall/domain"

var byItself = domain.Refuse(domain.Forbidden, "KEPT_APART", "Guildhall keeps self-identification by itself, so that nobody is named in it.")

// Invite asks somebody to answer: once on each occasion, and as a reminder a year after the
// last invitation.
type Invite struct {
	domain.Request
	Occasion Occasion
}

func (c Invite) Decide(s State) ([]Event, error) {
	_, before := s.invited[c.Occasion]
	switch {
	case c.By.Role != domain.System:
		return nil, byItself
	case c.Occasion != Application && c.Occasion != BeforeStart && c.Occasion != Enrolled && c.Occasion != Reminder:
		return nil, domain.Refuse(domain.Invalid, "BAD_OCCASION", "There is no occasion %q.", c.Occasion)
	case c.Occasion != Reminder && before:
		return nil, nil
	case c.Occasion == Reminder && (s.closed || s.last.IsZero() || c.Today().Before(s.last.AddMonths(12))):
		return nil, nil
	}
	return []Event{Invited{Occasion: c.Occasion, On: c.Today()}}, nil
}

// Answer keeps what somebody says, in place of what they said before. They need not have
// been invited, and may change their mind at any time.
type Answer struct {
	domain.Request
	Answers domain.Sealed
}

func (c Answer) Decide(s State) ([]Event, error) {
	switch {
	case c.By.Role != domain.System:
		return nil, byItself
	case c.Answers == "":
		return nil, domain.Refuse(domain.Invalid, "ANSWERS_MISSING", "Answer at least one question, or choose not to say.").About("answers")
	case c.Answers == s.answers:
		return nil, nil
	}
	return []Event{Answered{Answers: c.Answers, On: c.Today()}}, nil
}

// Close ends the reminders.
type Close struct{ domain.Request }

func (c Close) Decide(s State) ([]Event, error) {
	switch {
	case c.By.Role != domain.System:
		return nil, byItself
	case s.closed || s.last.IsZero():
		return nil, nil
	}
	return []Event{Closed{On: c.Today()}}, nil
}
