// Package timesheet decides how the hours of one apprentice in one week are logged,
// handed in and signed off. Only signed-off minutes count.
package timesheet

import "github.com/guildhall-dev/guildhall/domain"

// An Event is one fact about a week of hours.
type Event interface {
	domain.Event
	timesheet()
}

// Events lists every event type, for the codec.
var Events = []domain.Event{
	Opened{}, HoursLogged{}, HoursAmended{}, Submitted{}, HandedOver{}, Approved{}, Returned{}, Reopened{}, ApprovedHoursCorrected{},
}

// Opened begins the record of a week.
type Opened struct {
	Apprenticeship domain.ApprenticeshipID `json:"apprenticeship"`
	Person         domain.PersonID         `json:"person"`
	Week           domain.Week             `json:"week"`
}

// HoursLogged records time spent on one thing on one day.
type HoursLogged struct {
	Entry   domain.EntryID `json:"entry"`
	Date    domain.Date    `json:"date"`
	Kind    Kind           `json:"kind"`
	SpentOn string         `json:"spentOn"` // a work process or a course of the standard
	Minutes domain.Minutes `json:"minutes"`
	Site    domain.SiteID  `json:"site,omitempty"`
	Basis   Basis          `json:"basis,omitempty"`
	Pay     Pay            `json:"pay,omitempty"`
}

// HoursAmended replaces the minutes of an entry; zero removes it.
type HoursAmended struct {
	Entry   domain.EntryID `json:"entry"`
	Minutes domain.Minutes `json:"minutes"`
	Pay     Pay            `json:"pay,omitempty"` // empty leaves it as it was
}

// Submitted hands the week to the supervisor.
type Submitted struct {
	To domain.PersonID `json:"to"`
}

// HandedOver gives a week that waits to somebody else to sign off, because its holder is away.
type HandedOver struct {
	By domain.PersonID `json:"by"`
	To domain.PersonID `json:"to"`
}

// Approved signs the week off.
type Approved struct {
	Approver    domain.PersonID `json:"approver"`
	OnTheJob    domain.Minutes  `json:"onTheJob"`
	Instruction domain.Minutes  `json:"instruction"`
}

// Returned sends the week back to the apprentice.
type Returned struct {
	By     domain.PersonID `json:"by"`
	Reason domain.Sealed   `json:"reason"`
}

// Reopened takes the signature back: the week is with the apprentice, and counts once it is
// signed off again.
type Reopened struct {
	By     domain.PersonID `json:"by"`
	Reason domain.Sealed   `json:"reason"`
}

// ApprovedHoursCorrected puts an entry right that was signed off. The week stays so; what the
// entry was before stays on record with what it is now.
type ApprovedHoursCorrected struct {
	By     domain.PersonID `json:"by"`
	Entry  domain.EntryID  `json:"entry"`
	Was    domain.Minutes  `json:"was"`
	Delta  domain.Minutes  `json:"delta"` // Was and Delta add up to what counts now
	Reason domain.Sealed   `json:"reason"`
}

func (Opened) EventName() string                 { return "timesheet.opened" }
func (HoursLogged) EventName() string            { return "timesheet.hours_logged" }
func (HoursAmended) EventName() string           { return "timesheet.hours_amended" }
func (Submitted) EventName() string              { return "timesheet.submitted" }
func (HandedOver) EventName() string             { return "timesheet.handed_over" }
func (Approved) EventName() string               { return "timesheet.approved" }
func (Returned) EventName() string               { return "timesheet.returned" }
func (Reopened) EventName() string               { return "timesheet.reopened" }
func (ApprovedHoursCorrected) EventName() string { return "timesheet.approved_hours_corrected" }

func (Opened) timesheet()                 {}
func (HoursLogged) timesheet()            {}
func (HoursAmended) timesheet()           {}
func (Submitted) timesheet()              {}
func (HandedOver) timesheet()             {}
func (Approved) timesheet()               {}
func (Returned) timesheet()               {}
func (Reopened) timesheet()               {}
func (ApprovedHoursCorrected) timesheet() {}
