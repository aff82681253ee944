// Package partner decides which institutions are known, whether they take part at present,
// and with which keys their systems are recognised.
package partner

import "github.com/guildhall-dev/guildhall/domain"

// An Event is one fact about a partner institution.
type Event interface {
	domain.Event
	partner()
}

// Events lists every event type, for the codec.
var Events = []domain.Event{Onboarded{}, Suspended{}, Resumed{}, KeyIssued{}, KeyRevoked{}, DelegateNamed{}, DelegateDismissed{}}

// Onboarded records an institution the hospital works with.
type Onboarded struct {
	Name    string   `json:"name"`
	IPEDS   string   `json:"ipeds,omitempty"` // institution id in the US Integrated Postsecondary Education Data System
	Domains []string `json:"domains,omitempty"`
	Kind    Kind     `json:"kind,omitempty"` // empty is a college, on record from before it was said
}

// Suspended stops an institution from seeing and recording anything.
type Suspended struct {
	Reason string `json:"reason"`
}

// Resumed lets a suspended institution take part again.
type Resumed struct{}

// KeyIssued records a secret by which the institution's systems are recognised.
type KeyIssued struct {
	Key  domain.KeyID `json:"key"`
	Hash string       `json:"hash"` // SHA-256 of the secret in hexadecimal; the secret has 256 random bits
}

// KeyRevoked ends a key at once.
type KeyRevoked struct {
	Key domain.KeyID `json:"key"`
}

// DelegateNamed lets a person act for the institution: they see and record what its systems do.
type DelegateNamed struct {
	Person domain.PersonID `json:"person"`
}

// DelegateDismissed ends that at once.
type DelegateDismissed struct {
	Person domain.PersonID `json:"person"`
}

func (Onboarded) EventName() string         { return "partner.onboarded" }
func (Suspended) EventName() string         { return "partner.suspended" }
func (Resumed) EventName() string           { return "partner.resumed" }
func (KeyIssued) EventName() string         { return "partner.key_issued" }
func (KeyRevoked) EventName() string        { return "partner.key_revoked" }
func (DelegateNamed) EventName() string     { return "partner.delegate_named" }
func (DelegateDismissed) EventName() string { return "partner.delegate_dismissed" }

func (Onboarded) partner()         {}
func (Suspended) partner()         {}
func (Resumed) partner()           {}
func (KeyIssued) partner()         {}
func (KeyRevoked) partner()        {}
func (DelegateNamed) partner()     {}
func (DelegateDismissed) partner() {}
