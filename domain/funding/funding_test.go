package funding

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/spec"
)

var (
	today = domain.NewDate(2026, time.November, 22)
	kim   = as("kim", domain.Coordinator)
	ruth  = as("ruth", domain.HR)
	tom   = as("tom", domain.Mentor)
	rule  = domain.Request{By: domain.Actor{Policy: "giving-up-releases-money", Role: domain.System}, On: today}

	grantOf = Opened{Kind: PublicGrant, Title: "State apprenticeship grant", Funder: "Workforce board, award 77", Amount: 100_000, From: today.AddDays(-100), To: today.AddDays(100)}
	aside   = Committed{"g1", "ana", "credential-a", 40_000, today}
	tuition = Opened{Kind: Scholarship, Title: "Tuition", Amount: 100_000, From: today, To: today, Pays: Costs{Activities: true, Cohorts: true}}
	opened  = []Event{grantOf}
	granted = after(opened, aside)
	paid    = after(granted, Spent{"g1", "INV-1", 30_000, today})
	back    = after(paid, Released{"g1", 10_000, today})
)

func as(p domain.PersonID, r domain.Role) domain.Request {
	return domain.Request{By: domain.Actor{Person: p, Role: r}, At: today.Midnight().Add(time.Hour), On: today}
}

func after(es []Event, more ...Event) []Event { return append(slices.Clip(es), more...) }

func with(change func(*Opened)) Open {
	o := grantOf
	change(&o)
	return Open{kim, o}
}

// each sets aside for a workshop of some people.
func each(cents domain.Cents, people ...domain.PersonID) CommitEach {
	c := CommitEach{Request: kim, For: "activity-w", Cents: cents}
	for _, p := range people {
		c.Grants = append(c.Grants, Share{domain.GrantID("w." + p), p})
	}
	return c
}

func TestFunding(t *testing.T) {
	late := kim
	late.On, late.At = today.AddDays(101), late.At.AddDate(0, 0, 101)
	early := kim
	early.On = today.AddDays(-1)
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "a coordinator adds a source", When: Open{kim, grantOf}, Then: opened},
		{Name: "it is added once", Given: opened, When: Open{ruth, grantOf}},
		{Name: "another has an id of its own", Given: opened, When: with(func(o *Opened) { o.Amount = 5 }), Refused: "ALREADY_OPENED"},
		{Name: "mentors have no say in money", When: Open{tom, grantOf}, Refused: "NOT_YOURS_TO_FUND"},
		{Name: "money is of a kind", When: with(func(o *Opened) { o.Kind = "gold" }), Refused: "BAD_FUNDING_KIND"},
		{Name: "it has a title", When: with(func(o *Opened) { o.Title = "" }), Refused: "TITLE_MISSING"},
		{Name: "it is some money", When: with(func(o *Opened) { o.Amount = 0 }), Refused: "BAD_AMOUNT"},
		{Name: "it begins on a day", When: with(func(o *Opened) { o.From = domain.Date{} }), Refused: "FROM_MISSING"},
		{Name: "it ends after it begins", When: with(func(o *Opened) { o.To = o.From.AddDays(-1) }), Refused: "END_BEFORE_START"},

		{Name: "money is set aside", Given: opened, When: Commit{kim, "g1", "ana", "credential-a", 40_000}, Then: []Event{aside}},
		{Name: "nobody funds themselves", Given: opened, When: Commit{kim, "g1", "kim", "credential-a", 40_000}, Refused: "OWN_FUNDING"},
		{Name: "no more than there is", Given: granted, When: Commit{kim, "g2", "ben", "credential-b", 60_001}, Refused: "FUNDING_EXHAUSTED"},
		{Name: "all there is", Given: granted, When: Commit{kim, "g2", "ben", "credential-b", 60_000}, Then: []Event{Committed{"g2", "ben", "credential-b", 60_000, today}}},
		{Name: "what was given back is there again", Given: back, When: Commit{kim, "g2", "ben", "credential-b", 70_000}, Then: []Event{Committed{"g2", "ben", "credential-b", 70_000, today}}},
		{Name: "one grant is for one thing", Given: granted, When: Commit{kim, "g1", "ben", "credential-b", 1}, Refused: "GRANT_EXISTS"},
		{Name: "not after the last day", Given: opened, When: Commit{late, "g1", "ana", "credential-a", 1}, Refused: "OUT_OF_PERIOD"},
		{Name: "not once closed", Given: after(opened, Closed{today}), When: Commit{kim, "g1", "ana", "credential-a", 1}, Refused: "FUNDING_CLOSED"},
		{Name: "for what it pays for", Given: []Event{tuition}, When: Commit{kim, "g1", "ana", "cohort-c", 1}, Then: []Event{Committed{"g1", "ana", "cohort-c", 1, today}}},
		{Name: "not for other costs", Given: []Event{tuition}, When: Commit{kim, "g1", "ana", "credential-a", 1}, Refused: "NOT_FOR_THIS"},
		{Name: "nor for what costs nothing", Given: opened, When: Commit{kim, "g1", "ana", "timesheet-a", 1}, Refused: "NOT_FOR_THIS"},

		{Name: "it is set aside for each of a group", Given: granted, When: each(30_000, "ben", "cleo"), Then: []Event{Committed{"w.ben", "ben", "activity-w", 30_000, today}, Committed{"w.cleo", "cleo", "activity-w", 30_000, today}}},
		{Name: "once", Given: after(granted, Committed{"w.ben", "ben", "activity-w", 30_000, today}), When: each(30_000, "ben", "cleo"), Then: []Event{Committed{"w.cleo", "cleo", "activity-w", 30_000, today}}},
		{Name: "for all of them or for nobody", Given: granted, When: each(30_001, "ben", "cleo"), Refused: "FUNDING_EXHAUSTED"},
		{Name: "for nobody who decides on it", Given: granted, When: each(1, "ben", "kim"), Refused: "OWN_FUNDING"},
		{Name: "for each something", Given: granted, When: each(0, "ben"), Refused: "BAD_AMOUNT"},

		{Name: "there has to be a source", When: Commit{kim, "g1", "ana", "credential-a", 1}, Refused: "NO_SUCH_FUNDING"},

		{Name: "a bill is paid", Given: granted, When: Spend{ruth, "g1", "INV-1", 30_000}, Then: []Event{Spent{"g1", "INV-1", 30_000, today}}},
		{Name: "a bill is paid once", Given: paid, When: Spend{kim, "g1", "INV-1", 30_000}},
		{Name: "a bill has one amount", Given: paid, When: Spend{kim, "g1", "INV-1", 1}, Refused: "PAID_ALREADY"},
		{Name: "not more than was set aside", Given: paid, When: Spend{kim, "g1", "INV-2", 10_001}, Refused: "MORE_THAN_COMMITTED"},
		{Name: "nothing from what was given back", Given: back, When: Spend{kim, "g1", "INV-2", 1}, Refused: "MORE_THAN_COMMITTED"},
		{Name: "a bill has a number", Given: granted, When: Spend{kim, "g1", " ", 1}, Refused: "REF_MISSING"},
		{Name: "nobody pays for themselves", Given: granted, When: Spend{as("ana", domain.HR), "g1", "INV-1", 1}, Refused: "OWN_FUNDING"},
		{Name: "not before it was set aside", Given: granted, When: Spend{early, "g1", "INV-1", 1}, Refused: "BEFORE_IT_BEGAN"},

		{Name: "a payment is put right", Given: paid, When: CorrectSpending{kim, "g1", "INV-1", 40_000}, Then: []Event{SpendingCorrected{"g1", "INV-1", 30_000, 40_000, today}}},
		{Name: "within what was set aside", Given: paid, When: CorrectSpending{kim, "g1", "INV-1", 40_001}, Refused: "MORE_THAN_COMMITTED"},
		{Name: "of a payment there was", Given: paid, When: CorrectSpending{kim, "g1", "INV-9", 1}, Refused: "NO_SUCH_PAYMENT"},
		{Name: "after giving back, within what there is", Given: back, When: CorrectSpending{kim, "g1", "INV-1", 100_001}, Refused: "MORE_THAN_COMMITTED"},

		{Name: "the rest is given back", Given: paid, When: Release{rule, "g1"}, Then: []Event{Released{"g1", 10_000, today}}},
		{Name: "it is given back once", Given: back, When: Release{kim, "g1"}},
		{Name: "a mentor gives nothing back", Given: paid, When: Release{tom, "g1"}, Refused: "NOT_YOURS_TO_FUND"},

		{Name: "there is more", Given: granted, When: ChangeAmount{kim, 200_000}, Then: []Event{AmountChanged{100_000, 200_000, today}}},
		{Name: "not less than is set aside", Given: granted, When: ChangeAmount{kim, 39_999}, Refused: "COMMITTED_ALREADY"},
		{Name: "it is closed", Given: granted, When: Close{kim}, Then: []Event{Closed{today}}},
	})
}

// TestRow26MoneyIsNeverOvercommitted lets chance set aside, pay, correct and give back. At
// every moment what is set aside is within what there is, and what is spent within that.
func TestRow26MoneyIsNeverOvercommitted(t *testing.T) {
	spec.Histories(t, func(t *rapid.T) {
		h := spec.Begin(Evolve)
		h.Try(t, with(func(o *Opened) { o.Amount = domain.Cents(rapid.IntRange(1, 50).Draw(t, "amount")) }))
		for range rapid.IntRange(1, 25).Draw(t, "requests") {
			by := rapid.SampledFrom([]domain.Request{kim, ruth, tom, rule}).Draw(t, "by")
			id := rapid.SampledFrom([]domain.GrantID{"g1", "g2", "g3"}).Draw(t, "grant")
			ref := rapid.SampledFrom([]string{"r1", "r2"}).Draw(t, "ref")
			n := domain.Cents(rapid.IntRange(-1, 30).Draw(t, "cents"))
			switch rapid.IntRange(0, 6).Draw(t, "command") {
			case 0:
				h.Try(t, Commit{by, id, "ana", "credential-a", n})
			case 1:
				h.Try(t, Spend{by, id, ref, n})
			case 2:
				h.Try(t, CorrectSpending{by, id, ref, n})
			case 3:
				h.Try(t, Release{by, id})
			case 4:
				h.Try(t, ChangeAmount{by, n})
			case 6:
				h.Try(t, CommitEach{by, []Share{{id, "ana"}, {id + ".2", "ben"}, {id + ".3", "cleo"}}, "activity-w", n})
			case 5:
				if n == 0 {
					h.Try(t, Close{by})
				}
			}
			sound(t, h.Facts)
		}
	})
}

// sound adds up the facts by themselves.
func sound(t *rapid.T, facts []Event) {
	var amount domain.Cents
	committed, released := map[domain.GrantID]domain.Cents{}, map[domain.GrantID]domain.Cents{}
	paid := map[domain.GrantID]map[string]domain.Cents{}
	for _, e := range facts {
		switch e := e.(type) {
		case Opened:
			amount = e.Amount
		case AmountChanged:
			amount = e.Now
		case Committed:
			committed[e.Grant], paid[e.Grant] = e.Cents, map[string]domain.Cents{}
		case Spent:
			paid[e.Grant][e.Ref] = e.Cents
		case SpendingCorrected:
			paid[e.Grant][e.Ref] = e.Now
		case Released:
			released[e.Grant] = e.Cents
		}
	}
	var aside domain.Cents
	for id, c := range committed {
		var spent domain.Cents
		for _, p := range paid[id] {
			spent += p
		}
		if _, back := released[id]; back {
			aside += spent
			continue
		}
		if spent > c {
			t.Fatalf("%d spent of %d set aside: %+v", spent, c, facts)
		}
		aside += c
	}
	if aside > amount || aside < 0 {
		t.Fatalf("%d set aside of %d: %+v", aside, amount, facts)
	}
}

func TestAStreamNamesItsSource(t *testing.T) {
	if id, err := ID(Stream("grant-77")); err != nil || id != "grant-77" {
		t.Errorf("grant-77 came back as %q, %v", id, err)
	}
	if id, err := ID("credit-grant"); err == nil {
		t.Errorf("another stream names %q", id)
	}
}
