package timesheet

import (
	"maps"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
)

// TakeOver records the hours of one week that a table tells, in the name of the coordinator
// who hands it in: logged and handed in, or signed off as well. It goes the way that hours
// go, so that what a table changes is returned, opened again or corrected as by hand. Hours
// that the week has and the table has not stay; an apprentice's own that were not handed in
// yet are in its way.
type TakeOver struct {
	domain.Request
	Apprenticeship domain.ApprenticeshipID
	Person         domain.PersonID // the apprentice
	Week           domain.Week
	Entries        []Entry
	Terms          Terms
	Supervisor     domain.PersonID // who signs off, if it is not signed off
	Approved       bool
	Reason         domain.Sealed // of what is changed in hours that were handed in or signed off
}

func (c TakeOver) Decide(s State) ([]Event, error) {
	if err := c.check(s); err != nil {
		return nil, err
	}
	fresh, other := c.against(s)
	merged := maps.Clone(s.entries)
	if merged == nil {
		merged = map[domain.EntryID]Entry{}
	}
	for _, e := range c.Entries {
		merged[e.ID()] = e
	}
	if err := c.Terms.limits(s.entries, merged); err != nil {
		return nil, err
	}
	if err := c.Terms.check(merged); err != nil {
		return nil, err
	}
	switch {
	case s.status == signedOff && len(fresh) == 0:
		return c.corrected(s, other), nil
	case s.status == signedOff && !c.Approved:
		return nil, domain.Refuse(domain.Conflict, "ALREADY_APPROVED", "Week %s is signed off, and the table has more hours for it. Take it over as signed off, or open the week again first.", c.Week)
	case s.status == awaiting && len(fresh)+len(other) == 0 && !c.Approved:
		return nil, nil
	}
	out := c.opened(s, len(fresh)+len(other) > 0)
	for _, e := range fresh {
		out = append(out, HoursLogged{e.ID(), e.Date, e.Kind, e.SpentOn, e.Minutes, e.Site, e.Basis, e.Pay})
	}
	for _, e := range other {
		out = append(out, HoursAmended{Entry: e.ID(), Minutes: e.Minutes})
	}
	if s.status != awaiting || len(fresh)+len(other) > 0 {
		out = append(out, Submitted{To: c.Supervisor})
	}
	if c.Approved {
		after := State{entries: merged}
		out = append(out, Approved{Approver: c.By.Person, OnTheJob: after.total(OnTheJob), Instruction: after.total(RelatedInstruction)})
	}
	return out, nil
}

// opened brings a week to where hours can be logged.
func (c TakeOver) opened(s State, changes bool) []Event {
	switch {
	case s.status == none:
		return []Event{Opened{Apprenticeship: c.Apprenticeship, Person: c.Person, Week: c.Week}}
	case s.status == awaiting && changes:
		return []Event{Returned{By: c.By.Person, Reason: c.Reason}}
	case s.status == signedOff:
		return []Event{Reopened{By: c.By.Person, Reason: c.Reason}}
	}
	return nil
}

func (c TakeOver) corrected(s State, other []Entry) (out []Event) {
	for _, e := range other {
		was := s.entries[e.ID()].Minutes
		out = append(out, ApprovedHoursCorrected{By: c.By.Person, Entry: e.ID(), Was: was, Delta: e.Minutes - was, Reason: c.Reason})
	}
	return out
}

// against tells which entries of the table the week has not, and which with other minutes.
func (c TakeOver) against(s State) (fresh, other []Entry) {
	for _, e := range c.Entries {
		was, known := s.entries[e.ID()]
		switch {
		case !known:
			fresh = append(fresh, e)
		case was.Minutes != e.Minutes:
			other = append(other, e)
		}
	}
	return fresh, other
}

func (c TakeOver) check(s State) error {
	switch {
	case c.By.Role != domain.Coordinator || c.By.Person == "":
		return domain.Refuse(domain.Forbidden, "NOT_COORDINATOR", "Hours are taken over by a coordinator, who answers for them.")
	case c.By.Person == c.Person:
		return domain.Refuse(domain.Forbidden, "OWN_HOURS", "Nobody takes over their own hours. Ask another coordinator.")
	case c.Terms.From.IsZero():
		return domain.Refuse(domain.Conflict, "NOT_BEGUN", "Hours can be logged once the apprenticeship has begun.")
	case c.Reason == "":
		return domain.Refuse(domain.Invalid, "REASON_MISSING", "Say where the hours come from.")
	case len(c.Entries) == 0:
		return domain.Refuse(domain.Invalid, "NOTHING_LOGGED", "The table has no hours for week %s.", c.Week)
	}
	told := map[domain.EntryID]bool{}
	for _, e := range c.Entries {
		if told[e.ID()] {
			return domain.Refuse(domain.Invalid, "ENTERED_TWICE", "%q on %s is there twice. Add its hours up to one entry.", e.SpentOn, e.Date.Format("Monday 2 January")).About("entries")
		}
		told[e.ID()] = true
		if err := c.allow(e); err != nil {
			return err
		}
	}
	if s.status != open && s.status != sentBack {
		return nil
	}
	for _, id := range slices.Sorted(maps.Keys(s.entries)) {
		if e := s.entries[id]; e.Minutes > 0 && !told[id] {
			return domain.Refuse(domain.Conflict, "WEEK_IN_HAND", "Week %s is with the apprentice and has hours that the table has not: %s on %s. Let it be handed in first, or add them to the table.",
				c.Week, e.Minutes, e.Date.Format("Monday 2 January"))
		}
	}
	return nil
}

// allow refuses an entry that no table can tell.
func (c TakeOver) allow(e Entry) error {
	switch day := e.Date.Format("Monday 2 January"); {
	case !c.Week.Contains(e.Date):
		return domain.Refuse(domain.Invalid, "NOT_IN_WEEK", "%s is not in week %s.", e.Date, c.Week).About("entries")
	case e.Minutes <= 0:
		return domain.Refuse(domain.Invalid, "NEGATIVE_HOURS", "Hours on %s are not more than nothing. Leave the row out; what is wrong on record is corrected there.", day).About("entries")
	case e.Date.After(domain.DateOf(c.At)):
		return domain.Refuse(domain.Invalid, "IN_THE_FUTURE", "%s is still to come. Hours are logged once they were worked.", day).About("entries")
	}
	return c.Terms.allow(e)
}
