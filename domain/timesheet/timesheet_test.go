package timesheet

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/spec"
)

var (
	week   = domain.Week{Year: 2026, Number: 47}
	monday = week.Monday()
	terms  = Terms{
		From:     monday.AddDays(-30),
		DayLimit: domain.Hours(24),
		SpentOn:  map[string]Kind{"wp-01": OnTheJob, "wp-02": OnTheJob, "ri-01": RelatedInstruction},
	}

	ana         = as("ana", domain.Apprentice)
	grace       = as("grace", domain.Manager)
	otherBoss   = as("omar", domain.Manager)
	coordinator = as("kim", domain.Coordinator)

	desk  = Entry{monday, OnTheJob, "wp-01", domain.Hours(8)}
	class = Entry{monday.AddDays(1), RelatedInstruction, "ri-01", 90}

	opened    = Opened{"a1", "ana", week}
	deskHours = HoursLogged{desk.ID(), desk.Date, desk.Kind, desk.SpentOn, desk.Minutes}
	classTime = HoursLogged{class.ID(), class.Date, class.Kind, class.SpentOn, class.Minutes}

	logged    = []Event{opened, deskHours, classTime}
	handedIn  = append(slices.Clip(logged), Submitted{"grace"})
	approvedF = Approved{"grace", domain.Hours(8), 90}
	done      = append(slices.Clip(handedIn), approvedF)
	returned  = append(slices.Clip(handedIn), Returned{"grace", "sealed:why"})
)

func as(p domain.PersonID, r domain.Role) domain.Request {
	return domain.Request{By: domain.Actor{Person: p, Role: r}, At: time.Date(2026, time.November, 22, 18, 0, 0, 0, time.UTC)}
}

func log(entries ...Entry) Log { return Log{ana, "a1", "ana", week, entries, terms} }

func on(day int, spentOn string, m domain.Minutes) Entry {
	return Entry{monday.AddDays(day), OnTheJob, spentOn, m}
}

func under(t Terms) Log {
	l := log(desk)
	l.Terms = t
	return l
}

func TestLogging(t *testing.T) {
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "the first hours open the week", When: log(desk, class), Then: logged},
		{Name: "the same hours are logged once", Given: logged, When: log(desk, class)},
		{Name: "other minutes replace what was logged", Given: logged, When: log(on(0, "wp-01", 60)), Then: []Event{HoursAmended{desk.ID(), 60}}},
		{Name: "no minutes take an entry away", Given: logged, When: log(on(0, "wp-01", 0)), Then: []Event{HoursAmended{desk.ID(), 0}}},
		{Name: "what was taken away can be logged anew", Given: append(slices.Clip(logged), HoursAmended{desk.ID(), 0}), When: log(desk), Then: []Event{HoursAmended{desk.ID(), desk.Minutes}}},
		{Name: "nothing logged opens nothing", When: log(on(0, "wp-01", 0))},
		{Name: "a full day and night is possible", When: log(on(0, "wp-01", domain.Hours(24))), Then: []Event{opened, HoursLogged{desk.ID(), monday, OnTheJob, "wp-01", domain.Hours(24)}}},
		{Name: "a week sent back is open to changes", Given: returned, When: log(on(0, "wp-01", 60)), Then: []Event{HoursAmended{desk.ID(), 60}}},
		{Name: "the first day counts", When: under(Terms{From: monday, To: monday, DayLimit: terms.DayLimit, SpentOn: terms.SpentOn}), Then: logged[:2]},

		{Name: "nobody logs another's hours", When: Log{grace, "a1", "ana", week, []Entry{desk}, terms}, Refused: "NOT_YOUR_HOURS"},
		{Name: "a week signed off stays as it is", Given: done, When: log(on(0, "wp-01", 60)), Refused: "ALREADY_APPROVED"},
		{Name: "a week handed in waits for the manager", Given: handedIn, When: log(on(0, "wp-01", 60)), Refused: "ALREADY_SUBMITTED"},
		{Name: "hours wait for the first day on the job", When: under(Terms{DayLimit: terms.DayLimit, SpentOn: terms.SpentOn}), Refused: "NOT_BEGUN"},
		{Name: "hours belong to the week", When: log(on(7, "wp-01", 60)), Refused: "NOT_IN_WEEK"},
		{Name: "nothing is logged before the first day", When: under(Terms{From: monday.AddDays(1), DayLimit: terms.DayLimit, SpentOn: terms.SpentOn}), Refused: "BEFORE_START"},
		{Name: "nothing is logged after the last day", When: under(Terms{From: terms.From, To: monday.AddDays(-1), DayLimit: terms.DayLimit, SpentOn: terms.SpentOn}), Refused: "AFTER_END"},
		{Name: "nobody logs hours still to come", When: Log{domain.Request{By: ana.By, On: monday}, "a1", "ana", week, []Entry{on(1, "wp-01", 60)}, terms}, Refused: "IN_THE_FUTURE"},
		{Name: "hours are not negative", When: log(on(0, "wp-01", -60)), Refused: "NEGATIVE_HOURS"},
		{Name: "hours go to something the standard knows", When: log(on(0, "wp-99", 60)), Refused: "NO_SUCH_PROCESS"},
		{Name: "class is not work", When: log(on(0, "ri-01", 60)), Refused: "WRONG_KIND"},
		{Name: "a day has twenty-four hours", When: log(on(0, "wp-01", domain.Hours(20)), on(0, "wp-02", domain.Hours(4)+1)), Refused: "DAY_TOO_LONG"},
		{Name: "a day has twenty-four hours with those logged before", Given: logged, When: log(on(0, "wp-02", domain.Hours(16)+1)), Refused: "DAY_TOO_LONG"},
		{Name: "one thing is logged once for a day", When: log(desk, desk), Refused: "ENTERED_TWICE"},
	})
}

func TestHandingIn(t *testing.T) {
	submit := Submit{ana, week, "grace"}
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "the apprentice hands the week in", Given: logged, When: submit, Then: []Event{Submitted{"grace"}}},
		{Name: "a week is handed in once", Given: handedIn, When: submit},
		{Name: "a week sent back is handed in again", Given: returned, When: submit, Then: []Event{Submitted{"grace"}}},
		{Name: "an unknown week is not handed in", When: submit, Refused: "NOTHING_LOGGED"},
		{Name: "a week without hours is not handed in", Given: []Event{opened, deskHours, HoursAmended{desk.ID(), 0}}, When: submit, Refused: "NOTHING_LOGGED"},
		{Name: "a manager hands nothing in", Given: logged, When: Submit{grace, week, "grace"}, Refused: "NOT_YOUR_HOURS"},
		{Name: "a week signed off is not handed in again", Given: done, When: submit, Refused: "ALREADY_APPROVED"},
	})
}

func TestSigningOff(t *testing.T) {
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "a manager signs off a week", Given: handedIn, When: Approve{grace}, Then: []Event{approvedF}},
		{Name: "a coordinator stands in", Given: handedIn, When: Approve{coordinator}, Then: []Event{Approved{"kim", domain.Hours(8), 90}}},
		{Name: "a week counts as it was amended", Given: append(slices.Clip(returned), HoursAmended{desk.ID(), 30}, Submitted{"grace"}), When: Approve{grace}, Then: []Event{Approved{"grace", 30, 90}}},
		{Name: "nobody signs off their own hours", Given: handedIn, When: Approve{as("ana", domain.Manager)}, Refused: "OWN_HOURS"},
		{Name: "a mentor signs off no hours", Given: handedIn, When: Approve{as("tom", domain.Mentor)}, Refused: "NOT_SUPERVISOR"},
		{Name: "another manager signs off no hours", Given: handedIn, When: Approve{otherBoss}, Refused: "NOT_SUPERVISOR"},
		{Name: "a week is signed off once", Given: done, When: Approve{grace}, Refused: "ALREADY_APPROVED"},
		{Name: "a week sent back is not signed off", Given: returned, When: Approve{grace}, Refused: "ALREADY_RETURNED"},
		{Name: "a week is handed in first", Given: logged, When: Approve{grace}, Refused: "NOT_SUBMITTED"},
		{Name: "there has to be a week", When: Approve{grace}, Refused: "NO_SUCH_TIMESHEET"},

		{Name: "a manager sends a week back with a reason", Given: handedIn, When: Return{grace, "sealed:why"}, Then: []Event{Returned{"grace", "sealed:why"}}},
		{Name: "a week sent back comes with a reason", Given: handedIn, When: Return{grace, ""}, Refused: "REASON_MISSING"},
		{Name: "a week signed off is not sent back", Given: done, When: Return{grace, "sealed:why"}, Refused: "ALREADY_APPROVED"},
		{Name: "a week is sent back once", Given: returned, When: Return{grace, "sealed:why"}, Refused: "ALREADY_RETURNED"},
		{Name: "nobody sends their own hours back", Given: handedIn, When: Return{as("ana", domain.Manager), "sealed:why"}, Refused: "OWN_HOURS"},
		{Name: "a week that is not there is not sent back", When: Return{grace, "sealed:why"}, Refused: "NO_SUCH_TIMESHEET"},
	})
}

// TestOnlySignedOffMinutesCount lets anybody do anything with a week. It is signed off at most
// once, by somebody else, while it is handed in, with the minutes that its entries add up to;
// and nothing follows. No day is ever longer than its limit.
func TestOnlySignedOffMinutesCount(t *testing.T) {
	weeks := 0
	rapid.Check(t, func(t *rapid.T) {
		h := spec.Begin(Evolve)
		for range rapid.IntRange(1, 40).Draw(t, "requests") {
			req := rapid.SampledFrom([]domain.Request{ana, ana, grace, otherBoss, coordinator, as("ana", domain.Manager)}).Draw(t, "by")
			switch rapid.IntRange(0, 4).Draw(t, "command") {
			case 0, 1:
				h.Try(t, Log{req, "a1", "ana", week, rapid.SliceOfN(entries, 0, 4).Draw(t, "entries"), terms})
			case 2:
				h.Try(t, Submit{req, week, "grace"})
			case 3:
				h.Try(t, Approve{req})
			case 4:
				h.Try(t, Return{req, "sealed:why"})
			}
		}
		minutes, kinds, days := map[domain.EntryID]domain.Minutes{}, map[domain.EntryID]Kind{}, map[domain.EntryID]domain.Date{}
		total := func(k Kind) (sum domain.Minutes) {
			for id, m := range minutes {
				if kinds[id] == k {
					sum += m
				}
			}
			return sum
		}
		waiting, over := false, false
		for _, e := range h.Facts {
			if over {
				t.Fatalf("%+v after the week was signed off", e)
			}
			switch e := e.(type) {
			case Opened:
			case HoursLogged:
				if _, twice := minutes[e.Entry]; twice || waiting {
					t.Fatalf("%+v was there already, or the week was with the manager", e)
				}
				minutes[e.Entry], kinds[e.Entry], days[e.Entry] = e.Minutes, e.Kind, e.Date
			case HoursAmended:
				if was, known := minutes[e.Entry]; !known || waiting || was == e.Minutes {
					t.Fatalf("%+v changes nothing, or the week was with the manager", e)
				}
				minutes[e.Entry] = e.Minutes
			case Submitted:
				if waiting || len(minutes) == 0 {
					t.Fatalf("handed in twice, or with nothing: %+v", h.Facts)
				}
				waiting = true
			case Returned:
				if !waiting || e.By == "ana" {
					t.Fatalf("%+v out of turn", e)
				}
				waiting = false
			case Approved:
				if !waiting || e.Approver == "ana" || e.OnTheJob != total(OnTheJob) || e.Instruction != total(RelatedInstruction) {
					t.Fatalf("%+v of %v", e, minutes)
				}
				over = true
				weeks++
			}
		}
		perDay := map[domain.Date]domain.Minutes{}
		for id, m := range minutes {
			if perDay[days[id]] += m; perDay[days[id]] > terms.DayLimit {
				t.Fatalf("%s has %s", days[id], perDay[days[id]])
			}
		}
	})
	if weeks == 0 {
		t.Error("no week was signed off: the test proves too little")
	}
}

var entries = rapid.Custom(func(t *rapid.T) Entry {
	thing := rapid.SampledFrom([]string{"wp-01", "wp-02", "ri-01"}).Draw(t, "spent on")
	return Entry{
		Date:    monday.AddDays(rapid.IntRange(0, 2).Draw(t, "day")),
		Kind:    terms.SpentOn[thing],
		SpentOn: thing,
		Minutes: domain.Minutes(60 * rapid.IntRange(0, 14).Draw(t, "hours")),
	}
})

func TestAStreamNamesItsWeek(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id := domain.ApprenticeshipID(rapid.StringMatching(`[a-z0-9-]{1,80}`).Draw(t, "id"))
		w := week.Add(rapid.IntRange(-3000, 3000).Draw(t, "weeks"))
		if a, got, err := ID(Stream(id, w)); err != nil || a != id || got != w {
			t.Fatalf("%s, %s came back as %q, %s: %v", id, w, a, got, err)
		}
	})
	for _, s := range []domain.Stream{"", "timesheet-ana", "timesheet-ana.", "timesheet-ana.2026-47", "timesheet-ana.2026-W54", "credit-ana.2026-W47"} {
		if a, w, err := ID(s); err == nil {
			t.Errorf("%q names %q, %s", s, a, w)
		}
	}
}
