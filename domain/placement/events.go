// Package placement decides who learns under whom at one site of a programme, so that there
// are enough journeyworkers on every day: one stream for each site, as only together the
// placements are within the ratio or not.
package placement

import "github.com/guildhall-dev/guildhall/domain"

// An Event is one fact about a site.
type Event interface {
	domain.Event
	placement()
}

// Events lists every event type, for the codec.
var Events = []domain.Event{Placed{}, Left{}, Unplaced{}, Gone{}}

// Placed records that an apprentice learns under a journeyworker from a day on.
type Placed struct {
	Apprenticeship domain.ApprenticeshipID `json:"apprenticeship"`
	Under          domain.PersonID         `json:"under"`
	From           domain.Date             `json:"from"`
}

// Left records that an apprentice learns here no longer.
type Left struct {
	Apprenticeship domain.ApprenticeshipID `json:"apprenticeship"`
	On             domain.Date             `json:"on"` // the last day
}

// Unplaced takes a placement back that did not come about.
type Unplaced struct {
	Apprenticeship domain.ApprenticeshipID `json:"apprenticeship"`
	From           domain.Date             `json:"from"`
}

// Gone records that a journeyworker is at the site no longer.
type Gone struct {
	Journeyworker domain.PersonID `json:"journeyworker"`
	On            domain.Date     `json:"on"` // the last day
}

func (Placed) EventName() string   { return "placement.placed" }
func (Left) EventName() string     { return "placement.left" }
func (Unplaced) EventName() string { return "placement.unplaced" }
func (Gone) EventName() string     { return "placement.gone" }

func (Placed) placement()   {}
func (Left) placement()     {}
func (Unplaced) placement() {}
func (Gone) placement()     {}
