package partner

import (
	"slices"
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
	case !c.Onboarded.Kind.Valid():
		return nil, domain.Refuse(domain.Invalid, "BAD_KIND", "%q is not a kind of institution.", c.Onboarded.Kind).About("kind")
	}
	return []Event{c.Onboarded}, nil
}

// Suspend stops an institution from seeing and recording anything, at once. Its keys stay.
type Suspend struct {
	domain.Request
	Reason string
}

func (c Suspend) Decide(s State) ([]Event, error) {
	switch {
	case !s.onboarded:
		return nil, domain.Refuse(domain.NotFound, "NO_SUCH_PARTNER", "There is no such institution.")
	case !oversees(c.By):
		return nil, domain.Refuse(domain.Forbidden, "NOT_COORDINATOR", "Only a coordinator or the privacy officer suspends an institution.")
	case s.suspended:
		return nil, nil
	case domain.Written(c.Reason) == "":
		return nil, domain.Refuse(domain.Invalid, "REASON_MISSING", "Say why the institution is suspended.").About("reason")
	case domain.TooLong(c.Reason):
		return nil, domain.Shorten("reason")
	}
	return []Event{Suspended{Reason: c.Reason}}, nil
}

// Resume lets a suspended institution take part again.
type Resume struct{ domain.Request }

func (c Resume) Decide(s State) ([]Event, error) {
	switch {
	case !s.onboarded:
		return nil, domain.Refuse(domain.NotFound, "NO_SUCH_PARTNER", "There is no such institution.")
	case !oversees(c.By):
		return nil, domain.Refuse(domain.Forbidden, "NOT_COORDINATOR", "Only a coordinator or the privacy officer ends a suspension.")
	case !s.suspended:
		return nil, nil
	}
	return []Event{Resumed{}}, nil
}

func oversees(by domain.Actor) bool {
	return by.Role == domain.Coordinator || by.Role == domain.PrivacyOfficer || by.Role == domain.System
}

// maxDelegates is how many people act for an institution at most.
const maxDelegates = 50

// NameDelegate lets a person act for an institution.
type NameDelegate struct {
	domain.Request
	Person domain.PersonID
}

func (c NameDelegate) Decide(s State) ([]Event, error) {
	switch {
	case !s.onboarded:
		return nil, domain.Refuse(domain.NotFound, "NO_SUCH_PARTNER", "There is no such institution.")
	case !oversees(c.By):
		return nil, domain.Refuse(domain.Forbidden, "NOT_COORDINATOR", "Only a coordinator or the privacy officer says who acts for an institution.")
	case c.By.Person != "" && c.By.Person == c.Person:
		return nil, domain.Refuse(domain.Forbidden, "NAMES_ONESELF", "Nobody lets themselves act for an institution. Ask a colleague.")
	case slices.Contains(s.delegates, c.Person):
		return nil, nil
	case len(s.delegates) >= maxDelegates:
		return nil, domain.Refuse(domain.Conflict, "TOO_MANY", "At most %d people act for an institution. Dismiss somebody first.", maxDelegates)
	}
	return []Event{DelegateNamed{Person: c.Person}}, nil
}

// DismissDelegate ends that a person acts for an institution, at once.
type DismissDelegate struct {
	domain.Request
	Person domain.PersonID
}

func (c DismissDelegate) Decide(s State) ([]Event, error) {
	switch {
	case !s.onboarded:
		return nil, domain.Refuse(domain.NotFound, "NO_SUCH_PARTNER", "There is no such institution.")
	case !oversees(c.By):
		return nil, domain.Refuse(domain.Forbidden, "NOT_COORDINATOR", "Only a coordinator or the privacy officer says who acts for an institution.")
	case !slices.Contains(s.delegates, c.Person):
		return nil, nil
	}
	return []Event{DelegateDismissed{Person: c.Person}}, nil
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
