package explain

import (
	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/credit"
	"github.com/guildhall-dev/guildhall/projections"
)

// credits explains credit that is not on a transcript yet and may still come to it.
func (c Case) credits() (out []Explanation) {
	for _, k := range c.Credits {
		e := Explanation{About: Credit, Subject: credit.Stream(c.Learner.ID, k.Rule), Title: domain.Verbatim(k.Course + " " + k.Title), Since: k.Since, Reason: k.Reason,
			Rule: Rule{string(k.Rule), domain.Verbatim(k.Title), Source{ByAgreement, string(k.Agreement)}}}
		e = e.need(0, k.Credit.Hundredths, creditUnit(k.Credit.Unit))
		college := Turn{Role: domain.Partner, Partner: k.Partner}
		switch {
		case k.State == projections.CreditProposed && !c.sees(k.Partner, domain.CreditRecords):
			e.Next, e.Turn = LetCollegeSee, c.learner()
		case k.State == projections.CreditProposed:
			e.Next, e.Turn = AskForCredit, c.learner()
		case k.State == projections.CreditRecommended:
			e.Next, e.Turn, e.Due = AwardCredit, college, k.Advised.ValidTo
		case k.State.Open():
			e.Next, e.Turn = AwardCredit, college
		case k.State == projections.CreditDenied && !k.Appealed:
			e.Next, e.Turn = AppealCredit, c.learner()
		case k.State == projections.CreditAwarded:
			e.Next, e.Turn = PostCredit, college
			e.Title = domain.Tell("%s on the transcript", e.Title)
		default:
			continue
		}
		if !k.Exception && !k.Rules.ValidOn(c.Today) && !k.State.Awarded() {
			e.Rule.Title = domain.Tell("%s, whose time has run out or not begun", e.Rule.Title)
		}
		out = append(out, e)
	}
	return out
}
