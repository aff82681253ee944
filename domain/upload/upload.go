// Package upload decides which tables were taken over: each kind of table has one stream,
// so that two who hand one in at the same moment do so one after the other.
package upload

import (
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
)

// An Event is one fact about tables of one kind.
type Event interface {
	domain.Event
	upload()
}

// Events lists every event type, for the codec.
var Events = []domain.Event{Taken{}}

// Taken records that a table was taken over, together with all that it led to.
type Taken struct {
	SHA256    string `json:"sha256"` // of the file, in hexadecimal
	Rows      int    `json:"rows"`
	New       int    `json:"new"`
	Changed   int    `json:"changed"`
	Unchanged int    `json:"unchanged"`

	Partner   domain.PartnerID `json:"partner,omitempty"`   // of a roster: whose it is
	Unmatched int              `json:"unmatched,omitempty"` // of a roster: rows of students who are not known here
}

func (Taken) EventName() string { return "upload.taken" }

func (Taken) upload() {}

// A Kind is what the rows of a table are.
type Kind string

const (
	People    Kind = "people"
	Positions Kind = "positions"
	Hours     Kind = "hours"
	Prior     Kind = "prior"  // what was learned before
	Roster    Kind = "roster" // who is enrolled at an institution, and how they did
)

// Stream is where it is kept which tables of a kind were taken over.
func Stream(k Kind) domain.Stream { return domain.Stream("upload-" + k) }

// RosterStream is where it is kept which rosters of an institution were taken over.
func RosterStream(p domain.PartnerID) domain.Stream {
	return domain.Stream("upload-" + string(Roster) + "." + string(p))
}

// ID is the kind of the tables that a stream is about.
func ID(s domain.Stream) (Kind, error) {
	k, err := s.Subject("upload")
	k, _, _ = strings.Cut(k, ".")
	return Kind(k), err
}

// State is the table that was taken over last.
type State struct{ Last Taken }

// Evolve returns s after e. It only records; it never refuses.
func Evolve(s State, e Event) State {
	switch e := e.(type) {
	case Taken:
		s.Last = e
	}
	return s
}

// Take takes a table over. The same table handed in again changes nothing; one that stood
// before another does, as any other. A roster may lead to something once more, when it was
// settled meanwhile who a student is.
type Take struct {
	domain.Request
	Kind  Kind
	Taken Taken
}

func (c Take) Decide(s State) ([]Event, error) {
	own := c.Kind == Roster && c.By.Role == domain.Partner && c.By.Partner == c.Taken.Partner
	if err := May(c.By, c.Kind); err != nil && !own {
		return nil, err
	}
	if c.Taken == s.Last || c.Kind != Roster && c.Taken.SHA256 == s.Last.SHA256 {
		return nil, nil
	}
	return []Event{c.Taken}, nil
}

// May refuses those who do not hand in tables of a kind.
func May(by domain.Actor, k Kind) error {
	switch {
	case by.Role == domain.System, by.Role == domain.Coordinator && k != Positions, by.Role == domain.HR && (k == People || k == Positions):
		return nil
	case k == People:
		return domain.Refuse(domain.Forbidden, "NOT_STAFF_ADMIN", "Only a coordinator or human resources takes over tables of people.")
	case k == Positions:
		return domain.Refuse(domain.Forbidden, "NOT_HR", "Only human resources takes over tables of positions.")
	}
	return domain.Refuse(domain.Forbidden, "NOT_COORDINATOR", "Only a coordinator takes over tables of this kind.")
}
