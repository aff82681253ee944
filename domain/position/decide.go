package position

import (
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
)

// largest is how many like places one position has at most.
const largest = 500

func (s State) known() error {
	if s.opened.Headcount == 0 {
		return domain.Refuse(domain.NotFound, "NO_SUCH_POSITION", "There is no such position.").About("positionId")
	}
	return nil
}

// staffs refuses who may not fill places, and everybody their own.
func staffs(by domain.Actor, who domain.PersonID) error {
	switch {
	case by.Role != domain.HR && by.Role != domain.System:
		return domain.Refuse(domain.Forbidden, "NOT_HR", "Human resources opens, fills and closes positions.")
	case by.Person != "" && by.Person == who:
		return domain.Refuse(domain.Forbidden, "OWN_RECORD", "Nobody gives a place to themselves. Ask a colleague.")
	}
	return nil
}

// within refuses a day that nobody can mean.
func within(day, today domain.Date, field string) error {
	if day.IsZero() || day.After(today.AddMonths(12)) || day.Before(today.AddMonths(-600)) {
		return domain.Refuse(domain.Invalid, "BAD_DAY", "Give a day within the next twelve months or the last fifty years.").About(field)
	}
	return nil
}

func full() error {
	return domain.Refuse(domain.Conflict, "POSITION_FULL", "Every place of this position is held, or kept for somebody. Name another one.").About("positionId")
}

// Open records that there are places to fill.
type Open struct {
	domain.Request
	Opened Opened
}

func (c Open) Decide(s State) ([]Event, error) {
	if err := staffs(c.By, ""); err != nil {
		return nil, err
	}
	o := c.Opened
	switch {
	case s.opened == o:
		return nil, nil
	case s.opened.Headcount > 0:
		return nil, domain.Refuse(domain.Conflict, "ALREADY_OPENED", "This position is there already. Open another one.")
	case !domain.ValidID(o.Role):
		return nil, domain.Refuse(domain.Invalid, "BAD_ID", "Name the role by its id.").About("role")
	case !domain.ValidID(o.Site):
		return nil, domain.Refuse(domain.Invalid, "BAD_ID", "Name the site by its id.").About("siteId")
	case domain.Written(o.Title) == "":
		return nil, domain.Refuse(domain.Invalid, "TITLE_MISSING", "Give the job a title.").About("title")
	case domain.TooLong(o.Title):
		return nil, domain.Shorten("title")
	case domain.TooLong(o.PayGrade):
		return nil, domain.Shorten("payGrade")
	case o.Headcount < 1 || o.Headcount > largest:
		return nil, domain.Refuse(domain.Invalid, "BAD_HEADCOUNT", "A position has 1 to %d places.", largest).About("headcount")
	}
	if err := within(o.From, c.Today(), "from"); err != nil {
		return nil, err
	}
	return []Event{o}, nil
}

// Reserve keeps a place for somebody whose move is planned.
type Reserve struct {
	domain.Request
	Reserved Reserved
}

func (c Reserve) Decide(s State) ([]Event, error) {
	err := staffs(c.By, c.Reserved.For)
	if missing := s.known(); missing != nil {
		err = missing
	}
	_, holds := s.holds(c.Reserved.For)
	switch {
	case err != nil:
		return nil, err
	case holds || slices.Contains(s.reserved, c.Reserved.For):
		return nil, nil
	case s.closed:
		return nil, closed()
	case !s.free(c.Reserved.For):
		return nil, full()
	}
	return []Event{c.Reserved}, nil
}

func closed() error {
	return domain.Refuse(domain.Conflict, "POSITION_CLOSED", "Nobody is sought for this position any more. Name another one.").About("positionId")
}

// Release gives up a place that was kept.
type Release struct {
	domain.Request
	For domain.PersonID
}

func (c Release) Decide(s State) ([]Event, error) {
	switch err := staffs(c.By, ""); {
	case err != nil:
		return nil, err
	case !slices.Contains(s.reserved, c.For):
		return nil, nil
	}
	return []Event{Released{For: c.For}}, nil
}

// Fill records that somebody holds a place. Asked with another day, it corrects the day.
type Fill struct {
	domain.Request
	Filled Filled
}

func (c Fill) Decide(s State) ([]Event, error) {
	err := staffs(c.By, c.Filled.By)
	if missing := s.known(); missing != nil {
		err = missing
	}
	filled := c.Filled
	was, holds := s.holds(filled.By)
	switch {
	case err != nil:
		return nil, err
	case holds && was.On == filled.On:
		return nil, nil
	case !holds && slices.ContainsFunc(s.vacated, func(v Vacated) bool { return v.By == filled.By && !v.On.Before(filled.On) }):
		return nil, domain.Refuse(domain.Conflict, "ALREADY_VACATED", "This person has left the place again. Name a day after that.").About("on")
	case filled.On.Before(s.opened.From):
		return nil, domain.Refuse(domain.Invalid, "NOT_OPEN_YET", "The position is open from %s on.", s.opened.From).About("on")
	case s.closed && !holds && !slices.Contains(s.reserved, filled.By):
		return nil, closed()
	case !s.free(filled.By):
		return nil, full()
	}
	if err := within(filled.On, c.Today(), "on"); err != nil {
		return nil, err
	}
	if filled.Was = (domain.Date{}); holds {
		filled.Was = was.On
	}
	return []Event{filled}, nil
}

// Vacate records the last day on which somebody holds a place.
type Vacate struct {
	domain.Request
	Vacated Vacated
}

func (c Vacate) Decide(s State) ([]Event, error) {
	err := staffs(c.By, "")
	if missing := s.known(); missing != nil {
		err = missing
	}
	since, holds := s.holds(c.Vacated.By)
	switch {
	case err != nil:
		return nil, err
	case !holds && slices.Contains(s.vacated, c.Vacated):
		return nil, nil
	case !holds:
		return nil, domain.Refuse(domain.Conflict, "NOT_HELD", "This person holds no place here.").About("personId")
	case c.Vacated.On.Before(since.On.AddDays(-1)):
		return nil, domain.Refuse(domain.Invalid, "BAD_DATES", "They hold the place since %s.", since.On).About("on")
	}
	if err := within(c.Vacated.On, c.Today(), "on"); err != nil {
		return nil, err
	}
	return []Event{c.Vacated}, nil
}

// Close records that nobody is sought any more.
type Close struct{ domain.Request }

func (c Close) Decide(s State) ([]Event, error) {
	err := staffs(c.By, "")
	if missing := s.known(); missing != nil {
		err = missing
	}
	switch {
	case err != nil:
		return nil, err
	case s.closed:
		return nil, nil
	case len(s.reserved) > 0:
		return nil, domain.Refuse(domain.Conflict, "POSITION_PROMISED", "A place is kept for somebody whose move is planned. Rescind the move, or wait.")
	}
	return []Event{Closed{On: c.Today()}}, nil
}
