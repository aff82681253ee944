// Package attachment keeps files that apprentices show, in parts that fit into records.
package attachment

import "github.com/guildhall-dev/guildhall/domain"

// A file has at most MaxParts parts, each of PartBytes before it is sealed.
const (
	PartBytes = 512 << 10
	MaxParts  = 20
)

// An Event is one fact about a file.
type Event interface {
	domain.Event
	attachment()
}

// Events lists every event type, for the codec.
var Events = []domain.Event{PartStored{}}

// PartStored records a part of a file, sealed for the person it is about.
type PartStored struct {
	Person domain.PersonID `json:"person"`
	No     int             `json:"no"` // from 1
	Of     int             `json:"of"`
	Part   domain.Sealed   `json:"part"`
}

func (PartStored) EventName() string { return "attachment.part_stored" }

func (PartStored) attachment() {}

// Stream is where a file is kept: under the SHA-256 of its sealed parts, in hex.
func Stream(hash string) domain.Stream { return domain.Stream("attachment-" + hash) }

// ID is the inverse of Stream.
func ID(s domain.Stream) (string, error) { return s.Subject("attachment") }

// State is what deciding needs to know, and no more.
type State struct {
	person    domain.PersonID
	parts, of int
}

// Evolve returns s after e. It only records; it never refuses.
func Evolve(s State, e Event) State {
	switch e := e.(type) {
	case PartStored:
		s.person, s.parts, s.of = e.Person, e.No, e.Of
	}
	return s
}

// Store keeps the next part of a file.
type Store struct {
	domain.Request
	PartStored PartStored
}

func (c Store) Decide(s State) ([]Event, error) {
	p := c.PartStored
	switch {
	case p.Person == "" || c.By.Person != p.Person || s.parts > 0 && s.person != p.Person:
		return nil, domain.Refuse(domain.Forbidden, "NOT_YOUR_FILE", "A file is handed in by the apprentice it is about.")
	case p.No >= 1 && p.No <= s.parts && p.Of == s.of:
		return nil, nil
	case p.No != s.parts+1, p.No > p.Of, p.Of > MaxParts, s.parts > 0 && p.Of != s.of, p.Part == "":
		return nil, domain.Refuse(domain.Invalid, "BAD_PART", "Part %d of %d does not follow. Send the file again from its beginning.", p.No, p.Of)
	}
	return []Event{p}, nil
}
