// Package person decides who works here, in which capacity they act, with which keys they
// are recognised, and who is erased.
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
var Events = []domain.Event{Joined{}, Renamed{}, JobChanged{}, CapacityChanged{}, KeyIssued{}, KeyRevoked{}, Erased{}}

// Joined records that somebody came to work here.
type Joined struct {
	Name     domain.Sealed   `json:"name"`
	Capacity domain.Role     `json:"capacity"`          // in which they act here
	Position domain.RoleID   `json:"position"`          // the job they hold
	Title    string          `json:"title"`             // of the job, in words
	Leads    []domain.RoleID `json:"leads,omitempty"`   // the jobs in the team they manage
	Manager  domain.PersonID `json:"manager,omitempty"` // whom they report to
	Site     domain.SiteID   `json:"site"`
	Start    domain.Date     `json:"start,omitzero"` // first day of work, where it is known
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

// Erased records that everything by which the person could be recognised was destroyed:
// the keys of what was sealed about them, and with them their name, and the keys they were
// recognised by. What they did stays on record under their id.
type Erased struct {
	Reason Reason `json:"reason"`
}

// A Reason says why somebody is erased.
type Reason string

const (
	Asked     Reason = "asked"     // the person asked for it
	Retention Reason = "retention" // the time for which their data is kept is over
)

func (Joined) EventName() string     { return "person.joined" }
func (KeyIssued) EventName() string  { return "person.key_issued" }
func (KeyRevoked) EventName() string { return "person.key_revoked" }
func (Erased) EventName() string     { return "person.erased" }

func (Joined) person()     {}
func (KeyIssued) person()  {}
func (KeyRevoked) person() {}
func (Erased) person()     {}
