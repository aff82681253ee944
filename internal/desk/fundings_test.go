package desk_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/activity"
	"github.com/guildhall-dev/guildhall/domain/cohort"
	"github.com/guildhall-dev/guildhall/domain/credential"
	"github.com/guildhall-dev/guildhall/domain/funding"
	"github.com/guildhall-dev/guildhall/internal/desk"
)

// pays opens a source for this year.
func (h *house) pays(id domain.FundingID, amount domain.Cents, change ...func(*funding.Opened)) {
	h.t.Helper()
	o := funding.Opened{Kind: funding.PublicGrant, Title: "Grant", Amount: amount, From: domain.NewDate(2026, 1, 1), To: domain.NewDate(2026, 12, 31)}
	for _, c := range change {
		c(&o)
	}
	h.record(funding.Stream(id), o)
}

// workshop has Lena record one of Ana and Ben.
func (h *house) workshop(id domain.ActivityID, change func(*activity.Subject)) error {
	about := activity.Subject{Title: "Triage", Format: "workshop", Delivery: activity.OnSite, Funding: "grant", Cost: 30_000}
	change(&about)
	_, err := h.RecordGroup(h.t.Context(), desk.Ask{By: lena}, id, []domain.PersonID{"ana", "ben"}, about, activity.Result{Minutes: 240}, h.Today())
	return err
}

// caughtUp lets the read model show all that is on record.
func (h *house) caughtUp() {
	h.t.Helper()
	if err := h.Read.Wait(h.t.Context(), h.head()); err != nil {
		h.t.Fatal(err)
	}
}

// aside is what is set aside of a source, and for what.
func (h *house) aside(id domain.FundingID) string {
	h.t.Helper()
	h.caughtUp()
	f := must(h.Read.Funding(h.t.Context(), id))(h.t)
	out := fmt.Sprint(f.Committed)
	for _, g := range f.Grants {
		out += fmt.Sprintf(" %s:%d", g.ID, g.Cents)
	}
	return out
}

func TestAGroupIsPaidForTogetherOrNotAtAll(t *testing.T) {
	h := staffed(t)
	h.pays("grant", 100_000)
	h.pays("exams", 100_000, func(o *funding.Opened) { o.Pays = funding.Costs{Certificates: true} })
	h.pays("last-year", 100_000, func(o *funding.Opened) {
		o.From, o.To = domain.NewDate(2025, 1, 1), domain.NewDate(2025, 12, 31)
	})
	h.pays("closed", 100_000)
	h.record("funding-closed", funding.Closed{On: h.Today()})
	for code, change := range map[string]func(*activity.Subject){
		"NO_SUCH_FUNDING":   func(s *activity.Subject) { s.Funding = "none" },
		"NO_SUCH_SITE":      func(s *activity.Subject) { s.Site = "moon" },
		"NOT_FOR_THIS":      func(s *activity.Subject) { s.Funding = "exams" },
		"OUT_OF_PERIOD":     func(s *activity.Subject) { s.Funding = "last-year" },
		"FUNDING_CLOSED":    func(s *activity.Subject) { s.Funding = "closed" },
		"FUNDING_EXHAUSTED": func(s *activity.Subject) { s.Cost = 50_001 },
	} {
		id := domain.ActivityID(strings.ToLower(code))
		refused(t, h.workshop(id, change), code)
		_, err := h.Read.LearningActivity(t.Context(), id)
		refused(t, err, "NO_SUCH_ACTIVITY")
	}
	refused(t, h.workshop("free", func(s *activity.Subject) { s.Funding, s.Cost = "none", 0 }), "NO_SUCH_FUNDING")
	if got := h.aside("grant"); got != "0" {
		t.Errorf("after refusals %s is set aside", got)
	}
	for range 2 {
		if err := h.workshop("w", func(*activity.Subject) {}); err != nil {
			t.Fatal(err)
		}
	}
	if got := h.aside("grant"); got != "60000 w.ana:30000 w.ben:30000" {
		t.Errorf("%s is set aside", got)
	}
	refused(t, h.workshop("w", func(s *activity.Subject) { s.Title = "Another" }), "ALREADY_RECORDED")
	if got := h.aside("grant"); got != "60000 w.ana:30000 w.ben:30000" {
		t.Errorf("another activity under the same id leaves %s", got)
	}
}

// TestASourceIsNeverOvercommittedByManyAtOnce: many ask for the same money at the same time,
// for groups, for one and for certificates. What is set aside is for what was recorded, and
// no more than there is.
func TestASourceIsNeverOvercommittedByManyAtOnce(t *testing.T) {
	h := staffed(t)
	h.pays("grant", 130_000)
	answers := make(chan error, 12)
	var all sync.WaitGroup
	for i := range 4 {
		for kind, ask := range map[string]func(id string) error{
			"group": func(id string) error { return h.workshop(domain.ActivityID(id), func(*activity.Subject) {}) },
			"one": func(id string) error {
				_, err := h.EnrolInActivity(t.Context(), desk.Ask{By: lena}, domain.ActivityID(id), "ana", activity.Subject{Title: "Boot camp", Format: "boot-camp", Delivery: activity.Remote, Funding: "grant", Cost: 25_000}, h.Today())
				return err
			},
			"certificate": func(id string) error {
				_, err := h.SponsorCredential(t.Context(), desk.Ask{By: lena}, domain.CredentialID(id), "ben", "Security+", "grant", domain.GrantID(id), 40_000)
				return err
			},
		} {
			all.Add(1)
			go func() {
				defer all.Done()
				answers <- ask(fmt.Sprint(kind, "-", i))
			}()
		}
	}
	all.Wait()
	close(answers)
	recorded := 0
	for err := range answers {
		switch r := domain.AsRefusal(err); {
		case err == nil:
			recorded++
		case r == nil || r.Code != "FUNDING_EXHAUSTED" && r.Code != "BUSY":
			t.Error(err)
		}
	}
	h.caughtUp()
	f := must(h.Read.Funding(t.Context(), "grant"))(t)
	var aside domain.Cents
	things := map[domain.Stream]bool{}
	for _, g := range f.Grants {
		if !g.Released {
			aside += g.Cents
			things[g.For] = true
		}
	}
	if aside != f.Committed || aside > f.Amount || len(things) != recorded || recorded < 2 {
		t.Errorf("%d recorded, %d with money, %d of %d set aside, %d by the sum of all", recorded, len(things), aside, f.Amount, f.Committed)
	}
	for s := range things {
		if err := h.exists(s); err != nil {
			t.Errorf("money is set aside for %s: %v", s, err)
		}
	}
}

func (h *house) exists(s domain.Stream) error {
	if id, err := activity.ID(s); err == nil {
		_, err := h.Read.LearningActivity(h.t.Context(), id)
		return err
	}
	id, err := credential.ID(s)
	if err == nil {
		_, err = h.Read.Credential(h.t.Context(), id)
	}
	return err
}

func TestMoneyIsSetAsideForWhatThereIs(t *testing.T) {
	h := staffed(t)
	h.pays("grant", 100_000)
	d := h.Today()
	if err := h.workshop("w", func(s *activity.Subject) { s.Funding, s.Cost = "", 0 }); err != nil {
		t.Fatal(err)
	}
	h.record("activity-gone", activity.Recorded{Members: []domain.PersonID{"ana"}, On: d, Subject: activity.Subject{Title: "Never", Format: "workshop"}}, activity.Cancelled{By: "lena", On: d, Reason: "sealed"})
	h.record("cohort-c", cohort.Planned{Title: "Academy", Delivery: "on-site", From: d, To: d.AddMonths(6), Seats: 3}, cohort.Opened{On: d})
	h.record("cohort-off", cohort.Planned{Title: "Off", Delivery: "on-site", From: d, To: d.AddMonths(6), Seats: 3}, cohort.Cancelled{On: d})
	h.record("credential-a", credential.Earned{Person: "ana", Kind: credential.Certification, Title: "A+", Issuer: "CompTIA", On: d})
	h.record("credential-bad", credential.Earned{Person: "ana", Kind: credential.Certification, Title: "B+", Issuer: "Nobody", On: d}, credential.Revoked{On: d, Reason: "sealed"})
	for i, c := range []struct {
		who  domain.PersonID
		what domain.Stream
		code string
	}{
		{"ana", "activity-none", "NO_SUCH_ACTIVITY"}, {"ana", "cohort-none", "NO_SUCH_COHORT"}, {"ana", "credential-none", "NO_SUCH_CREDENTIAL"},
		{"ana", "timesheet-ana", "BAD_PURPOSE"}, {"ana", "activity-gone", "OVER_ALREADY"}, {"ana", "cohort-off", "OVER_ALREADY"}, {"ana", "credential-bad", "OVER_ALREADY"},
		{"owen", "activity-w", "NOT_FOR_THEM"}, {"ben", "credential-a", "NOT_FOR_THEM"},
		{"ana", "activity-w", ""}, {"ben", "cohort-c", ""}, {"ana", "credential-a", ""},
	} {
		_, err := h.CommitFunding(t.Context(), desk.Ask{By: lena}, "grant", domain.GrantID(fmt.Sprint("g", i)), c.who, c.what, 1000)
		if c.code == "" && err == nil {
			continue
		}
		refused(t, err, c.code)
	}
	for _, what := range []domain.Stream{"activity-none", "activity-w", "credential-a"} {
		_, err := h.CommitFunding(t.Context(), desk.Ask{By: owen}, "grant", "g99", "ben", what, 1000)
		refused(t, err, "NOT_YOURS_TO_FUND")
	}
	if got := h.aside("grant"); got != "3000 g10:1000 g11:1000 g9:1000" {
		t.Errorf("%s", got)
	}
}

// TestMoneyStaysWithWhatWasRecordedUnderAnIDFirst: many record different groups under the same
// id at once. One of them is recorded, and keeps its money.
func TestMoneyStaysWithWhatWasRecordedUnderAnIDFirst(t *testing.T) {
	h := staffed(t)
	h.pays("grant", 1_000_000)
	for round := range 8 {
		id := domain.ActivityID(fmt.Sprint("w", round))
		var all sync.WaitGroup
		for i := range 4 {
			all.Go(func() {
				if err := h.workshop(id, func(s *activity.Subject) { s.Title = fmt.Sprint("Triage ", i) }); err != nil {
					refused(t, err, "ALREADY_RECORDED")
				}
			})
		}
		all.Wait()
	}
	h.caughtUp()
	if f := must(h.Read.Funding(t.Context(), "grant"))(t); f.Committed != 8*60_000 {
		t.Errorf("%d set aside, want %d", f.Committed, 8*60_000)
	}
}
