package standard

import (
	"github.com/guildhall-dev/guildhall/domain"
)

// An Event is one fact about an occupation standard.
type Event interface {
	domain.Event
	standard()
}

// Events lists every event type, for the codec.
var Events = []domain.Event{Drafted{}, WorkProcessDefined{}, InstructionDefined{}, WageScheduleDefined{}, Published{}}

// Drafted opens a version. What follows, up to Published, belongs to it and nothing of
// an earlier version carries over.
type Drafted struct {
	Version int `json:"version"` // from 1
	Header
}

// WorkProcessDefined adds a work process to the open version, in the standard's order.
type WorkProcessDefined struct {
	WorkProcess
}

// InstructionDefined states the related instruction outline of the open version.
type InstructionDefined struct {
	Courses []Course `json:"courses"`
}

// WageScheduleDefined states the wage schedule of the open version.
type WageScheduleDefined struct {
	Steps []WageStep `json:"steps"`
}

// Published closes the open version; apprentices can be registered under it.
type Published struct {
	Version int `json:"version"`
}

func (Drafted) EventName() string             { return "standard.drafted" }
func (WorkProcessDefined) EventName() string  { return "standard.work_process_defined" }
func (InstructionDefined) EventName() string  { return "standard.instruction_defined" }
func (WageScheduleDefined) EventName() string { return "standard.wage_schedule_defined" }
func (Published) EventName() string           { return "standard.published" }

func (Drafted) standard()             {}
func (WorkProcessDefined) standard()  {}
func (InstructionDefined) standard()  {}
func (WageScheduleDefined) standard() {}
func (Published) standard()           {}
