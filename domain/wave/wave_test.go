package wave

import (
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/spec"
)

func TestWaves(t *testing.T) {
	today := domain.NewDate(2026, time.November, 22)
	kim := domain.Request{By: domain.Actor{Person: "kim", Role: domain.Coordinator}, On: today}
	ana := domain.Request{By: domain.Actor{Person: "ana", Role: domain.Apprentice}, On: today}
	autumn := Opened{"Autumn", "before", []domain.InstrumentID{"burnout-signal"}, today, today.AddDays(21)}
	with := func(change func(*Opened)) Open { o := autumn; change(&o); return Open{kim, o} }
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "a wave begins", When: Open{kim, autumn}, Then: []Event{autumn}},
		{Name: "once", Given: []Event{autumn}, When: Open{kim, autumn}},
		{Name: "another has an id of its own", Given: []Event{autumn}, When: with(func(o *Opened) { o.Title = "Winter" }), Refused: "ALREADY_OPENED"},
		{Name: "not by those who are asked", When: Open{ana, autumn}, Refused: "NOT_COORDINATOR"},
		{Name: "with a title", When: with(func(o *Opened) { o.Title = "" }), Refused: "TITLE_MISSING"},
		{Name: "with questions", When: with(func(o *Opened) { o.Instruments = nil }), Refused: "NO_INSTRUMENT"},
		{Name: "before or after", When: with(func(o *Opened) { o.Moment = "never" }), Refused: "BAD_MOMENT"},
		{Name: "with a first day", When: with(func(o *Opened) { o.From = domain.Date{} }), Refused: "FROM_MISSING"},
		{Name: "and a last", When: with(func(o *Opened) { o.To = today.AddDays(-1) }), Refused: "END_BEFORE_START"},
		{Name: "it is closed", Given: []Event{autumn}, When: Close{kim}, Then: []Event{Closed{today}}},
		{Name: "if there is one", When: Close{kim}, Refused: "NO_SUCH_WAVE"},
	})
	if id, err := ID(Stream("autumn")); err != nil || id != "autumn" {
		t.Errorf("came back as %q, %v", id, err)
	}
}
