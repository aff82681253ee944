// Package consent decides which records of a learner an institution may see, after 34 CFR 99.30.
package consent

import "github.com/guildhall-dev/guildhall/domain"

// An Event is one fact about a learner's consent towards one institution.
//
//sumtype:decl
type Event interface {
	domain.Event
	consent()
}

// Events lists every event type, for the codec.
var Events = []domain.Event{Given{}, Revoked{}, Expired{}}

// Given records a signed and dated consent. It replaces what was consented to before.
type Given struct {
	Person     domain.PersonID  `json:"person"`
	Party      domain.PartnerID `json:"party"`
	Records    []domain.Scope   `json:"records"`
	Purpose    string           `json:"purpose"`
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
