package funding

import (
	"maps"

	"github.com/guildhall-dev/guildhall/domain"
)

// Stream is where the facts about a source of money are kept.
func Stream(id domain.FundingID) domain.Stream { return domain.Stream("funding-" + id) }

// ID is the inverse of Stream.
func ID(s domain.Stream) (domain.FundingID, error) {
	id, err := s.Subject("funding")
	return domain.FundingID(id), err
}

// State is what deciding needs to know, and no more.
type State struct {
	opened Opened // with the amount there is now
	exists bool
	closed bool
	aside  domain.Cents // set aside and not given back; what was spent is part of it
	grants map[domain.GrantID]grant
}

// A grant is what was set aside for one participant.
type grant struct {
	committed Committed
	left      domain.Cents // to be spent
	released  bool
	paid      map[string]domain.Cents // by reference
}

// Evolve returns s after e. It only records; it never refuses.
func Evolve(s State, e Event) State {
	switch e := e.(type) {
	case Opened:
		s.opened, s.exists = e, true
	case AmountChanged:
		s.opened.Amount = e.Now
	case Committed:
		s.aside += e.Cents
		s = s.with(e.Grant, grant{committed: e, left: e.Cents})
	case Spent:
		s = s.pay(e.Grant, e.Ref, e.Cents)
	case SpendingCorrected:
		s = s.pay(e.Grant, e.Ref, e.Now)
	case Released:
		g := s.grants[e.Grant]
		g.released, g.left = true, 0
		s.aside -= e.Cents
		s = s.with(e.Grant, g)
	case Closed:
		s.closed = true
	}
	return s
}

func (s State) with(id domain.GrantID, g grant) State {
	next := maps.Clone(s.grants)
	if next == nil {
		next = map[domain.GrantID]grant{}
	}
	next[id] = g
	s.grants = next
	return s
}

// pay has a payment of an amount in the place of what was paid under the reference before.
func (s State) pay(id domain.GrantID, ref string, amount domain.Cents) State {
	g := s.grants[id]
	paid := maps.Clone(g.paid)
	if paid == nil {
		paid = map[string]domain.Cents{}
	}
	if more := amount - paid[ref]; g.released {
		s.aside += more
	} else {
		g.left -= more
	}
	paid[ref] = amount
	g.paid = paid
	return s.with(id, g)
}
