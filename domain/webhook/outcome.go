package webhook

import "github.com/guildhall-dev/guildhall/domain"

// Fail records that the first attempt to deliver a notice failed, or the one that somebody
// asked for. Of a webhook that was paused meanwhile it is of no interest: nothing is tried again.
type Fail struct {
	domain.Request
	Position int64
	Why      Failure
}

func (c Fail) Decide(s State) ([]Event, error) {
	due, err := sent(s, c.Request, c.Position)
	switch {
	case err != nil || !due || s.idle() || s.failing != 0 && !s.resend:
		return nil, err
	case !c.Why.valid():
		return nil, badFailure
	}
	return []Event{Failed{Position: c.Position, Why: c.Why}}, nil
}

// Deliver records that a notice arrived, unless it is one of many of a day and none had failed
// before it.
type Deliver struct {
	domain.Request
	Position int64
}

func (c Deliver) Decide(s State) ([]Event, error) {
	due, err := sent(s, c.Request, c.Position)
	if err != nil || !due || s.failing == 0 && !s.resend && !s.dead && !s.delivered.Before(c.Today()) {
		return nil, err
	}
	return []Event{Delivered{Position: c.Position, On: c.Today()}}, nil
}

// GiveUp records that a notice is not tried any more.
type GiveUp struct {
	domain.Request
	Position int64
	Why      Failure
}

func (c GiveUp) Decide(s State) ([]Event, error) {
	_, err := sent(s, c.Request, c.Position)
	switch {
	case err != nil || s.failing != c.Position:
		return nil, err
	case !c.Why.valid():
		return nil, badFailure
	}
	return []Event{GivenUp{Position: c.Position, Why: c.Why}}, nil
}

// Leave records that the address answered that it is there no more.
type Leave struct{ domain.Request }

func (c Leave) Decide(s State) ([]Event, error) {
	_, err := sent(s, c.Request, 1)
	if err != nil || s.removed || s.idle() {
		return nil, err
	}
	return []Event{Gone{}}, nil
}

// sent reports whether what became of a notice is of interest still. Only Guildhall itself
// sends notices.
func sent(s State, r domain.Request, position int64) (due bool, err error) {
	switch {
	case !s.added:
		return false, errUnknown
	case r.By.Role != domain.System:
		return false, domain.Refuse(domain.Forbidden, "RECORDED_BY_ITSELF", "Guildhall records what becomes of the notices that it sends.")
	case position == 0:
		return false, domain.Refuse(domain.Invalid, "BAD_POSITION", "A notice tells of news up to a position.")
	}
	return !s.removed && (position > s.through || s.resend || position == s.failing), nil
}
