package timesheet

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/spec"
)

func takeOver(change func(*TakeOver)) TakeOver {
	c := TakeOver{coordinator, "a1", "ana", week, []Entry{desk, class}, terms, "grace", false, "sealed:a table"}
	change(&c)
	return c
}

func only(es ...Entry) func(*TakeOver) { return func(c *TakeOver) { c.Entries = es } }

func onPaper(es ...Entry) func(*TakeOver) {
	return func(c *TakeOver) { c.Approved = true; c.Entries = es }
}

func TestTakingOver(t *testing.T) {
	more := on(2, "wp-02", 60)
	moreLogged := HoursLogged{Entry: more.ID(), Date: more.Date, Kind: more.Kind, SpentOn: more.SpentOn, Minutes: more.Minutes}
	less := on(0, "wp-01", 60)
	approved := Approved{"kim", domain.Hours(8), 90}
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "a table is handed in for the apprentice", When: takeOver(func(*TakeOver) {}), Then: handedIn},
		{Name: "what was signed off on paper counts at once", When: takeOver(onPaper(desk, class)), Then: append(slices.Clip(handedIn), approved)},
		{Name: "the same table again adds nothing", Given: handedIn, When: takeOver(func(*TakeOver) {})},
		{Name: "what waits is signed off by a table that was", Given: handedIn, When: takeOver(onPaper(desk, class)), Then: []Event{approved}},
		{Name: "a row that changed goes back and in again", Given: handedIn, When: takeOver(only(less)),
			Then: []Event{Returned{"kim", "sealed:a table"}, HoursAmended{Entry: desk.ID(), Minutes: 60}, Submitted{"grace"}}},
		{Name: "what is signed off is corrected", Given: done, When: takeOver(only(less)),
			Then: []Event{ApprovedHoursCorrected{"kim", desk.ID(), domain.Hours(8), 60 - domain.Hours(8), "sealed:a table"}}},
		{Name: "a row more in a week that is signed off opens it", Given: done, When: takeOver(onPaper(desk, more)),
			Then: []Event{Reopened{"kim", "sealed:a table"}, moreLogged, Submitted{"grace"}, Approved{"kim", domain.Hours(9), 90}}},
		{Name: "and only if the table is signed off as well", Given: done, When: takeOver(only(more)), Refused: "ALREADY_APPROVED"},
		{Name: "what the table has not is not taken away", Given: done, When: takeOver(only(desk))},
		{Name: "hours in the apprentice's hand are in its way", Given: logged, When: takeOver(only(desk)), Refused: "WEEK_IN_HAND"},
		{Name: "unless the table has them too", Given: logged, When: takeOver(func(*TakeOver) {}), Then: []Event{Submitted{"grace"}}},

		{Name: "an apprentice takes nothing over", When: takeOver(func(c *TakeOver) { c.Request = ana }), Refused: "NOT_COORDINATOR"},
		{Name: "nor does a manager", When: takeOver(func(c *TakeOver) { c.Request = grace }), Refused: "NOT_COORDINATOR"},
		{Name: "nor Guildhall itself", When: takeOver(func(c *TakeOver) { c.By = domain.Actor{Policy: "operator", Role: domain.System} }), Refused: "NOT_COORDINATOR"},
		{Name: "nobody takes over their own hours", When: takeOver(func(c *TakeOver) { c.Person = "kim" }), Refused: "OWN_HOURS"},
		{Name: "a day is in the week", When: takeOver(only(on(7, "wp-01", 60))), Refused: "NOT_IN_WEEK"},
		{Name: "a day has come", When: takeOver(func(c *TakeOver) { c.Entries = []Entry{on(6, "wp-01", 60)}; c.At = monday.Midnight() }), Refused: "IN_THE_FUTURE"},
		{Name: "a day holds so many hours", When: takeOver(only(on(0, "wp-01", domain.Hours(20)), on(0, "wp-02", domain.Hours(5)))), Refused: "DAY_TOO_LONG"},
		{Name: "time is spent on what there is", When: takeOver(only(on(0, "wp-99", 60))), Refused: "NO_SUCH_PROCESS"},
		{Name: "a thing is there once a day", When: takeOver(only(desk, desk)), Refused: "ENTERED_TWICE"},
		{Name: "a row has hours", When: takeOver(only(on(0, "wp-01", 0))), Refused: "NEGATIVE_HOURS"},
		{Name: "hours wait for the first day", When: takeOver(func(c *TakeOver) { c.Terms.From = domain.Date{} }), Refused: "NOT_BEGUN"},
		{Name: "what was long ago can be taken over", When: takeOver(func(c *TakeOver) { c.Terms.Earliest = monday.AddDays(100) }), Then: handedIn},
	})
}

// Whatever apprentice, manager and coordinator did before: a table that is taken over is on
// record as it says, nothing else is gone, and only a coordinator who is not the apprentice
// did it. Minutes count only where somebody signed them off.
func TestATableIsOnRecordAsItSaysWhateverWasBefore(t *testing.T) {
	things := []string{"wp-01", "wp-02"}
	entries := func(t *rapid.T) (es []Entry) {
		for day := range 3 {
			for _, thing := range things {
				if rapid.Bool().Draw(t, "there") {
					es = append(es, on(day, thing, domain.Minutes(30*rapid.IntRange(1, 6).Draw(t, "half hours"))))
				}
			}
		}
		return es
	}
	spec.Histories(t, func(t *rapid.T) {
		h := spec.Begin(Evolve)
		for range rapid.IntRange(1, 8).Draw(t, "steps") {
			before := h.State
			switch rapid.IntRange(0, 4).Draw(t, "step") {
			case 0:
				h.Try(t, log(entries(t)...))
			case 1:
				h.Try(t, Submit{ana, week, "grace", terms})
			case 2:
				h.Try(t, Approve{grace, terms})
			case 3:
				h.Try(t, Return{grace, "sealed:why"})
			case 4:
				c := takeOver(func(c *TakeOver) {
					c.Request = rapid.SampledFrom([]domain.Request{coordinator, coordinator, coordinator, ana, grace}).Draw(t, "who")
					c.Entries, c.Approved = entries(t), rapid.Bool().Draw(t, "approved")
				})
				facts, refused := h.Try(t, c)
				if refused != "" {
					continue
				}
				if c.By.Role != domain.Coordinator || c.By.Person == c.Person {
					t.Fatalf("%s took hours over", c.By.Name())
				}
				for _, e := range c.Entries {
					if h.State.entries[e.ID()].Minutes != e.Minutes {
						t.Fatalf("%s is %s on record, the table says %s", e.ID(), h.State.entries[e.ID()].Minutes, e.Minutes)
					}
				}
				for id, e := range before.entries {
					if !slices.ContainsFunc(c.Entries, func(told Entry) bool { return told.ID() == id }) && h.State.entries[id] != e {
						t.Fatalf("%s was %+v and is %+v, though the table says nothing of it", id, e, h.State.entries[id])
					}
				}
				if h.State.status != awaiting && h.State.status != signedOff || c.Approved && h.State.status != signedOff {
					t.Fatalf("the week is in state %d after %+v", h.State.status, facts)
				}
				if before.status != signedOff && !c.Approved && h.State.status == signedOff {
					t.Fatalf("nobody signed off %+v", facts)
				}
			}
		}
	})
}
