// Package amendment decides how a learner has a record amended that is inaccurate,
// misleading or against their privacy, after 34 CFR 99.20 to 99.22.
package amendment

import "github.com/guildhall-dev/guildhall/domain"

// An Event is one fact about a request to amend a record.
type Event interface {
	domain.Event
	amendment()
}

// Events lists every event type, for the codec.
var Events = []domain.Event{Requested{}, Decided{}, StatementAdded{}, Withdrawn{}, HearingAsked{}, HearingSet{}, HearingHeld{}}

// Requested records what a learner holds to be wrong, and how.
type Requested struct {
	Person domain.PersonID `json:"person"`
	Record domain.Stream   `json:"record"`
	Text   domain.Sealed   `json:"text"`
	DueOn  domain.Date     `json:"dueOn"` // the last day for the decision
}

// Decided records the privacy officer's answer. What is accepted is corrected where the
// record is kept, by facts that name what they correct.
type Decided struct {
	By       domain.PersonID `json:"by"`
	Accepted bool            `json:"accepted"`
	Reason   domain.Sealed   `json:"reason"`
}

// StatementAdded records what the learner says to a record that was not amended. It stays
// with the record, and is told wherever the record is (34 CFR 99.21(c)).
type StatementAdded struct {
	Statement domain.Sealed `json:"statement"`
}

// Withdrawn records that the learner no longer asks.
type Withdrawn struct{}

// HearingAsked records that the learner, whose request was refused, asks for a hearing
// (34 CFR 99.21(a)).
type HearingAsked struct {
	DueOn domain.Date `json:"dueOn"` // the last day for it
}

// HearingSet gives the learner notice of the hearing, in good time before it (34 CFR 99.22(b)). One
// that comes later replaces it.
type HearingSet struct {
	Day   domain.Date    `json:"day"`
	Time  domain.Minutes `json:"time"` // since midnight, on the clock of the place
	Place domain.Sealed  `json:"place"`
}

// HearingHeld records what came of a hearing. Its day is the one on which the fact takes effect.
// After one that changes nothing the learner may place a statement with the record (99.21(b)(2)).
type HearingHeld struct {
	HeldBy   domain.PersonID `json:"heldBy"`
	Accepted bool            `json:"accepted"`
	Reason   domain.Sealed   `json:"reason"` // with a summary of the evidence, 99.22(f)
}

func (Requested) EventName() string      { return "amendment.requested" }
func (Decided) EventName() string        { return "amendment.decided" }
func (StatementAdded) EventName() string { return "amendment.statement_added" }
func (Withdrawn) EventName() string      { return "amendment.withdrawn" }
func (HearingAsked) EventName() string   { return "amendment.hearing_asked" }
func (HearingSet) EventName() string     { return "amendment.hearing_set" }
func (HearingHeld) EventName() string    { return "amendment.hearing_held" }

func (Requested) amendment()      {}
func (Decided) amendment()        {}
func (StatementAdded) amendment() {}
func (Withdrawn) amendment()      {}
func (HearingAsked) amendment()   {}
func (HearingSet) amendment()     {}
func (HearingHeld) amendment()    {}
