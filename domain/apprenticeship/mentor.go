package apprenticeship

import (
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
)

// MentorKind says what somebody is to an apprentice.
type MentorKind string

const (
	Journeyworker MentorKind = "journeyworker" // teaches and assesses; one at a time
	Peer          MentorKind = "peer"          // accompanies
)

// Named is k, where empty is a journeyworker.
func (k MentorKind) Named() MentorKind {
	if k == "" {
		return Journeyworker
	}
	return k
}

// MostPeers is how many peers accompany an apprentice at a time.
const MostPeers = 5

// MentorReleased records that somebody is no mentor from a day on.
type MentorReleased struct {
	Mentor domain.PersonID `json:"mentor"`
	Kind   MentorKind      `json:"kind"`
	On     domain.Date     `json:"on"`
}

// ApprovalDelegated lets somebody sign off hours in the supervisor's place for a time.
type ApprovalDelegated struct {
	To    domain.PersonID `json:"to"`
	From  domain.Date     `json:"from"`
	Until domain.Date     `json:"until"` // the last day
}

func (MentorReleased) EventName() string    { return "apprenticeship.mentor_released" }
func (ApprovalDelegated) EventName() string { return "apprenticeship.approval_delegated" }

func (MentorReleased) apprenticeship()    {}
func (ApprovalDelegated) apprenticeship() {}

// A Mentoring is the time somebody is a mentor.
type Mentoring struct {
	Mentor   domain.PersonID
	Kind     MentorKind
	From, To domain.Date // To is the last day; zero is open
}

// On reports whether it holds on a day.
func (m Mentoring) On(day domain.Date) bool {
	return !day.Before(m.From) && (m.To.IsZero() || !day.After(m.To))
}

// Mentors are all who ever were a mentor of one apprentice.
type Mentors []Mentoring

// Assigned is ms with another one. A journeyworker follows the one before, and is followed
// by the one after, whichever was recorded first.
func (ms Mentors) Assigned(m Mentoring) Mentors {
	ms = slices.DeleteFunc(slices.Clone(ms), func(o Mentoring) bool { return m.Kind == Journeyworker && o.Kind == m.Kind && o.From == m.From })
	for i, o := range ms {
		switch {
		case m.Kind != Journeyworker || o.Kind != m.Kind:
		case o.From.Before(m.From) && o.On(m.From):
			ms[i].To = m.From.AddDays(-1)
		case o.From.After(m.From) && (m.To.IsZero() || !o.From.After(m.To)):
			m.To = o.From.AddDays(-1)
		}
	}
	return append(ms, m)
}

// Released is ms with somebody no mentor from a day on.
func (ms Mentors) Released(who domain.PersonID, k MentorKind, day domain.Date) Mentors {
	ms = slices.Clone(ms)
	for i, m := range ms {
		if m.Mentor == who && m.Kind == k && m.On(day) {
			ms[i].To = day.AddDays(-1)
		}
	}
	return slices.DeleteFunc(ms, func(m Mentoring) bool { return !m.To.IsZero() && m.To.Before(m.From) })
}

// Leading is the journeyworker whose time is open, or nobody.
func (ms Mentors) Leading() domain.PersonID {
	for _, m := range ms {
		if m.Kind == Journeyworker && m.To.IsZero() {
			return m.Mentor
		}
	}
	return ""
}

// Is reports whether somebody is a mentor on a day.
func (ms Mentors) Is(who domain.PersonID, k MentorKind, day domain.Date) bool {
	return slices.ContainsFunc(ms, func(m Mentoring) bool { return m.Mentor == who && m.Kind == k && m.On(day) })
}

// AssignMentor names a mentor from a day on, perhaps an earlier one. A journeyworker takes
// the place of the one before.
type AssignMentor struct {
	domain.Request
	Mentor domain.PersonID
	Kind   MentorKind
	From   domain.Date
}

func (c AssignMentor) Decide(s State) ([]Event, error) {
	peers := 0
	for _, m := range s.mentors {
		if m.Kind == Peer && m.On(c.From) {
			peers++
		}
	}
	if err := s.steered(c.By, "names a mentor"); err != nil {
		return nil, err
	}
	switch {
	case c.Kind != Journeyworker && c.Kind != Peer:
		return nil, domain.Refuse(domain.Invalid, "BAD_MENTOR_KIND", "A mentor is a journeyworker or a peer.").About("kind")
	case c.Mentor == s.plan.Person:
		return nil, domain.Refuse(domain.Invalid, "OWN_SUPERVISOR", "Nobody supervises or mentors themselves. Name somebody else.").About("mentorId")
	case c.From.Before(s.startOn) || c.From.After(s.latest(c.Request)):
		return nil, domain.Refuse(domain.Invalid, "BAD_DAY", "A mentor is named from a day between the start, %s, and today.", s.startOn).About("from")
	case s.mentors.Is(c.Mentor, c.Kind, c.From):
		return nil, nil
	case c.Kind == Peer && peers >= MostPeers:
		return nil, domain.Refuse(domain.Conflict, "TOO_MANY_PEERS", "%d peers are mentors already. Release one of them first.", MostPeers)
	}
	return []Event{MentorAssigned{Mentor: c.Mentor, From: c.From, Kind: c.Kind}}, nil
}

// ReleaseMentor ends the time of a peer. A journeyworker is followed by another: nobody
// learns without one.
type ReleaseMentor struct {
	domain.Request
	Mentor domain.PersonID
	Day    domain.Date // the first without
}

func (c ReleaseMentor) Decide(s State) ([]Event, error) {
	if err := s.steered(c.By, "releases a mentor"); err != nil {
		return nil, err
	}
	switch {
	case s.mentors.Is(c.Mentor, Peer, c.Day):
		return []Event{MentorReleased{Mentor: c.Mentor, Kind: Peer, On: c.Day}}, nil
	case s.mentors.Is(c.Mentor, Journeyworker, c.Day):
		return nil, domain.Refuse(domain.Conflict, "ONLY_MENTOR", "Nobody learns without a journeyworker. Name the one who follows.").About("mentorId")
	}
	return nil, domain.Refuse(domain.Conflict, "NOT_A_MENTOR", "This is no mentor of the apprentice on %s.", c.Day).About("mentorId")
}

// AssignSupervisor names who signs off hours from a day on.
type AssignSupervisor struct {
	domain.Request
	Supervisor domain.PersonID
	From       domain.Date
}

func (c AssignSupervisor) Decide(s State) ([]Event, error) {
	if err := s.steered(c.By, "names a supervisor"); err != nil {
		return nil, err
	}
	switch {
	case c.Supervisor == s.plan.Person:
		return nil, domain.Refuse(domain.Invalid, "OWN_SUPERVISOR", "Nobody supervises or mentors themselves. Name somebody else.").About("managerId")
	case c.From.Before(s.startOn) || c.From.After(s.latest(c.Request)):
		return nil, domain.Refuse(domain.Invalid, "BAD_DAY", "A supervisor is named from a day between the start, %s, and today.", s.startOn).About("from")
	case c.Supervisor == s.supervisor:
		return nil, nil
	}
	return []Event{SupervisorAssigned{Supervisor: c.Supervisor, From: c.From}}, nil
}

// DelegateApproval lets somebody sign off hours in the supervisor's place for a time. The
// supervisor asks for it, or a coordinator where the supervisor is gone.
type DelegateApproval struct {
	domain.Request
	To          domain.PersonID
	From, Until domain.Date
}

func (c DelegateApproval) Decide(s State) ([]Event, error) {
	if s.status != none && c.By.Person != s.supervisor {
		if err := s.steered(c.By, "names who signs off in the supervisor's place"); err != nil {
			return nil, err
		}
	}
	next := ApprovalDelegated{To: c.To, From: c.From, Until: c.Until}
	switch {
	case s.status == none:
		return nil, notFound()
	case s.over():
		return nil, s.ending()
	case c.To == s.plan.Person || c.To == s.supervisor:
		return nil, domain.Refuse(domain.Invalid, "OWN_SUPERVISOR", "Name somebody other than the apprentice and the supervisor.").About("managerId")
	case c.From.IsZero() || c.Until.Before(c.From) || c.Until.After(c.From.AddMonths(12)):
		return nil, domain.Refuse(domain.Invalid, "BAD_DAYS", "Somebody stands in from one day to another, for a year at most.").About("until")
	case s.delegate == next:
		return nil, nil
	}
	return []Event{next}, nil
}
