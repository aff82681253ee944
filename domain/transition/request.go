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
	case s.status == effective || s.status == confirmed:
		return nil, alreadyEffective()
	case (s.status == draft || s.status == returned) && s.proposer == c.By.Person && s.terms.EffectiveOn == c.Proposed.EffectiveOn:
		return nil, nil
	case !s.over() && s.status != returned:
		return nil, domain.Refuse(domain.Conflict, "ALREADY_PROPOSED", "This move was asked for already and is being decided.")
	case c.By.Person == "" || c.By.Person != c.Proposed.Proposer:
		return nil, domain.Refuse(domain.Forbidden, "NOT_A_PERSON", "A move is asked for by a person.")
	case (s.status == none || s.status == draft || s.status == returned) && slices.Contains(s.waivers, c.By.Person):
		return nil, domain.Refuse(domain.Forbidden, "OWN_REQUEST", "You waived something for this move, so that somebody else may ask for it. Let the apprentice or the mentor ask.")
	case c.Proposed.From == c.Proposed.To:
		return nil, domain.Refuse(domain.Invalid, "SAME_ROLE", "The new role is the current role.")
	case c.Proposed.EffectiveOn.Before(c.Today()):
		return nil, domain.Refuse(domain.Invalid, "IN_THE_PAST", "The move cannot take effect before today.").About("effectiveOn")
	case c.Proposed.EffectiveOn.After(c.Today().AddMonths(12)):
		return nil, domain.Refuse(domain.Invalid, "TOO_FAR_AHEAD", "Ask for a move at most twelve months ahead.").About("effectiveOn")
	}
	return []Event{c.Proposed}, nil
}

// WaiveReadiness lets a move be asked for although not everything is met.
type WaiveReadiness struct {
	domain.Request
	Apprenticeship domain.ApprenticeshipID
	Person         domain.PersonID // the apprentice
	Unmet          []pathway.Requirement
	Reason         domain.Sealed
}

func (c WaiveReadiness) Decide(s State) ([]Event, error) {
	missing := s.missing(c.Unmet)
	switch {
	case c.By.Role != domain.Coordinator:
		return nil, domain.Refuse(domain.Forbidden, "NOT_COORDINATOR", "Only a coordinator waives what is not met.")
	case c.By.Person == c.Person || !s.over() && s.concerns(c.By.Person):
		return nil, domain.Refuse(domain.Forbidden, "OWN_REQUEST", "Nobody waives anything for a move they asked for or that is their own.")
	case s.status == effective || s.status == confirmed:
		return nil, alreadyEffective()
	case !s.over() && s.status != draft && s.status != returned:
		return nil, domain.Refuse(domain.Conflict, "ALREADY_SUBMITTED", "This move is being decided already.")
	case len(missing) == 0:
		return nil, nil
	case c.Reason == "":
		return nil, domain.Refuse(domain.Invalid, "REASON_MISSING", "Say why the apprentice is ready all the same. Everybody who approves reads it.").About("reason")
	}
	return []Event{ReadinessWaived{Apprenticeship: c.Apprenticeship, Person: c.Person, By: c.By.Person, Requirements: ids(missing), Reason: c.Reason}}, nil
}

func ids(rs []pathway.Requirement) []domain.RequirementID {
	out := make([]domain.RequirementID, len(rs))
	for i, r := range rs {
		out[i] = r.ID
	}
	return out
}

// missing is what of the unmet requirements was not waived for this attempt.
func (s State) missing(unmet []pathway.Requirement) []pathway.Requirement {
	if s.over() && s.status != none {
		return unmet
	}
	return slices.DeleteFunc(slices.Clone(unmet), func(r pathway.Requirement) bool { return slices.Contains(s.waived, r.ID) })
}

// Submit hands a proposed move to its first step, on a snapshot of the evidence. A move that
// was sent back goes to the step that sent it back when the evidence is still the same.
type Submit struct {
	domain.Request
	ReadinessSnapshotTaken ReadinessSnapshotTaken
	Unmet                  []pathway.Requirement // that are not met
	Steps                  []Step
	DueOn                  domain.Date
}

func (c Submit) Decide(s State) ([]Event, error) {
	missing := s.missing(c.Unmet)
	switch {
	case s.over():
		return nil, notFound()
	case s.status == submitted && s.snapshot == c.ReadinessSnapshotTaken.Snapshot:
		return nil, nil
	case s.status != draft && s.status != returned:
		return nil, domain.Refuse(domain.Conflict, "ALREADY_SUBMITTED", "This move is being decided already.")
	case c.By.Person != s.proposer:
		return nil, domain.Refuse(domain.Forbidden, "NOT_YOUR_REQUEST", "Whoever asked for the move submits it.")
	case len(missing) > 0:
		return nil, domain.Refuse(domain.Conflict, "NOT_READY", "Not everything is met yet. Missing: %s.", strings.Join(titles(missing), "; "))
	case len(c.Steps) == 0:
		return nil, domain.Refuse(domain.Conflict, "NOBODY_APPROVES", "The pathway names nobody who approves this move. Ask a coordinator.")
	}
	if s.status == returned && len(s.steps) > 0 && s.snapshot == c.ReadinessSnapshotTaken.Snapshot {
		return []Event{Resubmitted{}, ApprovalStepOpened{Step: s.step, DueOn: c.DueOn}}, nil
	}
	for _, step := range c.Steps {
		if s.concerns(step.Assignee) || step.Assignee == "" && step.Capacity == c.By.Role {
			return nil, domain.Refuse(domain.Forbidden, "OWN_REQUEST",
				"Whoever approves a move cannot ask for it: you hold the step %s. Let the apprentice or the mentor ask.", step.Office)
		}
	}
	return []Event{c.ReadinessSnapshotTaken, Submitted{Steps: slices.Clone(c.Steps)}, ApprovalStepOpened{Step: 0, DueOn: c.DueOn}}, nil
}

func titles(rs []pathway.Requirement) []string {
	out := make([]string, len(rs))
	for i, r := range rs {
		out[i] = r.Title
	}
	return out
}

// Withdraw takes a move back before it takes effect.
type Withdraw struct{ domain.Request }

func (c Withdraw) Decide(s State) ([]Event, error) {
	switch {
	case s.status == none:
		return nil, notFound()
	case s.status == withdrawn:
		return nil, nil
	case !s.concerns(c.By.Person):
		return nil, domain.Refuse(domain.Forbidden, "NOT_YOUR_REQUEST", "A move is withdrawn by whoever asked for it, or by the apprentice.")
	case s.status == effective || s.status == confirmed:
		return nil, alreadyEffective()
	case s.over():
		return nil, s.notOpen()
	}
	return []Event{Withdrawn{By: c.By.Person}}, nil
}

// CloseDown withdraws a move that goes no further because its apprenticeship ended before the
// aim. It is for one attempt: a move that was asked for anew since then stays.
type CloseDown struct {
	domain.Request
	Attempt uint64 // which fact of the move, from 1, asked for it
	Cause   Cause
}

func (c CloseDown) Decide(s State) ([]Event, error) {
	switch {
	case c.By.Role != domain.System:
		return nil, domain.Refuse(domain.Forbidden, "ENDS_WITH_APPRENTICESHIP", "A move ends by itself with the apprenticeship. To end it sooner, withdraw it.")
	case c.Cause != Cancelled && c.Cause != Transferred:
		return nil, domain.Refuse(domain.Invalid, "CAUSE_MISSING", "Say how the apprenticeship ended.")
	case s.over() || s.status == effective || s.status == confirmed || s.attempt != c.Attempt:
		return nil, nil
	}
	return []Event{Withdrawn{Cause: c.Cause}}, nil
}

// Expire ends a move that nobody did anything about: it is asked for or being decided, and
// the last fact about it is old. It is decided on the state that Facts facts led to.
type Expire struct {
	domain.Request
	Facts    uint64
	LastDay  domain.Date // of the last fact
	IdleDays int         // how many days without a fact are too many
}

func (c Expire) Decide(s State) ([]Event, error) {
	switch {
	case c.By.Role != domain.System:
		return nil, domain.Refuse(domain.Forbidden, "ENDS_BY_ITSELF", "A move ends by itself when nobody does anything about it. To end it sooner, withdraw it.")
	case s.status == expired:
		return nil, nil
	case s.status != draft && s.status != submitted && s.status != returned:
		return nil, s.notOpen()
	case s.facts != c.Facts || c.Today().DaysSince(c.LastDay) < c.IdleDays:
		return nil, domain.Refuse(domain.Conflict, "NOT_IDLE", "Something was done about this move in the last %d days.", c.IdleDays)
	}
	return []Event{Expired{}}, nil
}

func notFound() error {
	return domain.Refuse(domain.NotFound, "NO_SUCH_TRANSITION", "There is no such move.")
}

func alreadyEffective() error {
	return domain.Refuse(domain.Conflict, "ALREADY_EFFECTIVE", "This move has taken effect already.")
}
