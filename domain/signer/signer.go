package signer

import "github.com/guildhall-dev/guildhall/domain"

// Stream is where the facts about a key are kept.
func Stream(id domain.KeyID) domain.Stream { return domain.Stream("signer-" + id) }

// ID is the inverse of Stream.
func ID(s domain.Stream) (domain.KeyID, error) {
	id, err := s.Subject("signer")
	return domain.KeyID(id), err
}

// Life is how many days a key signs.
const Life = 90

// State is what deciding needs to know, and no more.
type State struct{ published, retired bool }

// Evolve returns s after e. It only records; it never refuses.
func Evolve(s State, e Event) State {
	switch e.(type) {
	case Published:
		s.published = true
	case Retired:
		s.retired = true
	}
	return s
}

// Publish records the key of a node. It signs for Life days.
type Publish struct {
	domain.Request
	Public string
}

func (c Publish) Decide(s State) ([]Event, error) {
	switch {
	case c.By.Role != domain.System:
		return nil, notOperator
	case s.retired:
		return nil, domain.Refuse(domain.Conflict, "SIGNER_RETIRED", "This key was retired. Remove its file to have a new one.")
	case s.published:
		return nil, nil
	case c.Public == "":
		return nil, domain.Refuse(domain.Invalid, "KEY_MISSING", "Say what is public of the key.")
	}
	return []Event{Published{Public: c.Public, Until: c.Today().AddDays(Life)}}, nil
}

// Retire ends a key at once, with all tokens that it signed.
type Retire struct {
	domain.Request
	Reason string
}

func (c Retire) Decide(s State) ([]Event, error) {
	switch {
	case !s.published:
		return nil, domain.Refuse(domain.NotFound, "NO_SUCH_KEY", "There is no such key.")
	case c.By.Role != domain.System:
		return nil, notOperator
	case s.retired:
		return nil, nil
	case domain.Written(c.Reason) == "":
		return nil, domain.Refuse(domain.Invalid, "REASON_MISSING", "Say why the key is retired.").About("reason")
	case domain.TooLong(c.Reason):
		return nil, domain.Shorten("reason")
	}
	return []Event{Retired{Reason: domain.Written(c.Reason)}}, nil
}

var notOperator = domain.Refuse(domain.Forbidden, "NOT_OPERATOR", "The keys of nodes are published and retired by whoever runs this Guildhall.")
