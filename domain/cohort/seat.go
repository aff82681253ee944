package cohort

import "github.com/guildhall-dev/guildhall/domain"

var (
	notIn   = domain.Refuse(domain.NotFound, "NOT_AN_APPLICANT", "This person has not applied for a seat.").About("personId")
	ownSeat = domain.Refuse(domain.Forbidden, "OWN_SEAT", "Nobody decides about their own seat. Ask a colleague.")
	noOffer = domain.Refuse(domain.Conflict, "NO_OFFER", "No seat is held for you.")
)

// judged is where somebody stands about whose seat a colleague decides.
func (s State) judged(by domain.Actor, person domain.PersonID) (applicant, error) {
	who := s.of(person)
	if err := s.run(by); err != nil {
		return who, err
	}
	switch {
	case who.standing == stranger || who.standing == invited:
		return who, notIn
	case by.Person == person:
		return who, ownSeat
	}
	return who, nil
}

// happens refuses a day before the last that is on record for somebody, and one to come.
func (a applicant) happens(r domain.Request) error {
	if r.Today().Before(a.since) {
		return domain.Refuse(domain.Invalid, "BEFORE_IT_BEGAN", "That day is before %s, the last that is on record for this person.", a.since).About("on")
	}
	return r.Past(r.Today())
}

// Offer holds a seat for an applicant, or a place on the waiting list if every seat is
// taken or others wait already.
type Offer struct {
	domain.Request
	Person domain.PersonID
	Until  domain.Date
}

func (c Offer) Decide(s State) ([]Event, error) {
	who, err := s.judged(c.By, c.Person)
	switch {
	case err != nil:
		return nil, err
	case s.status == cancelled:
		return nil, isCancelled
	case who.standing == offered || who.standing == waiting:
		return nil, nil
	case who.standing != applied:
		return nil, domain.Refuse(domain.Conflict, "NOT_APPLYING", "This person does not wait for an offer. They can apply again after they declined or left.")
	case c.Until.Before(c.Today()):
		return nil, domain.Refuse(domain.Invalid, "IN_THE_PAST", "The last day to accept has passed already.").About("until")
	}
	if s.free() <= 0 || s.next() >= 0 {
		return []Event{Waitlisted{Person: c.Person, On: c.Today()}}, nil
	}
	return []Event{SeatOffered{Person: c.Person, Until: c.Until, On: c.Today()}}, nil
}

// next is the place of whoever waits longest, or -1.
func (s State) next() int {
	for i, a := range s.people {
		if a.standing == waiting {
			return i
		}
	}
	return -1
}

// MoveUp offers every free seat to whoever waits longest.
type MoveUp struct {
	domain.Request
	Until domain.Date
}

func (c MoveUp) Decide(s State) ([]Event, error) {
	switch {
	case c.By.Role != domain.System:
		return nil, domain.Refuse(domain.Forbidden, "MOVES_BY_ITSELF", "The waiting list moves by itself when a seat is free.")
	case s.status == none:
		return nil, errUnknown
	case s.status != open || c.Today().After(s.planned.To):
		return nil, nil
	}
	var out []Event
	for s.free() > 0 && s.next() >= 0 {
		e := SeatOffered{Person: s.people[s.next()].person, Until: c.Until, On: c.Today()}
		out = append(out, e)
		s = Evolve(s, e)
	}
	return out, nil
}

// Accept takes the seat that is held for the asker.
type Accept struct{ domain.Request }

func (c Accept) Decide(s State) ([]Event, error) {
	who := s.of(c.By.Person)
	switch {
	case s.status == none || c.By.Person == "":
		return nil, errUnknown
	case who.standing == accepted || who.standing == enrolled || who.standing == completed:
		return nil, nil
	case s.status == cancelled:
		return nil, isCancelled
	case who.standing != offered:
		return nil, noOffer
	case c.Today().After(who.until):
		return nil, domain.Refuse(domain.Conflict, "OFFER_LAPSED", "The seat was held for you until %s. You can apply again.", who.until)
	}
	if err := who.happens(c.Request); err != nil {
		return nil, err
	}
	return []Event{SeatAccepted{Person: c.By.Person, On: c.Today()}}, nil
}

// Decline gives back the seat that is held for the asker.
type Decline struct{ domain.Request }

func (c Decline) Decide(s State) ([]Event, error) {
	who := s.of(c.By.Person)
	switch {
	case s.status == none || c.By.Person == "":
		return nil, errUnknown
	case who.standing == declined:
		return nil, nil
	case who.standing != offered && who.standing != accepted:
		return nil, noOffer
	}
	return []Event{SeatDeclined{Person: c.By.Person, On: c.Today()}}, nil
}

// Lapse gives back a seat whose last day to accept has passed.
type Lapse struct {
	domain.Request
	Person domain.PersonID
}

func (c Lapse) Decide(s State) ([]Event, error) {
	who := s.of(c.Person)
	switch {
	case c.By.Role != domain.System:
		return nil, domain.Refuse(domain.Forbidden, "LAPSES_BY_ITSELF", "An offer lapses by itself after its last day.")
	case s.status == none:
		return nil, errUnknown
	case who.standing != offered:
		return nil, nil
	case !c.Today().After(who.until):
		return nil, domain.Refuse(domain.Conflict, "NOT_YET", "The seat is held until %s.", who.until)
	}
	return []Event{SeatDeclined{Person: c.Person, Lapsed: true, On: c.Today()}}, nil
}
