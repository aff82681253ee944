// Package transition decides who may move from one role to the next, and when.
//
// A move is asked for on a snapshot of the evidence, approved step by step, scheduled and
// takes effect on its day. Whoever asks takes no part in approving. There is one stream for
// each apprentice and target role; a move that was refused or withdrawn can be asked for anew
// and its history stays.
package transition

import (
	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/pathway"
)

// An Event is one fact in the life of a role transition.
//
//sumtype:decl
type Event interface {
	domain.Event
	transition()
}

// Events lists every event type, for the codec.
var Events = []domain.Event{
	Proposed{}, ReadinessSnapshotTaken{}, Submitted{}, ApprovalStepOpened{}, ApprovalGranted{},
	ApprovalReturned{}, ApprovalRefused{}, Approved{}, Scheduled{}, MadeEffective{}, Withdrawn{},
}

// Proposed records that somebody asked for the move.
type Proposed struct {
	Apprenticeship domain.ApprenticeshipID `json:"apprenticeship"`
	Person         domain.PersonID         `json:"person"`
	Proposer       domain.PersonID         `json:"proposer"`
	From           domain.RoleID           `json:"from"`
	To             domain.RoleID           `json:"to"`
	Pathway        domain.PathwayID        `json:"pathway"`
	PathwayVersion int                     `json:"pathwayVersion"`
	EffectiveOn    domain.Date             `json:"effectiveOn"` // the day asked for
	Note           domain.Sealed           `json:"note,omitempty"`
}

// ReadinessSnapshotTaken pins the evidence on which approvals are given.
type ReadinessSnapshotTaken struct {
	Snapshot string `json:"snapshot"` // see pathway.Snapshot
	Met      int    `json:"met"`
	Total    int    `json:"total"`
}

// Submitted pins the chain of approvals.
type Submitted struct {
	Steps []Step `json:"steps"`
}

// A Step is one approval: by a named person, or by anybody acting in a capacity.
type Step struct {
	Office   pathway.Step    `json:"office"`
	Assignee domain.PersonID `json:"assignee,omitempty"`
	Capacity domain.Role     `json:"capacity"`
}

// ApprovalStepOpened hands the decision to a step.
type ApprovalStepOpened struct {
	Step  int         `json:"step"` // from 0
	DueOn domain.Date `json:"dueOn"`
}

// ApprovalGranted records one yes, and the snapshot it was given on.
type ApprovalGranted struct {
	Step     int             `json:"step"`
	By       domain.PersonID `json:"by"`
	Snapshot string          `json:"snapshot"`
	Note     domain.Sealed   `json:"note,omitempty"`
}

// ApprovalReturned sends the move back to whoever asked for it.
type ApprovalReturned struct {
	Step   int             `json:"step"`
	By     domain.PersonID `json:"by"`
	Reason domain.Sealed   `json:"reason"`
}

// ApprovalRefused ends the move with a reason.
type ApprovalRefused struct {
	Step   int             `json:"step"`
	By     domain.PersonID `json:"by"`
	Reason domain.Sealed   `json:"reason"`
}

// Approved records that every step said yes.
type Approved struct{}

// Scheduled sets the day, and the pay grade if it is known.
type Scheduled struct {
	EffectiveOn domain.Date `json:"effectiveOn"`
	PayGrade    string      `json:"payGrade,omitempty"`
}

// MadeEffective records that the apprentice holds the new role.
type MadeEffective struct {
	On domain.Date `json:"on"`
}

// Withdrawn takes the move back.
type Withdrawn struct {
	By domain.PersonID `json:"by"`
}

func (Proposed) EventName() string               { return "transition.proposed" }
func (ReadinessSnapshotTaken) EventName() string { return "transition.readiness_snapshot_taken" }
func (Submitted) EventName() string              { return "transition.submitted" }
func (ApprovalStepOpened) EventName() string     { return "transition.approval_step_opened" }
func (ApprovalGranted) EventName() string        { return "transition.approval_granted" }
func (ApprovalReturned) EventName() string       { return "transition.approval_returned" }
func (ApprovalRefused) EventName() string        { return "transition.approval_refused" }
func (Approved) EventName() string               { return "transition.approved" }
func (Scheduled) EventName() string              { return "transition.scheduled" }
func (MadeEffective) EventName() string          { return "transition.made_effective" }
func (Withdrawn) EventName() string              { return "transition.withdrawn" }

func (Proposed) transition()               {}
func (ReadinessSnapshotTaken) transition() {}
func (Submitted) transition()              {}
func (ApprovalStepOpened) transition()     {}
func (ApprovalGranted) transition()        {}
func (ApprovalReturned) transition()       {}
func (ApprovalRefused) transition()        {}
func (Approved) transition()               {}
func (Scheduled) transition()              {}
func (MadeEffective) transition()          {}
func (Withdrawn) transition()              {}
