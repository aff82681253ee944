// Package client decides which systems may log in for an institution, with which keys and
// secrets, and what they may ask for.
package client

import "github.com/guildhall-dev/guildhall/domain"

// An Event is one fact about a client.
type Event interface {
	domain.Event
	client()
}

// Events lists every event type, for the codec.
var Events = []domain.Event{Registered{}, ScopesGranted{}, SecretIssued{}, KeyAdded{}, Limited{}, Revoked{}, Used{}, Restricted{}, Closed{}}

// Registered records a system of an institution.
type Registered struct {
	Title  string  `json:"title"`
	Scopes []Scope `json:"scopes"`
}

// ScopesGranted records what the client may ask for from now on, in place of what it might before.
type ScopesGranted struct {
	Scopes []Scope `json:"scopes"`
}

// SecretIssued records a secret by which the client is recognised.
type SecretIssued struct {
	Key   domain.KeyID `json:"key"`
	Hash  string       `json:"hash"`  // SHA-256 of the secret in hexadecimal; the secret has 256 random bits
	Until domain.Date  `json:"until"` // the last day
}

// KeyAdded records a public key whose private half the client signs with.
type KeyAdded struct {
	Key   domain.KeyID `json:"key"`
	JWK   string       `json:"jwk"`   // RFC 7517, of what is public only
	Until domain.Date  `json:"until"` // the last day
}

// Limited records that a key or secret ends sooner than it would have: another one takes
// its place.
type Limited struct {
	Key   domain.KeyID `json:"key"`
	Until domain.Date  `json:"until"` // the last day
}

// Revoked ends a key or secret at once, and with it every token that was got by it.
type Revoked struct {
	Key    domain.KeyID `json:"key"`
	Reason string       `json:"reason"`
}

// Used records that a client logged in with a key or secret on a day: once a day, however
// often it did.
type Used struct {
	Key domain.KeyID `json:"key"`
	On  domain.Date  `json:"on"`
}

// Restricted records whether the client asks by documents that are on record alone.
type Restricted struct {
	Only bool `json:"only"`
}

// Closed ends the client for good.
type Closed struct {
	Reason string `json:"reason"`
}

func (Registered) EventName() string    { return "client.registered" }
func (ScopesGranted) EventName() string { return "client.scopes_granted" }
func (SecretIssued) EventName() string  { return "client.secret_issued" }
func (KeyAdded) EventName() string      { return "client.key_added" }
func (Limited) EventName() string       { return "client.key_limited" }
func (Revoked) EventName() string       { return "client.key_revoked" }
func (Used) EventName() string          { return "client.key_used" }
func (Restricted) EventName() string    { return "client.restricted_to_documents" }
func (Closed) EventName() string        { return "client.closed" }

func (Registered) client()    {}
func (ScopesGranted) client() {}
func (SecretIssued) client()  {}
func (KeyAdded) client()      {}
func (Limited) client()       {}
func (Revoked) client()       {}
func (Used) client()          {}
func (Restricted) client()    {}
func (Closed) client()        {}
