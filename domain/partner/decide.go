package partner

import (
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
)

// Onboard records an institution. Asking again changes nothing.
type Onboard struct {
	domain.Request
	Onboarded Onboarded
}

func (c Onboard) Decide(s State) ([]Event, error) {
	switch {
	case s.onboarded:
		return nil, nil
	case c.By.Role != domain.Coordinator && c.By.Role != domain.System:
		return nil, domain.Refuse(domain.Forbidden, "NOT_COORDINATOR", "Only a coordinator adds an institution.")
	case strings.TrimSpace(c.Onboarded.Name) == "":
		return nil, domain.Refuse(domain.Invalid, "NAME_MISSING", "An institution needs a name.").About("name")
	}
	return []Event{c.Onboarded}, nil
}

// IssueKey gives an institution's systems a new key.
type IssueKey struct {
	domain.Request
	Key  domain.KeyID
	Hash string
}

func (c IssueKey) Decide(s State) ([]Event, error) {
	if !s.onboarded {
		return nil, domain.Refuse(domain.NotFound, "NO_SUCH_PARTNER", "There is no such institution.")
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
