package transition

import (
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/pathway"
)

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
	confirmed
	rejected
	withdrawn
	rescinded
	expired
)

// State is what deciding needs to know, and no more.
type State struct {
	status   status
	facts    uint64 // how many there are, so that nobody acts on a state that has moved on
	attempt  uint64 // which of them asked for the move last
	waived   []domain.RequirementID
	waivers  []domain.PersonID // who has waived something
	person   domain.PersonID
	proposer domain.PersonID
	askedFor domain.Date // the day the move was asked for
	terms    Terms
	position domain.PositionID
	snapshot string
	steps    []Step            // pinned; empty once approvals on them have fallen
	granted  []domain.PersonID // by whom, one for each step decided
	step     int               // the open one
	dueOn    domain.Date
	deputy   ApprovalDelegated // who stands in at the open step; To is empty if nobody does
	deferred Deferred
	comments int       // beside this attempt
	said     Commented // the last of them
}

// Evolve returns s after e. It only records; it never refuses.
func Evolve(s State, e Event) State {
	s.facts++
	switch e := e.(type) {
	case ReadinessWaived:
		if s.over() && s.status != none {
			s = State{facts: s.facts}
		}
		s.waived = append(slices.Clip(s.waived), e.Requirements...)
		s.waivers = append(slices.Clip(s.waivers), e.By)
	case Proposed:
		if s.status != none && s.status != draft && s.status != returned {
			s.waived, s.waivers, s.comments, s.said = nil, nil, 0, Commented{}
		}
		s = State{facts: s.facts, attempt: s.facts, waived: s.waived, waivers: s.waivers, comments: s.comments, said: s.said, status: draft, person: e.Person, proposer: e.Proposer, askedFor: e.EffectiveOn, terms: Terms{EffectiveOn: e.EffectiveOn}}
	case ReadinessSnapshotTaken:
		s.snapshot = e.Snapshot
	case Submitted:
		s.status, s.steps, s.granted = submitted, e.Steps, nil
	case Resubmitted:
		s.status = submitted
	case ApprovalStepOpened:
		s.step, s.dueOn, s.deputy = e.Step, e.DueOn, ApprovalDelegated{}
	case ApprovalDelegated:
		s.deputy = e
	case ApprovalEscalated:
		s.steps = slices.Clone(s.steps)
		if e.Step < len(s.steps) {
			s.steps[e.Step].Assignee = e.To
		}
		s.dueOn, s.deputy = e.DueOn, ApprovalDelegated{}
	case ApprovalGranted:
		s.granted = append(slices.Clip(s.granted), e.By)
	case ApprovalReturned:
		s.status = returned
	case ApprovalRefused:
		s.status = rejected
	case ApprovalsLapsed:
		s.status, s.steps, s.granted = returned, nil, nil
	case Approved:
		s.status = approved
	case Deferred:
		s.terms.EffectiveOn, s.deferred = e.EffectiveOn, e
	case Scheduled:
		s.status, s.terms.EffectiveOn = scheduled, e.EffectiveOn
		if e.PayGrade != "" {
			s.terms.PayGrade = e.PayGrade
		}
		if e.Position != "" {
			s.position = e.Position
		}
	case Rescinded:
		s.status = rescinded
	case MadeEffective:
		s.status = effective
	case TermsCorrected:
		s.terms = e.Terms
	case Confirmed:
		s.status = confirmed
	case Withdrawn:
		s.status = withdrawn
	case Expired:
		s.status = expired
	case Commented:
		s.comments, s.said = s.comments+1, e
	}
	return s
}

// over reports whether the move can be asked for anew, because nobody asks for it now.
func (s State) over() bool {
	switch s.status {
	case none, rejected, withdrawn, rescinded, expired:
		return true
	}
	return false
}

// closed reports whether nothing more is to come of the move.
func (s State) closed() bool { return s.over() || s.status == confirmed }

// concerns reports whether somebody asked for the move, or makes it: they decide nothing about it.
func (s State) concerns(p domain.PersonID) bool { return p != "" && (p == s.proposer || p == s.person) }

// granter is who granted the step before the open one.
func (s State) granter() domain.PersonID {
	if s.step == 0 || s.step > len(s.granted) {
		return ""
	}
	return s.granted[s.step-1]
}

// holds reports whether an actor can decide the open step on a day.
func (s State) holds(by domain.Actor, on domain.Date) bool {
	step := s.steps[s.step]
	return by.Role == step.Capacity && (step.Assignee == "" || by.Person == step.Assignee || s.stands(by.Person, on))
}

// stands reports whether somebody stands in at the open step on a day.
func (s State) stands(p domain.PersonID, on domain.Date) bool {
	return p == s.deputy.To && p != "" && !on.Before(s.deputy.From) && !on.After(s.deputy.Until)
}

// releases reports whether an actor is the manager who lets the apprentice go.
func (s State) releases(by domain.Actor, on domain.Date) bool {
	for i, step := range s.steps {
		if step.Office == pathway.CurrentManager && by.Role == step.Capacity && by.Person != "" {
			return by.Person == step.Assignee || i < len(s.granted) && by.Person == s.granted[i] || s.status == submitted && i == s.step && s.holds(by, on)
		}
	}
	return false
}
