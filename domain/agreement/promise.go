package agreement

import (
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/rules"
)

// AddRule adds a promise of credit.
type AddRule struct {
	domain.Request
	rules.Articulation
}

func (c AddRule) Decide(s State) ([]Event, error) {
	at := slices.IndexFunc(s.rules, func(r rules.Articulation) bool { return r.Rule == c.Rule })
	switch {
	case s.status == none:
		return nil, notFound()
	case !runsProgrammes(c.By):
		return nil, notCoordinator("adds an articulation rule")
	case at >= 0 && s.rules[at].Equal(c.Articulation):
		return nil, nil
	case at >= 0:
		return nil, domain.Refuse(domain.Conflict, "RULE_EXISTS", "The agreement has another rule %q. Give the new one its own id.", c.Rule)
	case s.status == ended:
		return nil, overAlready()
	case s.kind == DataSharing:
		return nil, domain.Refuse(domain.Conflict, "NO_CREDIT_AGREED", "This agreement is about sharing records, not about credit.")
	}
	if err := c.Check(); err != nil {
		return nil, err
	}
	return []Event{ArticulationRuleAdded{c.Articulation}}, nil
}

// RetireRule ends a promise of credit from a day on. What was awarded under it stands.
type RetireRule struct {
	domain.Request
	Rule   domain.RuleID
	From   domain.Date // the first day on which it gives no credit; zero is today
	Reason string
}

func (c RetireRule) Decide(s State) ([]Event, error) {
	from := c.From
	if from.IsZero() {
		from = c.Today()
	}
	already, retired := s.retired[c.Rule]
	switch {
	case s.status == none:
		return nil, notFound()
	case !runsProgrammes(c.By):
		return nil, notCoordinator("retires an articulation rule")
	case !slices.ContainsFunc(s.rules, func(r rules.Articulation) bool { return r.Rule == c.Rule }):
		return nil, domain.Refuse(domain.NotFound, "NO_SUCH_RULE", "This agreement has no articulation rule %q.", c.Rule).About("ruleId")
	case retired && !already.After(from):
		return nil, nil
	case from.Before(c.Today()):
		return nil, domain.Refuse(domain.Invalid, "IN_THE_PAST", "A rule cannot be retired for days on which learners relied on it. Give today or a later day.").About("from")
	case domain.Written(c.Reason) == "":
		return nil, domain.Refuse(domain.Invalid, "REASON_MISSING", "Say why the rule gives no more credit.").About("reason")
	case domain.TooLong(c.Reason):
		return nil, domain.Shorten("reason")
	}
	return []Event{ArticulationRuleRetired{Rule: c.Rule, From: from, Reason: c.Reason}}, nil
}

// Covers reports whether the agreement is in force on a day for a learner who began on
// another; the zero date is not begun. After a termination it is for those who had begun,
// until the teach-out date.
func (s State) Covers(on, began domain.Date) bool {
	switch s.status {
	case active:
		return !on.Before(s.from) && !on.After(s.to)
	case ended:
		return !s.teachOut.IsZero() && !on.After(s.teachOut) && !began.IsZero() && !began.After(s.endedOn)
	}
	return false
}

// Promise is the rule under which credit can be given on a day to a learner who began on
// another, if there is one.
func (s State) Promise(id domain.RuleID, on, began domain.Date) (rules.Articulation, bool) {
	at := slices.IndexFunc(s.rules, func(r rules.Articulation) bool { return r.Rule == id })
	if at < 0 || !s.Covers(on, began) || !s.rules[at].ValidOn(on) {
		return rules.Articulation{}, false
	}
	from, retired := s.retired[id]
	return s.rules[at], !retired || on.Before(from)
}

// Names reports whether the agreement covers a kind of record.
func (s State) Names(scope domain.Scope) bool { return slices.Contains(s.scopes, scope) }

// Partner is the institution the agreement is with.
func (s State) Partner() domain.PartnerID { return s.partner }
