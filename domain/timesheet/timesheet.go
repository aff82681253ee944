package timesheet

import (
	"maps"

	"github.com/guildhall-dev/guildhall/domain"
)

// Stream is where the facts about an apprentice's week are kept.
func Stream(a domain.ApprenticeshipID, w domain.Week) domain.Stream {
	return domain.Stream("timesheet-" + string(a) + "." + w.String())
}

// ID is the inverse of Stream.
func ID(s domain.Stream) (domain.ApprenticeshipID, domain.Week, error) {
	a, week, err := s.Pair("timesheet")
	if err != nil {
		return "", domain.Week{}, err
	}
	w, err := domain.ParseWeek(week)
	return domain.ApprenticeshipID(a), w, err
}

// Kind says what time was spent as.
type Kind string

const (
	OnTheJob           Kind = "ojl" // on-the-job learning, spent on a work process
	RelatedInstruction Kind = "rti" // spent on a course
)

// A Basis says what time of the week was used. Empty is working time that was not told apart.
type Basis string

const (
	WorkTime  Basis = "work"
	Protected Basis = "protected" // working time set aside for learning
	Evening   Basis = "evening"
	Weekend   Basis = "weekend"
)

// Pay says whether the time was paid. Empty leaves it to the agreement.
type Pay string

const (
	Paid   Pay = "paid"
	Unpaid Pay = "unpaid"
)

// An Entry is time spent on one thing on one day, at one site and on one basis.
type Entry struct {
	Date    domain.Date
	Kind    Kind
	SpentOn string
	Minutes domain.Minutes
	Site    domain.SiteID // empty: where the apprentice belongs
	Basis   Basis
	Pay     Pay
}

// ID identifies the entry within its week. Site and basis are part of it only where they
// are stated, so that entries from before they could be keep their id.
func (e Entry) ID() domain.EntryID {
	id := e.Date.String() + "." + string(e.Kind) + "." + e.SpentOn
	if e.Site != "" || e.Basis != "" {
		id += "." + string(e.Site) + "." + string(e.Basis)
	}
	return domain.EntryID(id)
}

// A status is where a week is in its life.
type status uint8

const (
	none status = iota
	open
	awaiting // handed in
	signedOff
	sentBack // returned, or opened again
)

// State is what deciding needs to know, and no more.
type State struct {
	status  status
	person  domain.PersonID
	holder  domain.PersonID // who signs off, once handed in; who signed off, afterwards
	entries map[domain.EntryID]Entry
}

// Evolve returns s after e. It only records; it never refuses.
func Evolve(s State, e Event) State {
	switch e := e.(type) {
	case Opened:
		s.status, s.person = open, e.Person
	case HoursLogged:
		s = s.with(e.Entry, Entry{e.Date, e.Kind, e.SpentOn, e.Minutes, e.Site, e.Basis, e.Pay})
	case HoursAmended:
		entry := s.entries[e.Entry]
		entry.Minutes = e.Minutes
		if e.Pay != "" {
			entry.Pay = e.Pay
		}
		s = s.with(e.Entry, entry)
	case Submitted:
		s.status, s.holder = awaiting, e.To
	case HandedOver:
		s.holder = e.To
	case Approved:
		s.status, s.holder = signedOff, e.Approver
	case Returned:
		s.status = sentBack
	case Reopened:
		s.status = sentBack
	case ApprovedHoursCorrected:
		entry := s.entries[e.Entry]
		entry.Minutes += e.Delta
		s = s.with(e.Entry, entry)
	}
	return s
}

func (s State) with(id domain.EntryID, e Entry) State {
	s.entries = maps.Clone(s.entries)
	if s.entries == nil {
		s.entries = map[domain.EntryID]Entry{}
	}
	s.entries[id] = e
	return s
}

func (s State) total(k Kind) (m domain.Minutes) {
	for _, e := range s.entries {
		if e.Kind == k {
			m += e.Minutes
		}
	}
	return m
}
