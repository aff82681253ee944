// Package reservation decides who holds what only one may hold: one stream for each such
// thing, so that two who reach for it at the same moment cannot both have it.
package reservation

import "github.com/guildhall-dev/guildhall/domain"

// An Event is one fact about a reservation.
type Event interface {
	domain.Event
	reservation()
}

// Events lists every event type, for the codec.
var Events = []domain.Event{Taken{}, Released{}}

// Taken records that somebody holds it.
type Taken struct {
	Holder domain.Stream `json:"holder"` // what it is held for
}

// Released records that nobody holds it any more.
type Released struct {
	Holder domain.Stream `json:"holder"` // what it was held for
}

func (Taken) EventName() string    { return "reservation.taken" }
func (Released) EventName() string { return "reservation.released" }

func (Taken) reservation()    {}
func (Released) reservation() {}
