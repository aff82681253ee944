package cohort

import (
	"github.com/guildhall-dev/guildhall/domain"
)

// Limits of one cohort.
const (
	MaxSeats   = 1000
	MaxPeople  = 5000 // who were ever invited or applied
	MaxInvited = 500  // at a time
)

var (
	errUnknown = domain.Refuse(domain.NotFound, "NO_SUCH_COHORT", "There is no such cohort.")
	notYours   = domain.Refuse(domain.Forbidden, "NOT_COORDINATOR", "A coordinator or human resources runs a cohort.")
	notIn      = domain.Refuse(domain.NotFound, "NOT_AN_APPLICANT", "This person has not applied for a seat.").About("personId")
	ownSeat    = domain.Refuse(domain.Forbidden, "OWN_SEAT", "Nobody decides about their own seat. Ask a colleague.")
	noSeat     = domain.Refuse(domain.Conflict, "NO_SEAT", "Every seat is taken. Who waits longest gets the next one that is free.")
)

func runs(by domain.Actor) bool { return by.Role == domain.Coordinator || by.Role == domain.HR }

// Plan adds a cohort.
type Plan struct {
	domain.Request
	Planned Planned
}

func (c Plan) Decide(s State) ([]Event, error) {
	p := c.Planned
	same := s.planned
	same.Seats = p.Seats
	switch {
	case !runs(c.By):
		return nil, notYours
	case s.status != none && same == p:
		return nil, nil
	case s.status != none:
		return nil, domain.Refuse(domain.Conflict, "ALREADY_PLANNED", "This cohort exists already with other details.")
	case domain.Written(p.Title) == "":
		return nil, domain.Refuse(domain.Invalid, "TITLE_MISSING", "Give the cohort a title.").About("title")
	case domain.TooLong(p.Title):
		return nil, domain.Shorten("title")
	case p.Delivery != "on-site" && p.Delivery != "remote" && p.Delivery != "low-bandwidth":
		return nil, domain.Refuse(domain.Invalid, "BAD_DELIVERY", "A cohort meets on site, remote, or remote on a slow line.").About("delivery")
	case p.From.IsZero():
		return nil, domain.Refuse(domain.Invalid, "FROM_MISSING", "Say on which day the cohort begins.").About("from")
	case p.To.Before(p.From):
		return nil, domain.Refuse(domain.Invalid, "END_BEFORE_START", "The last day lies before the first.").About("to")
	}
	if err := number(p.Seats); err != nil {
		return nil, err
	}
	return []Event{p}, nil
}

// ChangeSeats says how many seats there are now.
type ChangeSeats struct {
	domain.Request
	Seats int
}

func (c ChangeSeats) Decide(s State) ([]Event, error) {
	taken := s.planned.Seats - s.free()
	switch {
	case !runs(c.By):
		return nil, notYours
	case s.status == none:
		return nil, errUnknown
	case s.planned.Seats == c.Seats:
		return nil, nil
	case s.status == cancelled:
		return nil, isCancelled
	case c.Seats < taken:
		return nil, domain.Refuse(domain.Conflict, "SEATS_TAKEN", "%d seats are offered or taken. There cannot be fewer.", taken).About("seats")
	}
	if err := number(c.Seats); err != nil {
		return nil, err
	}
	return []Event{SeatsChanged{Seats: c.Seats, On: c.Today()}}, nil
}

// Open lets people apply.
type Open struct{ domain.Request }

func (c Open) Decide(s State) ([]Event, error) {
	switch {
	case !runs(c.By):
		return nil, notYours
	case s.status == none:
		return nil, errUnknown
	case s.status == open:
		return nil, nil
	case s.status == cancelled:
		return nil, isCancelled
	}
	return []Event{Opened{On: c.Today()}}, nil
}

// Invite tells people of the cohort and asks them to apply. Who was invited or applied
// before is passed over.
type Invite struct {
	domain.Request
	People []domain.PersonID
}

func (c Invite) Decide(s State) ([]Event, error) {
	switch {
	case !runs(c.By):
		return nil, notYours
	case s.status == none:
		return nil, errUnknown
	case s.status == cancelled:
		return nil, isCancelled
	case len(c.People) == 0 || len(c.People) > MaxInvited:
		return nil, domain.Refuse(domain.Invalid, "BAD_INVITATION", "Invite 1 to %d people at a time.", MaxInvited).About("personIds")
	case len(s.people)+len(c.People) > MaxPeople:
		return nil, tooMany
	}
	if err := c.Past(c.Today()); err != nil {
		return nil, err
	}
	var out []Event
	for _, p := range c.People {
		if s.of(p).standing == stranger {
			e := Invited{Person: p, On: c.Today()}
			out = append(out, e)
			s = Evolve(s, e)
		}
	}
	return out, nil
}

// Apply asks for a seat. Somebody who declined or left may ask again.
type Apply struct {
	domain.Request
	Person domain.PersonID
}

func (c Apply) Decide(s State) ([]Event, error) {
	now := s.of(c.Person).standing
	switch {
	case c.By.Person != c.Person && !runs(c.By):
		return nil, domain.Refuse(domain.Forbidden, "NOT_YOUR_SEAT", "People apply for themselves, or a coordinator does for them.")
	case s.status == none:
		return nil, errUnknown
	case now != stranger && now != invited && now != declined && now != left:
		return nil, nil
	case s.status != open:
		return nil, domain.Refuse(domain.Conflict, "NOT_OPEN", "Nobody can apply to this cohort at the moment.")
	case c.Today().After(s.planned.To):
		return nil, domain.Refuse(domain.Conflict, "OVER_ALREADY", "This cohort ended on %s.", s.planned.To)
	case now == stranger && len(s.people) >= MaxPeople:
		return nil, tooMany
	}
	if err := c.Past(c.Today()); err != nil {
		return nil, err
	}
	return []Event{Applied{Person: c.Person, On: c.Today()}}, nil
}

// Offer holds a seat for an applicant, or a place on the waiting list if every seat is
// taken or others wait already.
type Offer struct {
	domain.Request
	Person domain.PersonID
	Until  domain.Date
}

func (c Offer) Decide(s State) ([]Event, error) {
	who := s.of(c.Person)
	switch {
	case !runs(c.By):
		return nil, notYours
	case s.status == none:
		return nil, errUnknown
	case who.standing == stranger || who.standing == invited:
		return nil, notIn
	case c.By.Person == c.Person:
		return nil, ownSeat
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
	case c.Today().Before(who.since):
		return nil, before(who.since)
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

// Enrol records that somebody who accepted takes part.
type Enrol struct {
	domain.Request
	Person domain.PersonID
}

func (c Enrol) Decide(s State) ([]Event, error) {
	who := s.of(c.Person)
	switch {
	case !runs(c.By):
		return nil, notYours
	case s.status == none:
		return nil, errUnknown
	case who.standing == enrolled || who.standing == completed:
		return nil, nil
	case who.standing == stranger:
		return nil, notIn
	case c.By.Person == c.Person:
		return nil, ownSeat
	case s.status == cancelled:
		return nil, isCancelled
	case who.standing != accepted:
		return nil, domain.Refuse(domain.Conflict, "NOT_ACCEPTED", "Only who accepted a seat is enrolled.")
	case c.Today().Before(who.since):
		return nil, before(who.since)
	}
	if err := c.Past(c.Today()); err != nil {
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
	case c.Today().Before(who.since):
		return nil, before(who.since)
	}
	if err := c.Past(c.Today()); err != nil {
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
	who := s.of(c.Person)
	switch {
	case !runs(c.By):
		return nil, notYours
	case s.status == none:
		return nil, errUnknown
	case who.standing == completed:
		return nil, nil
	case who.standing == stranger:
		return nil, notIn
	case c.By.Person == c.Person:
		return nil, ownSeat
	case s.status == cancelled:
		return nil, isCancelled
	case who.standing != enrolled:
		return nil, domain.Refuse(domain.Conflict, "NOT_ENROLLED", "Only who is enrolled completes a cohort.")
	case c.Today().Before(who.since):
		return nil, before(who.since)
	}
	if err := c.Past(c.Today()); err != nil {
		return nil, err
	}
	return []Event{Completed{Person: c.Person, On: c.Today()}}, nil
}

// Cancel ends a cohort before its time.
type Cancel struct {
	domain.Request
	Reason string
}

func (c Cancel) Decide(s State) ([]Event, error) {
	switch {
	case !runs(c.By):
		return nil, notYours
	case s.status == none:
		return nil, errUnknown
	case s.status == cancelled:
		return nil, nil
	case domain.Written(c.Reason) == "":
		return nil, domain.Refuse(domain.Invalid, "REASON_MISSING", "Say why the cohort does not take place.").About("reason")
	case domain.TooLong(c.Reason):
		return nil, domain.Shorten("reason")
	}
	return []Event{Cancelled{Reason: c.Reason, On: c.Today()}}, nil
}

var (
	tooMany     = domain.Refuse(domain.Conflict, "TOO_MANY_APPLICANTS", "%d people were invited or applied. Plan another cohort.", MaxPeople)
	isCancelled = domain.Refuse(domain.Conflict, "CANCELLED", "This cohort was cancelled.")
	noOffer     = domain.Refuse(domain.Conflict, "NO_OFFER", "No seat is held for you.")
)

func before(d domain.Date) error {
	return domain.Refuse(domain.Invalid, "BEFORE_IT_BEGAN", "That day is before %s, the last that is on record for this person.", d).About("on")
}

func number(seats int) error {
	if seats < 1 || seats > MaxSeats {
		return domain.Refuse(domain.Invalid, "BAD_SEATS", "A cohort has 1 to %d seats.", MaxSeats).About("seats")
	}
	return nil
}
