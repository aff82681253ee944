// Package attestation decides which statements of a role framework somebody was found to
// hold by learning from before: experience elsewhere, a credential, a course, a test. What
// somebody holds by the roles and milestones they have here follows from those.
package attestation

import "github.com/guildhall-dev/guildhall/domain"

// An Event is one fact about what was attested of a person within one framework.
type Event interface {
	domain.Event
	attestation()
}

// Events lists every event type, for the codec.
var Events = []domain.Event{Attested{}, Withdrawn{}}

// Attested records that somebody holds statements.
type Attested struct {
	Edition    int                  `json:"edition"` // of the framework, in which the codes were looked up
	Statements []domain.StatementID `json:"statements"`
	Basis      Basis                `json:"basis"`
	Note       domain.Sealed        `json:"note,omitempty"` // what was looked at
	On         domain.Date          `json:"on"`
}

// Withdrawn takes statements back that were attested in error.
type Withdrawn struct {
	Statements []domain.StatementID `json:"statements"`
	Reason     domain.Sealed        `json:"reason"`
	On         domain.Date          `json:"on"` // from which day they do not count
}

// A Basis is what an attestation rests on.
type Basis string

const (
	Experience Basis = "experience" // work done before or elsewhere
	Credential Basis = "credential" // a certificate or licence
	Course     Basis = "course"
	Assessment Basis = "assessment" // a test or a demonstration for this purpose
)

// Valid reports whether b is one of those above.
func (b Basis) Valid() bool {
	return b == Experience || b == Credential || b == Course || b == Assessment
}

func (Attested) EventName() string  { return "attestation.attested" }
func (Withdrawn) EventName() string { return "attestation.withdrawn" }

func (Attested) attestation()  {}
func (Withdrawn) attestation() {}
