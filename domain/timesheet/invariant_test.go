package timesheet

import (
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/internal/spec"
)

// aWeek is a history of one week in which anybody asked for anything, at any time.
func aWeek(t *rapid.T) *spec.History[State, Event] {
	h := spec.Begin(Evolve)
	for range rapid.IntRange(1, 40).Draw(t, "requests") {
		req := rapid.SampledFrom([]domain.Request{ana, ana, grace, otherBoss, coordinator, as("ana", domain.Manager), as("ana", domain.Coordinator), as("tom", domain.Mentor)}).Draw(t, "by")
		if rapid.Bool().Draw(t, "in turn") {
			req = map[status]domain.Request{awaiting: as(h.State.holder, domain.Manager), signedOff: coordinator}[h.State.status]
			if req.By.Person == "" {
				req = ana
			}
		}
		under := rapid.SampledFrom([]Terms{terms, terms, paused(monday.AddDays(1), monday.AddDays(1))}).Draw(t, "terms")
		switch rapid.IntRange(0, 9).Draw(t, "command") {
		case 0, 1, 2:
			h.Try(t, Log{req, "a1", "ana", week, rapid.SliceOfN(entries, 0, 4).Draw(t, "entries"), under})
		case 3, 4:
			h.Try(t, Submit{req, week, "grace", under})
		case 5, 6:
			h.Try(t, Approve{req, under})
		case 7:
			h.Try(t, Return{req, "sealed:why"})
		case 8:
			h.Try(t, HandOver{req, rapid.SampledFrom([]domain.PersonID{"omar", "ana", "grace"}).Draw(t, "to"), true})
		case 9:
			if rapid.Bool().Draw(t, "whole week") {
				h.Try(t, Reopen{req, "sealed:why", false})
			} else {
				entry := entries.Draw(t, "entry").ID()
				if logged := slices.Sorted(maps.Keys(h.State.entries)); len(logged) > 0 && rapid.Bool().Draw(t, "logged") {
					entry = rapid.SampledFrom(logged).Draw(t, "of the week")
				}
				h.Try(t, Correct{req, entry, domain.Minutes(60 * rapid.IntRange(0, 25).Draw(t, "hours")), "sealed:why", under})
			}
		}
	}
	return h
}

var entries = rapid.Custom(func(t *rapid.T) Entry {
	thing := rapid.SampledFrom([]string{"wp-01", "wp-02", "ri-01"}).Draw(t, "spent on")
	return Entry{
		Date:    monday.AddDays(rapid.IntRange(-1, 2).Draw(t, "day")),
		Kind:    terms.SpentOn[thing],
		SpentOn: thing,
		Minutes: domain.Minutes(60 * rapid.IntRange(0, 14).Draw(t, "hours")),
		Site:    rapid.SampledFrom([]domain.SiteID{"", "", "clinic"}).Draw(t, "site"),
	}
})

// A ledger is a week as anybody would add it up who reads its facts from the beginning.
type ledger struct {
	minutes  map[domain.EntryID]domain.Minutes
	entry    map[domain.EntryID]HoursLogged
	waiting  bool
	approved bool
	holder   domain.PersonID
}

func (l *ledger) add(e Event) {
	switch e := e.(type) {
	case Opened:
		*l = ledger{minutes: map[domain.EntryID]domain.Minutes{}, entry: map[domain.EntryID]HoursLogged{}}
	case HoursLogged:
		l.minutes[e.Entry], l.entry[e.Entry] = e.Minutes, e
	case HoursAmended:
		l.minutes[e.Entry] = e.Minutes
	case Submitted:
		l.waiting, l.holder = true, e.To
	case HandedOver:
		l.holder = e.To
	case Approved:
		l.waiting, l.approved, l.holder = false, true, e.Approver
	case Returned:
		l.waiting = false
	case Reopened:
		l.approved = false
	case ApprovedHoursCorrected:
		l.minutes[e.Entry] = e.Was + e.Delta
	}
}

func (l *ledger) total(k Kind) (sum domain.Minutes) {
	for id, m := range l.minutes {
		if l.entry[id].Kind == k {
			sum += m
		}
	}
	return sum
}

// TestInvariant04OnlyApprovedMinutesCount: what counts changes only by a signature, by taking
// it back, or by a correction; a signature is on exactly what was handed in, and nothing
// changes between handing in and signing.
func TestInvariant04OnlyApprovedMinutesCount(t *testing.T) {
	signatures := 0
	spec.Histories(t, func(t *rapid.T) {
		var l ledger
		for _, e := range aWeek(t).Facts {
			switch e := e.(type) {
			case HoursLogged, HoursAmended:
				if l.waiting || l.approved {
					t.Fatalf("%+v while the week was handed in or signed off", e)
				}
			case Submitted:
				if l.waiting || l.approved || l.total(OnTheJob)+l.total(RelatedInstruction) == 0 {
					t.Fatalf("handed in out of turn, or with nothing: %+v", e)
				}
			case Approved:
				if !l.waiting || e.OnTheJob != l.total(OnTheJob) || e.Instruction != l.total(RelatedInstruction) {
					t.Fatalf("%+v of %v", e, l.minutes)
				}
				signatures++
			case ApprovedHoursCorrected, Reopened:
				if !l.approved {
					t.Fatalf("%+v of what does not count", e)
				}
			}
			l.add(e)
		}
	})
	if signatures == 0 {
		t.Error("no week was signed off: the test proves too little")
	}
}

// TestInvariant05NoDayIsTooLongAndNoneOutside: after every fact, no day has more than the
// rules and its site allow, and no time was logged on a day on which the terms forbade it.
func TestInvariant05NoDayIsTooLongAndNoneOutside(t *testing.T) {
	logged := 0
	spec.Histories(t, func(t *rapid.T) {
		under := terms
		under.From = monday.AddDays(rapid.IntRange(-1, 1).Draw(t, "first day"))
		under.To = under.From.AddDays(rapid.IntRange(0, 5).Draw(t, "days"))
		under.Earliest = monday.AddDays(rapid.IntRange(-1, 1).Draw(t, "earliest"))
		pause := Span{First: monday.AddDays(rapid.IntRange(0, 3).Draw(t, "pause"))}
		if rapid.Bool().Draw(t, "pause ends") {
			pause.Last = pause.First.AddDays(rapid.IntRange(0, 1).Draw(t, "pause lasts"))
		}
		under.Pauses = []Span{pause}
		under.DayLimit = domain.Hours(rapid.SampledFrom([]int{24, 12, 40}).Draw(t, "limit"))
		since := monday.AddDays(rapid.IntRange(0, 2).Draw(t, "the site's limit begins"))
		under.Sites = map[domain.SiteID]rules.DayLimits{"": {{Minutes: domain.Hours(10), From: since}}, "clinic": terms.Sites["clinic"]}
		h := spec.Begin(Evolve)
		for range rapid.IntRange(1, 12).Draw(t, "requests") {
			req := rapid.SampledFrom([]domain.Request{ana, ana, ana, {By: ana.By, On: monday.AddDays(1)}}).Draw(t, "when")
			facts, _ := h.Try(t, Log{req, "a1", "ana", week, rapid.SliceOfN(entries, 1, 4).Draw(t, "entries"), under})
			for _, e := range facts {
				if e, ok := e.(HoursLogged); ok {
					logged++
					if !week.Contains(e.Date) || e.Date.Before(under.From) || e.Date.After(under.To) || e.Date.Before(under.Earliest) || e.Date.After(req.Today()) ||
						!e.Date.Before(pause.First) && (pause.Last.IsZero() || !e.Date.After(pause.Last)) {
						t.Fatalf("%+v under %+v", e, under)
					}
				}
			}
		}
		perDay, atClinic, atHome := map[domain.Date]domain.Minutes{}, map[domain.Date]domain.Minutes{}, map[domain.Date]domain.Minutes{}
		var l ledger
		for _, e := range h.Facts {
			l.add(e)
		}
		for id, m := range l.minutes {
			e := l.entry[id]
			if perDay[e.Date] += m; perDay[e.Date] > min(domain.Hours(24), under.DayLimit) || m < 0 {
				t.Fatalf("%s has %s", e.Date, perDay[e.Date])
			}
			if e.Site == "clinic" {
				atClinic[e.Date] += m
			} else {
				atHome[e.Date] += m
			}
			if atClinic[e.Date] > domain.Hours(6) || !e.Date.Before(since) && atHome[e.Date] > domain.Hours(10) {
				t.Fatalf("%s has %s at the clinic, %s at home", e.Date, atClinic[e.Date], atHome[e.Date])
			}
		}
	})
	if logged == 0 {
		t.Error("nothing was logged: the test proves too little")
	}
}

// TestInvariant06NobodySignsTheirOwnHours: whoever decides about a week is not the apprentice,
// and is the manager whom it is with, or a coordinator.
func TestInvariant06NobodySignsTheirOwnHours(t *testing.T) {
	decisions, stoodIn := 0, 0
	spec.Histories(t, func(t *rapid.T) {
		var l ledger
		for _, e := range aWeek(t).Facts {
			var by domain.PersonID
			switch e := e.(type) {
			case Approved:
				by = e.Approver
			case Returned:
				by = e.By
			case Reopened:
				by = e.By
			case ApprovedHoursCorrected:
				by = e.By
			case HandedOver:
				by = e.By
				if e.To == "ana" {
					t.Fatalf("%+v", e)
				}
				stoodIn++
			}
			if by != "" {
				if decisions++; by == "ana" || by == "tom" || by != l.holder && by != "kim" {
					t.Fatalf("%+v while the week is with %s", e, l.holder)
				}
			}
			l.add(e)
		}
	})
	if decisions == 0 || stoodIn == 0 {
		t.Errorf("%d decisions, %d handed over: the test proves too little", decisions, stoodIn)
	}
}

// TestInvariant21ACorrectionKeepsBothValues: each correction names what was there and leads to
// what is there now, and the state that deciding relies on equals the facts added up anew.
func TestInvariant21ACorrectionKeepsBothValues(t *testing.T) {
	corrections := 0
	spec.Histories(t, func(t *rapid.T) {
		h := aWeek(t)
		var l ledger
		for _, e := range h.Facts {
			if e, ok := e.(ApprovedHoursCorrected); ok {
				if corrections++; e.Was != l.minutes[e.Entry] || e.Delta == 0 || e.Was+e.Delta < 0 || e.Reason == "" {
					t.Fatalf("%+v of an entry with %s", e, l.minutes[e.Entry])
				}
			}
			l.add(e)
		}
		if len(h.Facts) > 0 && (h.State.total(OnTheJob) != l.total(OnTheJob) || h.State.total(RelatedInstruction) != l.total(RelatedInstruction)) {
			t.Fatalf("the week stands at %s and %s, its facts add up to %s and %s",
				h.State.total(OnTheJob), h.State.total(RelatedInstruction), l.total(OnTheJob), l.total(RelatedInstruction))
		}
	})
	if corrections == 0 {
		t.Error("nothing was corrected: the test proves too little")
	}
}
