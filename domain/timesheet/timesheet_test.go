package timesheet

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/internal/spec"
)

var (
	week   = domain.Week{Year: 2026, Number: 47}
	monday = week.Monday()
	terms  = Terms{
		From:     monday.AddDays(-30),
		DayLimit: domain.Hours(24),
		Sites:    map[domain.SiteID]rules.DayLimits{"main": nil, "clinic": {{Minutes: domain.Hours(6), From: monday.AddDays(-60)}}},
		SpentOn:  map[string]Kind{"wp-01": OnTheJob, "wp-02": OnTheJob, "ri-01": RelatedInstruction},
	}

	late = func() Terms { t := terms; t.Earliest = monday.AddDays(1); return t }()

	ana         = as("ana", domain.Apprentice)
	grace       = as("grace", domain.Manager)
	otherBoss   = as("omar", domain.Manager)
	coordinator = as("kim", domain.Coordinator)

	desk  = Entry{Date: monday, Kind: OnTheJob, SpentOn: "wp-01", Minutes: domain.Hours(8)}
	class = Entry{Date: monday.AddDays(1), Kind: RelatedInstruction, SpentOn: "ri-01", Minutes: 90}

	opened    = Opened{"a1", "ana", week}
	deskHours = asLogged(desk)
	classTime = asLogged(class)

	logged    = []Event{opened, deskHours, classTime}
	handedIn  = append(slices.Clip(logged), Submitted{"grace"})
	approvedF = Approved{"grace", domain.Hours(8), 90}
	done      = append(slices.Clip(handedIn), approvedF)
	longDay   = append(slices.Clip(logged), asLogged(on(1, "wp-01", domain.Hours(8))))
	returned  = append(slices.Clip(handedIn), Returned{"grace", "sealed:why"})
)

func as(p domain.PersonID, r domain.Role) domain.Request {
	return domain.Request{By: domain.Actor{Person: p, Role: r}, At: time.Date(2026, time.November, 22, 18, 0, 0, 0, time.UTC)}
}

func log(entries ...Entry) Log { return Log{ana, "a1", "ana", week, entries, terms} }

func on(day int, spentOn string, m domain.Minutes) Entry {
	return Entry{Date: monday.AddDays(day), Kind: OnTheJob, SpentOn: spentOn, Minutes: m}
}

func asLogged(e Entry) HoursLogged {
	return HoursLogged{e.ID(), e.Date, e.Kind, e.SpentOn, e.Minutes, e.Site, e.Basis, e.Pay}
}

func at(e Entry, changes ...func(*Entry)) Entry {
	for _, change := range changes {
		change(&e)
	}
	return e
}

func atClinic(e *Entry)     { e.Site = "clinic" }
func inClass(e *Entry)      { e.Kind = RelatedInstruction }
func inTheEvening(e *Entry) { e.Basis = Evening }

// shorter is c at a site that allows four hours for a day from Tuesday on.
func shorter(c Log) Log {
	c.Terms.Sites = map[domain.SiteID]rules.DayLimits{"": {{Minutes: domain.Hours(4), From: monday.AddDays(1)}}}
	return c
}

func paused(first, last domain.Date) Terms {
	t := terms
	t.Pauses = []Span{{first, last}}
	return t
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
		{Name: "other minutes replace what was logged", Given: logged, When: log(on(0, "wp-01", 60)), Then: []Event{HoursAmended{Entry: desk.ID(), Minutes: 60}}},
		{Name: "no minutes take an entry away", Given: logged, When: log(on(0, "wp-01", 0)), Then: []Event{HoursAmended{Entry: desk.ID(), Minutes: 0}}},
		{Name: "what was taken away can be logged anew", Given: append(slices.Clip(logged), HoursAmended{Entry: desk.ID(), Minutes: 0}), When: log(desk), Then: []Event{HoursAmended{Entry: desk.ID(), Minutes: desk.Minutes}}},
		{Name: "nothing logged opens nothing", When: log(on(0, "wp-01", 0))},
		{Name: "a full day and night is possible", When: log(on(0, "wp-01", domain.Hours(24))), Then: []Event{opened, asLogged(on(0, "wp-01", domain.Hours(24)))}},
		{Name: "a week sent back is open to changes", Given: returned, When: log(on(0, "wp-01", 60)), Then: []Event{HoursAmended{Entry: desk.ID(), Minutes: 60}}},
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
		{Name: "no day has more, whatever the rules say", When: log(on(0, "wp-01", domain.Hours(24)+1)), Refused: "DAY_TOO_LONG"},
		{Name: "rules can set a shorter day", When: under(Terms{From: monday, DayLimit: domain.Hours(8) - 1, SpentOn: terms.SpentOn}), Refused: "DAY_TOO_LONG"},
		{Name: "a site can set a shorter day for itself", When: log(on(0, "wp-01", domain.Hours(8)), at(on(0, "wp-01", domain.Hours(6)+1), atClinic)), Refused: "DAY_TOO_LONG"},
		{Name: "from a day on", Given: logged, When: shorter(log(on(0, "wp-01", domain.Hours(9)), on(1, "wp-01", domain.Hours(5)))), Refused: "DAY_TOO_LONG"},
		{Name: "and not before it", Given: logged, When: shorter(log(on(0, "wp-01", domain.Hours(9)))), Then: []Event{HoursAmended{Entry: desk.ID(), Minutes: domain.Hours(9)}}},
		{Name: "what was too long before may become less", Given: longDay, When: shorter(log(on(1, "wp-01", domain.Hours(6)))), Then: []Event{HoursAmended{Entry: on(1, "wp-01", 0).ID(), Minutes: domain.Hours(6)}}},
		{Name: "and no more", Given: longDay, When: shorter(log(on(1, "wp-02", 1))), Refused: "DAY_TOO_LONG"},
		{Name: "it is not handed in", Given: longDay, When: Submit{ana, week, "grace", shorter(log()).Terms}, Refused: "DAY_TOO_LONG"},
		{Name: "hours at two sites on a day are kept apart", When: log(desk, at(on(0, "wp-01", 60), atClinic)), Then: []Event{opened, deskHours, asLogged(at(on(0, "wp-01", 60), atClinic))}},
		{Name: "hours are spent at a site there is", When: log(at(desk, func(e *Entry) { e.Site = "moon" })), Refused: "NO_SUCH_SITE"},
		{Name: "an evening is told apart from working time", Given: logged, When: log(at(on(1, "ri-01", 60), inClass, inTheEvening)), Then: []Event{asLogged(at(on(1, "ri-01", 60), inClass, inTheEvening))}},
		{Name: "time has a known basis", When: log(at(desk, func(e *Entry) { e.Basis = "lunch" })), Refused: "BAD_BASIS"},
		{Name: "a Monday is no weekend", When: log(at(desk, func(e *Entry) { e.Basis = Weekend })), Refused: "BAD_BASIS"},
		{Name: "a Saturday is", When: log(at(on(5, "wp-01", 60), func(e *Entry) { e.Basis = Weekend })), Then: []Event{opened, asLogged(at(on(5, "wp-01", 60), func(e *Entry) { e.Basis = Weekend }))}},
		{Name: "unpaid time is told apart", Given: logged, When: log(at(desk, func(e *Entry) { e.Pay = Unpaid })), Then: []Event{HoursAmended{desk.ID(), desk.Minutes, Unpaid}}},
		{Name: "time is paid or not", When: log(at(desk, func(e *Entry) { e.Pay = "gold" })), Refused: "BAD_PAY"},
		{Name: "nothing is logged while suspended", When: under(paused(monday, monday)), Refused: "SUSPENDED"},
		{Name: "a suspension without an end lasts", When: under(paused(monday.AddDays(-9), domain.Date{})), Refused: "SUSPENDED"},
		{Name: "hours count again after a suspension", When: under(paused(monday.AddDays(-9), monday.AddDays(-1))), Then: logged[:2]},
		{Name: "hours of a suspension that came to light can be taken away", Given: logged, When: Log{ana, "a1", "ana", week, []Entry{on(0, "wp-01", 0)}, paused(monday, monday)}, Then: []Event{HoursAmended{Entry: desk.ID()}}},
		{Name: "what is long past is not logged any more", When: under(late), Refused: "TOO_LATE"},
		{Name: "unless it was sent back", Given: returned, When: Log{ana, "a1", "ana", week, []Entry{on(0, "wp-01", 60)}, late}, Then: []Event{HoursAmended{Entry: desk.ID(), Minutes: 60}}},
		{Name: "one thing is logged once for a day", When: log(desk, desk), Refused: "ENTERED_TWICE"},
	})
}

func TestHandingIn(t *testing.T) {
	submit := Submit{ana, week, "grace", terms}
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "the apprentice hands the week in", Given: logged, When: submit, Then: []Event{Submitted{"grace"}}},
		{Name: "a week is handed in once", Given: handedIn, When: submit},
		{Name: "a week sent back is handed in again", Given: returned, When: submit, Then: []Event{Submitted{"grace"}}},
		{Name: "a week with hours of a suspension is not handed in", Given: logged, When: Submit{ana, week, "grace", paused(monday, monday)}, Refused: "SUSPENDED"},
		{Name: "an unknown week is not handed in", When: submit, Refused: "NOTHING_LOGGED"},
		{Name: "a week without hours is not handed in", Given: []Event{opened, deskHours, HoursAmended{Entry: desk.ID(), Minutes: 0}}, When: submit, Refused: "NOTHING_LOGGED"},
		{Name: "a manager hands nothing in", Given: logged, When: Submit{grace, week, "grace", terms}, Refused: "NOT_YOUR_HOURS"},
		{Name: "a week signed off is not handed in again", Given: done, When: submit, Refused: "ALREADY_APPROVED"},
	})
}

func TestSigningOff(t *testing.T) {
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "a manager signs off a week", Given: handedIn, When: Approve{Request: grace}, Then: []Event{approvedF}},
		{Name: "a coordinator stands in", Given: handedIn, When: Approve{Request: coordinator}, Then: []Event{Approved{"kim", domain.Hours(8), 90}}},
		{Name: "a week counts as it was amended", Given: append(slices.Clip(returned), HoursAmended{Entry: desk.ID(), Minutes: 30}, Submitted{"grace"}), When: Approve{Request: grace}, Then: []Event{Approved{"grace", 30, 90}}},
		{Name: "hours of a suspension are not signed off", Given: handedIn, When: Approve{grace, paused(monday, monday)}, Refused: "SUSPENDED"},
		{Name: "nobody signs off their own hours", Given: handedIn, When: Approve{Request: as("ana", domain.Manager)}, Refused: "OWN_HOURS"},
		{Name: "a mentor signs off no hours", Given: handedIn, When: Approve{Request: as("tom", domain.Mentor)}, Refused: "NOT_SUPERVISOR"},
		{Name: "another manager signs off no hours", Given: handedIn, When: Approve{Request: otherBoss}, Refused: "NOT_SUPERVISOR"},
		{Name: "a week is signed off once", Given: done, When: Approve{Request: grace}, Refused: "ALREADY_APPROVED"},
		{Name: "a week sent back is not signed off", Given: returned, When: Approve{Request: grace}, Refused: "ALREADY_RETURNED"},
		{Name: "a week is handed in first", Given: logged, When: Approve{Request: grace}, Refused: "NOT_SUBMITTED"},
		{Name: "there has to be a week", When: Approve{Request: grace}, Refused: "NO_SUCH_TIMESHEET"},

		{Name: "a manager sends a week back with a reason", Given: handedIn, When: Return{grace, "sealed:why"}, Then: []Event{Returned{"grace", "sealed:why"}}},
		{Name: "a week sent back comes with a reason", Given: handedIn, When: Return{grace, ""}, Refused: "REASON_MISSING"},
		{Name: "a week signed off is not sent back", Given: done, When: Return{grace, "sealed:why"}, Refused: "ALREADY_APPROVED"},
		{Name: "a week is sent back once", Given: returned, When: Return{grace, "sealed:why"}, Refused: "ALREADY_RETURNED"},
		{Name: "nobody sends their own hours back", Given: handedIn, When: Return{as("ana", domain.Manager), "sealed:why"}, Refused: "OWN_HOURS"},
		{Name: "a week that is not there is not sent back", When: Return{grace, "sealed:why"}, Refused: "NO_SUCH_TIMESHEET"},
	})
}

func TestStandingIn(t *testing.T) {
	overTo := func(by domain.Request, to domain.PersonID) HandOver { return HandOver{by, to, true} }
	stoodIn := append(slices.Clip(handedIn), HandedOver{"grace", "omar"})
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "a manager who is away hands a week over", Given: handedIn, When: overTo(grace, "omar"), Then: []Event{HandedOver{"grace", "omar"}}},
		{Name: "a coordinator hands it over", Given: handedIn, When: overTo(coordinator, "omar"), Then: []Event{HandedOver{"kim", "omar"}}},
		{Name: "it is handed over once", Given: stoodIn, When: overTo(grace, "omar")},
		{Name: "the second approver signs off", Given: stoodIn, When: Approve{Request: otherBoss}, Then: []Event{Approved{"omar", domain.Hours(8), 90}}},
		{Name: "and the first does not any more", Given: stoodIn, When: Approve{Request: grace}, Refused: "NOT_SUPERVISOR"},
		{Name: "another manager takes no week over", Given: handedIn, When: overTo(otherBoss, "omar"), Refused: "NOT_SUPERVISOR"},
		{Name: "an apprentice chooses nobody", Given: handedIn, When: overTo(as("ana", domain.Manager), "omar"), Refused: "OWN_HOURS"},
		{Name: "nobody signs off their own hours by being stood in for", Given: handedIn, When: overTo(grace, "ana"), Refused: "OWN_HOURS"},
		{Name: "hours are handed over to a manager", Given: handedIn, When: HandOver{grace, "tom", false}, Refused: "NOT_A_MANAGER"},
		{Name: "a week that does not wait is not handed over", Given: done, When: overTo(grace, "omar"), Refused: "ALREADY_APPROVED"},
	})
}

func TestPuttingRight(t *testing.T) {
	why := domain.Sealed("sealed:why")
	reopened := append(slices.Clip(done), Reopened{"grace", why})
	correct := func(by domain.Request, m domain.Minutes) Correct { return Correct{by, desk.ID(), m, why, terms} }
	less := ApprovedHoursCorrected{"grace", desk.ID(), domain.Hours(8), -domain.Hours(1), why}
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "who signed off opens the week again", Given: done, When: Reopen{grace, why, false}, Then: []Event{Reopened{"grace", why}}},
		{Name: "a coordinator does too", Given: done, When: Reopen{coordinator, why, false}, Then: []Event{Reopened{"kim", why}}},
		{Name: "the apprentice changes it", Given: reopened, When: log(on(0, "wp-01", 60)), Then: []Event{HoursAmended{Entry: desk.ID(), Minutes: 60}}},
		{Name: "and hands it in again", Given: reopened, When: Submit{ana, week, "grace", terms}, Then: []Event{Submitted{"grace"}}},
		{Name: "the apprentice opens nothing", Given: done, When: Reopen{as("ana", domain.Manager), why, false}, Refused: "OWN_HOURS"},
		{Name: "another manager opens nothing", Given: done, When: Reopen{otherBoss, why, false}, Refused: "NOT_SUPERVISOR"},
		{Name: "a mentor opens nothing", Given: done, When: Reopen{as("tom", domain.Mentor), why, false}, Refused: "NOT_SUPERVISOR"},
		{Name: "opening comes with a reason", Given: done, When: Reopen{grace, "", false}, Refused: "REASON_MISSING"},
		{Name: "what waits is sent back instead", Given: handedIn, When: Reopen{grace, why, false}, Refused: "NOT_APPROVED"},
		{Name: "after the end nothing is opened", Given: done, When: Reopen{grace, why, true}, Refused: "RECORD_CLOSED"},
		{Name: "there has to be a week", When: Reopen{grace, why, false}, Refused: "NO_SUCH_TIMESHEET"},

		{Name: "who signed off corrects an entry", Given: done, When: correct(grace, domain.Hours(7)), Then: []Event{less}},
		{Name: "the same correction is made once", Given: append(slices.Clip(done), less), When: correct(grace, domain.Hours(7))},
		{Name: "a correction can be taken back", Given: append(slices.Clip(done), less), When: correct(grace, domain.Hours(8)), Then: []Event{ApprovedHoursCorrected{"grace", desk.ID(), domain.Hours(7), domain.Hours(1), why}}},
		{Name: "a week opened after a correction counts as corrected", Given: append(slices.Clip(done), less, Reopened{"grace", why}, Submitted{"grace"}), When: Approve{Request: grace}, Then: []Event{Approved{"grace", domain.Hours(7), 90}}},
		{Name: "the apprentice corrects nothing", Given: done, When: correct(as("ana", domain.Coordinator), 0), Refused: "OWN_HOURS"},
		{Name: "another manager corrects nothing", Given: done, When: correct(otherBoss, 0), Refused: "NOT_SUPERVISOR"},
		{Name: "what is not signed off is changed instead", Given: handedIn, When: correct(grace, 0), Refused: "NOT_APPROVED"},
		{Name: "a correction comes with a reason", Given: done, When: Correct{grace, desk.ID(), 0, "", terms}, Refused: "REASON_MISSING"},
		{Name: "there has to be an entry", Given: done, When: Correct{grace, "nothing", 0, why, terms}, Refused: "NO_SUCH_ENTRY"},
		{Name: "hours are not negative", Given: done, When: correct(grace, -1), Refused: "NEGATIVE_HOURS"},
		{Name: "a correction makes no day longer than it is", Given: done, When: correct(grace, domain.Hours(25)), Refused: "DAY_TOO_LONG"},
		{Name: "a correction adds nothing to a suspension", Given: done, When: Correct{grace, desk.ID(), domain.Hours(9), why, paused(monday, monday)}, Refused: "SUSPENDED"},
	})
}

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
