// Package domain is the vocabulary every other package speaks: typed identifiers,
// quantities, calendar dates, the people and institutions who act, and the ways a
// request can be refused. It imports nothing but the standard library.
package domain

import (
	"fmt"
	"strings"
	"time"
)

// Identifiers are distinct types so that none can be passed in another's place.
// A valid identifier satisfies ValidID.
type (
	ActivityID       string
	AgreementID      string
	ApprenticeshipID string
	CohortID         string
	CredentialID     string
	EnrolmentID      string
	EntryID          string
	FrameworkID      string
	FundingID        string
	GrantID          string
	InstrumentID     string
	KeyID            string
	PartnerID        string
	PathwayID        string
	PersonID         string
	PositionID       string
	ProgramID        string
	RequirementID    string
	RoleID           string
	RuleID           string
	SiteID           string
	StandardID       string
	StatementID      string // a code as its framework writes it, such as K0018
	StudentID        string // stands for the id by which an institution knows somebody
	WaveID           string
	WebhookID        string
	WorkProcessID    string
)

// ValidID reports whether s can be an identifier: 1 to 80 characters of
// lower-case letters, digits and hyphens. The point is reserved: it joins two
// identifiers in a stream name.
func ValidID[ID ~string](s ID) bool {
	if s == "" || len(s) > 80 {
		return false
	}
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}

// A Stream names one sequence of facts: a category, a hyphen, and what identifies
// the subject within it, such as "timesheet-ana-2026.2026-W47".
type Stream string

// Category is the part of s before the first hyphen.
func (s Stream) Category() string { c, _, _ := strings.Cut(string(s), "-"); return c }

// Subject is what s identifies within category, or an error if s is of another category.
func (s Stream) Subject(category string) (string, error) {
	c, subject, _ := strings.Cut(string(s), "-")
	if c != category || subject == "" {
		return "", fmt.Errorf("domain: %q is not the stream of one %s", s, category)
	}
	return subject, nil
}

// Pair splits the subject of a stream that is identified by two things, joined by a point.
func (s Stream) Pair(category string) (first, second string, err error) {
	subject, err := s.Subject(category)
	if err != nil {
		return "", "", err
	}
	first, second, ok := strings.Cut(subject, ".")
	if !ok || first == "" || second == "" {
		return "", "", fmt.Errorf("domain: %q does not name two things", s)
	}
	return first, second, nil
}

// An Event is a fact that has happened. EventName is the name under which the
// fact is stored; it never changes once a fact of the type was appended.
type Event interface{ EventName() string }

// A Role says in which capacity somebody acts.
type Role string

const (
	Apprentice     Role = "apprentice"
	Mentor         Role = "mentor"
	Manager        Role = "manager"
	Coordinator    Role = "coordinator" // runs programmes; workforce development
	HR             Role = "hr"
	Auditor        Role = "auditor"         // reads, changes nothing
	Security       Role = "security"        // clears people for privileged access
	PrivacyOfficer Role = "privacy-officer" // answers for consents and disclosures, 34 CFR 99
	EEOOfficer     Role = "eeo-officer"     // answers for equal opportunity, 29 CFR 30; alone sees self-identification, in aggregate
	Executive      Role = "executive"       // sees outcomes in aggregate, and nobody's record
	Partner        Role = "partner"         // an institution's system
	Registrar      Role = "registrar"       // a person who acts for an institution, see domain/partner
	System         Role = "system"          // Guildhall itself, following a policy
)

// An Actor is whoever asks, as established by a session, a key or a policy.
// Exactly one of Person, Partner and Policy is set.
type Actor struct {
	Person  PersonID  `json:"person,omitempty"`
	Partner PartnerID `json:"partner,omitempty"`
	Policy  string    `json:"policy,omitempty"`
	Role    Role      `json:"role"`
}

// Name identifies a within the log, such as "person:e-2001".
func (a Actor) Name() string {
	switch {
	case a.Person != "":
		return "person:" + string(a.Person)
	case a.Partner != "":
		return "partner:" + string(a.Partner)
	}
	return "policy:" + a.Policy
}

// A Request is who asks, and when, so that deciding never reads a clock or a session.
// Every command embeds one.
type Request struct {
	By Actor
	At time.Time

	// On is the effective date; the zero date means the day of At.
	On Date

	// Key makes the request repeatable: the same actor asking again with the same key
	// and the same Digest gets the first answer. Empty means not repeatable.
	Key string
	// Digest stands for what was asked, so that a key cannot be used for something else.
	Digest string

	Correlation string // what this belongs to, across requests
	Causation   string // id of the record that led to it
	Source      string // the system or document it came from, if not Guildhall
}

// Asked returns r; it makes every command that embeds a Request tell who asked.
func (r Request) Asked() Request { return r }

// Today is the day on which the request takes effect.
func (r Request) Today() Date {
	if !r.On.IsZero() {
		return r.On
	}
	return DateOf(r.At)
}

// Past refuses (IN_THE_FUTURE) a day that has not come yet when the request is made: what
// happened is recorded once it has.
func (r Request) Past(d Date) error {
	if !r.At.IsZero() && d.After(DateOf(r.At)) {
		return Refuse(Invalid, "IN_THE_FUTURE", "%s is still to come. Record it once it has happened.", d).About("on")
	}
	return nil
}

// Sealed is text about a person as the log keeps it: encrypted under that person's key.
// Only the vault makes one and only the vault reads it. An empty Sealed is an empty text.
type Sealed string

// A Scope names a kind of record that an agreement covers and a learner consents to share.
type Scope string

const (
	PathwayRecords    Scope = "pathway"
	MilestoneRecords  Scope = "milestones"
	CreditRecords     Scope = "credits"
	TransitionRecords Scope = "role-transitions"
)

// Valid reports whether s is one of the kinds above.
func (s Scope) Valid() bool {
	return s == PathwayRecords || s == MilestoneRecords || s == CreditRecords || s == TransitionRecords
}
