package program

import (
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/rules"
)

// Stream is where the facts about a programme are kept.
func Stream(id domain.ProgramID) domain.Stream { return domain.Stream("program-" + id) }

// ID is the inverse of Stream.
func ID(s domain.Stream) (domain.ProgramID, error) {
	id, err := s.Subject("program")
	return domain.ProgramID(id), err
}

// State is what deciding needs to know, and no more.
type State struct {
	registered Registered // without a title there is none
	gone       domain.Date
	amended    []Amended
	sites      []SiteAdded
	employers  []EmployerJoined
}

// Evolve returns s after e. It only records; it never refuses.
func Evolve(s State, e Event) State {
	switch e := e.(type) {
	case Registered:
		s.registered = e
	case Amended:
		s.amended = append(slices.Clip(s.amended), e)
	case SiteAdded:
		s.sites = append(slices.Clip(s.sites), e)
	case EmployerJoined:
		s.employers = append(slices.Clip(s.employers), e)
	case Deregistered:
		s.gone = e.On
	}
	return s
}

// SettingsOn is what a programme with these amendments has agreed on for a day. Of those that
// begin on one day the last that was recorded holds.
func SettingsOn(first Settings, amended []Amended, day domain.Date) Settings {
	var from domain.Date
	for _, a := range amended {
		if !a.From.After(day) && !a.From.Before(from) {
			first, from = a.Settings, a.From
		}
	}
	return first
}

// RatioOn is the ratio at a site on a day; false if the programme says nothing of it.
func RatioOn(sites []SiteAdded, site domain.SiteID, day domain.Date) (r rules.Ratio, ok bool) {
	var from domain.Date
	for _, s := range sites {
		if s.Site == site && !s.From.After(day) && !s.From.Before(from) && s.Ratio != "" {
			if parsed, err := rules.ParseRatio(s.Ratio); err == nil {
				r, ok, from = parsed, true, s.From
			}
		}
	}
	return r, ok
}
