// Package filing decides how an agency is told of a change in an apprenticeship: it is due,
// prepared, submitted, and accepted or rejected, 29 CFR 29.3(d), (e).
package filing

import "github.com/guildhall-dev/guildhall/domain"

// An Event is one fact about a filing.
type Event interface {
	domain.Event
	filing()
}

// Events lists every event type, for the codec.
var Events = []domain.Event{Due{}, Prepared{}, Submitted{}, Accepted{}, Rejected{}}

// Due records that the agency has to be told of something, and until when.
type Due struct {
	Apprenticeship domain.ApprenticeshipID `json:"apprenticeship"`
	Program        domain.ProgramID        `json:"program"`
	Agency         string                  `json:"agency"`
	Cause          string                  `json:"cause"`      // what happened, as apprenticeship.Change names it
	OccurredOn     domain.Date             `json:"occurredOn"` // effective date
	DueOn          domain.Date             `json:"dueOn"`      // the last day
}

// Prepared records that what is sent is written, and what it was.
type Prepared struct {
	Digest string        `json:"digest"` // SHA-256 of it
	On     domain.Date   `json:"on"`
	Form   domain.Sealed `json:"form,omitempty"` // it, under the apprentice's key; empty in what was written before it was kept
}

// Submitted records that it was sent.
type Submitted struct {
	Reference string      `json:"reference"` // of the agency's receipt
	On        domain.Date `json:"on"`
}

// Accepted records that the agency took it on its books.
type Accepted struct {
	On domain.Date `json:"on"`
}

// Rejected records what the agency found wrong.
type Rejected struct {
	Errors domain.Sealed `json:"errors"`
	On     domain.Date   `json:"on"`
}

func (Due) EventName() string       { return "filing.due" }
func (Prepared) EventName() string  { return "filing.prepared" }
func (Submitted) EventName() string { return "filing.submitted" }
func (Accepted) EventName() string  { return "filing.accepted" }
func (Rejected) EventName() string  { return "filing.rejected" }

func (Due) filing()       {}
func (Prepared) filing()  {}
func (Submitted) filing() {}
func (Accepted) filing()  {}
func (Rejected) filing()  {}
