// Package agreement decides how an agreement with an institution comes about, what it covers and when it ends.
package agreement

import (
	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/rules"
)

// An Event is one fact about an agreement.
//
//sumtype:decl
type Event interface {
	domain.Event
	agreement()
}

// Events lists every event type, for the codec.
var Events = []domain.Event{Drafted{}, SignedByParty{}, Activated{}, ArticulationRuleAdded{}, Expired{}, Terminated{}}

// Drafted records what was agreed upon: which records the institution may see of learners who consent.
type Drafted struct {
	Partner domain.PartnerID `json:"partner"`
	Scopes  []domain.Scope   `json:"scopes"`
}

// SignedByParty records one signature.
type SignedByParty struct {
	Party Party       `json:"party"`
	On    domain.Date `json:"on"`
}

// Activated puts the agreement into force for a time.
type Activated struct {
	From domain.Date `json:"from"`
	To   domain.Date `json:"to"` // the last day
}

// ArticulationRuleAdded records a promise of credit.
type ArticulationRuleAdded struct {
	rules.Articulation
}

// Expired records that the last day has passed.
type Expired struct{}

// Terminated ends the agreement at once.
type Terminated struct {
	Reason string `json:"reason"`
}

func (Drafted) EventName() string               { return "agreement.drafted" }
func (SignedByParty) EventName() string         { return "agreement.signed_by_party" }
func (Activated) EventName() string             { return "agreement.activated" }
func (ArticulationRuleAdded) EventName() string { return "agreement.articulation_rule_added" }
func (Expired) EventName() string               { return "agreement.expired" }
func (Terminated) EventName() string            { return "agreement.terminated" }

func (Drafted) agreement()               {}
func (SignedByParty) agreement()         {}
func (Activated) agreement()             {}
func (ArticulationRuleAdded) agreement() {}
func (Expired) agreement()               {}
func (Terminated) agreement()            {}
