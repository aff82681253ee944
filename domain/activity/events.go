// Package activity decides what people learn outside the hours ledger: workshops, labs,
// simulations, rotations, stretch assignments, courses, alone or in a group.
package activity

import "github.com/guildhall-dev/guildhall/domain"

// An Event is one fact about an activity.
type Event interface {
	domain.Event
	activity()
}

// Events lists every event type, for the codec.
var Events = []domain.Event{
	Enrolled{}, Started{}, Attempted{}, Completed{}, Abandoned{}, ResultCorrected{},
	Recorded{}, Applied{}, Rated{}, Recognised{}, Cancelled{},
}

// A Subject is what the activity is, whoever takes part.
type Subject struct {
	Title      string           `json:"title"`
	Format     string           `json:"format"`
	Topic      string           `json:"topic,omitempty"`
	Delivery   Delivery         `json:"delivery"`
	TimeBasis  TimeBasis        `json:"timeBasis,omitempty"`
	Partner    domain.PartnerID `json:"partner,omitempty"`    // the institution that teaches it
	Cohort     domain.CohortID  `json:"cohort,omitempty"`     // it is part of
	Site       domain.SiteID    `json:"site,omitempty"`       // where it takes place
	Department string           `json:"department,omitempty"` // that takes the person in, or the specialty
	Mandatory  bool             `json:"mandatory,omitempty"`
	Funding    domain.FundingID `json:"funding,omitempty"` // the source that pays
	Cost       domain.Cents     `json:"cost,omitempty"`    // for one person
}

// Delivery says how an activity reaches people.
type Delivery string

const (
	OnSite       Delivery = "on-site"
	Remote       Delivery = "remote"
	LowBandwidth Delivery = "low-bandwidth" // remote, and works on a slow line
)

// TimeBasis says in whose time somebody learns.
type TimeBasis string

const (
	Evenings  TimeBasis = "evenings"
	Weekends  TimeBasis = "weekends"
	WorkTime  TimeBasis = "work-time" // protected for learning
	MixedTime TimeBasis = "mixed"
)

// A Result is what came of taking part.
type Result struct {
	Minutes domain.Minutes `json:"minutes,omitempty"`
	Score   int            `json:"score,omitempty"`
	Of      int            `json:"of,omitempty"` // the best score there is; 0 where nothing was scored
}

// Enrolled records that somebody takes part.
type Enrolled struct {
	Person domain.PersonID `json:"person"`
	On     domain.Date     `json:"on"`
	Subject
}

// Started records the first day.
type Started struct {
	On domain.Date `json:"on"`
}

// Attempted records one try at something that is scored.
type Attempted struct {
	On      domain.Date     `json:"on"`
	Attempt int             `json:"attempt"` // from 1
	Score   int             `json:"score"`
	Of      int             `json:"of"`
	By      domain.PersonID `json:"by"` // who scored it
}

// Completed records the last day, and the result.
type Completed struct {
	On domain.Date `json:"on"`
	Result
}

// Cancelled records that a group did nothing after all: it was written down by mistake.
type Cancelled struct {
	By     domain.PersonID `json:"by"`
	On     domain.Date     `json:"on"`
	Reason domain.Sealed   `json:"reason"`
}

// Abandoned records that somebody gave it up.
type Abandoned struct {
	On     domain.Date   `json:"on"`
	Reason domain.Sealed `json:"reason,omitempty"`
}

// ResultCorrected puts another result in the place of the one that was recorded.
type ResultCorrected struct {
	Was    Result        `json:"was"`
	Now    Result        `json:"now"`
	Reason domain.Sealed `json:"reason"`
}

// Recorded records an activity of a group after it took place.
type Recorded struct {
	Members []domain.PersonID `json:"members"`
	On      domain.Date       `json:"on"`
	Subject
	Result
}

// Applied records that somebody used what they learned on a real problem: the work product.
type Applied struct {
	Person  domain.PersonID `json:"person"`
	On      domain.Date     `json:"on"`
	Product domain.Sealed   `json:"product"`
	Link    domain.Sealed   `json:"link,omitempty"`
}

// Rated records how well a participant showed a skill: a soft one beside the technical ones.
type Rated struct {
	Person domain.PersonID `json:"person"`
	Topic  string          `json:"topic"`
	Rating int             `json:"rating"` // 0 to 4
	By     domain.PersonID `json:"by"`
	On     domain.Date     `json:"on"`
}

// Recognised records that what a participant did counts for a requirement of their pathway.
type Recognised struct {
	Person         domain.PersonID         `json:"person"`
	Apprenticeship domain.ApprenticeshipID `json:"apprenticeship"`
	Requirement    domain.RequirementID    `json:"requirement"`
	By             domain.PersonID         `json:"by"`
	On             domain.Date             `json:"on"`
}

func (Enrolled) EventName() string        { return "activity.enrolled" }
func (Started) EventName() string         { return "activity.started" }
func (Attempted) EventName() string       { return "activity.attempted" }
func (Completed) EventName() string       { return "activity.completed" }
func (Abandoned) EventName() string       { return "activity.abandoned" }
func (Cancelled) EventName() string       { return "activity.cancelled" }
func (ResultCorrected) EventName() string { return "activity.result_corrected" }
func (Recorded) EventName() string        { return "activity.recorded" }
func (Applied) EventName() string         { return "activity.applied" }
func (Rated) EventName() string           { return "activity.rated" }
func (Recognised) EventName() string      { return "activity.recognised" }

func (Enrolled) activity()        {}
func (Started) activity()         {}
func (Attempted) activity()       {}
func (Completed) activity()       {}
func (Abandoned) activity()       {}
func (Cancelled) activity()       {}
func (ResultCorrected) activity() {}
func (Recorded) activity()        {}
func (Applied) activity()         {}
func (Rated) activity()           {}
func (Recognised) activity()      {}
