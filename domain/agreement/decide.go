package agreement

import (
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
)

// Draft prepares an agreement.
type Draft struct {
	domain.Request
	Drafted Drafted
}

func (c Draft) Decide(s State) ([]Event, error) {
	switch {
	case s.status != none && s.partner == c.Drafted.Partner && s.kind == c.Drafted.Type && slices.Equal(s.scopes, c.Drafted.Scopes):
		return nil, nil
	case s.status != none:
		return nil, domain.Refuse(domain.Conflict, "ALREADY_DRAFTED", "This agreement exists already.")
	case !runsProgrammes(c.By):
		return nil, notCoordinator("prepares an agreement")
	case !c.Drafted.Type.Valid():
		return nil, domain.Refuse(domain.Invalid, "BAD_TYPE", "%q is not a type of agreement.", c.Drafted.Type).About("type")
	}
	if err := checkScopes(c.Drafted.Scopes); err != nil {
		return nil, err
	}
	return []Event{c.Drafted}, nil
}

func checkScopes(scopes []domain.Scope) error {
	if len(scopes) == 0 {
		return domain.Refuse(domain.Invalid, "SCOPES_MISSING", "Name the records the agreement covers.").About("scopes")
	}
	for _, scope := range scopes {
		if !scope.Valid() {
			return domain.Refuse(domain.Invalid, "BAD_SCOPE", "%q is not a kind of record.", scope).About("scopes")
		}
	}
	return nil
}

// SendForSignature lays a draft before both parties.
type SendForSignature struct{ domain.Request }

func (c SendForSignature) Decide(s State) ([]Event, error) {
	switch {
	case s.status == none:
		return nil, notFound()
	case !runsProgrammes(c.By):
		return nil, notCoordinator("sends an agreement for signature")
	case s.status == ended:
		return nil, overAlready()
	case s.status != drafted || s.hospital || s.institution:
		return nil, nil
	}
	return []Event{SentForSignature{}}, nil
}

// Sign records one signature: a coordinator signs for the hospital, the partner for itself.
// With the second one, what was proposed comes into force.
type Sign struct {
	domain.Request
	Version int // that is signed; 0 signs whatever lies before the party
}

func (c Sign) Decide(s State) ([]Event, error) {
	party := Hospital
	switch {
	case s.status == none:
		return nil, notFound()
	case c.By.Partner != "" && c.By.Partner == s.partner:
		party = Institution
	case !runsProgrammes(c.By):
		return nil, notCoordinator("signs for the hospital")
	}
	switch {
	case s.status == ended:
		return nil, overAlready()
	case c.Version != 0 && c.Version != s.before():
		return nil, domain.Refuse(domain.Conflict, "VERSION_CONFLICT", "Version %d of this agreement is to be signed, not version %d. Read it again before you sign.", s.before(), c.Version).About("version")
	case party == Hospital && s.hospital, party == Institution && s.institution:
		return nil, nil
	}
	by := SignedByParty{Party: party, On: c.Today()}
	if s.proposal == nil {
		return []Event{by}, nil
	}
	by.Version = s.proposal.Version
	if party == Hospital && !s.institution || party == Institution && !s.hospital {
		return []Event{by}, nil
	}
	if s.proposal.Renewal {
		return []Event{by, Renewed{Version: s.proposal.Version, To: s.proposal.To}}, nil
	}
	return []Event{by, Amended{Version: s.proposal.Version, Scopes: s.proposal.Scopes, To: s.proposal.To}}, nil
}

// before is the version that lies before the parties.
func (s State) before() int {
	if s.proposal != nil {
		return s.proposal.Version
	}
	return s.version
}

// Activate puts a signed agreement into force.
type Activate struct {
	domain.Request
	Activated Activated
}

func (c Activate) Decide(s State) ([]Event, error) {
	switch {
	case s.status == none:
		return nil, notFound()
	case !runsProgrammes(c.By):
		return nil, notCoordinator("puts an agreement into force")
	case s.status == active && s.from == c.Activated.From && s.to == c.Activated.To:
		return nil, nil
	case s.status == active:
		return nil, domain.Refuse(domain.Conflict, "ALREADY_ACTIVE", "This agreement is in force from %s to %s.", s.from, s.to)
	case s.status == ended:
		return nil, overAlready()
	case s.status == suspended:
		return nil, domain.Refuse(domain.Conflict, "AGREEMENT_SUSPENDED", "This agreement is suspended. Resume it.")
	case s.status != signed:
		return nil, domain.Refuse(domain.Conflict, "NOT_SIGNED", "Both parties sign an agreement before it comes into force.")
	case c.Activated.From.IsZero():
		return nil, domain.Refuse(domain.Invalid, "FROM_MISSING", "Say from when the agreement is in force.").About("from")
	case c.Activated.From.After(c.Today()):
		return nil, domain.Refuse(domain.Conflict, "NOT_YET", "The agreement begins on %s. Put it into force on that day.", c.Activated.From).About("from")
	case c.Activated.To.Before(c.Activated.From) || c.Activated.To.Before(c.Today()):
		return nil, domain.Refuse(domain.Invalid, "END_BEFORE_START", "The agreement would be over already. Give a later last day.").About("to")
	}
	return []Event{c.Activated}, nil
}

func runsProgrammes(a domain.Actor) bool {
	return a.Role == domain.Coordinator || a.Role == domain.System
}

func notCoordinator(does string) error {
	return domain.Refuse(domain.Forbidden, "NOT_COORDINATOR", "Only a coordinator %s.", does)
}

func notFound() error {
	return domain.Refuse(domain.NotFound, "NO_SUCH_AGREEMENT", "There is no such agreement.")
}

func overAlready() error {
	return domain.Refuse(domain.Conflict, "AGREEMENT_ENDED", "This agreement has ended. Draft a new one.")
}
