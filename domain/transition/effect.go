package transition

import "github.com/guildhall-dev/guildhall/domain"

// Schedule sets another day for an approved move, its pay grade, or the vacancy it fills.
type Schedule struct {
	domain.Request
	Scheduled Scheduled
}

func (c Schedule) Decide(s State) ([]Event, error) {
	to := c.Scheduled
	switch {
	case s.over():
		return nil, notFound()
	case c.By.Role != domain.HR:
		return nil, domain.Refuse(domain.Forbidden, "NOT_HR", "Human resources schedules an approved move.")
	case s.concerns(c.By.Person):
		return nil, domain.Refuse(domain.Forbidden, "OWN_REQUEST", "Nobody schedules a move they asked for or that is their own.")
	case s.status == effective || s.status == confirmed:
		return nil, alreadyEffective()
	case s.status != approved && s.status != scheduled:
		return nil, domain.Refuse(domain.Conflict, "NOT_APPROVED", "A move is scheduled once every step has approved it.")
	case to.EffectiveOn.Before(c.Today()):
		return nil, domain.Refuse(domain.Invalid, "IN_THE_PAST", "The move cannot take effect before today.").About("effectiveOn")
	case to.EffectiveOn.After(c.Today().AddMonths(12)):
		return nil, domain.Refuse(domain.Invalid, "TOO_FAR_AHEAD", "Plan a move at most twelve months ahead.").About("effectiveOn")
	case domain.TooLong(to.PayGrade):
		return nil, domain.Shorten("payGrade")
	case s.status == scheduled && s.terms.EffectiveOn == to.EffectiveOn && (to.PayGrade == "" || to.PayGrade == s.terms.PayGrade) && (to.Position == "" || to.Position == s.position):
		return nil, nil
	}
	return []Event{to}, nil
}

// Defer puts the day off. The manager who lets the apprentice go may do so with a reason, up
// to a limit counted from the day that was asked for, and not otherwise hold up the move.
type Defer struct {
	domain.Request
	EffectiveOn domain.Date
	Reason      domain.Sealed
	Days        int // the limit
}

func (c Defer) Decide(s State) ([]Event, error) {
	switch {
	case s.over():
		return nil, notFound()
	case s.status == effective || s.status == confirmed:
		return nil, alreadyEffective()
	case s.status != submitted && s.status != approved && s.status != scheduled:
		return nil, s.notOpen()
	case s.concerns(c.By.Person):
		return nil, domain.Refuse(domain.Forbidden, "OWN_REQUEST", "Nobody puts off a move they asked for or that is their own.")
	case !s.releases(c.By, c.Today()):
		return nil, domain.Refuse(domain.Forbidden, "NOT_RELEASING", "Only the manager who lets the apprentice go puts the day off.")
	case s.deferred.By == c.By.Person && s.terms.EffectiveOn == c.EffectiveOn:
		return nil, nil
	case !c.EffectiveOn.After(s.terms.EffectiveOn):
		return nil, domain.Refuse(domain.Invalid, "NOT_LATER", "The move is planned for %s. Name a later day.", s.terms.EffectiveOn).About("effectiveOn")
	case c.EffectiveOn.After(s.askedFor.AddDays(c.Days)):
		return nil, domain.Refuse(domain.Invalid, "TOO_LATE", "The move was asked for on %s and can be put off for %d days at most, until %s.", s.askedFor, c.Days, s.askedFor.AddDays(c.Days)).About("effectiveOn")
	case c.Reason == "":
		return nil, domain.Refuse(domain.Invalid, "REASON_MISSING", "Say why. The apprentice and whoever asked are told.").About("reason")
	}
	return []Event{Deferred{By: c.By.Person, EffectiveOn: c.EffectiveOn, Reason: c.Reason}}, nil
}

// Rescind takes back an approved move before its day.
type Rescind struct {
	domain.Request
	Reason domain.Sealed
}

func (c Rescind) Decide(s State) ([]Event, error) {
	switch {
	case s.status == none:
		return nil, notFound()
	case c.By.Role != domain.HR && c.By.Role != domain.Coordinator:
		return nil, domain.Refuse(domain.Forbidden, "NOT_HR", "Human resources or a coordinator takes back an approved move.")
	case s.concerns(c.By.Person):
		return nil, domain.Refuse(domain.Forbidden, "OWN_REQUEST", "Who asked for a move, or makes it, withdraws it.")
	case s.status == rescinded:
		return nil, nil
	case s.status == effective || s.status == confirmed:
		return nil, alreadyEffective()
	case s.status != approved && s.status != scheduled:
		return nil, domain.Refuse(domain.Conflict, "NOT_APPROVED", "Only an approved move is taken back. Who decides it can decline it.")
	case c.Reason == "":
		return nil, domain.Refuse(domain.Invalid, "REASON_MISSING", "Say why. The apprentice and whoever asked are told.").About("reason")
	}
	return []Event{Rescinded{By: c.By.Person, Reason: c.Reason}}, nil
}

// MakeEffective lets a scheduled move take effect once its day has come.
type MakeEffective struct{ domain.Request }

func (c MakeEffective) Decide(s State) ([]Event, error) {
	switch {
	case s.over():
		return nil, notFound()
	case c.By.Role != domain.System && c.By.Role != domain.HR:
		return nil, domain.Refuse(domain.Forbidden, "NOT_HR", "A scheduled move takes effect by itself on its day.")
	case s.status == effective || s.status == confirmed:
		return nil, nil
	case s.status != scheduled:
		return nil, domain.Refuse(domain.Conflict, "NOT_APPROVED", "A move takes effect once it is approved and scheduled.")
	case c.Today().Before(s.terms.EffectiveOn):
		return nil, domain.Refuse(domain.Conflict, "NOT_YET", "This move takes effect on %s.", s.terms.EffectiveOn)
	}
	return []Event{MadeEffective{On: s.terms.EffectiveOn}}, nil
}

// Correct puts right on which day a move took effect, or under which pay grade.
type Correct struct {
	domain.Request
	Terms    Terms
	Approved domain.Date // the day of the last approval
	Reason   domain.Sealed
}

func (c Correct) Decide(s State) ([]Event, error) {
	to := c.Terms
	if to.PayGrade == "" {
		to.PayGrade = s.terms.PayGrade
	}
	switch {
	case s.status == none:
		return nil, notFound()
	case c.By.Role != domain.HR:
		return nil, domain.Refuse(domain.Forbidden, "NOT_HR", "Human resources puts right what is on record.")
	case s.concerns(c.By.Person):
		return nil, domain.Refuse(domain.Forbidden, "OWN_REQUEST", "Nobody puts right a move they asked for or that is their own.")
	case s.status != effective && s.status != confirmed:
		return nil, domain.Refuse(domain.Conflict, "NOT_EFFECTIVE", "This move has not taken effect. Schedule another day instead.")
	case to == s.terms:
		return nil, nil
	case to.EffectiveOn.IsZero() || to.EffectiveOn.Before(c.Approved):
		return nil, domain.Refuse(domain.Invalid, "BEFORE_APPROVAL", "No move takes effect before its last approval, on %s.", c.Approved).About("effectiveOn")
	case to.EffectiveOn.After(c.Today()):
		return nil, domain.Refuse(domain.Invalid, "IN_THE_FUTURE", "The move has taken effect: name the day on which it did.").About("effectiveOn")
	case domain.TooLong(to.PayGrade):
		return nil, domain.Shorten("payGrade")
	case c.Reason == "":
		return nil, domain.Refuse(domain.Invalid, "REASON_MISSING", "Say what was wrong. Both the old and the new entry stay on record.").About("reason")
	}
	return []Event{TermsCorrected{By: c.By.Person, Was: s.terms, Terms: to, Reason: c.Reason}}, nil
}

// Confirm records that the apprentice stays in the new role, once the time on trial is over.
type Confirm struct {
	domain.Request
	Manager   domain.PersonID // who leads the apprentice now
	TrialEnds domain.Date     // the last day on trial
}

func (c Confirm) Decide(s State) ([]Event, error) {
	switch {
	case s.over():
		return nil, notFound()
	case s.concerns(c.By.Person):
		return nil, domain.Refuse(domain.Forbidden, "OWN_REQUEST", "Nobody confirms a move they asked for or that is their own.")
	case c.By.Role != domain.HR && (c.By.Role != domain.Manager || c.By.Person != c.Manager):
		return nil, domain.Refuse(domain.Forbidden, "NOT_YOUR_TEAM", "The new manager confirms a move, or human resources.")
	case s.status == confirmed:
		return nil, nil
	case s.status != effective:
		return nil, domain.Refuse(domain.Conflict, "NOT_EFFECTIVE", "A move is confirmed after it has taken effect.")
	case !c.Today().After(c.TrialEnds):
		return nil, domain.Refuse(domain.Conflict, "ON_TRIAL", "The time on trial runs until %s.", c.TrialEnds)
	}
	return []Event{Confirmed{By: c.By.Person, On: c.Today()}}, nil
}
