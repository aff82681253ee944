package timesheet

import (
	"maps"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
)

// Log sets hours of one week: each entry replaces what was logged for the same day and thing.
type Log struct {
	domain.Request
	Apprenticeship domain.ApprenticeshipID
	Person         domain.PersonID // the apprentice
	Week           domain.Week
	Entries        []Entry
	Terms          Terms
}

// Terms bound what can be logged.
type Terms struct {
	From     domain.Date     // first day of on-the-job learning; the zero date means it has not begun
	To       domain.Date     // last day, or the zero date
	DayLimit domain.Minutes  // for one day, everything together
	SpentOn  map[string]Kind // the work processes and courses of the standard
}

func (c Log) Decide(s State) ([]Event, error) {
	switch {
	case c.By.Person != c.Person:
		return nil, domain.Refuse(domain.Forbidden, "NOT_YOUR_HOURS", "Hours are logged by the apprentice who worked them.")
	case s.status == signedOff:
		return nil, domain.Refuse(domain.Conflict, "ALREADY_APPROVED", "Week %s is signed off and cannot be changed.", c.Week)
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
		if err := c.check(e); err != nil {
			return nil, err
		}
		if seen[e.ID()] {
			return nil, domain.Refuse(domain.Invalid, "ENTERED_TWICE", "%q on %s is there twice. Add its hours up to one entry.",
				e.SpentOn, e.Date.Format("Monday 2 January")).About("entries")
		}
		seen[e.ID()] = true
		was, known := entries[e.ID()]
		switch {
		case known && was.Minutes == e.Minutes, !known && e.Minutes == 0:
			continue
		case known:
			out = append(out, HoursAmended{Entry: e.ID(), Minutes: e.Minutes})
		default:
			out = append(out, HoursLogged{Entry: e.ID(), Date: e.Date, Kind: e.Kind, SpentOn: e.SpentOn, Minutes: e.Minutes})
		}
		entries[e.ID()] = e
	}
	perDay := map[domain.Date]domain.Minutes{}
	for _, e := range entries {
		perDay[e.Date] += e.Minutes
	}
	for _, day := range slices.SortedFunc(maps.Keys(perDay), func(a, b domain.Date) int { return a.DaysSince(b) }) {
		if perDay[day] > c.Terms.DayLimit {
			return nil, domain.Refuse(domain.Invalid, "DAY_TOO_LONG", "%s on %s is more than %s. Check the entries of that day.",
				perDay[day], day.Format("Monday 2 January"), c.Terms.DayLimit).About("entries")
		}
	}
	if len(out) == 1 && s.status == none {
		return nil, nil
	}
	return out, nil
}

func (c Log) check(e Entry) error {
	kind, known := c.Terms.SpentOn[e.SpentOn]
	switch day := e.Date.Format("Monday 2 January"); {
	case !c.Week.Contains(e.Date):
		return domain.Refuse(domain.Invalid, "NOT_IN_WEEK", "%s is not in week %s.", e.Date, c.Week).About("entries")
	case e.Date.Before(c.Terms.From):
		return domain.Refuse(domain.Invalid, "BEFORE_START", "%s is before the first day, %s.", day, c.Terms.From).About("entries")
	case !c.Terms.To.IsZero() && e.Date.After(c.Terms.To):
		return domain.Refuse(domain.Invalid, "AFTER_END", "%s is after the last day, %s.", day, c.Terms.To).About("entries")
	case e.Minutes > 0 && e.Date.After(c.Today()):
		return domain.Refuse(domain.Invalid, "IN_THE_FUTURE", "%s is still to come. Hours are logged once they were worked.", day).About("entries")
	case e.Minutes < 0:
		return domain.Refuse(domain.Invalid, "NEGATIVE_HOURS", "Hours on %s are negative.", day).About("entries")
	case !known:
		return domain.Refuse(domain.Invalid, "NO_SUCH_PROCESS", "%q is neither a work process nor a course of this standard.", e.SpentOn).About("entries")
	case kind != e.Kind:
		return domain.Refuse(domain.Invalid, "WRONG_KIND", "%q is not something that is counted as %s.", e.SpentOn, e.Kind).About("entries")
	}
	return nil
}

// Submit hands the week to the supervisor.
type Submit struct {
	domain.Request
	Week       domain.Week
	Supervisor domain.PersonID
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
	return []Event{Submitted{To: c.Supervisor}}, nil
}

// Approve signs the week off, in the name of the supervisor or of a coordinator who stands in.
type Approve struct{ domain.Request }

func (c Approve) Decide(s State) ([]Event, error) {
	if err := decidable(s, c.By); err != nil {
		return nil, err
	}
	return []Event{Approved{Approver: c.By.Person, OnTheJob: s.total(OnTheJob), Instruction: s.total(RelatedInstruction)}}, nil
}

// Return sends the week back with the reason the apprentice is told.
type Return struct {
	domain.Request
	Reason domain.Sealed
}

func (c Return) Decide(s State) ([]Event, error) {
	if err := decidable(s, c.By); err != nil {
		return nil, err
	}
	if c.Reason == "" {
		return nil, domain.Refuse(domain.Invalid, "REASON_MISSING", "Say what has to be changed.").About("reason")
	}
	return []Event{Returned{By: c.By.Person, Reason: c.Reason}}, nil
}

func decidable(s State, by domain.Actor) error {
	switch {
	case s.status == none:
		return domain.Refuse(domain.NotFound, "NO_SUCH_TIMESHEET", "No hours were logged for that week.")
	case by.Person == s.person:
		return domain.Refuse(domain.Forbidden, "OWN_HOURS", "Nobody signs off their own hours.")
	case by.Role != domain.Manager && by.Role != domain.Coordinator:
		return domain.Refuse(domain.Forbidden, "NOT_SUPERVISOR", "Hours are signed off by the apprentice's manager.")
	case s.status != open && by.Role == domain.Manager && by.Person != s.holder:
		return domain.Refuse(domain.Forbidden, "NOT_SUPERVISOR", "These hours are with another manager.")
	case s.status == signedOff:
		return domain.Refuse(domain.Conflict, "ALREADY_APPROVED", "These hours are signed off already.")
	case s.status == sentBack:
		return domain.Refuse(domain.Conflict, "ALREADY_RETURNED", "These hours were sent back. They can be signed off once they are handed in again.")
	case s.status == open:
		return domain.Refuse(domain.Conflict, "NOT_SUBMITTED", "These hours were not handed in yet.")
	}
	return nil
}
