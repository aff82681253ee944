package timesheet

import "github.com/guildhall-dev/guildhall/domain"

// HandOver gives a week that waits to another manager, because its holder is away.
type HandOver struct {
	domain.Request
	To      domain.PersonID
	Manager bool // To signs off hours here
}

func (c HandOver) Decide(s State) ([]Event, error) {
	if s.status == awaiting && s.holder == c.To {
		return nil, nil
	}
	switch err := decidable(s, c.By); {
	case err != nil:
		return nil, err
	case c.To == s.person:
		return nil, domain.Refuse(domain.Invalid, "OWN_HOURS", "Nobody signs off their own hours. Name somebody else.").About("to")
	case !c.Manager:
		return nil, domain.Refuse(domain.Invalid, "NOT_A_MANAGER", "Hours are signed off by a manager. Name one.").About("to")
	}
	return []Event{HandedOver{By: c.By.Person, To: c.To}}, nil
}

// Approve signs the week off, in the name of the supervisor or of a coordinator who stands in.
type Approve struct {
	domain.Request
	Terms Terms
}

func (c Approve) Decide(s State) ([]Event, error) {
	if err := decidable(s, c.By); err != nil {
		return nil, err
	}
	if err := c.Terms.check(s.entries); err != nil {
		return nil, err
	}
	return []Event{Approved{Approver: c.By.Person, OnTheJob: s.total(OnTheJob), Instruction: s.total(RelatedInstruction)}}, nil
}

// Return sends the week back with the reason the apprentice is told.
type Return struct {
	domain.Request
	Reason domain.Sealed
}

func (c Return) Decide(s State) ([]Event, error) {
	if err := decidable(s, c.By); err != nil {
		return nil, err
	}
	if c.Reason == "" {
		return nil, domain.Refuse(domain.Invalid, "REASON_MISSING", "Say what has to be changed.").About("reason")
	}
	return []Event{Returned{By: c.By.Person, Reason: c.Reason}}, nil
}

// Reopen takes the signature on a week back, so that the apprentice can put it right and hand
// it in again.
type Reopen struct {
	domain.Request
	Reason domain.Sealed
	Closed bool // the apprenticeship has ended, or its completion is asked for
}

func (c Reopen) Decide(s State) ([]Event, error) {
	switch err := signed(s, c.By); {
	case err != nil:
		return nil, err
	case c.Closed:
		return nil, domain.Refuse(domain.Conflict, "RECORD_CLOSED", "This apprenticeship is over or about to be. Correct the entry that is wrong instead.")
	case c.Reason == "":
		return nil, domain.Refuse(domain.Invalid, "REASON_MISSING", "Say what has to be changed.").About("reason")
	}
	return []Event{Reopened{By: c.By.Person, Reason: c.Reason}}, nil
}

// Correct puts one entry of a week right that was signed off, without opening the week.
type Correct struct {
	domain.Request
	Entry   domain.EntryID
	Minutes domain.Minutes // what is right
	Reason  domain.Sealed
	Terms   Terms
}

func (c Correct) Decide(s State) ([]Event, error) {
	if err := signed(s, c.By); err != nil {
		return nil, err
	}
	was, known := s.entries[c.Entry]
	switch {
	case !known:
		return nil, domain.Refuse(domain.NotFound, "NO_SUCH_ENTRY", "There is no such entry in this week. Open the week again to add one.").About("entry")
	case c.Minutes < 0:
		return nil, domain.Refuse(domain.Invalid, "NEGATIVE_HOURS", "Hours are not negative. Write what is right, not the difference.").About("minutes")
	case c.Minutes == was.Minutes:
		return nil, nil
	case c.Reason == "":
		return nil, domain.Refuse(domain.Invalid, "REASON_MISSING", "Say why it was wrong.").About("reason")
	}
	now := was
	now.Minutes = c.Minutes
	if c.Minutes > was.Minutes {
		if err := c.Terms.counts(was.Date); err != nil {
			return nil, err
		}
		if err := c.Terms.limits(s.entries, s.with(c.Entry, now).entries); err != nil {
			return nil, err
		}
	}
	return []Event{ApprovedHoursCorrected{By: c.By.Person, Entry: c.Entry, Was: was.Minutes, Delta: c.Minutes - was.Minutes, Reason: c.Reason}}, nil
}

func decidable(s State, by domain.Actor) error {
	if err := signs(s, by, s.status != open); err != nil {
		return err
	}
	switch s.status {
	case signedOff:
		return domain.Refuse(domain.Conflict, "ALREADY_APPROVED", "These hours are signed off already.")
	case sentBack:
		return domain.Refuse(domain.Conflict, "ALREADY_RETURNED", "These hours were sent back. They can be signed off once they are handed in again.")
	case open:
		return domain.Refuse(domain.Conflict, "NOT_SUBMITTED", "These hours were not handed in yet.")
	}
	return nil
}

func signed(s State, by domain.Actor) error {
	if err := signs(s, by, s.status == signedOff); err != nil {
		return err
	}
	if s.status != signedOff {
		return domain.Refuse(domain.Conflict, "NOT_APPROVED", "These hours are not signed off. Send them back, or let them be changed before they are handed in.")
	}
	return nil
}

// signs reports why somebody may not sign off hours, or nil. Where they are held by somebody,
// no other manager may.
func signs(s State, by domain.Actor, held bool) error {
	switch {
	case s.status == none:
		return domain.Refuse(domain.NotFound, "NO_SUCH_TIMESHEET", "No hours were logged for that week.")
	case by.Person == s.person:
		return domain.Refuse(domain.Forbidden, "OWN_HOURS", "Nobody signs off their own hours.")
	case by.Role != domain.Manager && by.Role != domain.Coordinator:
		return domain.Refuse(domain.Forbidden, "NOT_SUPERVISOR", "Hours are signed off by the apprentice's manager.")
	case held && by.Role == domain.Manager && by.Person != s.holder:
		return domain.Refuse(domain.Forbidden, "NOT_SUPERVISOR", "These hours are with another manager.")
	}
	return nil
}
