package policies_test

import (
	"slices"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/domain/program"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/domain/standard"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
	"github.com/guildhall-dev/guildhall/projections"
)

// enrolled lets Ana begin on 1 September 2025 under a schedule that pays more after 100 hours
// and six months.
func enrolled(t *testing.T, agency string) *house {
	h := open(t)
	h.record("person-ana", person.Joined{Name: "sealed"})
	h.record("standard-s", standard.Drafted{Version: 1, Header: standard.Header{Title: "S", Approach: standard.TimeBased}},
		standard.WorkProcessDefined{WorkProcess: standard.WorkProcess{ID: "wp-01", Title: "Work"}},
		standard.WageScheduleDefined{Steps: []standard.WageStep{{Step: 1, Trigger: standard.ByBoth}, {Step: 2, From: domain.Hours(100), Months: 6, Trigger: standard.ByBoth}}},
		standard.Published{Version: 1})
	start := domain.NewDate(2025, 9, 1)
	h.record("apprenticeship-ana", apprenticeship.Drafted{Person: "ana", Program: "health-it", Standard: "s", StandardVersion: 1, RuleSet: rules.USRegistered.ID, StartOn: start, ExpectedEndOn: start.AddMonths(24)},
		apprenticeship.MentorAssigned{Mentor: "tom", From: start}, apprenticeship.AgreementSigned{Party: apprenticeship.ByApprentice}, apprenticeship.AgreementSigned{Party: apprenticeship.BySponsor},
		apprenticeship.Registered{Agency: agency}, apprenticeship.Began{On: start})
	return h
}

// shown waits until the read model shows all that is on record.
func (h *house) shown() {
	h.t.Helper()
	if err := h.read.Wait(h.t.Context(), h.head()); err != nil {
		h.t.Fatal(err)
	}
}

func TestAChangeOfStatusIsToldInTheAgencysTime(t *testing.T) {
	for agency, due := range map[string]string{"OH SAA": "2026-05-04", "Oregon SAA": "2026-05-31", "DC": "2026-03-12", "another": "2026-04-16"} {
		h := enrolled(t, agency)
		h.record("apprenticeship-ana", apprenticeship.Suspended{Reason: "sealed", On: domain.NewDate(2026, 3, 2)})
		h.follow()
		h.again()
		h.shown()
		found, err := h.read.Filings(t.Context(), projections.FilingQuery{Learners: []domain.ApprenticeshipID{"ana"}, Open: true})
		if err != nil || len(found) != 2 {
			t.Fatalf("%s: %+v, %v", agency, found, err)
		}
		for _, f := range found {
			if f.Cause == "suspended" && (f.DueOn.String() != due || f.Agency != agency) {
				t.Errorf("%s is told by %s, want %s", agency, f.DueOn, due)
			}
		}
	}
	h := enrolled(t, "OH SAA")
	h.record("program-health-it", program.Registered{Title: "H", On: domain.NewDate(2025, 1, 1)}, program.Amended{Settings: program.Settings{Reporting: rules.Reporting{Days: 5}}, From: domain.NewDate(2026, 1, 1)})
	h.follow()
	h.shown()
	found, err := h.read.Filings(t.Context(), projections.FilingQuery{Open: true})
	if err != nil || len(found) != 1 || found[0].DueOn != domain.NewDate(2025, 11, 3) {
		t.Errorf("before the programme agreed on five days: %+v, %v", found, err)
	}
	h.record("apprenticeship-ana", apprenticeship.Suspended{Reason: "sealed", On: domain.NewDate(2026, 3, 2)})
	h.follow()
	h.shown()
	found, err = h.read.Filings(t.Context(), projections.FilingQuery{Open: true})
	if err != nil || len(found) != 2 || !slices.ContainsFunc(found, func(f projections.Filing) bool {
		return f.Cause == "suspended" && f.DueOn == domain.NewDate(2026, 3, 7)
	}) {
		t.Errorf("once the programme agreed on five days: %+v, %v", found, err)
	}
}

func TestAWageStepNeedsItsHoursAndItsMonths(t *testing.T) {
	h := enrolled(t, "OH SAA")
	week := domain.NewDate(2025, 12, 1).Week()
	h.record(timesheet.Stream("ana", week), timesheet.Opened{Apprenticeship: "ana", Person: "ana", Week: week},
		timesheet.HoursLogged{Entry: "e", Date: week.Monday(), Kind: timesheet.OnTheJob, SpentOn: "wp-01", Minutes: domain.Hours(100)}, timesheet.Submitted{To: "dana"})
	steps := func() int { return len(h.facts("apprenticeship-ana")) - 6 }
	h.tick(1)
	h.follow()
	if steps() != 1 {
		t.Errorf("pending hours and six months reached %d steps", steps())
	}
	h.record(timesheet.Stream("ana", week), timesheet.Approved{Approver: "dana"})
	h.follow()
	h.again()
	h.tick(2)
	if steps() != 2 {
		t.Errorf("with its hours and months there are %d steps", steps())
	}
}

func TestWhatHasEndedLeavesItsPlaceAndMayBeFollowed(t *testing.T) {
	h := enrolled(t, "OH SAA")
	h.follow()
	end := domain.NewDate(2026, 3, 1)
	h.record("apprenticeship-ana", apprenticeship.Cancelled{By: apprenticeship.ByApprentice, On: end})
	h.follow()
	h.again()
	unique := apprenticeship.Reservation("ana", "s")
	h.want(unique, "reservation.taken 2026-03-02", "reservation.released 2026-03-02")
	h.shown()
	boards, err := h.read.Boards(t.Context())
	if err != nil || len(boards) != 1 {
		t.Fatalf("%+v, %v", boards, err)
	}
	for day, want := range map[domain.Date]int{end: 1, end.AddDays(1): 0} {
		if learning, _ := boards[0].Site.Count(day); learning != want {
			t.Errorf("on %s %d apprentices learn there", day, learning)
		}
	}
	h.record("apprenticeship-ana", apprenticeship.CancellationReversed{Reason: "sealed", On: end.AddDays(2)})
	h.follow()
	h.want(unique, "reservation.taken 2026-03-02", "reservation.released 2026-03-02", "reservation.taken 2026-03-02")
}
