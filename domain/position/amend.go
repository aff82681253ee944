package position

import "github.com/guildhall-dev/guildhall/domain"

// Amended puts right what a position is called, how it is paid and how many places it has.
type Amended struct {
	Title     string `json:"title"`
	PayGrade  string `json:"payGrade,omitempty"`
	Headcount int    `json:"headcount"`
}

func (Amended) EventName() string { return "position.amended" }
func (Amended) position()         {}

// Amend changes a position that is open. Another role or another site is another position.
type Amend struct {
	domain.Request
	Amended Amended
}

func (c Amend) Decide(s State) ([]Event, error) {
	err := staffs(c.By, "")
	if missing := s.known(); missing != nil {
		err = missing
	}
	a := c.Amended
	switch {
	case err != nil:
		return nil, err
	case a == Amended{s.opened.Title, s.opened.PayGrade, s.opened.Headcount}:
		return nil, nil
	case s.closed:
		return nil, closed()
	case domain.Written(a.Title) == "":
		return nil, domain.Refuse(domain.Invalid, "TITLE_MISSING", "Give the job a title.").About("title")
	case domain.TooLong(a.Title):
		return nil, domain.Shorten("title")
	case domain.TooLong(a.PayGrade):
		return nil, domain.Shorten("payGrade")
	case a.Headcount < 1 || a.Headcount > largest:
		return nil, domain.Refuse(domain.Invalid, "BAD_HEADCOUNT", "A position has 1 to %d places.", largest).About("headcount")
	case a.Headcount < len(s.holders)+len(s.reserved):
		return nil, domain.Refuse(domain.Conflict, "PLACES_IN_USE", "%d places are held or kept for somebody. Leave at least as many.", len(s.holders)+len(s.reserved)).About("headcount")
	}
	return []Event{a}, nil
}
