// Package selfid decides when people are invited to say who they are, for equal opportunity,
// and keeps what they answer apart from everything else (29 CFR 30.11). A stream is named
// at random: nothing in it tells whose it is. Every fact is recorded by Guildhall itself,
// so that not even the log says who answered.
package selfid

import "github.com/guildhall-dev/guildhall/domain"

// An Event is one fact about what somebody answers.
type Event interface {
	domain.Event
	selfid()
}

// Events lists every event type, for the codec.
var Events = []domain.Event{Invited{}, Answered{}, Closed{}}

// An Occasion is why somebody is invited.
type Occasion string

const (
	Application Occasion = "application"
	BeforeStart Occasion = "before-start"
	Enrolled    Occasion = "enrolled" // once more, after the first day
	Reminder    Occasion = "reminder" // every year
)

// Invited records an invitation.
type Invited struct {
	Occasion Occasion    `json:"occasion"`
	On       domain.Date `json:"on"`
}

// Answered records the answers, in place of those before. They are sealed under a key that
// is nobody's own.
type Answered struct {
	Answers domain.Sealed `json:"answers"`
	On      domain.Date   `json:"on"`
}

// Closed records that whoever it is takes part no longer: they are not reminded any more.
type Closed struct {
	On domain.Date `json:"on"`
}

func (Invited) EventName() string  { return "selfid.invited" }
func (Answered) EventName() string { return "selfid.answered" }
func (Closed) EventName() string   { return "selfid.closed" }

func (Invited) selfid()  {}
func (Answered) selfid() {}
func (Closed) selfid()   {}
