package desk_test

import (
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
	"github.com/guildhall-dev/guildhall/internal/desk"
)

// handedIn records a week of somebody's that waits for somebody, or was signed off.
func (h *house) handedIn(who domain.PersonID, week domain.Week, more ...domain.Event) {
	h.t.Helper()
	h.record(timesheet.Stream(domain.ApprenticeshipID(who), week), append([]domain.Event{timesheet.Opened{Apprenticeship: domain.ApprenticeshipID(who), Person: who, Week: week},
		timesheet.HoursLogged{Entry: "e", Date: week.Monday(), Kind: timesheet.OnTheJob, SpentOn: "wp-01", Minutes: 60}}, more...)...)
}

// Whatever is decided about hours, evidence and progress is decided by somebody who acts in
// their capacity on that day.
func TestInvariant06WhoSendsBackOrRatesHoldsTheRoleOnThatDay(t *testing.T) {
	h := staffed(t)
	ctx := t.Context()
	sent, signed := h.Today().Week().Add(-1), h.Today().Week().Add(-2)
	h.handedIn("ana", sent, timesheet.Submitted{To: "dana"})
	h.handedIn("ana", signed, timesheet.Submitted{To: "dana"}, timesheet.Approved{Approver: "dana"})
	h.record("milestone-ana.hd-imaging-lab", milestone.Started{Apprenticeship: "ana", Person: "ana", Requirement: "hd-imaging-lab", PassLevel: 3}, milestone.EvidenceSubmitted{Kind: milestone.Lab, Assessor: "priya"})
	h.record("milestone-ana.hd-a-plus", milestone.Started{Apprenticeship: "ana", Person: "ana", Requirement: "hd-a-plus", PassLevel: 3}, milestone.EvidenceSubmitted{Kind: milestone.Certificate, Assessor: "priya"},
		milestone.Assessed{Assessor: "priya", Attempt: 1, Rating: 3}, milestone.Attained{On: h.Today(), Level: 3})
	skill := domain.RequirementID("wp-01-c01")
	decisions := []struct {
		what string
		by   domain.Actor
		as   domain.Role
		do   func(desk.Ask) error
	}{
		{"a week that is sent back", dana, domain.Manager, func(a desk.Ask) error { return dropped(h.ReturnWeek(ctx, a, "ana", sent, "Look at Monday")) }},
		{"an entry that is put right", dana, domain.Manager, func(a desk.Ask) error { return dropped(h.CorrectHours(ctx, a, "ana", signed, "e", 30, "Half an hour")) }},
		{"a week that is opened again", dana, domain.Manager, func(a desk.Ask) error { return dropped(h.ReopenWeek(ctx, a, "ana", signed, "Look at Monday")) }},
		{"evidence that is rated", priya, domain.Mentor, func(a desk.Ask) error {
			return dropped(h.Assess(ctx, a, "ana", "hd-imaging-lab", desk.Assessment{Mark: milestone.Mark{Rating: 3}}))
		}},
		{"a rating that is put right", priya, domain.Mentor, func(a desk.Ask) error {
			return dropped(h.CorrectAssessment(ctx, a, "ana", "hd-a-plus", 1, milestone.Mark{Rating: 4}, "Better than that"))
		}},
		{"what was seen", priya, domain.Mentor, func(a desk.Ask) error { return dropped(h.Observe(ctx, a, "ana", skill, 3, "")) }},
		{"progress", priya, domain.Mentor, func(a desk.Ask) error {
			return dropped(h.Evaluate(ctx, a, "ana", "e-1", domain.NewDate(2026, 3, 2), domain.NewDate(2026, 5, 31), []apprenticeship.Rating{{Competency: string(skill), Level: 3}}, ""))
		}},
	}
	yesterday := h.Today().AddDays(-1)
	for _, c := range []domain.Actor{dana, priya} {
		h.must(dropped(h.RevokeCapacity(ctx, desk.Ask{By: ruth}, c.Person, c.Role, yesterday, 0)))
	}
	for _, c := range decisions {
		if r := domain.AsRefusal(c.do(desk.Ask{By: c.by})); r == nil || r.Code != "NOT_IN_CAPACITY" {
			t.Errorf("%s, by %s who acts as %s no more: %v", c.what, c.by.Person, c.as, r)
		}
	}
	for _, c := range []domain.Actor{dana, priya} {
		h.must(dropped(h.GrantCapacity(ctx, desk.Ask{By: ruth}, c.Person, c.Role, h.Today(), 0)))
	}
	for _, c := range decisions {
		if err := c.do(desk.Ask{By: c.by}); err != nil {
			t.Errorf("%s, by %s who acts as %s: %v", c.what, c.by.Person, c.as, err)
		}
	}
}

// A week is with who signs off on the day it is handed in: the supervisor, or who stands in.
func TestWhoStandsInForTheSupervisorSendsBack(t *testing.T) {
	h := staffed(t)
	ctx := t.Context()
	h.must(dropped(h.DelegateApproval(ctx, desk.Ask{By: lena}, "ana", "owen", h.Today(), h.Today().AddDays(3))))
	week := h.Today().Week().Add(-1)
	_, _, err := h.LogAndSubmit(ctx, desk.Ask{By: ana}, week, []timesheet.Entry{{Date: week.Monday(), Kind: timesheet.OnTheJob, SpentOn: "wp-01", Minutes: 60}})
	h.must(err)
	back := func(by domain.Actor) error {
		return dropped(h.ReturnWeek(ctx, desk.Ask{By: by}, "ana", week, "Look at Monday"))
	}
	refused(t, back(dana), "NOT_SUPERVISOR")
	h.must(dropped(h.Leave(ctx, desk.Ask{By: ruth}, "owen", h.Today().AddDays(-1), person.Resigned, 0)))
	refused(t, back(owen), "NOT_IN_CAPACITY")
	h.must(dropped(h.Return(ctx, desk.Ask{By: ruth}, "owen", h.Today(), 0)))
	h.must(back(owen))
}
