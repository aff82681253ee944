package fetch

import (
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/spec"
)

var (
	day       = domain.NewDate(2026, 11, 20)
	lakeshore = on(day)
	harbor    = domain.Request{By: domain.Actor{Partner: "harbor", Role: domain.Partner}, On: day}
)

func on(d domain.Date) domain.Request {
	return domain.Request{By: domain.Actor{Partner: "lakeshore", Role: domain.Partner}, On: d}
}

func TestFetching(t *testing.T) {
	part, all := Read{Through: 40, On: day}, Read{Through: 90, All: true, On: day}
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "the first page of a day is on record", When: Note{lakeshore, "lakeshore", 40, false}, Then: []Event{part}},
		{Name: "the second page is not", Given: []Event{part}, When: Note{lakeshore, "lakeshore", 60, false}},
		{Name: "that everything was read is", Given: []Event{part}, When: Note{lakeshore, "lakeshore", 90, true}, Then: []Event{all}},
		{Name: "and once a day", Given: []Event{part, all}, When: Note{lakeshore, "lakeshore", 95, true}},
		{Name: "a page after it is not", Given: []Event{all}, When: Note{lakeshore, "lakeshore", 95, false}},
		{Name: "the next day is another", Given: []Event{all}, When: Note{on(day.AddDays(1)), "lakeshore", 95, false}, Then: []Event{Read{Through: 95, On: day.AddDays(1)}}},
		{Name: "a clock that lags puts nothing back", Given: []Event{all}, When: Note{on(day.AddDays(-1)), "lakeshore", 10, true}},
		{Name: "nobody reads in its place", When: Note{harbor, "lakeshore", 40, false}, Refused: "NOT_YOUR_FEED"},

		{Name: "an export is on record", When: Export{lakeshore, "lakeshore", 90}, Then: []Event{Exported{90, day}}},
		{Name: "once a day", Given: []Event{Exported{90, day}}, When: Export{lakeshore, "lakeshore", 95}},
		{Name: "and the next day again", Given: []Event{Exported{90, day}}, When: Export{on(day.AddDays(1)), "lakeshore", 95}, Then: []Event{Exported{95, day.AddDays(1)}}},
		{Name: "nobody exports in its place", When: Export{harbor, "lakeshore", 90}, Refused: "NOT_YOUR_FEED"},
	})
}
