package position

import (
	"testing"

	"github.com/guildhall-dev/guildhall/internal/spec"
)

func TestAmending(t *testing.T) {
	two := Amended{"Systems administrator", "IT-3", 2}
	amend := func(change func(*Amended)) Amend {
		a := two
		change(&a)
		return Amend{hr, a}
	}
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "a position has another place", Given: []Event{open}, When: Amend{hr, two}, Then: []Event{two}},
		{Name: "what is so already is not written down", Given: []Event{open, two}, When: Amend{hr, two}},
		{Name: "the place can be filled", Given: []Event{open, taken, two}, When: Fill{hr, Filled{By: "ben", On: today}}, Then: []Event{Filled{By: "ben", On: today}}},
		{Name: "a place that is in use stays", Given: []Event{open, two, taken, Filled{By: "ben", On: today}}, When: amend(func(a *Amended) { a.Headcount = 1 }), Refused: "PLACES_IN_USE"},
		{Name: "a position has places", Given: []Event{open}, When: amend(func(a *Amended) { a.Headcount = 0 }), Refused: "BAD_HEADCOUNT"},
		{Name: "a position has a title", Given: []Event{open}, When: amend(func(a *Amended) { a.Title = " " }), Refused: "TITLE_MISSING"},
		{Name: "a manager changes none", Given: []Event{open}, When: Amend{boss, two}, Refused: "NOT_HR"},
		{Name: "what is closed stays", Given: []Event{open, Closed{On: today}}, When: Amend{hr, two}, Refused: "POSITION_CLOSED"},
		{Name: "there has to be a position", When: Amend{hr, two}, Refused: "NO_SUCH_POSITION"},
	})
	if got := Evolve(Evolve(State{}, open), two).opened; got != (Opened{Role: open.Role, Title: two.Title, Site: open.Site, PayGrade: two.PayGrade, Headcount: 2, From: open.From}) {
		t.Errorf("afterwards the position is %+v", got)
	}
}
