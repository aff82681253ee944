// Package position decides which jobs there are to fill, at which site, and who fills them.
//
// A position is a number of like places in one role at one site. A place is kept for somebody
// whose move to it is planned, so that it is not promised twice.
package position

import "github.com/guildhall-dev/guildhall/domain"

// An Event is one fact about a position.
type Event interface {
	domain.Event
	position()
}

// Events lists every event type, for the codec.
var Events = []domain.Event{Opened{}, Amended{}, Reserved{}, Released{}, Filled{}, Vacated{}, Closed{}}

// Opened records that there are places to fill.
type Opened struct {
	Role      domain.RoleID `json:"role"`
	Title     string        `json:"title"`
	Site      domain.SiteID `json:"site"`
	PayGrade  string        `json:"payGrade,omitempty"`
	Headcount int           `json:"headcount"` // places
	From      domain.Date   `json:"from"`
}

// Reserved records that a place is kept for somebody.
type Reserved struct {
	For  domain.PersonID `json:"for"`
	Move domain.Stream   `json:"move,omitempty"` // the role transition that is planned
}

// Released records that it is kept no more.
type Released struct {
	For domain.PersonID `json:"for"`
}

// Filled records that somebody holds a place from a day on.
type Filled struct {
	By       domain.PersonID `json:"by"`
	On       domain.Date     `json:"on"`
	Internal bool            `json:"internal,omitempty"` // they worked here before
	Move     domain.Stream   `json:"move,omitempty"`     // the role transition that brought them
	Was      domain.Date     `json:"was,omitzero"`       // the day that was written down before, where this corrects it
}

// Vacated records the last day on which somebody held a place.
type Vacated struct {
	By domain.PersonID `json:"by"`
	On domain.Date     `json:"on"`
}

// Closed records that nobody is sought any more. Who holds a place keeps it.
type Closed struct {
	On domain.Date `json:"on"`
}

func (Opened) EventName() string   { return "position.opened" }
func (Reserved) EventName() string { return "position.reserved" }
func (Released) EventName() string { return "position.released" }
func (Filled) EventName() string   { return "position.filled" }
func (Vacated) EventName() string  { return "position.vacated" }
func (Closed) EventName() string   { return "position.closed" }

func (Opened) position()   {}
func (Reserved) position() {}
func (Released) position() {}
func (Filled) position()   {}
func (Vacated) position()  {}
func (Closed) position()   {}
