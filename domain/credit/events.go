// Package credit decides how a college's credit for what one apprentice learned comes about:
// proposed, asked for, evaluated, awarded, posted, and applied to what the apprenticeship
// requires. A recommendation is never shown as an award.
package credit

import (
	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/rules"
)

// An Event is one fact about a credit.
type Event interface {
	domain.Event
	credit()
}

// Events lists every event type, for the codec.
var Events = []domain.Event{
	Proposed{}, Requested{}, EvaluationStarted{}, ReferredToCommittee{}, ReturnedFromCommittee{}, Recommended{}, Awarded{}, Denied{}, Appealed{}, AppealCommented{},
	Posted{}, Revoked{}, Withdrawn{}, Lapsed{}, Applied{}, ApplicationReversed{},
}

// Proposed records that somebody sees grounds for credit.
type Proposed struct {
	Subject
	Source Source `json:"source"`
	// Exception is why credit is given although no rule covers it. What may be awarded is
	// then what the subject's articulation describes.
	Exception domain.Sealed `json:"exception,omitempty"`
}

// Requested records that an apprentice asked a college for credit.
type Requested struct {
	Subject
	Consent domain.Stream `json:"consent"` // under which the college learns of it
	Source  Source        `json:"source,omitempty"`
	Shown   rules.Shown   `json:"shown,omitzero"`
}

// EvaluationStarted records that the college works on it.
type EvaluationStarted struct{}

// ReferredToCommittee records that the evaluator leaves it to the faculty.
type ReferredToCommittee struct {
	Note domain.Sealed `json:"note,omitempty"`
}

// ReturnedFromCommittee records that the committee has given its view to the evaluator.
type ReturnedFromCommittee struct {
	Note domain.Sealed `json:"note,omitempty"`
}

// Recommended records what an evaluator holds the learning to be worth. It gives no credit.
type Recommended struct {
	Credit    domain.Credit      `json:"credit"`
	Level     domain.CreditLevel `json:"level,omitempty"`
	Evaluator string             `json:"evaluator"`        // such as "ACE"
	ValidTo   domain.Date        `json:"validTo,omitzero"` // the last day; zero is open
}

// Awarded records the college's decision. Only the college makes it.
type Awarded struct {
	Subject
	Award       domain.Credit      `json:"award"`
	Grade       rules.Grade        `json:"grade"`
	Term        string             `json:"term"`
	ExternalRef string             `json:"externalRef"` // the college's own reference
	Level       domain.CreditLevel `json:"level,omitempty"`
	Basis       domain.CreditBasis `json:"basis,omitempty"`
	Shown       rules.Shown        `json:"shown,omitzero"`
}

// Denied records that the college gives no credit.
type Denied struct {
	Reason domain.Sealed `json:"reason"`
}

// Appealed records that the apprentice asks the college to look again.
type Appealed struct {
	Grounds domain.Sealed `json:"grounds"`
}

// AppealCommented records what the hospital tells the college of an appeal.
type AppealCommented struct {
	Supports bool          `json:"supports,omitempty"` // it holds that the credit is due
	Note     domain.Sealed `json:"note"`
}

// Posted records that the credit stands on the college's transcript.
type Posted struct {
	TranscriptRef string      `json:"transcriptRef"`
	On            domain.Date `json:"on"`
}

// Revoked records that the college took the credit back.
type Revoked struct {
	Reason domain.Sealed `json:"reason"`
}

// Withdrawn records that the apprentice no longer asks.
type Withdrawn struct{}

// Lapsed records that the time of a recommendation ran out before the college awarded.
type Lapsed struct{}

// Applied records that the credit counts towards something the apprenticeship requires.
type Applied struct {
	Target
	Minutes domain.Minutes `json:"minutes"`
}

// ApplicationReversed takes back that the credit counts towards something.
type ApplicationReversed struct {
	Target
	Reason domain.Sealed `json:"reason"`
}

// A Subject is whose credit for what.
type Subject struct {
	Apprenticeship domain.ApprenticeshipID `json:"apprenticeship"`
	Person         domain.PersonID         `json:"person"`
	Partner        domain.PartnerID        `json:"partner"`
	Agreement      domain.AgreementID      `json:"agreement"`
	Articulation   rules.Articulation      `json:"articulation"`       // the rule as it stood
	Learning       string                  `json:"learning,omitempty"` // see Subject.Learned
}

// A Target is what credit is applied to: one of these.
type Target struct {
	Process     domain.WorkProcessID `json:"process,omitempty"`
	Course      string               `json:"course,omitempty"` // of the standard's related instruction
	Requirement domain.RequirementID `json:"requirement,omitempty"`
}

func (Proposed) EventName() string              { return "credit.proposed" }
func (Requested) EventName() string             { return "credit.requested" }
func (EvaluationStarted) EventName() string     { return "credit.evaluation_started" }
func (ReferredToCommittee) EventName() string   { return "credit.referred_to_committee" }
func (ReturnedFromCommittee) EventName() string { return "credit.returned_from_committee" }
func (Recommended) EventName() string           { return "credit.recommended" }
func (Awarded) EventName() string               { return "credit.awarded" }
func (Denied) EventName() string                { return "credit.denied" }
func (Appealed) EventName() string              { return "credit.appealed" }
func (AppealCommented) EventName() string       { return "credit.appeal_commented" }
func (Posted) EventName() string                { return "credit.posted" }
func (Revoked) EventName() string               { return "credit.revoked" }
func (Withdrawn) EventName() string             { return "credit.withdrawn" }
func (Lapsed) EventName() string                { return "credit.lapsed" }
func (Applied) EventName() string               { return "credit.applied" }
func (ApplicationReversed) EventName() string   { return "credit.application_reversed" }

func (Proposed) credit()              {}
func (Requested) credit()             {}
func (EvaluationStarted) credit()     {}
func (ReferredToCommittee) credit()   {}
func (ReturnedFromCommittee) credit() {}
func (Recommended) credit()           {}
func (Awarded) credit()               {}
func (Denied) credit()                {}
func (Appealed) credit()              {}
func (AppealCommented) credit()       {}
func (Posted) credit()                {}
func (Revoked) credit()               {}
func (Withdrawn) credit()             {}
func (Lapsed) credit()                {}
func (Applied) credit()               {}
func (ApplicationReversed) credit()   {}
