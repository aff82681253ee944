package agreement

import (
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
)

// Amend lays another version before both parties. It replaces one that lies there already.
type Amend struct {
	domain.Request
	Scopes []domain.Scope
	To     domain.Date // the last day; zero keeps it
	Note   string
}

func (c Amend) Decide(s State) ([]Event, error) {
	p := AmendmentProposed{Version: s.version + 1, Scopes: c.Scopes, To: c.To, Note: c.Note}
	if p.To.IsZero() {
		p.To = s.to
	}
	if err := s.propose(c.Request, p); err != nil {
		return nil, err
	}
	if err := checkScopes(c.Scopes); err != nil {
		return nil, err
	}
	return s.proposed(p), nil
}

// Renew lays another term before both parties.
type Renew struct {
	domain.Request
	To   domain.Date // the new last day
	Note string
}

func (c Renew) Decide(s State) ([]Event, error) {
	p := AmendmentProposed{Version: s.version + 1, Scopes: s.scopes, To: c.To, Renewal: true, Note: c.Note}
	if err := s.propose(c.Request, p); err != nil {
		return nil, err
	}
	if !c.To.After(s.to) && s.version > 0 {
		return nil, domain.Refuse(domain.Invalid, "END_BEFORE_START", "A new term ends after the present one, which ends on %s.", s.to).About("to")
	}
	return s.proposed(p), nil
}

func (s State) proposed(p AmendmentProposed) []Event {
	if old := s.proposal; old != nil && old.To == p.To && old.Renewal == p.Renewal && old.Note == p.Note && slices.Equal(old.Scopes, p.Scopes) {
		return nil
	}
	return []Event{p}
}

// propose says why nothing can be laid before the parties, or returns nil.
func (s State) propose(by domain.Request, p AmendmentProposed) error {
	switch {
	case s.status == none:
		return notFound()
	case !runsProgrammes(by.By):
		return notCoordinator("proposes to change an agreement")
	case s.status == ended:
		return overAlready()
	case s.status != active && s.status != suspended:
		return domain.Refuse(domain.Conflict, "NOT_ACTIVE", "Only an agreement in force is changed. Draft another one in place of this.")
	case domain.Written(p.Note) == "":
		return domain.Refuse(domain.Invalid, "NOTE_MISSING", "Say what changes, and why: both parties read it before they sign.").About("note")
	case domain.TooLong(p.Note):
		return domain.Shorten("note")
	case p.To.Before(by.Today()):
		return domain.Refuse(domain.Invalid, "END_BEFORE_START", "The agreement would be over already. Give a later last day.").About("to")
	}
	return nil
}

// Suspend stops everything under an agreement for a while, with the reason both parties are told.
type Suspend struct {
	domain.Request
	Reason string
}

func (c Suspend) Decide(s State) ([]Event, error) {
	switch {
	case s.status == none:
		return nil, notFound()
	case !runsProgrammes(c.By):
		return nil, notCoordinator("suspends an agreement")
	case s.status == suspended:
		return nil, nil
	case s.status == ended:
		return nil, overAlready()
	case s.status != active:
		return nil, domain.Refuse(domain.Conflict, "NOT_ACTIVE", "This agreement is not in force.")
	case domain.Written(c.Reason) == "":
		return nil, domain.Refuse(domain.Invalid, "REASON_MISSING", "Say why the agreement is suspended.").About("reason")
	case domain.TooLong(c.Reason):
		return nil, domain.Shorten("reason")
	}
	return []Event{Suspended{Reason: c.Reason}}, nil
}

// Resume puts a suspended agreement into force again.
type Resume struct{ domain.Request }

func (c Resume) Decide(s State) ([]Event, error) {
	switch {
	case s.status == none:
		return nil, notFound()
	case !runsProgrammes(c.By):
		return nil, notCoordinator("resumes an agreement")
	case s.status == active:
		return nil, nil
	case s.status == ended || s.status == suspended && c.Today().After(s.to):
		return nil, overAlready()
	case s.status != suspended:
		return nil, domain.Refuse(domain.Conflict, "NOT_ACTIVE", "This agreement is not suspended.")
	}
	return []Event{Resumed{}}, nil
}
