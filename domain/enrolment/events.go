// Package enrolment decides what is on record of a learner in one section of an institution:
// that they are enrolled, withdrew, came to the end, and with which result.
package enrolment

import (
	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/rules"
)

// An Event is one fact about an enrolment.
type Event interface {
	domain.Event
	enrolment()
}

// Events lists every event type, for the codec.
var Events = []domain.Event{Enrolled{}, Changed{}, Withdrawn{}, Returned{}, Closed{}, ResultRecorded{}, ResultCorrected{}, Voided{}}

// A Section is what a learner is enrolled in, in the institution's own words.
type Section struct {
	Partner domain.PartnerID `json:"partner"`
	ID      string           `json:"id"` // the institution's
	Code    string           `json:"code,omitempty"`
	Title   string           `json:"title,omitempty"`
	Term    Term             `json:"term,omitzero"`
}

// A Term is the time in which a section is taught.
type Term struct {
	ID    string      `json:"id,omitempty"` // the institution's
	Title string      `json:"title,omitempty"`
	From  domain.Date `json:"from,omitzero"`
	To    domain.Date `json:"to,omitzero"` // the last day
}

// A Result is how a learner did. Points are in hundredths of one.
type Result struct {
	Grade  rules.Grade `json:"grade,omitempty"`
	Points int         `json:"points,omitempty"`
	Of     int         `json:"of,omitempty"`    // the best there is; 0 where it was not said
	Final  bool        `json:"final,omitempty"` // everything that counts was graded
	On     domain.Date `json:"on,omitzero"`
}

// Passed reports whether r is final and its grade is one to pass with. Points alone do not
// tell: how many of them suffice is the institution's to say.
func (r Result) Passed() bool { return r.Final && r.Grade.AtLeast("") }

// Enrolled records that a learner is taught in a section.
type Enrolled struct {
	Apprenticeship domain.ApprenticeshipID `json:"apprenticeship"`
	Person         domain.PersonID         `json:"person"`
	Section        Section                 `json:"section"`
	On             domain.Date             `json:"on"` // the first day
}

// Changed records that the institution describes the section otherwise.
type Changed struct {
	Section Section `json:"section"`
}

// Withdrawn records that the learner left before the end.
type Withdrawn struct {
	On     domain.Date `json:"on"`
	Absent bool        `json:"absent,omitempty"` // a list that was to be complete does not have them
}

// Returned records that the learner is taught in the section again.
type Returned struct {
	On domain.Date `json:"on"`
}

// Closed records that the section is over for the learner. It is not a pass.
type Closed struct {
	On domain.Date `json:"on"`
}

// ResultRecorded records how the learner did, so far or finally.
type ResultRecorded struct {
	Result Result `json:"result"`
}

// ResultCorrected puts another result in the place of a final one.
type ResultCorrected struct {
	Was Result `json:"was"`
	Now Result `json:"now"`
}

// Voided records that the enrolment was another person's: all that was recorded of it is
// not the learner's.
type Voided struct{}

func (Enrolled) EventName() string        { return "enrolment.enrolled" }
func (Changed) EventName() string         { return "enrolment.changed" }
func (Withdrawn) EventName() string       { return "enrolment.withdrawn" }
func (Returned) EventName() string        { return "enrolment.returned" }
func (Closed) EventName() string          { return "enrolment.closed" }
func (ResultRecorded) EventName() string  { return "enrolment.result_recorded" }
func (ResultCorrected) EventName() string { return "enrolment.result_corrected" }
func (Voided) EventName() string          { return "enrolment.voided" }

func (Enrolled) enrolment()        {}
func (Changed) enrolment()         {}
func (Withdrawn) enrolment()       {}
func (Returned) enrolment()        {}
func (Closed) enrolment()          {}
func (ResultRecorded) enrolment()  {}
func (ResultCorrected) enrolment() {}
func (Voided) enrolment()          {}
