package graphql_test

import (
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
	"github.com/guildhall-dev/guildhall/events"
)

func TestARecordSaysThatItIsIncomplete(t *testing.T) {
	h := open(t, staff, colleges)
	maya := h.enrol("maya")
	h.agree("lakeshore", "CYB 110", everyRecord...)
	h.consent("maya", "lakeshore", everyRecord...)
	const ask = `query($a:ID!){apprentice(by:{id:$a}){unshown{event subjectId reason position}}}`
	if got := h.ask("maya", ask, "a", maya); len(got.list("data.apprentice.unshown")) != 0 {
		t.Errorf("before: %s", got.text)
	}
	s := domain.Stream("timesheet-" + maya[len("apprenticeship-"):] + ".2026-W40")
	p, err := h.log.Append(t.Context(), events.Commit{Request: domain.Request{By: domain.Actor{Policy: "a-test", Role: domain.System}, At: now},
		Appends: []events.Append{{Stream: s, Expected: events.Any, Events: []domain.Event{timesheet.Opened{}, timesheet.Opened{}}}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := h.read.Wait(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	if got := h.ask("maya", ask, "a", maya); len(got.list("data.apprentice.unshown")) != 1 || got.get("data.apprentice.unshown.0.event") != "timesheet.opened" || got.get("data.apprentice.unshown.0.subjectId") != string(s) {
		t.Errorf("Maya is told %s", got.text)
	}
	if got := h.ask("lakeshore", ask, "a", maya); len(got.list("data.apprentice.unshown")) != 0 {
		t.Errorf("a college is told %s", got.text)
	}
}
