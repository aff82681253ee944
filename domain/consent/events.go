// Package consent decides which records of a learner an institution may see, after 34 CFR 99.30.
package consent

import (
	"encoding/json"

	"github.com/guildhall-dev/guildhall/domain"
)

// An Event is one fact about a learner's consent towards one institution.
type Event interface {
	domain.Event
	consent()
}

// Events lists every event type, for the codec.
var Events = []domain.Event{Given{}, Revoked{}, Expired{}}

// Upcasts lead from the forms in which facts were once written.
var Upcasts = []domain.Upcast{{
	From: domain.Form{Name: "consent.given", Schema: 1}, To: domain.Form{Name: "consent.given", Schema: 2},
	Do: func(fields map[string]json.RawMessage) error {
		fields["plainPurpose"] = fields["purpose"]
		delete(fields, "purpose")
		return nil
	},
}}

// Given records a signed and dated consent. It replaces what was consented to before.
type Given struct {
	Person     domain.PersonID  `json:"person"`
	Party      domain.PartnerID `json:"party"`
	Records    []domain.Scope   `json:"records"`
	Purpose    domain.Sealed    `json:"purpose,omitempty"`
	Plain      string           `json:"plainPurpose,omitempty"` // the purpose, on record from before it was sealed
	On         domain.Date      `json:"on"`
	ExpiresOn  domain.Date      `json:"expiresOn,omitzero"` // the last day; zero is open
	AuthMethod string           `json:"authMethod"`         // how the learner was recognised, 34 CFR 99.30(d)
}

// Revoked takes the consent back.
type Revoked struct{}

// Expired records that the last day has passed.
type Expired struct{}

func (Given) EventName() string   { return "consent.given" }
func (Revoked) EventName() string { return "consent.revoked" }
func (Expired) EventName() string { return "consent.expired" }

func (Given) consent()   {}
func (Revoked) consent() {}
func (Expired) consent() {}
