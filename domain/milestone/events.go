// Package milestone decides how one requirement of a pathway is begun, shown, assessed and attained by one apprentice.
package milestone

import (
	"encoding/json"

	"github.com/guildhall-dev/guildhall/domain"
)

// An Event is one fact about a milestone.
//
//sumtype:decl
type Event interface {
	domain.Event
	milestone()
}

// Events lists every event type, for the codec.
var Events = []domain.Event{Started{}, EvidenceSubmitted{}, Assessed{}, Attained{}, NotYetAttained{}}

// Upcasts lead from the forms in which facts were once written.
var Upcasts = []domain.Upcast{{
	From: domain.Form{Name: "milestone.evidence_submitted", Schema: 1}, To: domain.Form{Name: "milestone.evidence_submitted", Schema: 2},
	Do: func(fields map[string]json.RawMessage) error {
		if uri, ok := fields["uri"]; ok {
			fields["plainUri"] = uri
			delete(fields, "uri")
		}
		return nil
	},
}}

// Started records that the apprentice works on it.
type Started struct {
	Apprenticeship domain.ApprenticeshipID `json:"apprenticeship"`
	Person         domain.PersonID         `json:"person"`
	Requirement    domain.RequirementID    `json:"requirement"`
	PassLevel      int                     `json:"passLevel"`          // the lowest rating that passes
	ByCredit       bool                    `json:"byCredit,omitempty"` // attained by a college's award, not by assessment
}

// EvidenceSubmitted records what the apprentice shows for it, and who reviews it next.
type EvidenceSubmitted struct {
	Kind     Kind            `json:"kind"`
	Note     domain.Sealed   `json:"note"`
	URI      domain.Sealed   `json:"uri,omitempty"`      // a Link
	Plain    string          `json:"plainUri,omitempty"` // the link, on record from before links were sealed
	Hash     string          `json:"hash,omitempty"`     // SHA-256 of what is behind the link, if it was seen
	Assessor domain.PersonID `json:"assessor"`
}

// Assessed records a rating of the evidence.
type Assessed struct {
	Assessor domain.PersonID `json:"assessor"`
	Rating   int             `json:"rating"`  // 0 to 4
	Attempt  int             `json:"attempt"` // from 1
}

// Attained records that the requirement is met.
type Attained struct {
	On    domain.Date `json:"on"`
	Level int         `json:"level,omitempty"` // the rating, where it was rated
	Basis string      `json:"basis"`           // the stream it rests on: this one, or that of a credit

	Feedback domain.Sealed `json:"feedback,omitempty"` // what the assessor said, where it was rated
}

// NotYetAttained records that the evidence did not suffice, and what to do about it.
type NotYetAttained struct {
	Feedback domain.Sealed `json:"feedback"`
}

func (Started) EventName() string           { return "milestone.started" }
func (EvidenceSubmitted) EventName() string { return "milestone.evidence_submitted" }
func (Assessed) EventName() string          { return "milestone.assessed" }
func (Attained) EventName() string          { return "milestone.attained" }
func (NotYetAttained) EventName() string    { return "milestone.not_yet_attained" }

func (Started) milestone()           {}
func (EvidenceSubmitted) milestone() {}
func (Assessed) milestone()          {}
func (Attained) milestone()          {}
func (NotYetAttained) milestone()    {}
