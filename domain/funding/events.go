// Package funding decides what is set aside and spent of a source of money: a public grant,
// a scholarship, a tax incentive, the employer's own budget. No more is ever set aside than
// there is, and no more spent than was set aside.
package funding

import "github.com/guildhall-dev/guildhall/domain"

// An Event is one fact about a source of money.
type Event interface {
	domain.Event
	funding()
}

// Events lists every event type, for the codec.
var Events = []domain.Event{Opened{}, AmountChanged{}, Committed{}, Spent{}, SpendingCorrected{}, Released{}, Closed{}}

// Kind says what money it is.
type Kind string

const (
	PublicGrant  Kind = "public-grant"
	Scholarship  Kind = "scholarship"
	TaxIncentive Kind = "tax-incentive"
	Employer     Kind = "employer"
)

// Kinds lists the kinds there are.
var Kinds = []Kind{PublicGrant, Scholarship, TaxIncentive, Employer}

// Opened records a source of money and how much there is.
type Opened struct {
	Kind   Kind         `json:"kind"`
	Title  string       `json:"title"`
	Funder string       `json:"funder,omitempty"` // who gives it, with the number of the award
	Amount domain.Cents `json:"amount"`
	From   domain.Date  `json:"from"`
	To     domain.Date  `json:"to"` // the last day on which it can be set aside
	Pays   Costs        `json:"pays,omitzero"`
}

// Costs are what a source pays for. The zero value pays for all of it.
type Costs struct {
	Activities   bool `json:"activities,omitempty"`
	Cohorts      bool `json:"cohorts,omitempty"`
	Certificates bool `json:"certificates,omitempty"`
}

// Cover reports whether money may be set aside for what a stream is about.
func (c Costs) Cover(purpose domain.Stream) bool {
	switch purpose.Category() {
	case "activity":
		return c == Costs{} || c.Activities
	case "cohort":
		return c == Costs{} || c.Cohorts
	case "credential":
		return c == Costs{} || c.Certificates
	}
	return false
}

// AmountChanged records that there is more or less than was said.
type AmountChanged struct {
	Was domain.Cents `json:"was"`
	Now domain.Cents `json:"now"`
	On  domain.Date  `json:"on"`
}

// Committed sets money aside for one participant.
type Committed struct {
	Grant  domain.GrantID  `json:"grant"`
	Person domain.PersonID `json:"person"`
	For    domain.Stream   `json:"for"` // what it pays for: an activity, a credential, a cohort
	Cents  domain.Cents    `json:"cents"`
	On     domain.Date     `json:"on"`
}

// Spent records a payment out of what was set aside.
type Spent struct {
	Grant domain.GrantID `json:"grant"`
	Ref   string         `json:"ref"` // the invoice or claim
	Cents domain.Cents   `json:"cents"`
	On    domain.Date    `json:"on"`
}

// SpendingCorrected puts another amount in the place of the one that was recorded as paid.
type SpendingCorrected struct {
	Grant domain.GrantID `json:"grant"`
	Ref   string         `json:"ref"`
	Was   domain.Cents   `json:"was"`
	Now   domain.Cents   `json:"now"`
	On    domain.Date    `json:"on"`
}

// Released gives back what was set aside and not spent.
type Released struct {
	Grant domain.GrantID `json:"grant"`
	Cents domain.Cents   `json:"cents"`
	On    domain.Date    `json:"on"`
}

// Closed ends the source: nothing more is set aside.
type Closed struct {
	On domain.Date `json:"on"`
}

func (Opened) EventName() string            { return "funding.opened" }
func (AmountChanged) EventName() string     { return "funding.amount_changed" }
func (Committed) EventName() string         { return "funding.committed" }
func (Spent) EventName() string             { return "funding.spent" }
func (SpendingCorrected) EventName() string { return "funding.spending_corrected" }
func (Released) EventName() string          { return "funding.released" }
func (Closed) EventName() string            { return "funding.closed" }

func (Opened) funding()            {}
func (AmountChanged) funding()     {}
func (Committed) funding()         {}
func (Spent) funding()             {}
func (SpendingCorrected) funding() {}
func (Released) funding()          {}
func (Closed) funding()            {}
