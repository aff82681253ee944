package explain

import (
	"cmp"
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/projections"
)

// apprenticeship explains what the apprenticeship as a whole waits for.
func (c Case) apprenticeship() []Explanation {
	l := c.Learner
	e := Explanation{About: Apprenticeship, Subject: apprenticeship.Stream(l.ID)}
	coordinator := Turn{Role: domain.Coordinator}
	switch l.Status {
	case projections.Draft:
		return c.signatures(e)
	case projections.Signed:
		e.Title, e.Next, e.Turn = domain.Tell("The registration"), RegisterIt, coordinator
		e.Rule = Rule{"registration", domain.Tell("An apprentice is registered with the agency"), c.regulation("29 CFR 29.3(d)")}
	case projections.Registered:
		e.Title, e.Next, e.Turn, e.Due = domain.Tell("The first day"), BeginIt, coordinator, l.StartOn
		e.Rule = Rule{"begin", domain.Tell("Hours count from the first day on"), Source{ByRuleSet, l.RuleSet}}
	case projections.Probationary:
		e.Title, e.Next, e.Turn, e.Since = domain.Tell("The end of probation"), PassProbation, coordinator, l.BeganOn
		e.Due, _ = c.Rules.ProbationEnds(l.BeganOn, l.TermEnds())
		e.Rule = Rule{"probation", domain.Tell("Probation is at most a quarter of the term and a year"), c.regulation("29 CFR 29.5(b)(8)")}
	case projections.Suspended:
		e.Title, e.Next, e.Turn, e.Due = domain.Tell("The return from the break"), Reinstate, coordinator, l.ExpectedReturn
		e.Rule = Rule{"break", domain.Tell("No hours count in a break"), Source{ByRuleSet, l.RuleSet}}
		if n := len(l.Pauses); n > 0 {
			e.Since = l.Pauses[n-1].From
		}
	case projections.Active, projections.Gateway, projections.CompletionPending:
		return c.offers()
	default:
		return nil
	}
	return append([]Explanation{e.need(0, 1, Count)}, c.offers()...)
}

// evaluateBefore is how many days before it is due an evaluation is told of.
const evaluateBefore = 14

// offers explains what was proposed to the learner and is not accepted, and an evaluation
// of progress that is due.
func (c Case) offers() (out []Explanation) {
	l := c.Learner
	e := Explanation{About: Apprenticeship, Subject: apprenticeship.Stream(l.ID)}
	if l.Offer != (apprenticeship.Amendment{}) {
		offer := e
		offer.Title, offer.Next, offer.Turn = domain.Tell("Later versions to go on under"), AcceptChange, c.learner()
		offer.Rule = Rule{"amendment", domain.Tell("Nothing changes what an apprentice runs under but their word"), Source{ByRuleSet, l.RuleSet}}
		out = append(out, offer.need(0, 1, Count))
	}
	if l.TransferTo != "" {
		transfer := e
		transfer.Title, transfer.Next, transfer.Turn = domain.Tell("The transfer to %s", string(l.TransferTo)), AgreeTransfer, c.learner()
		transfer.Rule = Rule{"transfer", domain.Tell("An apprentice consents to a transfer"), c.regulation("29 CFR 29.5(b)(13)")}
		out = append(out, transfer.need(0, 1, Count))
	}
	if c.Rules.ReviewWeeks > 0 && !l.BeganOn.IsZero() && l.Status != projections.CompletionPending {
		last := cmp.Or(l.LastEvaluation, l.BeganOn)
		if due := last.AddDays(7 * c.Rules.ReviewWeeks); !due.After(c.Today.AddDays(evaluateBefore)) {
			e.Title, e.Next, e.Turn, e.Since, e.Due = domain.Tell("The evaluation of progress"), Evaluate, Turn{Role: domain.Mentor, Person: l.Mentor}, due.AddDays(-evaluateBefore), due
			e.Rule = Rule{"evaluation", domain.Tell("Progress is evaluated periodically, with records"), c.regulation("29 CFR 29.5(b)(6)")}
			out = append(out, e.need(0, 1, Count))
		}
	}
	return out
}

// signatures explains a draft: one for each party that has still to sign.
func (c Case) signatures(e Explanation) (out []Explanation) {
	e.Next, e.Rule = SignAgreement, Rule{"signatures", domain.Tell("The agreement is signed by all its parties"), c.regulation("29 CFR 29.7")}
	for _, p := range []struct {
		party apprenticeship.Party
		asked bool
		title domain.Text
		turn  Turn
	}{
		{apprenticeship.ByApprentice, true, domain.Tell("The apprentice's signature"), c.learner()},
		{apprenticeship.BySponsor, true, domain.Tell("The sponsor's signature"), Turn{Role: domain.Coordinator}},
		{apprenticeship.ByGuardian, c.Learner.Minor, domain.Tell("The guardian's signature"), Turn{Role: domain.Coordinator}},
	} {
		if p.asked && !slices.Contains(c.Learner.Signatures, p.party) {
			e.Title, e.Turn = p.title, p.turn
			out = append(out, e.need(0, 1, Count))
		}
	}
	return out
}
