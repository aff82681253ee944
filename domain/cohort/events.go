// Package cohort decides who gets a seat in an academy that the hospital runs together with
// a college: a group that learns from one day to another, with so many seats.
package cohort

import "github.com/guildhall-dev/guildhall/domain"

// An Event is one fact about a cohort.
type Event interface {
	domain.Event
	cohort()
}

// Events lists every event type, for the codec.
var Events = []domain.Event{
	Planned{}, SeatsChanged{}, Opened{}, Invited{}, Applied{}, SeatOffered{}, SeatAccepted{}, SeatDeclined{},
	Waitlisted{}, Enrolled{}, Left{}, Completed{}, Cancelled{},
}

// Planned records that a cohort is to be.
type Planned struct {
	Title     string             `json:"title"`
	Topic     string             `json:"topic,omitempty"`     // data, AI, cybersecurity
	Partner   domain.PartnerID   `json:"partner,omitempty"`   // the college; empty if the hospital runs it alone
	Agreement domain.AgreementID `json:"agreement,omitempty"` // under which it runs
	Program   domain.ProgramID   `json:"program,omitempty"`
	Site      domain.SiteID      `json:"site,omitempty"`
	Delivery  string             `json:"delivery"` // on-site, remote, low-bandwidth
	From      domain.Date        `json:"from"`
	To        domain.Date        `json:"to"` // the last day
	Seats     int                `json:"seats"`
}

// SeatsChanged records that there are more or fewer seats.
type SeatsChanged struct {
	Seats int         `json:"seats"`
	On    domain.Date `json:"on"`
}

// Opened records that people can apply.
type Opened struct {
	On domain.Date `json:"on"`
}

// Invited records that somebody was told of the cohort and asked to apply.
type Invited struct {
	Person domain.PersonID `json:"person"`
	On     domain.Date     `json:"on"`
}

// Applied records that somebody asks for a seat.
type Applied struct {
	Person domain.PersonID `json:"person"`
	On     domain.Date     `json:"on"`
}

// SeatOffered holds a seat for somebody until a day.
type SeatOffered struct {
	Person domain.PersonID `json:"person"`
	Until  domain.Date     `json:"until"` // the last day to accept
	On     domain.Date     `json:"on"`
}

// SeatAccepted records that somebody takes the seat.
type SeatAccepted struct {
	Person domain.PersonID `json:"person"`
	On     domain.Date     `json:"on"`
}

// SeatDeclined gives the seat back.
type SeatDeclined struct {
	Person domain.PersonID `json:"person"`
	Lapsed bool            `json:"lapsed,omitempty"` // the last day to accept has passed
	On     domain.Date     `json:"on"`
}

// Waitlisted records that somebody gets a seat once one is free, in the order of waiting.
type Waitlisted struct {
	Person domain.PersonID `json:"person"`
	On     domain.Date     `json:"on"`
}

// Enrolled records that somebody takes part.
type Enrolled struct {
	Person domain.PersonID `json:"person"`
	On     domain.Date     `json:"on"`
}

// Left records that somebody takes part no longer, or takes the application back.
type Left struct {
	Person domain.PersonID `json:"person"`
	Reason domain.Sealed   `json:"reason,omitempty"`
	On     domain.Date     `json:"on"`
}

// Completed records that somebody took part to the end.
type Completed struct {
	Person domain.PersonID `json:"person"`
	On     domain.Date     `json:"on"`
}

// Cancelled records that the cohort does not take place.
type Cancelled struct {
	Reason string      `json:"reason"`
	On     domain.Date `json:"on"`
}

func (Planned) EventName() string      { return "cohort.planned" }
func (SeatsChanged) EventName() string { return "cohort.seats_changed" }
func (Opened) EventName() string       { return "cohort.opened" }
func (Invited) EventName() string      { return "cohort.invited" }
func (Applied) EventName() string      { return "cohort.applied" }
func (SeatOffered) EventName() string  { return "cohort.seat_offered" }
func (SeatAccepted) EventName() string { return "cohort.seat_accepted" }
func (SeatDeclined) EventName() string { return "cohort.seat_declined" }
func (Waitlisted) EventName() string   { return "cohort.waitlisted" }
func (Enrolled) EventName() string     { return "cohort.enrolled" }
func (Left) EventName() string         { return "cohort.left" }
func (Completed) EventName() string    { return "cohort.completed" }
func (Cancelled) EventName() string    { return "cohort.cancelled" }

func (Planned) cohort()      {}
func (SeatsChanged) cohort() {}
func (Opened) cohort()       {}
func (Invited) cohort()      {}
func (Applied) cohort()      {}
func (SeatOffered) cohort()  {}
func (SeatAccepted) cohort() {}
func (SeatDeclined) cohort() {}
func (Waitlisted) cohort()   {}
func (Enrolled) cohort()     {}
func (Left) cohort()         {}
func (Completed) cohort()    {}
func (Cancelled) cohort()    {}
