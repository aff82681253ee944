package explain

import (
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
		e.Title, e.Next, e.Turn = "The registration", RegisterIt, coordinator
		e.Rule = Rule{"registration", "An apprentice is registered with the agency", Source{ByRegulation, "29 CFR 29.3(d)"}}
	case projections.Registered:
		e.Title, e.Next, e.Turn, e.Due = "The first day", BeginIt, coordinator, l.StartOn
		e.Rule = Rule{"begin", "Hours count from the first day on", Source{ByRuleSet, l.RuleSet}}
	case projections.Probationary:
		e.Title, e.Next, e.Turn, e.Since = "The end of probation", PassProbation, coordinator, l.BeganOn
		e.Due, _ = c.Rules.ProbationEnds(l.BeganOn, l.ExpectedEndOn)
		e.Rule = Rule{"probation", "Probation is at most a quarter of the term and a year", Source{ByRegulation, "29 CFR 29.5(b)(8)"}}
	case projections.CompletionPending:
		e.About, e.Title, e.Next, e.Turn = Completion, "The certificate", Certify, coordinator
		e.Rule = Rule{"certificate", "The agency certifies completion", Source{ByRegulation, "29 CFR 29.5(b)(15)"}}
	default:
		return nil
	}
	return []Explanation{e.need(0, 1, Count)}
}

// signatures explains a draft: one for each party that has still to sign.
func (c Case) signatures(e Explanation) (out []Explanation) {
	e.Next, e.Rule = SignAgreement, Rule{"signatures", "The agreement is signed by all its parties", Source{ByRegulation, "29 CFR 29.7"}}
	for _, p := range []struct {
		party apprenticeship.Party
		asked bool
		title string
		turn  Turn
	}{
		{apprenticeship.ByApprentice, true, "The apprentice's signature", c.learner()},
		{apprenticeship.BySponsor, true, "The sponsor's signature", Turn{Role: domain.Coordinator}},
		{apprenticeship.ByGuardian, c.Learner.Minor, "The guardian's signature", Turn{Role: domain.Coordinator}},
	} {
		if p.asked && !slices.Contains(c.Learner.Signatures, p.party) {
			e.Title, e.Turn = p.title, p.turn
			out = append(out, e.need(0, 1, Count))
		}
	}
	return out
}
