package transition

import "github.com/guildhall-dev/guildhall/domain"

// Stream is where the facts about an apprentice's move to a role are kept.
func Stream(a domain.ApprenticeshipID, to domain.RoleID) domain.Stream {
	return domain.Stream("transition-" + string(a) + "." + string(to))
}

// ID is the inverse of Stream.
func ID(s domain.Stream) (domain.ApprenticeshipID, domain.RoleID, error) {
	a, to, err := s.Pair("transition")
	return domain.ApprenticeshipID(a), domain.RoleID(to), err
}

type status uint8

const (
	none status = iota
	draft
	submitted
	returned
	approved
	scheduled
	effective
	rejected
	withdrawn
)

// State is what deciding needs to know, and no more.
type State struct {
	status      status
	person      domain.PersonID
	proposer    domain.PersonID
	effectiveOn domain.Date
	payGrade    string
	snapshot    string
	steps       []Step
	step        int             // the open one
	granter     domain.PersonID // who granted the step before it
}

// Evolve returns s after e. It only records; it never refuses.
func Evolve(s State, e Event) State {
	switch e := e.(type) {
	case Proposed:
		s = State{status: draft, person: e.Person, proposer: e.Proposer, effectiveOn: e.EffectiveOn}
	case ReadinessSnapshotTaken:
		s.snapshot = e.Snapshot
	case Submitted:
		s.status, s.steps, s.granter = submitted, e.Steps, ""
	case ApprovalStepOpened:
		s.step = e.Step
	case ApprovalGranted:
		s.granter = e.By
	case ApprovalReturned:
		s.status = returned
	case ApprovalRefused:
		s.status = rejected
	case Approved:
		s.status = approved
	case Scheduled:
		s.status, s.effectiveOn = scheduled, e.EffectiveOn
		if e.PayGrade != "" {
			s.payGrade = e.PayGrade
		}
	case MadeEffective:
		s.status = effective
	case Withdrawn:
		s.status = withdrawn
	}
	return s
}

func (s State) over() bool {
	return s.status == none || s.status == rejected || s.status == withdrawn
}
