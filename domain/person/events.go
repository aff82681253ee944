// Package person decides who works here, in which capacity they act, and with which keys they are recognised.
package person

import "github.com/guildhall-dev/guildhall/domain"

// An Event is one fact about a person.
//
//sumtype:decl
type Event interface {
	domain.Event
	person()
}

// Events lists every event type, for the codec.
var Events = []domain.Event{Joined{}, KeyIssued{}, KeyRevoked{}}

// Joined records that somebody came to work here.
type Joined struct {
	Name     domain.Sealed   `json:"name"`
	Capacity domain.Role     `json:"capacity"`          // in which they act here
	Position domain.RoleID   `json:"position"`          // the job they hold
	Title    string          `json:"title"`             // of the job, in words
	Leads    []domain.RoleID `json:"leads,omitempty"`   // the jobs in the team they manage
	Manager  domain.PersonID `json:"manager,omitempty"` // whom they report to
	Site     domain.SiteID   `json:"site"`
}

// KeyIssued records a secret by which the person's requests are recognised.
type KeyIssued struct {
	Key  domain.KeyID `json:"key"`
	Hash string       `json:"hash"` // SHA-256 of the secret in hexadecimal; the secret has 256 random bits
}

// KeyRevoked ends a key at once.
type KeyRevoked struct {
	Key domain.KeyID `json:"key"`
}

func (Joined) EventName() string     { return "person.joined" }
func (KeyIssued) EventName() string  { return "person.key_issued" }
func (KeyRevoked) EventName() string { return "person.key_revoked" }

func (Joined) person()     {}
func (KeyIssued) person()  {}
func (KeyRevoked) person() {}
