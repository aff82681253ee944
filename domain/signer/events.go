// Package signer decides which keys sign the tokens that clients log in for. Every node has a
// key of its own; what is public of it is on record, so that every other node can check.
package signer

import "github.com/guildhall-dev/guildhall/domain"

// An Event is one fact about a key.
type Event interface {
	domain.Event
	signer()
}

// Events lists every event type, for the codec.
var Events = []domain.Event{Published{}, Retired{}}

// Published records a key that a node signs with from now on.
type Published struct {
	Public string      `json:"public"` // Ed25519, in base64url without padding
	Until  domain.Date `json:"until"`  // the last day
}

// Retired records that nothing that the key signed counts any more.
type Retired struct {
	Reason string `json:"reason"`
}

func (Published) EventName() string { return "signer.published" }
func (Retired) EventName() string   { return "signer.retired" }

func (Published) signer() {}
func (Retired) signer()   {}
