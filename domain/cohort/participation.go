package cohort

import "github.com/guildhall-dev/guildhall/domain"

// Enrol records that somebody who accepted takes part.
type Enrol struct {
	domain.Request
	Person domain.PersonID
}

func (c Enrol) Decide(s State) ([]Event, error) {
	who, err := s.judged(c.By, c.Person)
	switch {
	case err != nil:
		return nil, err
	case who.standing == enrolled || who.standing == completed:
		return nil, nil
	case s.status == cancelled:
		return nil, isCancelled
	case who.standing != accepted:
		return nil, domain.Refuse(domain.Conflict, "NOT_ACCEPTED", "Only who accepted a seat is enrolled.")
	}
	if err := who.happens(c.Request); err != nil {
		return nil, err
	}
	return []Event{Enrolled{Person: c.Person, On: c.Today()}}, nil
}

// Leave ends taking part, or an application.
type Leave struct {
	domain.Request
	Person domain.PersonID
	Reason domain.Sealed
}

func (c Leave) Decide(s State) ([]Event, error) {
	who := s.of(c.Person)
	switch {
	case c.By.Person != c.Person && !runs(c.By):
		return nil, notYours
	case s.status == none:
		return nil, errUnknown
	case who.standing == stranger:
		return nil, notIn
	case who.standing == left || who.standing == declined || who.standing == invited:
		return nil, nil
	case who.standing == completed:
		return nil, domain.Refuse(domain.Conflict, "OVER_ALREADY", "This person completed the cohort on %s.", who.since)
	}
	if err := who.happens(c.Request); err != nil {
		return nil, err
	}
	return []Event{Left{Person: c.Person, Reason: c.Reason, On: c.Today()}}, nil
}

// Complete records that somebody took part to the end.
type Complete struct {
	domain.Request
	Person domain.PersonID
}

func (c Complete) Decide(s State) ([]Event, error) {
	who, err := s.judged(c.By, c.Person)
	switch {
	case err != nil:
		return nil, err
	case who.standing == completed:
		return nil, nil
	case s.status == cancelled:
		return nil, isCancelled
	case who.standing != enrolled:
		return nil, domain.Refuse(domain.Conflict, "NOT_ENROLLED", "Only who is enrolled completes a cohort.")
	}
	if err := who.happens(c.Request); err != nil {
		return nil, err
	}
	return []Event{Completed{Person: c.Person, On: c.Today()}}, nil
}
