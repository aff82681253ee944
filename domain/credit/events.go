// Package credit decides how a college's credit for one course under one articulation rule
// is asked for and awarded. A recommendation is never shown as an award.
package credit

import (
	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/rules"
)

// An Event is one fact about a credit.
//
//sumtype:decl
type Event interface {
	domain.Event
	credit()
}

// Events lists every event type, for the codec.
var Events = []domain.Event{Requested{}, Awarded{}}

// Requested records that an apprentice asked a college for credit.
type Requested struct {
	Subject
	Consent domain.Stream `json:"consent"` // under which the college learns of it
}

// Awarded records the college's decision. Only the college makes it.
type Awarded struct {
	Subject
	Award       domain.Credit `json:"award"`
	Grade       rules.Grade   `json:"grade"`
	Term        string        `json:"term"`
	ExternalRef string        `json:"externalRef"` // the college's own reference
}

// A Subject is whose credit for what.
type Subject struct {
	Apprenticeship domain.ApprenticeshipID `json:"apprenticeship"`
	Person         domain.PersonID         `json:"person"`
	Partner        domain.PartnerID        `json:"partner"`
	Agreement      domain.AgreementID      `json:"agreement"`
	Articulation   rules.Articulation      `json:"articulation"` // the rule as it stood
}

func (Requested) EventName() string { return "credit.requested" }
func (Awarded) EventName() string   { return "credit.awarded" }

func (Requested) credit() {}
func (Awarded) credit()   {}
