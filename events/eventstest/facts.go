package eventstest

import "github.com/guildhall-dev/guildhall/domain"

// Noted is a fact of any size.
type Noted struct {
	Text string `json:"text"`
}

// Counted is a small fact.
type Counted struct {
	N int `json:"n"`
}

func (Noted) EventName() string   { return "eventstest.noted" }
func (Counted) EventName() string { return "eventstest.counted" }

// Events are the facts the suite appends; the codec of a log under test must know them.
var Events = []domain.Event{Noted{}, Counted{}}
