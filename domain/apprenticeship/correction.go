package apprenticeship

import "github.com/guildhall-dev/guildhall/domain"

// StartDateCorrected says on which day it began, or begins, instead.
type StartDateCorrected struct {
	Was    domain.Date   `json:"was"`
	Is     domain.Date   `json:"is"`
	Reason domain.Sealed `json:"reason"`
}

// ExpectedEndChanged says until when it is expected to run instead.
type ExpectedEndChanged struct {
	Was    domain.Date   `json:"was"`
	Is     domain.Date   `json:"is"`
	Reason domain.Sealed `json:"reason"`
}

// RegistrationCorrected takes the place of the registration on record.
type RegistrationCorrected struct {
	Agency string        `json:"agency"`
	Number string        `json:"number"`
	On     domain.Date   `json:"on"`
	Reason domain.Sealed `json:"reason"`
}

// DateCorrected says on which day something happened instead.
type DateCorrected struct {
	Of     Day           `json:"of"`
	Was    domain.Date   `json:"was"`
	Is     domain.Date   `json:"is"`
	Reason domain.Sealed `json:"reason"`
}

// StageCorrected says on which day a role was taken up instead: that of its role transition was
// put right.
type StageCorrected struct {
	Role domain.RoleID `json:"role"`
	Was  domain.Date   `json:"was"`
	Is   domain.Date   `json:"is"`
}

// A Day is one in the life of an apprenticeship that can be corrected.
type Day string

const (
	EndOfProbation Day = "end-of-probation"
	Completion     Day = "completion"
	Cancellation   Day = "cancellation"
)

func (StartDateCorrected) EventName() string    { return "apprenticeship.start_date_corrected" }
func (ExpectedEndChanged) EventName() string    { return "apprenticeship.expected_end_changed" }
func (RegistrationCorrected) EventName() string { return "apprenticeship.registration_corrected" }
func (DateCorrected) EventName() string         { return "apprenticeship.date_corrected" }
func (StageCorrected) EventName() string        { return "apprenticeship.stage_corrected" }

func (StartDateCorrected) apprenticeship()    {}
func (ExpectedEndChanged) apprenticeship()    {}
func (RegistrationCorrected) apprenticeship() {}
func (DateCorrected) apprenticeship()         {}
func (StageCorrected) apprenticeship()        {}

// CorrectStart says on which day it began, or begins, instead.
type CorrectStart struct {
	domain.Request
	Start  domain.Date
	Reason domain.Sealed
	Worked Worked
}

func (c CorrectStart) Decide(s State) ([]Event, error) {
	if err := s.steered(c.By, "corrects the start"); err != nil {
		return nil, err
	}
	worked, hours := c.Worked.within(domain.Date{}, c.Start.AddDays(-1))
	switch {
	case c.Start == s.startOn:
		return nil, nil
	case c.Start.IsZero() || !near(c.Start, c.Today()):
		return nil, badStart(c.Start, "startOn")
	case c.Reason == "":
		return nil, reasonMissing()
	case s.life() >= probationary && (c.Start.After(recorded(c.Request)) || len(s.pauses) > 0 && !c.Start.Before(s.pauses[0].From) ||
		!s.passedOn.IsZero() && c.Start.After(s.passedOn) || s.moved(c.Start)) || !s.endOn.IsZero() && c.Start.After(s.endOn):
		return nil, domain.Refuse(domain.Invalid, "BAD_DAY", "It began before the end of probation, the first break, the first move to another role, its end, and today.").About("startOn")
	case hours:
		return nil, hoursThere(worked, "startOn")
	}
	return []Event{StartDateCorrected{Was: s.startOn, Is: c.Start, Reason: c.Reason}}, nil
}

// ChangeExpectedEnd says until when it is expected to run instead.
type ChangeExpectedEnd struct {
	domain.Request
	End    domain.Date
	Reason domain.Sealed
}

func (c ChangeExpectedEnd) Decide(s State) ([]Event, error) {
	if err := s.steered(c.By, "changes the expected end"); err != nil {
		return nil, err
	}
	set, err := s.rules()
	if err != nil {
		return nil, err
	}
	switch {
	case c.End == s.endOn:
		return nil, nil
	case c.Reason == "":
		return nil, reasonMissing()
	case c.End.Before(s.startOn.AddMonths(set.MinimumMonths)) || !near(c.End, c.Today()):
		return nil, domain.Refuse(domain.Invalid, "END_BEFORE_START", "It ends on or after %s, and within ten years.", s.startOn.AddMonths(set.MinimumMonths)).About("expectedEndOn")
	}
	return []Event{ExpectedEndChanged{Was: s.endOn, Is: c.End, Reason: c.Reason}}, nil
}

// CorrectRegistration takes the place of the registration on record.
type CorrectRegistration struct {
	domain.Request
	Agency, Number string
	Day            domain.Date // of the registration
	Reason         domain.Sealed
}

func (c CorrectRegistration) Decide(s State) ([]Event, error) {
	if err := s.steered(c.By, "corrects the registration"); err != nil {
		return nil, err
	}
	next := RegistrationCorrected{Agency: c.Agency, Number: c.Number, On: c.Day, Reason: s.register.Reason}
	switch {
	case s.life() < registered:
		return nil, domain.Refuse(domain.Conflict, "NOT_REGISTERED", "It is not registered yet.")
	case s.register == next:
		return nil, nil
	case c.Reason == "":
		return nil, reasonMissing()
	case c.Day.IsZero() || c.Day.After(recorded(c.Request)):
		return nil, stillToCome("on")
	}
	if err := registrable(c.Agency, c.Number); err != nil {
		return nil, err
	}
	next.Reason = c.Reason
	return []Event{next}, nil
}

// CorrectDate says on which day something happened instead. It can be said of what has ended.
type CorrectDate struct {
	domain.Request
	Of     Day
	Day    domain.Date
	Reason domain.Sealed
	Worked Worked
}

func (c CorrectDate) Decide(s State) ([]Event, error) {
	if s.status == none {
		return nil, notFound()
	}
	set, err := s.rules()
	if err != nil {
		return nil, err
	}
	was, there := s.ended, s.status == completed
	switch c.Of {
	case EndOfProbation:
		was, there = s.passedOn, !s.passedOn.IsZero()
	case Cancellation:
		there = s.status == cancelled
	case Completion:
	default:
		return nil, domain.Refuse(domain.Invalid, "BAD_DAY", "The end of probation, the completion or the cancellation has a day that can be corrected.").About("of")
	}
	last, bounded := s.probationEnds(set)
	worked, hours := c.Worked.within(c.Day.AddDays(1), domain.Date{})
	switch {
	case !runs(c.By, s.plan.Person):
		return nil, notCoordinator("corrects a day")
	case !there:
		return nil, domain.Refuse(domain.Conflict, "NOT_THERE", "That did not happen, so it has no day to correct.").About("of")
	case c.Day == was:
		return nil, nil
	case c.Reason == "":
		return nil, reasonMissing()
	case c.Day.Before(s.startOn) || c.Day.After(recorded(c.Request)):
		return nil, domain.Refuse(domain.Invalid, "BAD_DAY", "Name a day between the start, %s, and today.", s.startOn).About("day")
	case c.Of == EndOfProbation && bounded && c.Day.After(last):
		return nil, probationOver(last, "day")
	case c.Of == Completion && c.Day.Before(s.requestedOn):
		return nil, domain.Refuse(domain.Invalid, "BAD_DAY", "Completion was asked for on %s: it is certified no sooner.", s.requestedOn).About("day")
	case c.Of == Cancellation && s.inProbation(set, was) != s.inProbation(set, c.Day):
		return nil, domain.Refuse(domain.Conflict, "OTHER_RULES", "Other rules hold for a cancellation on that day. Take it back and record it anew.").About("day")
	case c.Of != EndOfProbation && hours:
		return nil, hoursThere(worked, "day")
	}
	return []Event{DateCorrected{Of: c.Of, Was: was, Is: c.Day, Reason: c.Reason}}, nil
}

// CorrectStage says on which day a role was taken up instead: what follows when the day of its
// role transition is put right. It can be said of what has ended.
type CorrectStage struct {
	domain.Request
	Role domain.RoleID
	Day  domain.Date
}

func (c CorrectStage) Decide(s State) ([]Event, error) {
	at := s.stage(c.Role)
	switch {
	case s.status == none:
		return nil, notFound()
	case c.By.Role != domain.System:
		return nil, domain.Refuse(domain.Forbidden, "FOLLOWS_TRANSITION", "When a role was taken up is put right with the day of its role transition.")
	case at < 1:
		return nil, domain.Refuse(domain.Conflict, "NOT_ENTERED", "No role transition brought this role.").About("role")
	case c.Day == s.stages[at].from:
		return nil, nil
	case c.Day.Before(s.startOn):
		return nil, domain.Refuse(domain.Invalid, "BAD_DAY", "The apprenticeship began on %s: no role follows sooner.", s.startOn).About("day")
	}
	return []Event{StageCorrected{Role: c.Role, Was: s.stages[at].from, Is: c.Day}}, nil
}
