// Package program decides how a registered programme comes about, changes and ends, 29 CFR
// 29.6: its sponsor and agency, the sites it has apprentices at, the employers that joined it.
package program

import (
	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/rules"
)

// An Event is one fact about a programme.
type Event interface {
	domain.Event
	program()
}

// Events lists every event type, for the codec.
var Events = []domain.Event{Registered{}, Amended{}, SiteAdded{}, EmployerJoined{}, Deregistered{}}

// Registered records that an agency registered the programme.
type Registered struct {
	Title    string      `json:"title"`
	Sponsor  string      `json:"sponsor"`
	Agency   string      `json:"agency"`
	Number   string      `json:"number"`  // the agency's number of the programme
	Profile  string      `json:"profile"` // of the rules, such as "us-registered"
	Settings Settings    `json:"settings,omitzero"`
	On       domain.Date `json:"on"`
}

// Settings are what a programme has agreed with its agency. A zero field leaves what the
// rules say.
type Settings struct {
	Reporting   rules.Reporting `json:"reporting,omitzero"`
	ReviewWeeks int             `json:"reviewWeeks,omitempty"`
}

// Amended changes the settings from a day on.
type Amended struct {
	Settings Settings    `json:"settings"`
	From     domain.Date `json:"from"`
}

// SiteAdded records that apprentices learn at a site, and in which ratio to journeyworkers
// from a day on.
type SiteAdded struct {
	Site  domain.SiteID `json:"site"`
	Ratio string        `json:"ratio,omitempty"` // apprentices to journeyworkers; empty leaves what the standard says
	From  domain.Date   `json:"from"`
}

// EmployerJoined records that an employer accepted the programme's standards.
type EmployerJoined struct {
	Employer   string      `json:"employer"`
	Acceptance string      `json:"acceptance"` // the agreement's number or title
	On         domain.Date `json:"on"`
}

// Deregistered ends the programme. Who is enrolled is told, and transferred or goes on alone.
type Deregistered struct {
	Reason string      `json:"reason"`
	On     domain.Date `json:"on"`
}

func (Registered) EventName() string     { return "program.registered" }
func (Amended) EventName() string        { return "program.amended" }
func (SiteAdded) EventName() string      { return "program.site_added" }
func (EmployerJoined) EventName() string { return "program.employer_joined" }
func (Deregistered) EventName() string   { return "program.deregistered" }

func (Registered) program()     {}
func (Amended) program()        {}
func (SiteAdded) program()      {}
func (EmployerJoined) program() {}
func (Deregistered) program()   {}
