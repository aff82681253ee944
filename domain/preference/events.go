package preference

import "github.com/guildhall-dev/guildhall/domain"

// An Event is one fact about how somebody wants to be told things.
//
//sumtype:decl
type Event interface {
	domain.Event
	preference()
}

// Events lists every event type, for the codec.
var Events = []domain.Event{Chosen{}, MessagesRead{}}

// Chosen records what somebody prefers, all of it.
type Chosen struct {
	Language string `json:"language,omitempty"` // a tag such as "es"; empty is what the browser asks for
	Zone     string `json:"zone,omitempty"`     // such as "America/Chicago"; empty is that of the place
	Digest   Digest `json:"digest"`
	Quiet    Quiet  `json:"quiet,omitzero"`
}

// MessagesRead records up to when somebody has read what happened.
type MessagesRead struct {
	Until int64 `json:"until"` // microseconds since 1970
}

func (Chosen) EventName() string       { return "preference.chosen" }
func (MessagesRead) EventName() string { return "preference.messages_read" }

func (Chosen) preference()       {}
func (MessagesRead) preference() {}
