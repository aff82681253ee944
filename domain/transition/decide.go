package transition

import (
	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/pathway"
)

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
	step, err := s.open()
	if err != nil {
		return nil, err
	}
	switch {
	case s.concerns(c.By.Person):
		return nil, domain.Refuse(domain.Forbidden, "OWN_REQUEST", "Nobody decides a move they asked for or that is their own.")
	case c.Office != "" && c.Office != step.Office:
		return nil, stepChanged(c.Office, step.Office)
	case c.Office == "" && c.By.Person == s.granter():
		return nil, domain.Refuse(domain.Conflict, "ALREADY_GRANTED", "You approved the step before this one. To decide %s too, name the step.", step.Office).About("step")
	case !s.holds(c.By, c.Today()):
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
	day := s.terms.EffectiveOn
	if today := c.Today(); day.Before(today) {
		day = today
	}
	return []Event{granted, Approved{}, Scheduled{EffectiveOn: day}}, nil
}

func stepChanged(meant, open pathway.Step) error {
	return domain.Refuse(domain.Conflict, "STEP_CHANGED", "The step %s is not open. The open step is %s.", meant, open).About("step")
}

// open is the step that waits for a decision, or why none does.
func (s State) open() (Step, error) {
	switch {
	case s.status != submitted:
		return Step{}, s.notOpen()
	case s.step < 0 || s.step >= len(s.steps):
		return Step{}, domain.Refuse(domain.Conflict, "NOBODY_APPROVES", "Nobody approves this move. Withdraw it and ask for it anew.")
	}
	return s.steps[s.step], nil
}

func (s State) notOpen() error {
	switch s.status {
	case none, draft:
		return notFound()
	case rejected:
		return domain.Refuse(domain.Conflict, "ALREADY_REFUSED", "This move was declined.")
	case withdrawn:
		return domain.Refuse(domain.Conflict, "WITHDRAWN", "This move was withdrawn.")
	case rescinded:
		return domain.Refuse(domain.Conflict, "RESCINDED", "This move was approved and then taken back.")
	case expired:
		return domain.Refuse(domain.Conflict, "EXPIRED", "This move ended because nobody did anything about it. It can be asked for anew.")
	case returned:
		return domain.Refuse(domain.Conflict, "ALREADY_RETURNED", "This move was sent back. It can be decided once it is submitted again.")
	}
	return domain.Refuse(domain.Conflict, "ALREADY_APPROVED", "This move is approved already.")
}

// longestDelegation is how many days somebody can stand in at a step.
const longestDelegation = 183

// Delegate lets somebody else decide the open step for a time: whoever holds it asks, a
// coordinator, or Guildhall itself while the holder is away.
type Delegate struct {
	domain.Request
	Office      pathway.Step // the step that is meant; empty means the open one
	To          domain.PersonID
	As          domain.Role // the capacity in which To acts
	From, Until domain.Date
}

func (c Delegate) Decide(s State) ([]Event, error) {
	step, err := s.open()
	if err != nil {
		return nil, err
	}
	delegated := ApprovalDelegated{Step: s.step, To: c.To, From: c.From, Until: c.Until}
	switch {
	case c.Office != "" && c.Office != step.Office:
		return nil, stepChanged(c.Office, step.Office)
	case s.concerns(c.By.Person), s.concerns(c.To):
		return nil, domain.Refuse(domain.Forbidden, "OWN_REQUEST", "Who asked for a move, or makes it, neither decides it nor says who does.").About("to")
	case step.Assignee == "":
		return nil, domain.Refuse(domain.Conflict, "ANYBODY_DECIDES", "Anybody who acts as %s can decide this step: nobody has to stand in.", step.Capacity)
	case c.By.Role != domain.System && c.By.Role != domain.Coordinator && (c.By.Person != step.Assignee || c.By.Role != step.Capacity):
		return nil, domain.Refuse(domain.Forbidden, "NOT_YOUR_STEP", "The open step, %s, is with somebody else.", step.Office)
	case s.deputy == delegated:
		return nil, nil
	case c.To == "" || c.To == step.Assignee:
		return nil, domain.Refuse(domain.Invalid, "NOBODY_ELSE", "Name somebody else who decides meanwhile.").About("to")
	case c.As != step.Capacity:
		return nil, domain.Refuse(domain.Invalid, "NOT_IN_CAPACITY", "This step is decided by somebody who acts as %s. Name one.", step.Capacity).About("to")
	case c.From.IsZero() || c.Until.Before(c.From) || c.Until.Before(c.Today()):
		return nil, domain.Refuse(domain.Invalid, "BAD_DATES", "Give the first and the last day, and a last day that is not over.").About("until")
	case c.Until.DaysSince(c.From) > longestDelegation:
		return nil, domain.Refuse(domain.Invalid, "TOO_LONG", "Somebody stands in for at most %d days.", longestDelegation).About("until")
	}
	return []Event{delegated}, nil
}

// Escalate hands a step on which nobody decided in time to the next manager up.
type Escalate struct {
	domain.Request
	Step  int // that was found to be late
	To    domain.PersonID
	As    domain.Role // the capacity in which To acts
	DueOn domain.Date // for To
}

func (c Escalate) Decide(s State) ([]Event, error) {
	step, err := s.open()
	if err != nil {
		return nil, err
	}
	switch {
	case c.By.Role != domain.System:
		return nil, domain.Refuse(domain.Forbidden, "ESCALATES_BY_ITSELF", "A step that is due goes to the next manager by itself.")
	case c.Step != s.step:
		return nil, domain.Refuse(domain.Conflict, "STEP_CHANGED", "Another step is open by now.")
	case step.Assignee == "":
		return nil, domain.Refuse(domain.Conflict, "ANYBODY_DECIDES", "Anybody who acts as %s can decide this step: there is no next manager.", step.Capacity)
	case !c.Today().After(s.dueOn):
		return nil, domain.Refuse(domain.Conflict, "NOT_DUE", "This step is due on %s.", s.dueOn)
	case s.concerns(c.To):
		return nil, domain.Refuse(domain.Forbidden, "OWN_REQUEST", "Nobody decides a move they asked for or that is their own.")
	case c.To == "" || c.To == step.Assignee || c.As != step.Capacity:
		return nil, domain.Refuse(domain.Conflict, "NOBODY_ABOVE", "There is no manager above the one who holds this step.")
	case !c.DueOn.After(c.Today()):
		return nil, domain.Refuse(domain.Invalid, "BAD_DATES", "Give the next manager some days.")
	}
	return []Event{ApprovalEscalated{Step: s.step, From: step.Assignee, To: c.To, DueOn: c.DueOn}}, nil
}

// Reassess lets approvals fall that were given on other evidence: while a move is decided when
// anything in it changed, afterwards when something that was met is not met any more.
type Reassess struct {
	domain.Request
	Current string // the snapshot of the evidence as it is now
	Unmet   []pathway.Requirement
}

func (c Reassess) Decide(s State) ([]Event, error) {
	switch {
	case c.By.Role != domain.System:
		return nil, domain.Refuse(domain.Forbidden, "LAPSES_BY_ITSELF", "Approvals fall by themselves when the evidence changes.")
	case s.snapshot == c.Current:
		return nil, nil
	case s.status == submitted, (s.status == approved || s.status == scheduled) && len(s.missing(c.Unmet)) > 0:
		return []Event{ApprovalsLapsed{Snapshot: c.Current}}, nil
	}
	return nil, nil
}
