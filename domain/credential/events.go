// Package credential decides which certificates people hold, who checked them, and until
// when they are good.
package credential

import "github.com/guildhall-dev/guildhall/domain"

// An Event is one fact about a certificate of one person.
type Event interface {
	domain.Event
	credential()
}

// Events lists every event type, for the codec.
var Events = []domain.Event{Sponsored{}, Earned{}, Verified{}, Counted{}, Renewed{}, Expired{}, Revoked{}}

// Kind says what a certificate is worth.
type Kind string

const (
	Certification   Kind = "certification" // of an industry body, such as CompTIA Security+
	MicroCredential Kind = "micro-credential"
	Licence         Kind = "licence"
	Degree          Kind = "degree"
	Membership      Kind = "membership" // of a professional association
)

// Kinds lists the kinds there are.
var Kinds = []Kind{Certification, MicroCredential, Licence, Degree, Membership}

// Sponsored records that the fee is paid for the person, before or after they earn it.
type Sponsored struct {
	Person  domain.PersonID  `json:"person"`
	Title   string           `json:"title"`
	Funding domain.FundingID `json:"funding"`
	Grant   domain.GrantID   `json:"grant"` // under which the money is set aside
	Cents   domain.Cents     `json:"cents"`
	On      domain.Date      `json:"on"`
}

// Earned records a certificate.
type Earned struct {
	Person  domain.PersonID  `json:"person"`
	Kind    Kind             `json:"kind"`
	Title   string           `json:"title"`
	Issuer  string           `json:"issuer"`
	Partner domain.PartnerID `json:"partner,omitempty"` // where the issuer is one
	Number  domain.Sealed    `json:"number,omitempty"`
	On      domain.Date      `json:"on"`
	ValidTo domain.Date      `json:"validTo,omitzero"` // the last day; zero is for life
}

// Verified records that somebody else than the holder checked it with the issuer.
type Verified struct {
	By domain.PersonID `json:"by"`
	On domain.Date     `json:"on"`
}

// Counted records that a requirement of the holder's pathway rests on it.
type Counted struct {
	Apprenticeship domain.ApprenticeshipID `json:"apprenticeship"`
	Requirement    domain.RequirementID    `json:"requirement"`
	By             domain.PersonID         `json:"by"`
	On             domain.Date             `json:"on"`
}

// Renewed records that it is good for longer. It is to be checked anew.
type Renewed struct {
	Number  domain.Sealed `json:"number,omitempty"`
	On      domain.Date   `json:"on"`
	ValidTo domain.Date   `json:"validTo"`
}

// Expired records that its last day has passed.
type Expired struct {
	On domain.Date `json:"on"` // the first day on which it was not good any more
}

// Revoked records that the issuer took it back, or that it never was.
type Revoked struct {
	On     domain.Date   `json:"on"`
	Reason domain.Sealed `json:"reason"`
}

func (Sponsored) EventName() string { return "credential.sponsored" }
func (Earned) EventName() string    { return "credential.earned" }
func (Verified) EventName() string  { return "credential.verified" }
func (Counted) EventName() string   { return "credential.counted" }
func (Renewed) EventName() string   { return "credential.renewed" }
func (Expired) EventName() string   { return "credential.expired" }
func (Revoked) EventName() string   { return "credential.revoked" }

func (Sponsored) credential() {}
func (Earned) credential()    {}
func (Verified) credential()  {}
func (Counted) credential()   {}
func (Renewed) credential()   {}
func (Expired) credential()   {}
func (Revoked) credential()   {}
