package projections_test

import (
	"slices"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/projections"
)

// All is recorded on 1 June.
func TestADayIsThatOfTheFactAndOfWhatItCorrects(t *testing.T) {
	for name, c := range map[string]struct {
		stream domain.Stream
		facts  []domain.Event
		want   []string
	}{
		"a fact says its own day, or has that of its request": {"milestone-ana.r", []domain.Event{milestone.Started{}, milestone.Attained{On: day("2026-05-04")}}, []string{"2026-06-01", "2026-05-04"}},
		"a rating is corrected from when it was given": {"milestone-ana.r", []domain.Event{milestone.Started{}, milestone.Assessed{Attempt: 1}, milestone.Assessed{Attempt: 2},
			milestone.AssessmentCorrected{Attempt: 1}}, []string{"2026-06-01", "2026-06-01", "2026-06-01", "2026-06-01"}},
		"an evaluation is of a time and made on a day": {"apprenticeship-ana", []domain.Event{apprenticeship.ProgressEvaluated{Entry: "e", Evaluation: apprenticeship.Evaluation{From: day("2026-01-01"), To: day("2026-03-31")}}},
			[]string{"2026-06-01"}},
		"a wage step has the day it is paid from": {"apprenticeship-ana", []domain.Event{apprenticeship.WageStepReached{Step: 1, On: day("2026-04-01")}, apprenticeship.WageStepApproved{Step: 1, EffectiveOn: day("2026-04-06")},
			apprenticeship.WageStepCorrected{Step: 1, EffectiveOn: day("2026-04-13")}}, []string{"2026-04-01", "2026-04-13", "2026-04-13"}},
		"a start that is corrected twice": {"apprenticeship-ana", []domain.Event{apprenticeship.Drafted{}, apprenticeship.Began{On: day("2026-03-02")},
			apprenticeship.StartDateCorrected{Was: day("2026-03-02"), Is: day("2026-03-09")}, apprenticeship.StartDateCorrected{Was: day("2026-03-09"), Is: day("2026-02-23")}},
			[]string{"2026-06-01", "2026-02-23", "2026-02-23", "2026-02-23"}},
		"a role is taken up, under who leads the team, on the day that was put right": {"apprenticeship-ana", []domain.Event{
			apprenticeship.StageEntered{Role: "admin", On: day("2026-05-04")}, apprenticeship.SupervisorAssigned{Supervisor: "owen", From: day("2026-05-04")},
			apprenticeship.StageEntered{Role: "analyst", On: day("2026-05-18")}, apprenticeship.StageCorrected{Role: "admin", Was: day("2026-05-04"), Is: day("2026-04-20")}},
			[]string{"2026-04-20", "2026-04-20", "2026-05-18", "2026-04-20"}},
		"the second of two breaks is corrected": {"apprenticeship-ana", []domain.Event{
			apprenticeship.Suspended{On: day("2026-03-02")}, apprenticeship.Reinstated{On: day("2026-03-09")}, apprenticeship.Suspended{On: day("2026-04-06")}, apprenticeship.Reinstated{On: day("2026-04-20")},
			apprenticeship.PauseCorrected{No: 2, From: day("2026-05-04"), To: day("2026-05-10")}},
			[]string{"2026-03-02", "2026-03-09", "2026-05-04", "2026-05-11", "2026-05-04"}},
		"a cancellation that is taken back was none": {"apprenticeship-ana", []domain.Event{apprenticeship.Cancelled{On: day("2026-04-30")}, apprenticeship.CancellationReversed{On: day("2026-05-20")}}, []string{"2026-04-30", "2026-04-30"}},
		"prior experience is corrected from when it counts": {"apprenticeship-ana", []domain.Event{apprenticeship.PriorExperienceCredited{Entry: "p", On: day("2026-03-02")}, apprenticeship.PriorExperienceCorrected{Entry: "p"}},
			[]string{"2026-03-02", "2026-03-02"}},
		"hours count on their day until the week is decided": {w10, []domain.Event{opened, monday, timesheet.HoursAmended{Entry: monday.Entry}}, []string{"2026-06-01", "2026-03-02", "2026-03-02"}},
		"and from then on since the decision":                {w10, []domain.Event{opened, monday, timesheet.Submitted{}, timesheet.Returned{}, timesheet.HoursAmended{Entry: monday.Entry}}, []string{"2026-06-01", "2026-03-02", "2026-06-01", "2026-06-01", "2026-06-01"}},
	} {
		t.Run(name, func(t *testing.T) {
			var records []events.Recorded
			for i, e := range c.facts {
				records = append(records, events.Recorded{Stream: c.stream, Revision: uint64(i + 1), Event: e, Request: domain.Request{At: day("2026-06-01").Midnight()}})
			}
			if got := lines(projections.Days(records), domain.Date.String); !slices.Equal(got, c.want) {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}
