package position

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/spec"
)

var (
	today = domain.NewDate(2026, time.June, 1)
	hr    = as("helen", domain.HR)
	boss  = as("omar", domain.Manager)

	open     = Opened{Role: "systems-administrator", Title: "Systems administrator", Site: "riverside", PayGrade: "IT-3", Headcount: 1, From: today}
	promised = Reserved{For: "ana", Move: "transition-a1.systems-administrator"}
	taken    = Filled{By: "ana", On: today.AddDays(7), Internal: true, Move: "transition-a1.systems-administrator"}
	left     = Vacated{By: "ana", On: today.AddDays(30)}
)

func as(p domain.PersonID, r domain.Role) domain.Request {
	return domain.Request{By: domain.Actor{Person: p, Role: r}, On: today}
}

func TestPosition(t *testing.T) {
	with := func(change func(*Opened)) Open {
		o := open
		change(&o)
		return Open{hr, o}
	}
	sooner := taken
	sooner.On, sooner.Was = today.AddDays(3), taken.On
	ben := Filled{By: "ben", On: today}
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "human resources opens a position", When: Open{hr, open}, Then: []Event{open}},
		{Name: "a position is opened once", Given: []Event{open}, When: Open{hr, open}},
		{Name: "another is opened under another id", Given: []Event{open}, When: with(func(o *Opened) { o.Headcount = 2 }), Refused: "ALREADY_OPENED"},
		{Name: "a manager opens none", When: Open{boss, open}, Refused: "NOT_HR"},
		{Name: "a position has places", When: with(func(o *Opened) { o.Headcount = 0 }), Refused: "BAD_HEADCOUNT"},
		{Name: "a position has a title", When: with(func(o *Opened) { o.Title = " " }), Refused: "TITLE_MISSING"},
		{Name: "a position is at a site", When: with(func(o *Opened) { o.Site = "" }), Refused: "BAD_ID"},
		{Name: "a position opens soon", When: with(func(o *Opened) { o.From = today.AddMonths(13) }), Refused: "BAD_DAY"},

		{Name: "a place is kept", Given: []Event{open}, When: Reserve{hr, promised}, Then: []Event{promised}},
		{Name: "a place is kept once", Given: []Event{open, promised}, When: Reserve{hr, promised}},
		{Name: "a place is not promised twice", Given: []Event{open, promised}, When: Reserve{hr, Reserved{For: "ben"}}, Refused: "POSITION_FULL"},
		{Name: "a place is kept no more", Given: []Event{open, promised}, When: Release{hr, "ana"}, Then: []Event{Released{"ana"}}},
		{Name: "what is not kept is not given up", Given: []Event{open}, When: Release{hr, "ana"}},
		{Name: "there has to be a position", When: Reserve{hr, promised}, Refused: "NO_SUCH_POSITION"},

		{Name: "somebody fills the place that was kept", Given: []Event{open, promised}, When: Fill{hr, taken}, Then: []Event{taken}},
		{Name: "somebody fills it once", Given: []Event{open, taken}, When: Fill{hr, taken}},
		{Name: "the day is corrected", Given: []Event{open, taken}, When: Fill{hr, Filled{By: "ana", On: today.AddDays(3), Internal: true, Move: taken.Move}}, Then: []Event{sooner}},
		{Name: "a place that is kept for another is not filled", Given: []Event{open, promised}, When: Fill{hr, ben}, Refused: "POSITION_FULL"},
		{Name: "a place is filled once", Given: []Event{open, taken}, When: Fill{hr, ben}, Refused: "POSITION_FULL"},
		{Name: "a place is not filled before it is open", Given: []Event{open}, When: Fill{hr, Filled{By: "ben", On: today.AddDays(-1)}}, Refused: "NOT_OPEN_YET"},
		{Name: "nobody gives a place to themselves", Given: []Event{open}, When: Fill{as("ana", domain.HR), taken}, Refused: "OWN_RECORD"},
		{Name: "a manager fills none", Given: []Event{open}, When: Fill{boss, taken}, Refused: "NOT_HR"},

		{Name: "somebody leaves the place", Given: []Event{open, taken}, When: Vacate{hr, left}, Then: []Event{left}},
		{Name: "somebody leaves it once", Given: []Event{open, taken, left}, When: Vacate{hr, left}},
		{Name: "a vacant place is filled", Given: []Event{open, taken, left}, When: Fill{hr, ben}, Then: []Event{ben}},
		{Name: "who left the place does not hold it from before", Given: []Event{open, taken, left}, When: Fill{hr, taken}, Refused: "ALREADY_VACATED"},
		{Name: "who holds no place leaves none", Given: []Event{open}, When: Vacate{hr, left}, Refused: "NOT_HELD"},
		{Name: "nobody leaves before they came", Given: []Event{open, taken}, When: Vacate{hr, Vacated{"ana", today}}, Refused: "BAD_DATES"},

		{Name: "a position closes", Given: []Event{open}, When: Close{hr}, Then: []Event{Closed{today}}},
		{Name: "a position closes once", Given: []Event{open, Closed{today}}, When: Close{hr}},
		{Name: "nobody fills a closed one", Given: []Event{open, Closed{today}}, When: Fill{hr, ben}, Refused: "POSITION_CLOSED"},
		{Name: "what is promised does not close", Given: []Event{open, promised}, When: Close{hr}, Refused: "POSITION_PROMISED"},
	})
}

// TestNoPlaceIsGivenTwice lets anybody ask for places, and counts them apart from State.
func TestNoPlaceIsGivenTwice(t *testing.T) {
	full := 0
	spec.Histories(t, func(t *rapid.T) {
		h := spec.Begin(Evolve)
		o := open
		o.Headcount = rapid.IntRange(1, 3).Draw(t, "places")
		h.Try(t, Open{hr, o})
		for range rapid.IntRange(5, 40).Draw(t, "requests") {
			who := rapid.SampledFrom([]domain.PersonID{"ana", "ben", "chidi", "dana", "emily"}).Draw(t, "who")
			day := today.AddDays(rapid.IntRange(0, 30).Draw(t, "day"))
			switch rapid.SampledFrom([]string{"reserve", "release", "fill", "fill", "vacate", "close"}).Draw(t, "command") {
			case "reserve":
				h.Try(t, Reserve{hr, Reserved{For: who}})
			case "release":
				h.Try(t, Release{hr, who})
			case "fill":
				h.Try(t, Fill{hr, Filled{By: who, On: day}})
			case "vacate":
				h.Try(t, Vacate{hr, Vacated{who, day}})
			case "close":
				if rapid.IntRange(0, 9).Draw(t, "seldom") == 0 {
					h.Try(t, Close{hr})
				}
			}
			places := map[domain.PersonID]bool{}
			for _, e := range h.Facts {
				switch e := e.(type) {
				case Reserved:
					places[e.For] = true
				case Released:
					delete(places, e.For)
				case Filled:
					places[e.By] = true
				case Vacated:
					delete(places, e.By)
				}
			}
			if len(places) > o.Headcount {
				t.Fatalf("%d have %d places: %+v", len(places), o.Headcount, h.Facts)
			}
			if len(places) == o.Headcount {
				full++
			}
		}
	})
	if full == 0 {
		t.Error("no position was ever full: the test proves too little")
	}
}
