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

// An Entry is time spent on one thing on one day.
type Entry struct {
	Date    domain.Date
	Kind    Kind
	SpentOn string
	Minutes domain.Minutes
}

// ID identifies the entry within its week.
func (e Entry) ID() domain.EntryID {
	return domain.EntryID(e.Date.String() + "." + string(e.Kind) + "." + e.SpentOn)
}

// A status is where a week is in its life.
type status uint8

const (
	none status = iota
	open
	awaiting // handed in
	signedOff
	sentBack
)

// State is what deciding needs to know, and no more.
type State struct {
	status  status
	person  domain.PersonID
	holder  domain.PersonID // who signs off, once handed in
	entries map[domain.EntryID]Entry
}

// Evolve returns s after e. It only records; it never refuses.
func Evolve(s State, e Event) State {
	switch e := e.(type) {
	case Opened:
		s.status, s.person = open, e.Person
	case HoursLogged:
		s = s.with(e.Entry, Entry{Date: e.Date, Kind: e.Kind, SpentOn: e.SpentOn, Minutes: e.Minutes})
	case HoursAmended:
		entry := s.entries[e.Entry]
		entry.Minutes = e.Minutes
		s = s.with(e.Entry, entry)
	case Submitted:
		s.status, s.holder = awaiting, e.To
	case Approved:
		s.status = signedOff
	case Returned:
		s.status = sentBack
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
