package policies_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/activity"
	"github.com/guildhall-dev/guildhall/domain/alias"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/cohort"
	"github.com/guildhall-dev/guildhall/domain/credential"
	"github.com/guildhall-dev/guildhall/domain/funding"
	"github.com/guildhall-dev/guildhall/domain/selfid"
)

// names are the facts on a stream without their days.
func (h *house) names(s domain.Stream) (names []string) {
	for _, fact := range h.facts(s) {
		name, _, _ := strings.Cut(fact, " ")
		names = append(names, name)
	}
	return names
}

func (h *house) wantNames(s domain.Stream, names ...string) {
	h.t.Helper()
	if got := h.names(s); !slices.Equal(got, names) {
		h.t.Errorf("%s has %q, want %q", s, got, names)
	}
}

func (h *house) today() domain.Date { return domain.DateOf(h.now) }

func TestTheWaitingListMovesUpOnce(t *testing.T) {
	h := open(t)
	d := h.today()
	h.record("cohort-c", cohort.Planned{Title: "Academy", Delivery: "on-site", From: d, To: d.AddMonths(6), Seats: 1}, cohort.Opened{On: d},
		cohort.Applied{Person: "ana", On: d}, cohort.SeatOffered{Person: "ana", Until: d.AddDays(3), On: d}, cohort.Applied{Person: "ben", On: d}, cohort.Waitlisted{Person: "ben", On: d},
		cohort.Applied{Person: "cleo", On: d}, cohort.Waitlisted{Person: "cleo", On: d}, cohort.SeatDeclined{Person: "ana", On: d})
	before := len(h.names("cohort-c"))
	h.follow()
	if got := h.names("cohort-c")[before:]; !slices.Equal(got, []string{"cohort.seat_offered"}) {
		t.Fatalf("after a seat was given back: %q", got)
	}
	h.again()
	if got := h.names("cohort-c"); len(got) != before+1 {
		t.Errorf("again: %q", got[before:])
	}
	h.tick(17) // the offer lapses
	h.follow()
	if got := h.names("cohort-c")[before+1:]; !slices.Equal(got, []string{"cohort.seat_declined", "cohort.seat_offered"}) {
		t.Errorf("after the offer lapsed: %q", got)
	}
}

func TestRow24ACertificateExpiresByItself(t *testing.T) {
	h := open(t)
	d := h.today()
	h.record("credential-a", credential.Earned{Person: "ana", Kind: credential.Certification, Title: "A+", Issuer: "CompTIA", On: d.AddMonths(-12), ValidTo: d.AddDays(1)})
	h.tick(3)
	h.wantNames("credential-a", "credential.earned")
	h.tick(4)
	h.wantNames("credential-a", "credential.earned", "credential.expired")
	h.tick(5)
	h.wantNames("credential-a", "credential.earned", "credential.expired")
}

func TestWhatIsGivenUpReleasesItsMoney(t *testing.T) {
	h := open(t)
	d := h.today()
	h.record("funding-f", funding.Opened{Kind: funding.Scholarship, Title: "S", Amount: 1000, From: d, To: d.AddMonths(12)},
		funding.Committed{Grant: "g1", Person: "ana", For: "cohort-c", Cents: 400, On: d}, funding.Committed{Grant: "g2", Person: "ben", For: "cohort-c", Cents: 300, On: d})
	h.record("cohort-c", cohort.Planned{Title: "Academy", Delivery: "on-site", From: d, To: d.AddMonths(6), Seats: 3}, cohort.Opened{On: d}, cohort.Applied{Person: "ana", On: d}, cohort.Left{Person: "ana", On: d})
	h.follow()
	h.wantNames("funding-f", "funding.opened", "funding.committed", "funding.committed", "funding.released")
	h.again()
	h.wantNames("funding-f", "funding.opened", "funding.committed", "funding.committed", "funding.released")
}

// TestAGroupThatIsTakenBackReleasesItsMoney: what was paid of it stays paid.
func TestAGroupThatIsTakenBackReleasesItsMoney(t *testing.T) {
	h := open(t)
	d := h.today()
	h.record("funding-f", funding.Opened{Kind: funding.Scholarship, Title: "S", Amount: 1000, From: d, To: d.AddMonths(12)},
		funding.Committed{Grant: "w.ana", Person: "ana", For: "activity-w", Cents: 400, On: d}, funding.Committed{Grant: "w.ben", Person: "ben", For: "activity-w", Cents: 400, On: d},
		funding.Spent{Grant: "w.ana", Ref: "INV-1", Cents: 150, On: d})
	h.record("activity-w", activity.Recorded{Members: []domain.PersonID{"ana", "ben"}, On: d, Subject: activity.Subject{Title: "W", Format: "workshop", Funding: "f", Cost: 400}},
		activity.Cancelled{By: "lena", On: d, Reason: "sealed"})
	h.follow()
	h.again()
	h.wantNames("funding-f", "funding.opened", "funding.committed", "funding.committed", "funding.spent", "funding.released", "funding.released")
	h.milestone("ana", "none") // waits
	f, err := h.read.Funding(t.Context(), "f")
	if err != nil || f.Committed != 150 || f.Spent != 150 {
		t.Errorf("%+v, %v", f, err)
	}
}

// TestMoneySetAsideSinceIsNotReleased starts the policies over after somebody came back.
func TestMoneySetAsideSinceIsNotReleased(t *testing.T) {
	h := open(t)
	d := h.today()
	h.record("funding-f", funding.Opened{Kind: funding.Scholarship, Title: "S", Amount: 1000, From: d, To: d.AddMonths(12)})
	h.record("cohort-c", cohort.Planned{Title: "Academy", Delivery: "on-site", From: d, To: d.AddMonths(6), Seats: 3}, cohort.Opened{On: d}, cohort.Applied{Person: "ana", On: d},
		cohort.Left{Person: "ana", On: d}, cohort.Applied{Person: "ana", On: d})
	h.record("funding-f", funding.Committed{Grant: "g1", Person: "ana", For: "cohort-c", Cents: 400, On: d})
	h.follow()
	h.again()
	h.wantNames("funding-f", "funding.opened", "funding.committed")
}

// TestRow27NobodyIsNamedWhereTheyAreInvited follows an apprentice from the application to a
// year later. The invitations are on record under a random name, and nothing about them
// leads to her.
func TestRow27NobodyIsNamedWhereTheyAreInvited(t *testing.T) {
	h := open(t)
	p := h.policies(h.log)
	p.Alias = func(context.Context, domain.PersonID, alias.Purpose) (string, error) { return "k3j", nil }
	tick := func(days int) {
		h.t.Helper()
		h.now = h.now.Add(time.Duration(days) * 24 * time.Hour)
		if err := p.Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	h.record("apprenticeship-ada", apprenticeship.Drafted{Person: "ada", Program: "health-it"})
	tick(0)
	h.record("apprenticeship-ada", apprenticeship.Registered{On: h.today()}, apprenticeship.Began{On: h.today()})
	tick(1)
	tick(1)
	tick(366)
	var occasions []string
	for r, err := range h.log.Read(t.Context(), selfid.Stream("k3j")) {
		if err != nil {
			t.Fatal(err)
		}
		occasions = append(occasions, string(r.Event.(selfid.Invited).Occasion))
		if q := r.Request; q.By.Person != "" || q.By.Policy != "confidential-answers" || q.Causation != "" || q.Correlation != "" || q.Key != "" || q.Source != "" {
			t.Errorf("an invitation tells what it follows from: %+v", q)
		}
	}
	slices.Sort(occasions)
	if !slices.Equal(occasions, []string{"application", "before-start", "enrolled", "reminder"}) {
		t.Errorf("invited on %q", occasions)
	}
}
