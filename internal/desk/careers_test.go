package desk_test

import (
	"strings"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/internal/desk"
)

// A key is made with the first text about somebody: none is made for whom nobody knows.
func TestNothingIsSealedAboutNobody(t *testing.T) {
	h := staffed(t)
	long := strings.Repeat("x", desk.MaxText+1)
	_, err := h.Refer(t.Context(), desk.Ask{By: ana}, "nobody", person.Aim{Pathway: "help-desk-to-security-analyst"}, long)
	refused(t, err, "NO_SUCH_PERSON")
	_, err = h.Strike(t.Context(), desk.Ask{By: ana}, "nobody", 1, long)
	refused(t, err, "NO_SUCH_PERSON")
}

// A session says in which capacity somebody came; the record says in which they act that day.
func TestInvariant06WhoApprovesHoldsTheRoleOnThatDay(t *testing.T) {
	h := staffed(t)
	ctx := t.Context()
	h.meets("ana", help)
	if _, err := h.propose(ana, "ana"); err != nil {
		t.Fatal(err)
	}
	week := h.Today().Week().Add(-1)
	h.record(timesheet.Stream("ben", week), timesheet.Opened{Apprenticeship: "ben", Person: "ben", Week: week},
		timesheet.HoursLogged{Entry: "e", Date: week.Monday(), Kind: timesheet.OnTheJob, SpentOn: "wp-01", Minutes: 60}, timesheet.Submitted{To: "dana"})
	sign := func() error { _, err := h.ApproveWeek(ctx, desk.Ask{By: dana}, "ben", week); return err }
	decide := func(by domain.Actor) error {
		_, err := h.Decide(ctx, desk.Ask{By: by}, "ana", admin, transition.Grant, "", "")
		return err
	}
	yesterday, tomorrow := h.Today().AddDays(-1), h.Today().AddDays(1)
	if _, err := h.RevokeCapacity(ctx, desk.Ask{By: ruth}, "dana", domain.Manager, yesterday, 0); err != nil {
		t.Fatal(err)
	}
	refused(t, sign(), "NOT_IN_CAPACITY")
	refused(t, decide(dana), "NOT_IN_CAPACITY")
	if _, err := h.RevokeCapacity(ctx, desk.Ask{By: ruth}, "dana", domain.Manager, tomorrow, 2); err != nil {
		t.Fatal(err)
	}
	if err := sign(); err != nil {
		t.Errorf("a capacity that ends tomorrow does not hold today: %v", err)
	}
	if _, err := h.Leave(ctx, desk.Ask{By: ruth}, "dana", yesterday, person.Resigned, 0); err != nil {
		t.Fatal(err)
	}
	refused(t, decide(dana), "NOT_IN_CAPACITY")
	if _, err := h.Return(ctx, desk.Ask{By: ruth}, "dana", h.Today(), 0); err != nil {
		t.Fatal(err)
	}
	if err := decide(dana); err != nil {
		t.Errorf("who is back does not decide: %v", err)
	}

	// Priya mentors, and leads a team as well: she decides as the manager she also is.
	if _, err := h.Delegate(ctx, desk.Ask{By: owen}, "ana", admin, "", "priya", h.Today(), tomorrow); domain.AsRefusal(err) == nil {
		t.Error("a mentor stands in for a manager")
	}
	if _, err := h.GrantCapacity(ctx, desk.Ask{By: ruth}, "priya", domain.Manager, h.Today(), 0); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Delegate(ctx, desk.Ask{By: owen}, "ana", admin, "", "priya", h.Today(), tomorrow); err != nil {
		t.Fatal(err)
	}
	if err := decide(priya); err != nil {
		t.Errorf("who acts as a manager too does not decide: %v", err)
	}
}
