package person

import (
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
)

// Capacities are those of people: nobody acts as an institution or as Guildhall itself.
var Capacities = []domain.Role{
	domain.Apprentice, domain.Mentor, domain.Manager, domain.Coordinator, domain.HR, domain.Security, domain.Auditor,
	domain.PrivacyOfficer, domain.EEOOfficer, domain.Executive, domain.Registrar,
}

// ofProgrammes are those of the people whom programmes are made of. Each reads less than a
// coordinator does.
var ofProgrammes = []domain.Role{domain.Apprentice, domain.Mentor, domain.Manager, domain.Registrar}

// Gives are the capacities in which somebody may let others act: human resources and whoever
// runs Guildhall every one, a coordinator none that reads what they do not, and not their own.
func Gives(by domain.Actor) []domain.Role {
	switch by.Role {
	case domain.HR, domain.System:
		return Capacities
	case domain.Coordinator:
		return ofProgrammes
	}
	return nil
}

// gives refuses a capacity that is none, and one that is not for whoever asks to give or to end.
func gives(by domain.Actor, as domain.Role) error {
	switch {
	case !slices.Contains(Capacities, as):
		return badCapacity(as)
	case !slices.Contains(Gives(by), as):
		return domain.Refuse(domain.Forbidden, "NOT_YOURS_TO_GIVE", "A coordinator lets people act as apprentice, mentor, manager or registrar, and takes no other capacity from them. Ask human resources.").About("capacity")
	}
	return nil
}

// ErrErased refuses what cannot be done for somebody who was erased.
var ErrErased = domain.Refuse(domain.Conflict, "PERSON_ERASED",
	"This person was erased: nothing more is written down about them and nobody acts as them. Somebody who comes back is added anew, under another id.")

var errUnknown = domain.Refuse(domain.NotFound, "NO_SUCH_PERSON", "There is no such person.")

// Join records a new colleague. Asking again changes nothing.
type Join struct {
	domain.Request
	Joined Joined
}

func (c Join) Decide(s State) ([]Event, error) {
	switch {
	case s.erased:
		return nil, ErrErased
	case s.joined:
		return nil, nil
	case c.By.Role != domain.Coordinator && c.By.Role != domain.HR && c.By.Role != domain.System:
		return nil, domain.Refuse(domain.Forbidden, "NOT_STAFF_ADMIN", "Only a coordinator or human resources adds people.")
	case c.Joined.Name == "":
		return nil, domain.Refuse(domain.Invalid, "NAME_MISSING", "A person needs a name.").About("name")
	}
	if err := gives(c.By, c.Joined.Capacity); err != nil {
		return nil, err
	}
	return []Event{c.Joined}, nil
}

func badCapacity(as domain.Role) error {
	return domain.Refuse(domain.Invalid, "BAD_CAPACITY", "Nobody acts here as %q. Choose one of %q.", as, Capacities).About("capacity")
}

// IssueKey gives a person a new key.
type IssueKey struct {
	domain.Request
	Key  domain.KeyID
	Hash string
}

func (c IssueKey) Decide(s State) ([]Event, error) {
	switch {
	case !s.joined:
		return nil, errUnknown
	case s.erased:
		return nil, ErrErased
	}
	if due, err := s.keys.Issue(c.By, c.Key); !due {
		return nil, err
	}
	return []Event{KeyIssued{Key: c.Key, Hash: c.Hash}}, nil
}

// RevokeKey ends a key at once.
type RevokeKey struct {
	domain.Request
	Key domain.KeyID
}

func (c RevokeKey) Decide(s State) ([]Event, error) {
	if due, err := s.keys.Revoke(c.By, c.Key); !due {
		return nil, err
	}
	return []Event{KeyRevoked{Key: c.Key}}, nil
}

// LinkLogin records as whom an OpenID provider knows a person. Whoever could do so could act
// as anybody, so it is left to whoever runs Guildhall.
type LinkLogin struct {
	domain.Request
	Link  domain.KeyID
	Login domain.Sealed
}

func (c LinkLogin) Decide(s State) ([]Event, error) {
	if err := s.known(); err != nil {
		return nil, err
	}
	if due, err := s.logins.Issue(c.By, c.Link); !due {
		return nil, err
	}
	return []Event{LoginLinked{Link: c.Link, Login: c.Login}}, nil
}

// UnlinkLogin ends a link at once.
type UnlinkLogin struct {
	domain.Request
	Link domain.KeyID
}

func (c UnlinkLogin) Decide(s State) ([]Event, error) {
	if due, err := s.logins.Revoke(c.By, c.Link); !due {
		return nil, err
	}
	return []Event{LoginUnlinked{Link: c.Link}}, nil
}
