// Package disclosure decides what is told to institutions and keeps a log of it, after
// 34 CFR 99.32: who asked for what, what was told about whom, and on which ground. The law
// asks for less; what is told under a consent is logged as well.
package disclosure

import "github.com/guildhall-dev/guildhall/domain"

// An Event is one fact about what an institution was told in one month.
type Event interface {
	domain.Event
	disclosure()
}

// Events lists every event type, for the codec.
var Events = []domain.Event{Requested{}, Made{}, Refused{}}

// Requested records that an institution asked for records: once a day for each question.
type Requested struct {
	On                 domain.Date    `json:"on"`
	Fields             []domain.Scope `json:"fields"`
	LegitimateInterest string         `json:"legitimateInterest"`
	QueryHash          string         `json:"queryHash"` // SHA-256 of the question, in hexadecimal
}

// Made records what an institution was told about whom. Being told the same about the same
// person again on a day is no new fact.
type Made struct {
	On                 domain.Date        `json:"on"`
	Persons            []domain.PersonID  `json:"personIds"`
	Fields             []domain.Scope     `json:"fields"`
	Basis              Basis              `json:"basis"`
	LegitimateInterest string             `json:"legitimateInterest"`
	QueryHash          string             `json:"queryHash,omitempty"`
	Agreement          domain.AgreementID `json:"agreementId,omitempty"` // that the consents are under
}

// Refused records that an institution asked and was told nothing.
type Refused struct {
	On        domain.Date `json:"on"`
	QueryHash string      `json:"queryHash"`
	Code      string      `json:"code"` // of the refusal it was given
}

func (Requested) EventName() string { return "disclosure.requested" }
func (Made) EventName() string      { return "disclosure.made" }
func (Refused) EventName() string   { return "disclosure.refused" }

func (Requested) disclosure() {}
func (Made) disclosure()      {}
func (Refused) disclosure()   {}
