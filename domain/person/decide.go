package person

import (
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
)

// capacities are those of people: nobody acts as an institution or as Guildhall itself.
var capacities = []domain.Role{
	domain.Apprentice, domain.Mentor, domain.Manager, domain.Coordinator, domain.HR, domain.Security, domain.Auditor,
}

// Join records a new colleague. Asking again changes nothing.
type Join struct {
	domain.Request
	Joined Joined
}

func (c Join) Decide(s State) ([]Event, error) {
	switch {
	case s.joined:
		return nil, nil
	case c.By.Role != domain.Coordinator && c.By.Role != domain.HR && c.By.Role != domain.System:
		return nil, domain.Refuse(domain.Forbidden, "NOT_STAFF_ADMIN", "Only a coordinator or human resources adds people.")
	case c.Joined.Name == "":
		return nil, domain.Refuse(domain.Invalid, "NAME_MISSING", "A person needs a name.").About("name")
	case !slices.Contains(capacities, c.Joined.Capacity):
		return nil, domain.Refuse(domain.Invalid, "BAD_CAPACITY", "Nobody acts here as %q. Choose one of %q.", c.Joined.Capacity, capacities).About("capacity")
	}
	return []Event{c.Joined}, nil
}

// IssueKey gives a person a new key.
type IssueKey struct {
	domain.Request
	Key  domain.KeyID
	Hash string
}

func (c IssueKey) Decide(s State) ([]Event, error) {
	if !s.joined {
		return nil, domain.Refuse(domain.NotFound, "NO_SUCH_PERSON", "There is no such person.")
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
