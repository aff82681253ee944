package timesheet

import (
	"maps"

	"github.com/guildhall-dev/guildhall/domain"
)

// Log sets hours of one week: each entry replaces what was logged for the same day, thing,
// site and basis.
type Log struct {
	domain.Request
	Apprenticeship domain.ApprenticeshipID
	Person         domain.PersonID // the apprentice
	Week           domain.Week
	Entries        []Entry
	Terms          Terms
}

func (c Log) Decide(s State) ([]Event, error) {
	switch {
	case c.By.Person != c.Person:
		return nil, domain.Refuse(domain.Forbidden, "NOT_YOUR_HOURS", "Hours are logged by the apprentice who worked them.")
	case s.status == signedOff:
		return nil, domain.Refuse(domain.Conflict, "ALREADY_APPROVED", "Week %s is signed off. If something in it is wrong, ask your manager to open it again or to correct it.", c.Week)
	case s.status == awaiting:
		return nil, domain.Refuse(domain.Conflict, "ALREADY_SUBMITTED", "Week %s is with your manager. It can be changed once it is sent back.", c.Week)
	case c.Terms.From.IsZero():
		return nil, domain.Refuse(domain.Conflict, "NOT_BEGUN", "Hours can be logged once the apprenticeship has begun.")
	}
	var out []Event
	if s.status == none {
		out = append(out, Opened{Apprenticeship: c.Apprenticeship, Person: c.Person, Week: c.Week})
	}
	entries := map[domain.EntryID]Entry{}
	maps.Copy(entries, s.entries)
	seen := map[domain.EntryID]bool{}
	for _, e := range c.Entries {
		was, known := entries[e.ID()]
		if err := c.check(s, e, was); err != nil {
			return nil, err
		}
		if seen[e.ID()] {
			return nil, domain.Refuse(domain.Invalid, "ENTERED_TWICE", "%q on %s is there twice. Add its hours up to one entry.",
				e.SpentOn, e.Date.Format("Monday 2 January")).About("entries").On(e.Date)
		}
		seen[e.ID()] = true
		if e.Pay == "" {
			e.Pay = was.Pay
		}
		switch {
		case known && was.Minutes == e.Minutes && was.Pay == e.Pay, !known && e.Minutes == 0:
			continue
		case known && was.Pay == e.Pay:
			out = append(out, HoursAmended{Entry: e.ID(), Minutes: e.Minutes})
		case known:
			out = append(out, HoursAmended{Entry: e.ID(), Minutes: e.Minutes, Pay: e.Pay})
		default:
			out = append(out, HoursLogged{e.ID(), e.Date, e.Kind, e.SpentOn, e.Minutes, e.Site, e.Basis, e.Pay})
		}
		entries[e.ID()] = e
	}
	if err := c.Terms.limits(s.entries, entries); err != nil {
		return nil, err
	}
	if len(out) == 1 && s.status == none {
		return nil, nil
	}
	return out, nil
}

// check reports why an entry may not take the place of another, or nil. What takes an entry
// away is always possible.
func (c Log) check(s State, e, was Entry) error {
	switch day := e.Date.Format("Monday 2 January"); {
	case !c.Week.Contains(e.Date):
		return domain.Refuse(domain.Invalid, "NOT_IN_WEEK", "%s is not in week %s.", e.Date, c.Week).About("entries")
	case e.Minutes < 0:
		return domain.Refuse(domain.Invalid, "NEGATIVE_HOURS", "Hours on %s are negative.", day).About("entries").On(e.Date)
	case e.Minutes == 0:
		return nil
	case e.Date.After(c.Today()):
		return domain.Refuse(domain.Invalid, "IN_THE_FUTURE", "%s is still to come. Hours are logged once they were worked.", day).About("entries").On(e.Date)
	case e.Date.Before(c.Terms.Earliest) && s.status != sentBack && e.Minutes != was.Minutes:
		return domain.Refuse(domain.Invalid, "TOO_LATE", "%s is too long ago to be logged: the first day that is still open is %s. Ask a coordinator.",
			day, c.Terms.Earliest.Format("2 January 2006")).About("entries").On(e.Date)
	}
	return c.Terms.allow(e)
}

// Submit hands the week to the supervisor.
type Submit struct {
	domain.Request
	Week       domain.Week
	Supervisor domain.PersonID
	Terms      Terms
}

func (c Submit) Decide(s State) ([]Event, error) {
	switch {
	case s.status == none || s.total(OnTheJob)+s.total(RelatedInstruction) == 0:
		return nil, domain.Refuse(domain.Conflict, "NOTHING_LOGGED", "There are no hours in week %s yet. Log some first.", c.Week)
	case c.By.Person != s.person:
		return nil, domain.Refuse(domain.Forbidden, "NOT_YOUR_HOURS", "Hours are handed in by the apprentice who worked them.")
	case s.status == signedOff:
		return nil, domain.Refuse(domain.Conflict, "ALREADY_APPROVED", "Week %s is signed off already.", c.Week)
	case s.status == awaiting:
		return nil, nil
	}
	if err := c.Terms.limits(nil, s.entries); err != nil {
		return nil, err
	}
	if err := c.Terms.check(s.entries); err != nil {
		return nil, err
	}
	return []Event{Submitted{To: c.Supervisor}}, nil
}
