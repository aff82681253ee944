// Package fetch decides what is on record of how far an institution has read what is kept for it,
// so that whoever works with it sees when it falls behind. It is on record a few times a day,
// however often something is read.
package fetch

import "github.com/guildhall-dev/guildhall/domain"

// An Event is one fact about what an institution fetched.
type Event interface {
	domain.Event
	fetch()
}

// Events lists every event type, for the codec.
var Events = []domain.Event{Read{}, Exported{}}

// Read records that the institution read its feed: the first time on a day, and the first time on
// a day that nothing was left.
type Read struct {
	Through int64       `json:"through"` // position of the last change that it read
	All     bool        `json:"all,omitempty"`
	On      domain.Date `json:"on"`
}

// Exported records that the institution took all that it may see as files, once a day.
type Exported struct {
	Through int64       `json:"through"`
	On      domain.Date `json:"on"`
}

func (Read) EventName() string     { return "fetch.read" }
func (Exported) EventName() string { return "fetch.exported" }

func (Read) fetch()     {}
func (Exported) fetch() {}

// Stream is where it is kept what an institution fetched.
func Stream(p domain.PartnerID) domain.Stream { return domain.Stream("fetch-" + string(p)) }

// ID is the inverse of Stream.
func ID(s domain.Stream) (domain.PartnerID, error) {
	id, err := s.Subject("fetch")
	return domain.PartnerID(id), err
}

// State is what deciding needs to know, and no more.
type State struct {
	read, exported domain.Date
	all            bool // that was read on that day
}

// Evolve returns s after e. It only records; it never refuses.
func Evolve(s State, e Event) State {
	switch e := e.(type) {
	case Read:
		s.read, s.all = e.On, e.All
	case Exported:
		s.exported = e.On
	}
	return s
}

// Note says that the institution read its feed through a position, and whether that is all.
type Note struct {
	domain.Request
	Partner domain.PartnerID
	Through int64
	All     bool
}

func (c Note) Decide(s State) ([]Event, error) {
	switch today := c.Today(); {
	case c.By.Partner != c.Partner || c.Partner == "":
		return nil, notItself
	case today.Before(s.read), today == s.read && (s.all || !c.All):
		return nil, nil
	default:
		return []Event{Read{Through: c.Through, All: c.All, On: today}}, nil
	}
}

// Export says that the institution took everything as files.
type Export struct {
	domain.Request
	Partner domain.PartnerID
	Through int64
}

func (c Export) Decide(s State) ([]Event, error) {
	switch today := c.Today(); {
	case c.By.Partner != c.Partner || c.Partner == "":
		return nil, notItself
	case !today.After(s.exported):
		return nil, nil
	default:
		return []Event{Exported{Through: c.Through, On: today}}, nil
	}
}

var notItself = domain.Refuse(domain.Forbidden, "NOT_YOUR_FEED", "An institution reads what is kept for it, and nobody in its place.")
