package person

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/spec"
)

// lived lets chance write down a life: out of order, with mistakes that are corrected and struck.
func lived(t *rapid.T) *spec.History[State, Event] {
	h := spec.Begin(Evolve)
	h.Try(t, Join{coordinator, joined})
	day := func(name string) domain.Date { return today.AddDays(rapid.IntRange(-40, 40).Draw(t, name)) }
	for range rapid.IntRange(3, 25).Draw(t, "requests") {
		fact := int(0)
		if rapid.IntRange(0, 2).Draw(t, "a correction") == 0 {
			fact = rapid.IntRange(1, h.State.life.facts+1).Draw(t, "of")
		}
		role := rapid.SampledFrom([]domain.Role{domain.Mentor, domain.Manager, domain.Apprentice}).Draw(t, "role")
		switch rapid.SampledFrom([]string{"manager", "site", "job", "grant", "grant", "grant", "revoke", "revoke", "leave", "return", "return", "away", "strike", "interest"}).Draw(t, "command") {
		case "manager":
			h.Try(t, ChangeManager{hr, ana, ManagerChanged{rapid.SampledFrom([]domain.PersonID{"omar", "olga", "nina"}).Draw(t, "manager"), day("from"), fact}})
		case "site":
			h.Try(t, ChangeSite{hr, ana, SiteChanged{rapid.SampledFrom([]domain.SiteID{"north", "south"}).Draw(t, "site"), day("from"), fact}})
		case "job":
			h.Try(t, TakeJob{hr, ana, JobTaken{Position: rapid.SampledFrom([]domain.RoleID{"admin", "analyst"}).Draw(t, "job"), From: day("from"), Corrects: fact}})
		case "grant":
			h.Try(t, GrantCapacity{hr, ana, CapacityGranted{role, day("from"), fact}})
		case "revoke":
			h.Try(t, RevokeCapacity{hr, ana, CapacityRevoked{role, day("from"), fact}})
		case "leave":
			h.Try(t, Leave{hr, ana, Left{day("on"), Resigned, fact}})
		case "return":
			h.Try(t, Return{hr, ana, Returned{day("on"), fact}})
		case "away":
			from := day("from")
			h.Try(t, PlanAbsence{self, ana, AbsencePlanned{from, from.AddDays(rapid.IntRange(0, 9).Draw(t, "days")), "omar", fact}})
		case "strike":
			h.Try(t, Strike{hr, ana, fact, "sealed:why"})
		case "interest":
			h.Try(t, ExpressInterest{self, ana, InterestExpressed{Aim: Aim{Pathway: "p"}}})
		}
	}
	return h
}

// corrected is the fact that e puts aside, or 0.
func corrected(e Event) int {
	switch e := e.(type) {
	case JobTaken:
		return e.Corrects
	case ManagerChanged:
		return e.Corrects
	case SiteChanged:
		return e.Corrects
	case CapacityGranted:
		return e.Corrects
	case CapacityRevoked:
		return e.Corrects
	case Left:
		return e.Corrects
	case Returned:
		return e.Corrects
	case AbsencePlanned:
		return e.Corrects
	case Struck:
		return e.Fact
	}
	return 0
}

// standing are the facts that nothing put aside.
func standing(facts []Event) (out []Event) {
	aside := map[int]bool{}
	for _, e := range facts {
		aside[corrected(e)] = true
	}
	for i, e := range facts {
		if !aside[i+1] {
			out = append(out, e)
		}
	}
	return out
}

// acts is told from the facts alone, whether somebody acts in a capacity on a day.
func acts(facts []Event, as domain.Role, on domain.Date) bool {
	here, holds := false, false
	var hereSince, heldSince domain.Date
	for _, e := range standing(facts) {
		switch e := e.(type) {
		case Joined:
			here, holds = true, e.Capacity == as || holds
		case Left:
			if e.On.Before(on) && !e.On.AddDays(1).Before(hereSince) {
				here, hereSince = false, e.On.AddDays(1)
			}
		case Returned:
			if !e.On.After(on) && !e.On.Before(hereSince) {
				here, hereSince = true, e.On
			}
		case CapacityGranted:
			if e.Capacity == as && !e.From.After(on) && !e.From.Before(heldSince) {
				holds, heldSince = true, e.From
			}
		case CapacityRevoked:
			if e.Capacity == as && !e.From.After(on) && !e.From.Before(heldSince) {
				holds, heldSince = false, e.From
			}
		}
	}
	return here && holds
}

// TestInvariant06 asks of every day whether somebody acts in a capacity, whatever order it was
// written down in.
func TestInvariant06SomebodyActsInACapacityOnTheDaysOnRecord(t *testing.T) {
	held, not := 0, 0
	spec.Histories(t, func(t *rapid.T) {
		h := lived(t)
		for d := -45; d <= 45; d += 3 {
			day := today.AddDays(d)
			for _, as := range []domain.Role{domain.Mentor, domain.Manager, domain.Apprentice} {
				want := acts(h.Facts, as, day)
				if got := h.State.life.Acts(as, day); got != want || slices.Contains(h.State.life.Capacities(day), as) != want {
					t.Fatalf("on %s %s acts as %s: %v, want %v by %+v", day, ana, as, got, want, h.Facts)
				}
				if want {
					held++
				} else {
					not++
				}
			}
		}
	})
	if held == 0 || not == 0 {
		t.Error("the test proves too little")
	}
}

// TestInvariant21 compares what is told after corrections with what would be told had the
// right things been written down at once; and every correction names something that stood.
func TestInvariant21ACorrectionOfAPersonKeepsBothValues(t *testing.T) {
	corrections := 0
	spec.Histories(t, func(t *rapid.T) {
		h := lived(t)
		aside := map[int]bool{}
		for i, e := range h.Facts {
			fact := corrected(e)
			if fact == 0 {
				continue
			}
			corrections++
			if fact > i || aside[fact] || corrected(e) == i+1 {
				t.Fatalf("%+v corrects what does not stand: %+v", e, h.Facts)
			}
			aside[fact] = true
		}
		var clean Chronicle
		for _, e := range standing(h.Facts) {
			if _, struck := e.(Struck); struck {
				continue
			}
			clean = clean.With(told(e))
		}
		for d := -45; d <= 50; d++ {
			day, got := today.AddDays(d), h.State.life
			job, _ := got.Job(day)
			want, _ := clean.Job(day)
			by, away := got.Delegate(day)
			by2, away2 := clean.Delegate(day)
			if got.Manager(day) != clean.Manager(day) || got.Site(day) != clean.Site(day) || job.Position != want.Position || got.Here(day) != clean.Here(day) || by != by2 || away != away2 {
				t.Fatalf("on %s a replay tells something else: %+v", day, h.Facts)
			}
		}
	})
	if corrections == 0 {
		t.Error("nothing was corrected: the test proves too little")
	}
}

// told is e as it would have been written down at once.
func told(e Event) Event {
	switch e := e.(type) {
	case JobTaken:
		e.Corrects = 0
		return e
	case ManagerChanged:
		e.Corrects = 0
		return e
	case SiteChanged:
		e.Corrects = 0
		return e
	case CapacityGranted:
		e.Corrects = 0
		return e
	case CapacityRevoked:
		e.Corrects = 0
		return e
	case Left:
		e.Corrects = 0
		return e
	case Returned:
		e.Corrects = 0
		return e
	case AbsencePlanned:
		e.Corrects = 0
		return e
	}
	return e
}
