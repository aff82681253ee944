// Package wave decides when people are asked the questions of a survey.
package wave

import (
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
)

// An Event is one fact about a wave.
type Event interface {
	domain.Event
	wave()
}

// Events lists every event type, for the codec.
var Events = []domain.Event{Opened{}, Closed{}}

// Opened records that people can answer.
type Opened struct {
	Title       string                `json:"title"`
	Moment      string                `json:"moment"` // before or after the programme
	Instruments []domain.InstrumentID `json:"instruments"`
	From        domain.Date           `json:"from"`
	To          domain.Date           `json:"to"` // the last day
}

// Closed ends the wave before its last day.
type Closed struct {
	On domain.Date `json:"on"`
}

func (Opened) EventName() string { return "wave.opened" }
func (Closed) EventName() string { return "wave.closed" }

func (Opened) wave() {}
func (Closed) wave() {}

// Stream is where the facts about a wave are kept.
func Stream(id domain.WaveID) domain.Stream { return domain.Stream("wave-" + id) }

// ID is the inverse of Stream.
func ID(s domain.Stream) (domain.WaveID, error) {
	id, err := s.Subject("wave")
	return domain.WaveID(id), err
}

// State is what deciding needs to know, and no more.
type State struct {
	opened Opened
	open   bool
	closed bool
}

// Evolve returns s after e. It only records; it never refuses.
func Evolve(s State, e Event) State {
	switch e := e.(type) {
	case Opened:
		s.opened, s.open = e, true
	case Closed:
		s.closed = true
	}
	return s
}

func runs(by domain.Actor) bool { return by.Role == domain.Coordinator || by.Role == domain.HR }

var notYours = domain.Refuse(domain.Forbidden, "NOT_COORDINATOR", "A coordinator or human resources runs a survey.")

// Open begins a wave.
type Open struct {
	domain.Request
	Opened Opened
}

func (c Open) Decide(s State) ([]Event, error) {
	o := c.Opened
	switch {
	case !runs(c.By):
		return nil, notYours
	case s.open && s.opened.Title == o.Title && s.opened.Moment == o.Moment && s.opened.From == o.From && s.opened.To == o.To && slices.Equal(s.opened.Instruments, o.Instruments):
		return nil, nil
	case s.open:
		return nil, domain.Refuse(domain.Conflict, "ALREADY_OPENED", "This wave exists already with other details.")
	case domain.Written(o.Title) == "":
		return nil, domain.Refuse(domain.Invalid, "TITLE_MISSING", "Give the wave a title.").About("title")
	case domain.TooLong(o.Title):
		return nil, domain.Shorten("title")
	case o.Moment != "before" && o.Moment != "after":
		return nil, domain.Refuse(domain.Invalid, "BAD_MOMENT", "People are asked before a programme or after it.").About("moment")
	case len(o.Instruments) == 0 || len(o.Instruments) > 20:
		return nil, domain.Refuse(domain.Invalid, "NO_INSTRUMENT", "Choose at least one questionnaire.").About("instruments")
	case o.From.IsZero():
		return nil, domain.Refuse(domain.Invalid, "FROM_MISSING", "Say from when people can answer.").About("from")
	case o.To.Before(o.From):
		return nil, domain.Refuse(domain.Invalid, "END_BEFORE_START", "The last day lies before the first.").About("to")
	}
	return []Event{o}, nil
}

// Close ends a wave.
type Close struct{ domain.Request }

func (c Close) Decide(s State) ([]Event, error) {
	switch {
	case !runs(c.By):
		return nil, notYours
	case !s.open:
		return nil, domain.Refuse(domain.NotFound, "NO_SUCH_WAVE", "There is no such survey.")
	case s.closed:
		return nil, nil
	}
	return []Event{Closed{On: c.Today()}}, nil
}
