// Package agreement decides how an agreement with an institution comes about, what it covers,
// how it changes and when it ends. Nobody is bound by what they did not sign.
package agreement

import (
	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/rules"
)

// An Event is one fact about an agreement.
type Event interface {
	domain.Event
	agreement()
}

// Events lists every event type, for the codec.
var Events = []domain.Event{
	Drafted{}, SentForSignature{}, SignedByParty{}, Activated{}, AmendmentProposed{}, Amended{}, Suspended{}, Resumed{}, Renewed{},
	ArticulationRuleAdded{}, ArticulationRuleRetired{}, NoticeGiven{}, Expired{}, Terminated{},
}

// Drafted records what was agreed upon: which records the institution may see of learners who consent.
type Drafted struct {
	Partner domain.PartnerID `json:"partner"`
	Scopes  []domain.Scope   `json:"scopes"`
	Type    Type             `json:"type,omitempty"`
}

// SentForSignature lays the draft before both parties.
type SentForSignature struct{}

// SignedByParty records one signature.
type SignedByParty struct {
	Party   Party       `json:"party"`
	On      domain.Date `json:"on"`
	Version int         `json:"version,omitempty"` // that was signed, from 2; the first version has none
}

// Activated puts the agreement into force for a time.
type Activated struct {
	From domain.Date `json:"from"`
	To   domain.Date `json:"to"` // the last day
}

// AmendmentProposed lays another version, or another term, before both parties. What is in
// force stays in force until both have signed.
type AmendmentProposed struct {
	Version int            `json:"version"` // from 2
	Scopes  []domain.Scope `json:"scopes"`
	To      domain.Date    `json:"to"`
	Renewal bool           `json:"renewal,omitempty"` // only the last day changes
	Note    string         `json:"note"`              // what changes and why, for both parties
}

// Amended puts the proposed version into force.
type Amended struct {
	Version int            `json:"version"`
	Scopes  []domain.Scope `json:"scopes"`
	To      domain.Date    `json:"to"`
}

// Renewed begins another term.
type Renewed struct {
	Version int         `json:"version"`
	To      domain.Date `json:"to"` // the new last day
}

// Suspended stops everything under the agreement for a while.
type Suspended struct {
	Reason string `json:"reason"`
}

// Resumed ends a suspension.
type Resumed struct{}

// ArticulationRuleAdded records a promise of credit.
type ArticulationRuleAdded struct {
	rules.Articulation
}

// ArticulationRuleRetired ends a promise of credit.
type ArticulationRuleRetired struct {
	Rule   domain.RuleID `json:"rule"`
	From   domain.Date   `json:"from"` // the first day on which it gives no credit
	Reason string        `json:"reason"`
}

// NoticeGiven tells both parties that the agreement is about to end.
type NoticeGiven struct {
	Days int         `json:"days"` // 90 or 30 before the end
	Ends domain.Date `json:"ends"`
}

// Expired records that the last day has passed.
type Expired struct{}

// Terminated ends the agreement at once, except for learners who had begun: they finish
// under its rules until the teach-out date.
type Terminated struct {
	Reason   string      `json:"reason"`
	On       domain.Date `json:"on,omitzero"`
	TeachOut domain.Date `json:"teachOut,omitzero"` // the last day; zero is none
}

func (Drafted) EventName() string                 { return "agreement.drafted" }
func (SentForSignature) EventName() string        { return "agreement.sent_for_signature" }
func (SignedByParty) EventName() string           { return "agreement.signed_by_party" }
func (Activated) EventName() string               { return "agreement.activated" }
func (AmendmentProposed) EventName() string       { return "agreement.amendment_proposed" }
func (Amended) EventName() string                 { return "agreement.amended" }
func (Renewed) EventName() string                 { return "agreement.renewed" }
func (Suspended) EventName() string               { return "agreement.suspended" }
func (Resumed) EventName() string                 { return "agreement.resumed" }
func (ArticulationRuleAdded) EventName() string   { return "agreement.articulation_rule_added" }
func (ArticulationRuleRetired) EventName() string { return "agreement.articulation_rule_retired" }
func (NoticeGiven) EventName() string             { return "agreement.notice_given" }
func (Expired) EventName() string                 { return "agreement.expired" }
func (Terminated) EventName() string              { return "agreement.terminated" }

func (Drafted) agreement()                 {}
func (SentForSignature) agreement()        {}
func (SignedByParty) agreement()           {}
func (Activated) agreement()               {}
func (AmendmentProposed) agreement()       {}
func (Amended) agreement()                 {}
func (Renewed) agreement()                 {}
func (Suspended) agreement()               {}
func (Resumed) agreement()                 {}
func (ArticulationRuleAdded) agreement()   {}
func (ArticulationRuleRetired) agreement() {}
func (NoticeGiven) agreement()             {}
func (Expired) agreement()                 {}
func (Terminated) agreement()              {}
