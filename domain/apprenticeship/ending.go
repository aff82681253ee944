package apprenticeship

import (
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
)

// A Pause is a break. No hours count in it.
type Pause struct {
	From domain.Date `json:"from"`
	To   domain.Date `json:"to,omitzero"` // the last day; zero while it goes on
}

// On reports whether a day is in the pause.
func (p Pause) On(day domain.Date) bool {
	return !day.Before(p.From) && (p.To.IsZero() || !day.After(p.To))
}

// Suspended records a break in learning.
type Suspended struct {
	Reason         domain.Sealed `json:"reason"`
	ExpectedReturn domain.Date   `json:"expectedReturn,omitzero"`
	On             domain.Date   `json:"on"` // the first day without
}

// Reinstated ends a break.
type Reinstated struct {
	On domain.Date `json:"on"` // the first day back
}

// PauseCorrected takes the place of the days of a break.
type PauseCorrected struct {
	No     int           `json:"no"` // from 1
	From   domain.Date   `json:"from"`
	To     domain.Date   `json:"to,omitzero"` // the last day; zero while it goes on
	Reason domain.Sealed `json:"reason"`
}

// Cancelled ends an apprenticeship before its aim.
type Cancelled struct {
	By          Party         `json:"by"`
	Cause       domain.Sealed `json:"cause,omitempty"`
	NoticeOn    domain.Date   `json:"noticeOn,omitzero"`  // the apprentice was told in writing, 29 CFR 29.7(h)
	CorrectBy   domain.Date   `json:"correctBy,omitzero"` // the last day on which the cause could be corrected
	InProbation bool          `json:"inProbation"`
	On          domain.Date   `json:"on"` // the last day
}

// CancellationReversed takes a cancellation back, as if it had not been.
type CancellationReversed struct {
	Reason domain.Sealed `json:"reason"`
	On     domain.Date   `json:"on"`
}

func (Suspended) EventName() string            { return "apprenticeship.suspended" }
func (Reinstated) EventName() string           { return "apprenticeship.reinstated" }
func (PauseCorrected) EventName() string       { return "apprenticeship.pause_corrected" }
func (Cancelled) EventName() string            { return "apprenticeship.cancelled" }
func (CancellationReversed) EventName() string { return "apprenticeship.cancellation_reversed" }

func (Suspended) apprenticeship()            {}
func (Reinstated) apprenticeship()           {}
func (PauseCorrected) apprenticeship()       {}
func (Cancelled) apprenticeship()            {}
func (CancellationReversed) apprenticeship() {}

// Worked are the days on which hours are on record, in order.
type Worked []domain.Date

// within returns a day of w from one day to another; a zero to is open.
func (w Worked) within(from, to domain.Date) (domain.Date, bool) {
	for _, d := range w {
		if !d.Before(from) && (to.IsZero() || !d.After(to)) {
			return d, true
		}
	}
	return domain.Date{}, false
}

func hoursThere(day domain.Date, field string) error {
	return domain.Refuse(domain.Conflict, "HOURS_ON_RECORD", "Hours are on record for %s. Correct them first, or choose other days.", day).About(field)
}

// Suspend begins a break in learning.
type Suspend struct {
	domain.Request
	Reason         domain.Sealed
	ExpectedReturn domain.Date
	Worked         Worked
}

func (c Suspend) Decide(s State) ([]Event, error) {
	if err := s.steered(c.By, "suspends an apprenticeship"); err != nil {
		return nil, err
	}
	set, err := s.rules()
	if err != nil {
		return nil, err
	}
	worked, hours := c.Worked.within(c.Today(), domain.Date{})
	switch {
	case s.status == suspended:
		return nil, domain.Refuse(domain.Conflict, "SUSPENDED", "This apprenticeship is suspended already, since %s.", s.pauses[len(s.pauses)-1].From)
	case s.status < probationary:
		return nil, notBegun()
	case s.status > atGateway:
		return nil, domain.Refuse(domain.Conflict, "COMPLETION_REQUESTED", "Completion was asked for. Send that back first.")
	case c.Reason == "":
		return nil, reasonMissing()
	case c.ExpectedReturn.IsZero() && set.BreakNeedsReturn:
		return nil, domain.Refuse(domain.Invalid, "RETURN_MISSING", "Name the day on which the apprentice is expected back.").About("expectedReturn")
	case !c.ExpectedReturn.IsZero() && (!c.ExpectedReturn.After(c.Today()) || !near(c.ExpectedReturn, c.Today())):
		return nil, domain.Refuse(domain.Invalid, "BAD_DAY", "The return is after the break begins.").About("expectedReturn")
	case c.Today().Before(s.startOn) || slices.ContainsFunc(s.pauses, func(p Pause) bool { return !p.To.Before(c.Today()) }):
		return nil, domain.Refuse(domain.Invalid, "BAD_DAY", "A break begins after the start and after the break before it.").About("on")
	case c.Today().After(s.latest(c.Request)):
		return nil, stillToCome("on")
	case hours:
		return nil, hoursThere(worked, "on")
	}
	return []Event{Suspended{Reason: c.Reason, ExpectedReturn: c.ExpectedReturn, On: c.Today()}}, nil
}

// Reinstate ends a break.
type Reinstate struct{ domain.Request }

func (c Reinstate) Decide(s State) ([]Event, error) {
	if err := s.steered(c.By, "reinstates an apprenticeship"); err != nil {
		return nil, err
	}
	switch {
	case s.status != suspended:
		return nil, domain.Refuse(domain.Conflict, "NOT_SUSPENDED", "This apprenticeship is not suspended.")
	case !c.Today().After(s.pauses[len(s.pauses)-1].From):
		return nil, domain.Refuse(domain.Invalid, "BAD_DAY", "The break began on %s: the first day back is later.", s.pauses[len(s.pauses)-1].From).About("on")
	case c.Today().After(s.latest(c.Request)):
		return nil, stillToCome("on")
	}
	return []Event{Reinstated{On: c.Today()}}, nil
}

// CorrectPause takes the place of the days of a break, the open one or an earlier one.
type CorrectPause struct {
	domain.Request
	No       int
	From, To domain.Date
	Reason   domain.Sealed
	Worked   Worked
}

func (c CorrectPause) Decide(s State) ([]Event, error) {
	if err := s.steered(c.By, "corrects a break"); err != nil {
		return nil, err
	}
	if c.No < 1 || c.No > len(s.pauses) {
		return nil, domain.Refuse(domain.NotFound, "NO_SUCH_BREAK", "There was no such break.").About("no")
	}
	worked, hours := c.Worked.within(c.From, c.To)
	was := s.pauses[c.No-1]
	switch {
	case was == Pause{c.From, c.To}:
		return nil, nil
	case c.Reason == "":
		return nil, reasonMissing()
	case was.To.IsZero() != c.To.IsZero():
		return nil, domain.Refuse(domain.Invalid, "BAD_DAY", "A break that goes on has no last day, and one that is over has one.").About("to")
	case c.From.Before(s.startOn) || !c.To.IsZero() && c.To.Before(c.From) || max(c.From.DaysSince(s.latest(c.Request)), c.To.DaysSince(s.latest(c.Request))) > 0:
		return nil, domain.Refuse(domain.Invalid, "BAD_DAY", "A break lies between the start, %s, and today, and ends after it begins.", s.startOn).About("from")
	case c.No > 1 && !s.pauses[c.No-2].To.Before(c.From), c.No < len(s.pauses) && !c.To.Before(s.pauses[c.No].From):
		return nil, domain.Refuse(domain.Invalid, "BAD_DAY", "Breaks do not overlap.").About("from")
	case hours:
		return nil, hoursThere(worked, "from")
	}
	return []Event{PauseCorrected{No: c.No, From: c.From, To: c.To, Reason: c.Reason}}, nil
}

// Cancel ends an apprenticeship before its aim. The apprentice may at any time. The sponsor
// may in probation, and after it for a cause, with a notice and time to correct it.
type Cancel struct {
	domain.Request
	Party               Party
	Cause               domain.Sealed
	NoticeOn, CorrectBy domain.Date
	Worked              Worked
}

func (c Cancel) Decide(s State) ([]Event, error) {
	if s.status == none {
		return nil, notFound()
	}
	set, err := s.rules()
	if err != nil {
		return nil, err
	}
	free := s.inProbation(set, c.Today()) || c.Party == ByApprentice || !set.CauseAfterProbation
	worked, hours := c.Worked.within(c.Today().AddDays(1), domain.Date{})
	switch {
	case s.over():
		return nil, s.ending()
	case c.Party != ByApprentice && c.Party != BySponsor:
		return nil, domain.Refuse(domain.Invalid, "BAD_PARTY", "The apprentice or the sponsor cancels.").About("party")
	case !(c.Party == ByApprentice && c.By.Person == s.plan.Person) && !runs(c.By, s.plan.Person):
		return nil, notCoordinator("records a cancellation")
	case c.Today().Before(s.startOn) && s.life() >= probationary || c.Today().After(s.latest(c.Request)):
		return nil, domain.Refuse(domain.Invalid, "BAD_DAY", "An apprenticeship ends between its start and today.").About("on")
	case c.Today().Before(s.requestedOn) && s.status == completionPending:
		return nil, domain.Refuse(domain.Invalid, "BAD_DAY", "Completion was asked for on %s: it ends no sooner.", s.requestedOn).About("on")
	case s.status == suspended && c.Today().Before(s.pauses[len(s.pauses)-1].From):
		return nil, domain.Refuse(domain.Invalid, "BAD_DAY", "It was suspended after that day: it ends no sooner.").About("on")
	case !free && c.Cause == "":
		return nil, domain.Refuse(domain.Invalid, "CAUSE_MISSING", "After probation a sponsor cancels for a cause (29 CFR 29.7(h)). Name it.").About("cause")
	case !free && (c.NoticeOn.IsZero() || c.NoticeOn.Before(s.startOn)):
		return nil, domain.Refuse(domain.Invalid, "NOTICE_MISSING", "Say on which day the apprentice was told in writing.").About("noticeOn")
	case !free && (c.CorrectBy.Before(c.NoticeOn.AddDays(set.CorrectionDays)) || c.Today().Before(c.CorrectBy)):
		return nil, domain.Refuse(domain.Invalid, "NO_TIME_TO_CORRECT", "The apprentice has at least %d days after the notice to correct the cause, and the apprenticeship ends no sooner.", set.CorrectionDays).About("correctBy")
	case hours:
		return nil, hoursThere(worked, "on")
	}
	e := Cancelled{By: c.Party, Cause: c.Cause, InProbation: s.inProbation(set, c.Today()), On: c.Today()}
	if !free {
		e.NoticeOn, e.CorrectBy = c.NoticeOn, c.CorrectBy
	}
	return []Event{e}, nil
}

// ReverseCancellation takes a cancellation back, within the time the rules leave.
type ReverseCancellation struct {
	domain.Request
	Reason domain.Sealed
}

func (c ReverseCancellation) Decide(s State) ([]Event, error) {
	if s.status == none {
		return nil, notFound()
	}
	set, err := s.rules()
	if err != nil {
		return nil, err
	}
	switch {
	case !runs(c.By, s.plan.Person):
		return nil, notCoordinator("takes a cancellation back")
	case s.status != cancelled:
		return nil, domain.Refuse(domain.Conflict, "NOT_CANCELLED", "This apprenticeship is not cancelled.")
	case c.Reason == "":
		return nil, reasonMissing()
	case recorded(c.Request).After(s.ended.AddDays(set.ReversalDays)):
		return nil, domain.Refuse(domain.Conflict, "TOO_LATE_TO_REVERSE", "A cancellation can be taken back for %d days: until %s. Draft a new apprenticeship, and grant credit for this one.", set.ReversalDays, s.ended.AddDays(set.ReversalDays))
	}
	return []Event{CancellationReversed{Reason: c.Reason, On: c.Today()}}, nil
}
