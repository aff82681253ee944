// Package preference decides what somebody chooses for themselves: the language and the clock of
// their pages, how often they get mail, and when not; and whether a calendar reads their dates.
package preference

import (
	"maps"

	"github.com/guildhall-dev/guildhall/domain"
)

// Stream is where the preferences of a person are kept.
func Stream(id domain.PersonID) domain.Stream { return domain.Stream("preference-" + id) }

// ID is the inverse of Stream.
func ID(s domain.Stream) (domain.PersonID, error) {
	id, err := s.Subject("preference")
	return domain.PersonID(id), err
}

// A Digest is how often somebody gets mail about what waits for them.
type Digest string

const (
	Never  Digest = "never"
	Daily  Digest = "daily"
	Weekly Digest = "weekly" // on Mondays
)

// Quiet is when no mail comes, on the person's clock: from a minute of the day until another,
// over midnight if it is earlier. The zero value is never.
type Quiet struct {
	From  domain.Minutes `json:"from"`
	Until domain.Minutes `json:"until"`
}

const day domain.Minutes = 24 * 60

// At reports whether a minute of the day is quiet.
func (q Quiet) At(minute domain.Minutes) bool {
	if q.From <= q.Until {
		return q.From <= minute && minute < q.Until
	}
	return minute >= q.From || minute < q.Until
}

// State is what deciding needs to know, and no more.
type State struct {
	chosen Chosen
	read   int64 // microseconds since 1970
	linked string

	addresses int // that were ever given; the last is the one in use
	address   AddressGiven
	givenOn   int  // how many on the day of the last
	confirmed bool // the address is
	removed   bool
	trials    int
	last      map[Kind]Mailing // that were sent, or will not arrive
}

func with(last map[Kind]Mailing, m Mailing) map[Kind]Mailing {
	next := map[Kind]Mailing{}
	maps.Copy(next, last)
	next[m.Kind] = m
	return next
}

// Evolve returns s after e. It only records; it never refuses.
func Evolve(s State, e Event) State {
	switch e := e.(type) {
	case Chosen:
		s.chosen = e
	case MessagesRead:
		s.read = e.Until
	case CalendarLinked:
		s.linked = e.Hash
	case CalendarUnlinked:
		s.linked = ""
	case AddressGiven:
		if s.address.On != e.On {
			s.givenOn = 0
		}
		s.addresses++
		s.givenOn++
		s.address, s.confirmed, s.removed = e, e.Vouched, false
	case AddressConfirmed:
		s.confirmed = s.confirmed || e.Address == s.addresses
	case AddressRemoved:
		s.confirmed, s.removed = false, true
	case TrialAsked:
		s.trials = e.Trial
	case MailSent:
		s.last = with(s.last, e.Mailing)
	case MailFailed:
		s.last = with(s.last, e.Mailing)
	}
	return s
}
