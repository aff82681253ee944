// Package transition decides who may move from one role to the next, and when.
//
// A move is asked for on a snapshot of the evidence, approved step by step, scheduled, takes
// effect on its day and is confirmed after a time on trial. Whoever asks takes no part in
// approving. There is one stream for each apprentice and target role; a move that was refused,
// withdrawn, rescinded or forgotten can be asked for anew and its history stays.
package transition

import (
	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/pathway"
)

// An Event is one fact in the life of a role transition.
type Event interface {
	domain.Event
	transition()
}

// Events lists every event type, for the codec.
var Events = []domain.Event{
	ReadinessWaived{}, Proposed{}, ReadinessSnapshotTaken{}, Submitted{}, Resubmitted{},
	ApprovalStepOpened{}, ApprovalDelegated{}, ApprovalEscalated{}, ApprovalGranted{}, ApprovalReturned{}, ApprovalRefused{}, ApprovalsLapsed{},
	Approved{}, Deferred{}, Scheduled{}, Rescinded{}, MadeEffective{}, TermsCorrected{}, Confirmed{}, Withdrawn{}, Expired{}, Commented{},
}

// ReadinessWaived records that the move may be asked for although some requirements are not
// met. It holds for one attempt, and for no other requirement.
type ReadinessWaived struct {
	Apprenticeship domain.ApprenticeshipID `json:"apprenticeship"`
	Person         domain.PersonID         `json:"person"`
	By             domain.PersonID         `json:"by"`
	Requirements   []domain.RequirementID  `json:"requirements"`
	Reason         domain.Sealed           `json:"reason"`
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

// Resubmitted records that a move which was sent back was handed in again on the same
// evidence: what was granted stands, and the step that sent it back decides again.
type Resubmitted struct{}

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

// ApprovalDelegated lets somebody else in the same capacity decide the step for a time,
// beside whoever holds it.
type ApprovalDelegated struct {
	Step  int             `json:"step"`
	To    domain.PersonID `json:"to"`
	From  domain.Date     `json:"from"`
	Until domain.Date     `json:"until"` // the last day
}

// ApprovalEscalated hands a step that was due to the next manager up, who holds it from then on.
type ApprovalEscalated struct {
	Step  int             `json:"step"`
	From  domain.PersonID `json:"from"`
	To    domain.PersonID `json:"to"`
	DueOn domain.Date     `json:"dueOn"`
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

// ApprovalsLapsed records that the evidence changed under the approvals: none of them stands,
// and the move is back with whoever asked for it.
type ApprovalsLapsed struct {
	Snapshot string `json:"snapshot"` // of the evidence as it is now
}

// Approved records that every step said yes.
type Approved struct{}

// Deferred records that the manager who lets the apprentice go put the day off.
type Deferred struct {
	By          domain.PersonID `json:"by"`
	EffectiveOn domain.Date     `json:"effectiveOn"`
	Reason      domain.Sealed   `json:"reason"`
}

// Scheduled sets the day, and the pay grade and the vacancy that is filled if they are known.
type Scheduled struct {
	EffectiveOn domain.Date       `json:"effectiveOn"`
	PayGrade    string            `json:"payGrade,omitempty"`
	Position    domain.PositionID `json:"position,omitempty"`
}

// Rescinded takes back a move that was approved, before it took effect.
type Rescinded struct {
	By     domain.PersonID `json:"by"`
	Reason domain.Sealed   `json:"reason"`
}

// MadeEffective records that the apprentice holds the new role.
type MadeEffective struct {
	On domain.Date `json:"on"`
}

// TermsCorrected puts right on which day a move took effect, or under which pay grade. What was
// written down before is named and stays on record.
type TermsCorrected struct {
	By     domain.PersonID `json:"by"`
	Was    Terms           `json:"was"`
	Terms  Terms           `json:"terms"`
	Reason domain.Sealed   `json:"reason"`
}

// Terms are the day on which a move takes effect and the pay grade it brings.
type Terms struct {
	EffectiveOn domain.Date `json:"effectiveOn"`
	PayGrade    string      `json:"payGrade,omitempty"`
}

// Confirmed records that the apprentice stays in the new role after the time on trial.
type Confirmed struct {
	By domain.PersonID `json:"by"`
	On domain.Date     `json:"on"`
}

// Withdrawn takes the move back: somebody does, or it follows from a cause.
type Withdrawn struct {
	By    domain.PersonID `json:"by"`
	Cause Cause           `json:"cause,omitempty"`
}

// A Cause is why a move was withdrawn that nobody took back.
type Cause string

const (
	Cancelled   Cause = "cancelled"   // the apprenticeship was
	Transferred Cause = "transferred" // it goes on under another programme, where the move can be asked for
)

// Expired ends a move that nobody did anything about for a long time.
type Expired struct{}

// Commented records what somebody who takes part in the move said to all others who do. It
// decides nothing.
type Commented struct {
	By   domain.PersonID `json:"by"`
	Note domain.Sealed   `json:"note"`
}

func (ReadinessWaived) EventName() string        { return "transition.readiness_waived" }
func (Proposed) EventName() string               { return "transition.proposed" }
func (ReadinessSnapshotTaken) EventName() string { return "transition.readiness_snapshot_taken" }
func (Submitted) EventName() string              { return "transition.submitted" }
func (Resubmitted) EventName() string            { return "transition.resubmitted" }
func (ApprovalStepOpened) EventName() string     { return "transition.approval_step_opened" }
func (ApprovalDelegated) EventName() string      { return "transition.approval_delegated" }
func (ApprovalEscalated) EventName() string      { return "transition.approval_escalated" }
func (ApprovalGranted) EventName() string        { return "transition.approval_granted" }
func (ApprovalReturned) EventName() string       { return "transition.approval_returned" }
func (ApprovalRefused) EventName() string        { return "transition.approval_refused" }
func (ApprovalsLapsed) EventName() string        { return "transition.approvals_lapsed" }
func (Approved) EventName() string               { return "transition.approved" }
func (Deferred) EventName() string               { return "transition.deferred" }
func (Scheduled) EventName() string              { return "transition.scheduled" }
func (Rescinded) EventName() string              { return "transition.rescinded" }
func (MadeEffective) EventName() string          { return "transition.made_effective" }
func (TermsCorrected) EventName() string         { return "transition.terms_corrected" }
func (Confirmed) EventName() string              { return "transition.confirmed" }
func (Withdrawn) EventName() string              { return "transition.withdrawn" }
func (Expired) EventName() string                { return "transition.expired" }
func (Commented) EventName() string              { return "transition.commented" }

func (ReadinessWaived) transition()        {}
func (Proposed) transition()               {}
func (ReadinessSnapshotTaken) transition() {}
func (Submitted) transition()              {}
func (Resubmitted) transition()            {}
func (ApprovalStepOpened) transition()     {}
func (ApprovalDelegated) transition()      {}
func (ApprovalEscalated) transition()      {}
func (ApprovalGranted) transition()        {}
func (ApprovalReturned) transition()       {}
func (ApprovalRefused) transition()        {}
func (ApprovalsLapsed) transition()        {}
func (Approved) transition()               {}
func (Deferred) transition()               {}
func (Scheduled) transition()              {}
func (Rescinded) transition()              {}
func (MadeEffective) transition()          {}
func (TermsCorrected) transition()         {}
func (Confirmed) transition()              {}
func (Withdrawn) transition()              {}
func (Expired) transition()                {}
func (Commented) transition()              {}
