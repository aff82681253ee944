// Package survey decides what counts as somebody's answer to a survey: one for each
// instrument in each wave. A stream is named at random, as those of self-identification
// are, and its facts are recorded by Guildhall itself.
package survey

import "github.com/guildhall-dev/guildhall/domain"

// An Event is one fact about what somebody answers in one wave.
type Event interface {
	domain.Event
	survey()
}

// Events lists every event type, for the codec.
var Events = []domain.Event{Answered{}}

// Answered records the scores of one instrument, one for each item. Where the person
// works and learns is noted at once, so that nothing need ever be looked up by name.
type Answered struct {
	Instrument domain.InstrumentID `json:"instrument"`
	Moment     Moment              `json:"moment"`
	Scores     []int               `json:"scores"`
	On         domain.Date         `json:"on"`
	Program    domain.ProgramID    `json:"program,omitempty"`
	Site       domain.SiteID       `json:"site,omitempty"`
	Cohort     domain.CohortID     `json:"cohort,omitempty"`
}

// A Moment is when somebody is asked, seen from the programme they take part in.
type Moment string

const (
	Before Moment = "before"
	After  Moment = "after"
)

func (Answered) EventName() string { return "survey.answered" }

func (Answered) survey() {}
