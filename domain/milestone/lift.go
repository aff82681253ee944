package milestone

import "github.com/guildhall-dev/guildhall/domain"

// Waive lets a milestone count without being attained.
type Waive struct {
	domain.Request
	Person    domain.PersonID
	Basis     Basis
	Reason    domain.Sealed
	Prior     bool // what was learned before the pathway can meet the requirement
	Mandatory bool // nobody does without it
}

func (c Waive) Decide(s State) ([]Event, error) {
	switch {
	case c.By.Person == c.Person:
		return nil, domain.Refuse(domain.Forbidden, "OWN_MILESTONE", "Nobody waives their own milestone.")
	case c.By.Role != domain.Coordinator:
		return nil, domain.Refuse(domain.Forbidden, "NOT_COORDINATOR", "A milestone is waived by a coordinator.")
	case s.status == waived:
		return nil, nil
	case s.status == attained:
		return nil, domain.Refuse(domain.Conflict, "ALREADY_ATTAINED", "This milestone is attained already.")
	case s.status == underReview:
		return nil, domain.Refuse(domain.Conflict, "EVIDENCE_WAITS", "There is evidence to assess. It is assessed first.")
	case c.Mandatory:
		return nil, domain.Refuse(domain.Conflict, "MANDATORY", "This is required of everybody and cannot be waived.")
	case c.Basis != PriorLearning && c.Basis != Equivalent && c.Basis != Accommodation:
		return nil, domain.Refuse(domain.Invalid, "BAD_BASIS", "A milestone is waived for prior learning, for an equivalent or as an accommodation.").About("basis")
	case c.Basis == PriorLearning && !c.Prior:
		return nil, domain.Refuse(domain.Invalid, "NOT_BY_PRIOR_LEARNING", "The pathway does not let prior learning meet this requirement.").About("basis")
	case c.Reason == "":
		return nil, domain.Refuse(domain.Invalid, "REASON_MISSING", "Say what it rests on.").About("reason")
	}
	return []Event{Waived{Person: c.Person, By: c.By.Person, On: c.Today(), Basis: c.Basis, Reason: c.Reason}}, nil
}

// Revoke takes back that a milestone is met. What was done for it counts no more.
type Revoke struct {
	domain.Request
	Reason domain.Sealed
	// Basis limits it to a milestone that was attained on just this, such as a credit that a
	// college took back.
	Basis domain.Stream
}

func (c Revoke) Decide(s State) ([]Event, error) {
	switch {
	case c.By.Role == domain.System && (s.status != attained || string(c.Basis) != s.basis):
		return nil, nil
	case c.By.Role == domain.System:
		return []Event{Revoked{Basis: s.basis}}, nil
	case s.status == none:
		return nil, domain.Refuse(domain.NotFound, "NO_SUCH_MILESTONE", "This milestone was not begun.")
	case c.By.Person == s.person:
		return nil, domain.Refuse(domain.Forbidden, "OWN_MILESTONE", "Nobody decides about their own milestone.")
	case c.By.Role != domain.Coordinator:
		return nil, domain.Refuse(domain.Forbidden, "NOT_COORDINATOR", "A milestone is revoked by a coordinator.")
	case s.status != attained && s.status != waived:
		return nil, domain.Refuse(domain.Conflict, "NOT_ATTAINED", "This milestone is not met, so there is nothing to take back.")
	case c.Reason == "":
		return nil, domain.Refuse(domain.Invalid, "REASON_MISSING", "Say why it does not count.").About("reason")
	}
	return []Event{Revoked{By: c.By.Person, Reason: c.Reason, Basis: s.basis}}, nil
}

// Expire ends what was valid until a day that has passed.
type Expire struct{ domain.Request }

func (c Expire) Decide(s State) ([]Event, error) {
	switch {
	case c.By.Role != domain.System:
		return nil, domain.Refuse(domain.Forbidden, "FOLLOWS_CALENDAR", "This follows from the calendar.")
	case s.status != attained || s.validUntil.IsZero() || !s.validUntil.Before(c.Today()):
		return nil, nil
	}
	return []Event{Expired{On: s.validUntil.AddDays(1)}}, nil
}
