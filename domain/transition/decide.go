package transition

import (
	"slices"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/pathway"
)

// Propose asks for the move.
type Propose struct {
	domain.Request
	Proposed Proposed
}

func (c Propose) Decide(s State) ([]Event, error) {
	switch {
	case s.status == effective:
		return nil, domain.Refuse(domain.Conflict, "ALREADY_EFFECTIVE", "This move has taken effect already.")
	case (s.status == draft || s.status == returned) && s.proposer == c.By.Person && s.effectiveOn == c.Proposed.EffectiveOn:
		return nil, nil
	case !s.over() && s.status != returned:
		return nil, domain.Refuse(domain.Conflict, "ALREADY_PROPOSED", "This move was asked for already and is being decided.")
	case c.By.Person == "" || c.By.Person != c.Proposed.Proposer:
		return nil, domain.Refuse(domain.Forbidden, "NOT_A_PERSON", "A move is asked for by a person.")
	case c.Proposed.From == c.Proposed.To:
		return nil, domain.Refuse(domain.Invalid, "SAME_ROLE", "The new role is the current role.")
	case c.Proposed.EffectiveOn.Before(c.Today()):
		return nil, domain.Refuse(domain.Invalid, "IN_THE_PAST", "The move cannot take effect before today.").About("effectiveOn")
	case c.Proposed.EffectiveOn.After(c.Today().AddMonths(12)):
		return nil, domain.Refuse(domain.Invalid, "TOO_FAR_AHEAD", "Ask for a move at most twelve months ahead.").About("effectiveOn")
	}
	return []Event{c.Proposed}, nil
}

// Submit hands a proposed move to its first step, on a snapshot of the evidence.
type Submit struct {
	domain.Request
	ReadinessSnapshotTaken ReadinessSnapshotTaken
	Unmet                  []string // requirements that are not met, in words
	Steps                  []Step
	DueOn                  domain.Date
}

func (c Submit) Decide(s State) ([]Event, error) {
	switch {
	case s.over():
		return nil, notFound()
	case s.status == submitted && s.snapshot == c.ReadinessSnapshotTaken.Snapshot:
		return nil, nil
	case s.status != draft && s.status != returned:
		return nil, domain.Refuse(domain.Conflict, "ALREADY_SUBMITTED", "This move is being decided already.")
	case c.By.Person != s.proposer:
		return nil, domain.Refuse(domain.Forbidden, "NOT_YOUR_REQUEST", "Whoever asked for the move submits it.")
	case len(c.Unmet) > 0:
		return nil, domain.Refuse(domain.Conflict, "NOT_READY", "Not everything is met yet. Missing: %s.", strings.Join(c.Unmet, "; "))
	case len(c.Steps) == 0:
		return nil, domain.Refuse(domain.Conflict, "NOBODY_APPROVES", "The pathway names nobody who approves this move. Ask a coordinator.")
	}
	for _, step := range c.Steps {
		if step.Assignee == s.proposer || step.Assignee == s.person || step.Assignee == "" && step.Capacity == c.By.Role {
			return nil, domain.Refuse(domain.Forbidden, "OWN_REQUEST",
				"Whoever approves a move cannot ask for it: you hold the step %s. Let the apprentice or the mentor ask.", step.Office)
		}
	}
	return []Event{c.ReadinessSnapshotTaken, Submitted{Steps: slices.Clone(c.Steps)}, ApprovalStepOpened{Step: 0, DueOn: c.DueOn}}, nil
}

// A Verdict is the decision of one step.
type Verdict string

const (
	Grant    Verdict = "grant"
	SendBack Verdict = "send-back"
	Deny     Verdict = "deny"
)

// Decide decides the open step.
type Decide struct {
	domain.Request
	Office  pathway.Step // the step that is meant; empty means the open one
	Verdict Verdict
	Seen    string        // the snapshot the decision was made on
	Current string        // the snapshot of the evidence as it is now
	Reason  domain.Sealed // what the others are told; needed unless granting
	NextDue domain.Date   // when the step after this one is due
}

func (c Decide) Decide(s State) ([]Event, error) {
	if s.status != submitted {
		return nil, s.notOpen()
	}
	step := s.steps[s.step]
	switch {
	case c.By.Person == s.proposer || c.By.Person == s.person:
		return nil, domain.Refuse(domain.Forbidden, "OWN_REQUEST", "Nobody decides a move they asked for or that is their own.")
	case c.Office != "" && c.Office != step.Office:
		return nil, domain.Refuse(domain.Conflict, "STEP_CHANGED", "The step %s is not open. The open step is %s.", c.Office, step.Office).About("step")
	case c.Office == "" && c.By.Person == s.granter:
		return nil, domain.Refuse(domain.Conflict, "ALREADY_GRANTED", "You approved the step before this one. To decide %s too, name the step.", step.Office).About("step")
	case step.Assignee != "" && c.By.Person != step.Assignee, c.By.Role != step.Capacity:
		return nil, domain.Refuse(domain.Forbidden, "NOT_YOUR_STEP", "The open step, %s, is with somebody else.", step.Office)
	case c.Verdict != Grant && c.Verdict != SendBack && c.Verdict != Deny:
		return nil, domain.Refuse(domain.Invalid, "BAD_DECISION", "Approve, send back or decline.").About("decision")
	case c.Verdict != Grant && c.Reason == "":
		return nil, domain.Refuse(domain.Invalid, "REASON_MISSING", "Say why. The apprentice and whoever asked are told.").About("reason")
	case c.Verdict == Grant && (c.Seen != s.snapshot || c.Current != s.snapshot):
		return nil, domain.Refuse(domain.Conflict, "EVIDENCE_CHANGED", "The evidence changed since the move was submitted. Send it back so that it can be submitted again.")
	}
	switch c.Verdict {
	case SendBack:
		return []Event{ApprovalReturned{Step: s.step, By: c.By.Person, Reason: c.Reason}}, nil
	case Deny:
		return []Event{ApprovalRefused{Step: s.step, By: c.By.Person, Reason: c.Reason}}, nil
	}
	granted := ApprovalGranted{Step: s.step, By: c.By.Person, Snapshot: c.Seen, Note: c.Reason}
	if s.step+1 < len(s.steps) {
		return []Event{granted, ApprovalStepOpened{Step: s.step + 1, DueOn: c.NextDue}}, nil
	}
	day := s.effectiveOn
	if today := c.Today(); day.Before(today) {
		day = today
	}
	return []Event{granted, Approved{}, Scheduled{EffectiveOn: day}}, nil
}

func (s State) notOpen() error {
	switch s.status {
	case none, draft:
		return notFound()
	case rejected:
		return domain.Refuse(domain.Conflict, "ALREADY_REFUSED", "This move was declined.")
	case withdrawn:
		return domain.Refuse(domain.Conflict, "WITHDRAWN", "This move was withdrawn.")
	case returned:
		return domain.Refuse(domain.Conflict, "ALREADY_RETURNED", "This move was sent back. It can be decided once it is submitted again.")
	}
	return domain.Refuse(domain.Conflict, "ALREADY_APPROVED", "This move is approved already.")
}

// Schedule sets another day for an approved move, or its pay grade.
type Schedule struct {
	domain.Request
	Scheduled Scheduled
}

func (c Schedule) Decide(s State) ([]Event, error) {
	switch {
	case s.over():
		return nil, notFound()
	case c.By.Role != domain.HR:
		return nil, domain.Refuse(domain.Forbidden, "NOT_HR", "Human resources schedules an approved move.")
	case c.By.Person == s.proposer || c.By.Person == s.person:
		return nil, domain.Refuse(domain.Forbidden, "OWN_REQUEST", "Nobody schedules a move they asked for or that is their own.")
	case s.status == effective:
		return nil, domain.Refuse(domain.Conflict, "ALREADY_EFFECTIVE", "This move has taken effect already.")
	case s.status != approved && s.status != scheduled:
		return nil, domain.Refuse(domain.Conflict, "NOT_APPROVED", "A move is scheduled once every step has approved it.")
	case c.Scheduled.EffectiveOn.Before(c.Today()):
		return nil, domain.Refuse(domain.Invalid, "IN_THE_PAST", "The move cannot take effect before today.").About("effectiveOn")
	case c.Scheduled.EffectiveOn.After(c.Today().AddMonths(12)):
		return nil, domain.Refuse(domain.Invalid, "TOO_FAR_AHEAD", "Plan a move at most twelve months ahead.").About("effectiveOn")
	case domain.TooLong(c.Scheduled.PayGrade):
		return nil, domain.Shorten("payGrade")
	case s.status == scheduled && s.effectiveOn == c.Scheduled.EffectiveOn && (c.Scheduled.PayGrade == "" || c.Scheduled.PayGrade == s.payGrade):
		return nil, nil
	}
	return []Event{c.Scheduled}, nil
}

// MakeEffective lets a scheduled move take effect once its day has come.
type MakeEffective struct{ domain.Request }

func (c MakeEffective) Decide(s State) ([]Event, error) {
	switch {
	case s.over():
		return nil, notFound()
	case c.By.Role != domain.System && c.By.Role != domain.HR:
		return nil, domain.Refuse(domain.Forbidden, "NOT_HR", "A scheduled move takes effect by itself on its day.")
	case s.status == effective:
		return nil, nil
	case s.status != scheduled:
		return nil, domain.Refuse(domain.Conflict, "NOT_APPROVED", "A move takes effect once it is approved and scheduled.")
	case c.Today().Before(s.effectiveOn):
		return nil, domain.Refuse(domain.Conflict, "NOT_YET", "This move takes effect on %s.", s.effectiveOn)
	}
	return []Event{MadeEffective{On: s.effectiveOn}}, nil
}

// Withdraw takes a move back before it takes effect.
type Withdraw struct{ domain.Request }

func (c Withdraw) Decide(s State) ([]Event, error) {
	switch {
	case s.status == none:
		return nil, notFound()
	case s.status == withdrawn:
		return nil, nil
	case c.By.Person != s.proposer && c.By.Person != s.person:
		return nil, domain.Refuse(domain.Forbidden, "NOT_YOUR_REQUEST", "A move is withdrawn by whoever asked for it, or by the apprentice.")
	case s.status == effective:
		return nil, domain.Refuse(domain.Conflict, "ALREADY_EFFECTIVE", "This move has taken effect already.")
	case s.status == rejected:
		return nil, domain.Refuse(domain.Conflict, "ALREADY_REFUSED", "This move was declined.")
	}
	return []Event{Withdrawn{By: c.By.Person}}, nil
}

func notFound() error {
	return domain.Refuse(domain.NotFound, "NO_SUCH_TRANSITION", "There is no such move.")
}
