// Package manifest decides which GraphQL documents an institution has on record, so that its
// systems ask by their ids.
package manifest

import "github.com/guildhall-dev/guildhall/domain"

// An Event is one fact about the documents of an institution.
type Event interface {
	domain.Event
	manifest()
}

// Events lists every event type, for the codec.
var Events = []domain.Event{Added{}, Withdrawn{}}

// Added records a document.
type Added struct {
	Document
}

// Withdrawn records that a document is asked by no more.
type Withdrawn struct {
	ID string `json:"id"`
}

func (Added) EventName() string     { return "manifest.document_added" }
func (Withdrawn) EventName() string { return "manifest.document_withdrawn" }

func (Added) manifest()     {}
func (Withdrawn) manifest() {}
