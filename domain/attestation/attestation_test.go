package attestation

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/internal/spec"
)

var (
	today = time.Date(2026, time.November, 22, 9, 0, 0, 0, time.UTC)
	kim   = as("kim", domain.Coordinator)

	two  = []domain.StatementID{"K0018", "S0002"}
	held = Attested{2, two, Experience, "sealed: ward IT, 2019 to 2023", domain.DateOf(today)}
)

func as(p domain.PersonID, r domain.Role) domain.Request {
	return domain.Request{By: domain.Actor{Person: p, Role: r}, At: today}
}

func attest(change func(*Attest)) Attest {
	c := Attest{kim, "ana", 2, two, Experience, held.Note}
	change(&c)
	return c
}

func withdraw(change func(*Withdraw)) Withdraw {
	c := Withdraw{kim, "ana", two, "sealed: wrong person"}
	change(&c)
	return c
}

func on(d domain.Date) domain.Request {
	r := kim
	r.On = d
	return r
}

func TestAttesting(t *testing.T) {
	past := domain.NewDate(2026, time.March, 1)
	early := held
	early.On = past
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "a coordinator attests what somebody learned", When: attest(func(*Attest) {}), Then: []Event{held}},
		{Name: "the order and repetition of statements do not matter", When: attest(func(c *Attest) { c.Statements = []domain.StatementID{"S0002", "K0018", "S0002"} }), Then: []Event{held}},
		{Name: "it holds from the day on which it was found", When: attest(func(c *Attest) { c.Request = on(past) }), Then: []Event{early}},
		{Name: "nothing is attested twice", Given: []Event{held}, When: attest(func(*Attest) {})},
		{Name: "only what is new is added", Given: []Event{held}, When: attest(func(c *Attest) { c.Statements = []domain.StatementID{"S0002", "T0009"} }),
			Then: []Event{Attested{2, []domain.StatementID{"T0009"}, Experience, held.Note, held.On}}},
		{Name: "what was taken back can be attested anew", Given: []Event{held, Withdrawn{Statements: two}}, When: attest(func(*Attest) {}), Then: []Event{held}},
		{Name: "nobody attests their own", When: attest(func(c *Attest) { c.Person = "kim" }), Refused: "OWN_LEARNING"},
		{Name: "a mentor does not attest", When: attest(func(c *Attest) { c.Request = as("priya", domain.Mentor) }), Refused: "NOT_COORDINATOR"},
		{Name: "an attestation names statements", When: attest(func(c *Attest) { c.Statements = nil }), Refused: "STATEMENTS_MISSING"},
		{Name: "an attestation has an end", When: attest(func(c *Attest) { c.Statements = make([]domain.StatementID, MaxStatements+1) }), Refused: "TOO_MANY_STATEMENTS"},
		{Name: "an attestation rests on something", When: attest(func(c *Attest) { c.Basis = "hearsay" }), Refused: "BAD_BASIS"},
		{Name: "nothing is found tomorrow", When: attest(func(c *Attest) { c.Request = on(held.On.AddDays(1)) }), Refused: "IN_THE_FUTURE"},
	})
}

func TestWithdrawing(t *testing.T) {
	back := Withdrawn{two, "sealed: wrong person", held.On}
	spec.Run(t, Evolve, []spec.Case[State, Event]{
		{Name: "a coordinator takes back what was attested", Given: []Event{held}, When: withdraw(func(*Withdraw) {}), Then: []Event{back}},
		{Name: "it is taken back once", Given: []Event{held, back}, When: withdraw(func(*Withdraw) {})},
		{Name: "what was never attested is not taken back", When: withdraw(func(*Withdraw) {})},
		{Name: "taking back has a reason", Given: []Event{held}, When: withdraw(func(c *Withdraw) { c.Reason = "" }), Refused: "REASON_MISSING"},
		{Name: "nobody takes back their own", Given: []Event{held}, When: withdraw(func(c *Withdraw) { c.Person = "kim" }), Refused: "OWN_LEARNING"},
	})
}

// After any history, what is attested is what was attested last and not taken back since,
// and no fact repeats what held before it.
func TestWhatIsAttestedIsWhatWasAttestedAndNotTakenBack(t *testing.T) {
	codes := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) domain.StatementID {
		return domain.StatementID(fmt.Sprintf("K%d", rapid.IntRange(0, 5).Draw(t, "code")))
	}), 1, 4)
	spec.Histories(t, func(t *rapid.T) {
		h, want := spec.Begin(Evolve), map[domain.StatementID]bool{}
		for range rapid.IntRange(1, 8).Draw(t, "steps") {
			some := codes.Draw(t, "statements")
			take := rapid.Bool().Draw(t, "withdraw")
			var facts []Event
			if take {
				facts, _ = h.Try(t, withdraw(func(c *Withdraw) { c.Statements = some }))
			} else {
				facts, _ = h.Try(t, attest(func(c *Attest) { c.Statements = some }))
			}
			for _, c := range some {
				if want[c] == !take && slices.ContainsFunc(facts, func(e Event) bool { return slices.Contains(named(e), c) }) {
					t.Fatalf("%+v repeats %s", facts, c)
				}
			}
			for _, c := range some {
				want[c] = !take
			}
		}
		for c, held := range want {
			if h.State.held[c] != held {
				t.Fatalf("%s is held: %v, after %+v", c, h.State.held[c], h.Facts)
			}
		}
	})
}

func named(e Event) []domain.StatementID {
	switch e := e.(type) {
	case Attested:
		return e.Statements
	case Withdrawn:
		return e.Statements
	}
	return nil
}
