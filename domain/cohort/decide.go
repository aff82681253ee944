package cohort

import "github.com/guildhall-dev/guildhall/domain"

// Limits of one cohort.
const (
	MaxSeats   = 1000
	MaxPeople  = 5000 // who were ever invited or applied
	MaxInvited = 500  // at a time
)

var (
	errUnknown  = domain.Refuse(domain.NotFound, "NO_SUCH_COHORT", "There is no such cohort.")
	notYours    = domain.Refuse(domain.Forbidden, "NOT_COORDINATOR", "A coordinator or human resources runs a cohort.")
	isCancelled = domain.Refuse(domain.Conflict, "CANCELLED", "This cohort was cancelled.")
	tooMany     = domain.Refuse(domain.Conflict, "TOO_MANY_APPLICANTS", "%d people were invited or applied. Plan another cohort.", MaxPeople)
)

func runs(by domain.Actor) bool { return by.Role == domain.Coordinator || by.Role == domain.HR }

// run refuses to steer a cohort: to whoever does not run it, and where there is none.
func (s State) run(by domain.Actor) error {
	switch {
	case !runs(by):
		return notYours
	case s.status == none:
		return errUnknown
	}
	return nil
}

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
	if err := s.run(c.By); err != nil {
		return nil, err
	}
	taken := s.planned.Seats - s.free()
	switch {
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

func number(seats int) error {
	if seats < 1 || seats > MaxSeats {
		return domain.Refuse(domain.Invalid, "BAD_SEATS", "A cohort has 1 to %d seats.", MaxSeats).About("seats")
	}
	return nil
}

// Open lets people apply.
type Open struct{ domain.Request }

func (c Open) Decide(s State) ([]Event, error) {
	if err := s.run(c.By); err != nil || s.status == open {
		return nil, err
	}
	if s.status == cancelled {
		return nil, isCancelled
	}
	return []Event{Opened{On: c.Today()}}, nil
}

// Cancel ends a cohort before its time.
type Cancel struct {
	domain.Request
	Reason string
}

func (c Cancel) Decide(s State) ([]Event, error) {
	if err := s.run(c.By); err != nil || s.status == cancelled {
		return nil, err
	}
	switch {
	case domain.Written(c.Reason) == "":
		return nil, domain.Refuse(domain.Invalid, "REASON_MISSING", "Say why the cohort does not take place.").About("reason")
	case domain.TooLong(c.Reason):
		return nil, domain.Shorten("reason")
	}
	return []Event{Cancelled{Reason: c.Reason, On: c.Today()}}, nil
}
