package credit

import "github.com/guildhall-dev/guildhall/domain"

// Award records the college's decision. It may come without a request, but not while a
// committee has it, nor after a denial that was not appealed, nor once the learner withdrew.
type Award struct {
	domain.Request
	Awarded Awarded
	Seen    uint64 // the version of the credit that was judged; 0 judges whatever there is
}

func (c Award) Decide(s State) ([]Event, error) {
	a, rule := c.Awarded, c.Awarded.Articulation
	switch {
	case c.By.Partner != a.Partner || c.By.Partner == "":
		return nil, domain.Refuse(domain.Forbidden, "NOT_YOUR_RULE", "Only the college whose rule it is awards this credit.")
	case (s.status == awarded || s.status == posted) && a.same(s.award):
		return nil, nil
	case s.status == awarded || s.status == posted:
		return nil, domain.Refuse(domain.Conflict, "ALREADY_AWARDED", "Credit for %s was already awarded to this learner under your reference %q.", rule.Course, s.award.ExternalRef)
	case s.status == inCommittee || s.status == denied || s.status == lapsed || s.status == withdrawn || s.status == revoked:
		return nil, notNow("award", s)
	case s.status == recommended && !s.validTo.IsZero() && c.Today().After(s.validTo):
		return nil, domain.Refuse(domain.Conflict, "RECOMMENDATION_LAPSED", "The recommendation held until %s. The learner can ask again.", s.validTo)
	case s.exception && !s.subject.same(a.Subject):
		return nil, domain.Refuse(domain.Conflict, "NOT_WHAT_WAS_PROPOSED", "A coordinator proposed this credit for something else.")
	case !s.exception && !rule.ValidOn(c.Today()):
		return nil, ruleNotValid(a.Subject)
	}
	if err := a.check(); err != nil {
		return nil, err
	}
	if err := (Judgement{c.Request, c.Seen}).stale(s); err != nil {
		return nil, err
	}
	return []Event{a}, nil
}

// check holds what is awarded against its rule.
func (a Awarded) check() error {
	rule := a.Articulation
	worth := rule.Worth(a.Shown)
	invalid := func(field, code, format string, args ...any) error {
		return domain.Refuse(domain.Invalid, code, format, args...).About(field)
	}
	switch {
	case a.Award.Unit != rule.Credit.Unit:
		return invalid("unit", "WRONG_UNIT", "The rule counts %s in %s units, not %s.", rule.Course, rule.Credit.Unit, a.Award.Unit)
	case worth.Hundredths <= 0:
		return tooLittle(a.Subject)
	case a.Award.Hundredths <= 0 || a.Award.Hundredths > worth.Hundredths:
		return invalid("credit", "CREDIT_OUT_OF_RANGE", "The rule for %s allows more than 0 and at most %s.", rule.Course, worth.Decimal())
	case !a.Grade.Valid():
		return invalid("grade", "BAD_GRADE", "%q is not a grade. Send A to D with an optional sign, or P for passed.", a.Grade)
	case !a.Grade.AtLeast(rule.MinGrade) && rule.MinGrade == "":
		return invalid("grade", "GRADE_TOO_LOW", "The rule for %s asks for a passing grade.", rule.Course)
	case !a.Grade.AtLeast(rule.MinGrade):
		return invalid("grade", "GRADE_TOO_LOW", "The rule for %s asks for at least %s.", rule.Course, rule.MinGrade)
	case a.Level != "" && !a.Level.Valid():
		return invalid("level", "BAD_CREDIT_LEVEL", "%q is not a level of credit.", a.Level)
	case a.Basis != "" && !a.Basis.Valid():
		return invalid("basis", "BAD_CREDIT_BASIS", "%q is not a basis of credit.", a.Basis)
	case domain.Written(a.ExternalRef) == "":
		return invalid("externalRef", "REFERENCE_MISSING", "Send your own reference of the award.")
	case domain.Written(a.Term) == "":
		return invalid("term", "TERM_MISSING", "Name the term, such as Fall 2026.")
	case domain.TooLong(a.ExternalRef):
		return domain.Shorten("externalRef")
	case domain.TooLong(a.Term):
		return domain.Shorten("term")
	}
	return nil
}
