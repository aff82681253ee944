// Package milestone decides how one requirement of a pathway, or one competency of an
// occupation standard, is planned, begun, shown, assessed and attained by one apprentice, how
// it is waived or revoked, and when it expires.
package milestone

import (
	"encoding/json"

	"github.com/guildhall-dev/guildhall/domain"
)

// An Event is one fact about a milestone.
type Event interface {
	domain.Event
	milestone()
}

// Events lists every event type, for the codec.
var Events = []domain.Event{
	Planned{}, Started{}, EvidenceSubmitted{}, Assessed{}, AttemptPassed{}, Attained{}, NotYetAttained{},
	AssessmentCorrected{}, Waived{}, Revoked{}, Expired{}, Renewed{},
}

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

// Planned sets the day by which it should be attained.
type Planned struct {
	Apprenticeship domain.ApprenticeshipID `json:"apprenticeship"`
	Person         domain.PersonID         `json:"person"`
	Requirement    domain.RequirementID    `json:"requirement"`
	Due            domain.Date             `json:"due"`
}

// Started records that the apprentice works on it, and what it takes to attain it.
type Started struct {
	Apprenticeship domain.ApprenticeshipID `json:"apprenticeship"`
	Person         domain.PersonID         `json:"person"`
	Requirement    domain.RequirementID    `json:"requirement"`
	PassLevel      int                     `json:"passLevel"`          // the lowest rating that passes
	ByCredit       bool                    `json:"byCredit,omitempty"` // attained by a college's award, not by assessment
	Terms
}

// A File is shown as evidence. It is kept in a record of its own, see package attachment.
type File struct {
	Hash  string        `json:"hash"` // names the record
	Name  domain.Sealed `json:"name"` // as the apprentice calls it
	Media string        `json:"media"`
	Bytes int           `json:"bytes"`
}

// MaxFiles is how many files one piece of evidence has at most.
const MaxFiles = 5

// EvidenceSubmitted records what the apprentice shows for it, and who reviews it next.
type EvidenceSubmitted struct {
	Kind     Kind              `json:"kind"`
	Note     domain.Sealed     `json:"note"`
	URI      domain.Sealed     `json:"uri,omitempty"`      // a Link
	Plain    string            `json:"plainUri,omitempty"` // the link, on record from before links were sealed
	Hash     string            `json:"hash,omitempty"`     // SHA-256 of what is behind the link, if it was seen
	Assessor domain.PersonID   `json:"assessor"`
	Product  domain.Sealed     `json:"product,omitempty"` // the real problem it was applied to
	Team     []domain.PersonID `json:"team,omitempty"`    // who made it together with the apprentice
	From     Piece             `json:"from,omitzero"`     // what a member of the team showed, which this stands for
	Files    []File            `json:"files,omitempty"`

	Attestation Attestation `json:"attestation,omitzero"` // of the institution that says so; none if the apprentice does
}

// An Attestation is what an institution says of an apprentice, under its own reference.
type Attestation struct {
	Partner domain.PartnerID `json:"partner"`
	Ref     string           `json:"ref"`
	On      domain.Date      `json:"on"` // the day that it speaks of
}

// A Piece is one piece of evidence, as it stands on record.
type Piece struct {
	Stream   domain.Stream `json:"stream"`
	Revision int           `json:"revision"`
}

// Assessed records a rating or a score of an attempt.
type Assessed struct {
	Assessor domain.PersonID `json:"assessor"`
	Rating   int             `json:"rating"`          // 0 to 4; 0 where it was scored
	Attempt  int             `json:"attempt"`         // from 1
	Score    int             `json:"score,omitempty"` // points, of Of
	Of       int             `json:"of,omitempty"`    // 0 where it was rated
}

// AttemptPassed records that an attempt succeeded and that more have to.
type AttemptPassed struct {
	Passed   int           `json:"passed"`
	Needed   int           `json:"needed"`
	Feedback domain.Sealed `json:"feedback,omitempty"`
}

// Attained records that the requirement is met.
type Attained struct {
	On    domain.Date `json:"on"`
	Level int         `json:"level,omitempty"` // the rating, where it was rated
	Basis string      `json:"basis"`           // the stream it rests on: this one, or that of a credit

	Feedback   domain.Sealed `json:"feedback,omitempty"`  // what the assessor said, where it was rated
	ValidUntil domain.Date   `json:"validUntil,omitzero"` // last day; no day is for good
}

// NotYetAttained records that the evidence did not suffice, and what to do about it.
type NotYetAttained struct {
	Feedback domain.Sealed `json:"feedback"`
}

// AssessmentCorrected puts an attempt right that was rated or scored wrongly. What it was
// stays on record with what it is now; what follows from it is a fact of its own.
type AssessmentCorrected struct {
	Assessor domain.PersonID `json:"assessor"`
	Attempt  int             `json:"attempt"`
	Was      Mark            `json:"was"`
	Now      Mark            `json:"now"`
	Reason   domain.Sealed   `json:"reason"`
}

// A Mark is a rating, or a score.
type Mark struct {
	Rating int `json:"rating,omitempty"`
	Score  int `json:"score,omitempty"`
}

// Waived records that the requirement is met without attaining it.
type Waived struct {
	Person domain.PersonID `json:"person"`
	By     domain.PersonID `json:"by"`
	On     domain.Date     `json:"on"`
	Basis  Basis           `json:"basis"`
	Reason domain.Sealed   `json:"reason"`
}

// A Basis says on what ground a milestone is waived.
type Basis string

const (
	PriorLearning Basis = "prior-learning" // learned before, such as with a clinical licence
	Equivalent    Basis = "equivalent"     // something else that shows the same
	Accommodation Basis = "accommodation"  // nobody could ask it of this person
)

// Revoked takes back that it was attained.
type Revoked struct {
	By     domain.PersonID `json:"by,omitempty"` // empty: a policy
	Reason domain.Sealed   `json:"reason,omitempty"`
	Basis  string          `json:"basis"` // what it was attained on
}

// Expired records that what was attained is not valid any more.
type Expired struct {
	On    domain.Date `json:"on"`              // the first day on which it is not
	Basis string      `json:"basis,omitempty"` // the certificate that ended; empty: its own time is over
}

// Renewed records that what was attained holds again, or for longer, since a certificate that
// it rests on was renewed.
type Renewed struct {
	Certificate string      `json:"certificate"`
	On          domain.Date `json:"on"` // from which the certificate is good
	Level       int         `json:"level,omitempty"`
	Basis       string      `json:"basis"`               // as before, or the certificate where it had expired
	ValidUntil  domain.Date `json:"validUntil,omitzero"` // last day; no day leaves it to the certificate
}

func (Planned) EventName() string             { return "milestone.planned" }
func (Started) EventName() string             { return "milestone.started" }
func (EvidenceSubmitted) EventName() string   { return "milestone.evidence_submitted" }
func (Assessed) EventName() string            { return "milestone.assessed" }
func (AttemptPassed) EventName() string       { return "milestone.attempt_passed" }
func (Attained) EventName() string            { return "milestone.attained" }
func (NotYetAttained) EventName() string      { return "milestone.not_yet_attained" }
func (AssessmentCorrected) EventName() string { return "milestone.assessment_corrected" }
func (Waived) EventName() string              { return "milestone.waived" }
func (Revoked) EventName() string             { return "milestone.revoked" }
func (Expired) EventName() string             { return "milestone.expired" }
func (Renewed) EventName() string             { return "milestone.renewed" }

func (Planned) milestone()             {}
func (Started) milestone()             {}
func (EvidenceSubmitted) milestone()   {}
func (Assessed) milestone()            {}
func (AttemptPassed) milestone()       {}
func (Attained) milestone()            {}
func (NotYetAttained) milestone()      {}
func (AssessmentCorrected) milestone() {}
func (Waived) milestone()              {}
func (Revoked) milestone()             {}
func (Expired) milestone()             {}
func (Renewed) milestone()             {}
