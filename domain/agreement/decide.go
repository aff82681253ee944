package agreement

import (
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/rules"
)

// Draft prepares an agreement.
type Draft struct {
	domain.Request
	Drafted Drafted
}

func (c Draft) Decide(s State) ([]Event, error) {
	switch {
	case s.status != none && s.partner == c.Drafted.Partner && slices.Equal(s.scopes, c.Drafted.Scopes):
		return nil, nil
	case s.status != none:
		return nil, domain.Refuse(domain.Conflict, "ALREADY_DRAFTED", "This agreement exists already.")
	case !runsProgrammes(c.By):
		return nil, notCoordinator("prepares an agreement")
	case len(c.Drafted.Scopes) == 0:
		return nil, domain.Refuse(domain.Invalid, "SCOPES_MISSING", "Name the records the agreement covers.").About("scopes")
	}
	for _, scope := range c.Drafted.Scopes {
		if !scope.Valid() {
			return nil, domain.Refuse(domain.Invalid, "BAD_SCOPE", "%q is not a kind of record.", scope).About("scopes")
		}
	}
	return []Event{c.Drafted}, nil
}

// Sign records one signature: a coordinator signs for the hospital, the partner for itself.
type Sign struct{ domain.Request }

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
	case party == Hospital && s.hospital, party == Institution && s.institution:
		return nil, nil
	}
	return []Event{SignedByParty{Party: party, On: c.Today()}}, nil
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

// AddRule adds a promise of credit.
type AddRule struct {
	domain.Request
	rules.Articulation
}

func (c AddRule) Decide(s State) ([]Event, error) {
	at := slices.IndexFunc(s.rules, func(r rules.Articulation) bool { return r.Rule == c.Rule })
	switch {
	case s.status == none:
		return nil, notFound()
	case !runsProgrammes(c.By):
		return nil, notCoordinator("adds an articulation rule")
	case at >= 0 && s.rules[at].Equal(c.Articulation):
		return nil, nil
	case at >= 0:
		return nil, domain.Refuse(domain.Conflict, "RULE_EXISTS", "The agreement has another rule %q. Give the new one its own id.", c.Rule)
	case s.status == ended:
		return nil, overAlready()
	}
	if err := c.Check(); err != nil {
		return nil, err
	}
	return []Event{ArticulationRuleAdded{c.Articulation}}, nil
}

// Expire records that the last day has passed.
type Expire struct{ domain.Request }

func (c Expire) Decide(s State) ([]Event, error) {
	switch {
	case s.status == none:
		return nil, notFound()
	case c.By.Role != domain.System:
		return nil, domain.Refuse(domain.Forbidden, "EXPIRES_BY_ITSELF", "An agreement expires by itself after its last day.")
	case s.status != active:
		return nil, nil
	case !c.Today().After(s.to):
		return nil, domain.Refuse(domain.Conflict, "NOT_YET", "This agreement is in force until %s.", s.to)
	}
	return []Event{Expired{}}, nil
}

// Terminate ends an agreement at once, with the reason both parties are told.
type Terminate struct {
	domain.Request
	Reason string
}

func (c Terminate) Decide(s State) ([]Event, error) {
	switch {
	case s.status == none:
		return nil, notFound()
	case !runsProgrammes(c.By):
		return nil, notCoordinator("ends an agreement")
	case s.status == ended:
		return nil, overAlready()
	case domain.Written(c.Reason) == "":
		return nil, domain.Refuse(domain.Invalid, "REASON_MISSING", "Say why the agreement ends.").About("reason")
	case domain.TooLong(c.Reason):
		return nil, domain.Shorten("reason")
	}
	return []Event{Terminated{Reason: c.Reason}}, nil
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
