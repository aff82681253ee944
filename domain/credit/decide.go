package credit

import "github.com/guildhall-dev/guildhall/domain"

// Request asks a college for credit.
type Request struct {
	domain.Request
	Requested Requested
}

func (c Request) Decide(s State) ([]Event, error) {
	switch {
	case c.By.Person != c.Requested.Person:
		return nil, domain.Refuse(domain.Forbidden, "NOT_YOUR_CREDIT", "The apprentice asks for credit in person.")
	case s.status == awarded:
		return nil, domain.Refuse(domain.Conflict, "ALREADY_AWARDED", "The college has awarded this credit already.")
	case s.status == requested:
		return nil, nil
	case !c.Requested.Articulation.ValidOn(c.Today()):
		return nil, ruleNotValid(c.Requested.Subject)
	}
	return []Event{c.Requested}, nil
}

// Award records the college's decision. It may come without a request.
type Award struct {
	domain.Request
	Awarded Awarded
}

func (c Award) Decide(s State) ([]Event, error) {
	a := c.Awarded.Articulation
	switch {
	case c.By.Partner != c.Awarded.Partner || c.By.Partner == "":
		return nil, domain.Refuse(domain.Forbidden, "NOT_YOUR_RULE", "Only the college whose rule it is awards this credit.")
	case s.status == awarded && c.Awarded == s.award:
		return nil, nil
	case s.status == awarded:
		return nil, domain.Refuse(domain.Conflict, "ALREADY_AWARDED", "Credit for %s was already awarded to this learner under your reference %q.", a.Course, s.award.ExternalRef)
	case !a.ValidOn(c.Today()):
		return nil, ruleNotValid(c.Awarded.Subject)
	case c.Awarded.Award.Unit != a.Credit.Unit:
		return nil, domain.Refuse(domain.Invalid, "WRONG_UNIT", "The rule counts %s in %s units, not %s.", a.Course, a.Credit.Unit, c.Awarded.Award.Unit).About("unit")
	case c.Awarded.Award.Hundredths <= 0 || c.Awarded.Award.Hundredths > a.Credit.Hundredths:
		return nil, domain.Refuse(domain.Invalid, "CREDIT_OUT_OF_RANGE", "The rule for %s allows more than 0 and at most %s.", a.Course, a.Credit.Decimal()).About("credit")
	case !c.Awarded.Grade.Valid():
		return nil, domain.Refuse(domain.Invalid, "BAD_GRADE", "%q is not a grade. Send A to D with an optional sign, or P for passed.", c.Awarded.Grade).About("grade")
	case !c.Awarded.Grade.AtLeast(a.MinGrade) && a.MinGrade == "":
		return nil, domain.Refuse(domain.Invalid, "GRADE_TOO_LOW", "The rule for %s asks for a passing grade.", a.Course).About("grade")
	case !c.Awarded.Grade.AtLeast(a.MinGrade):
		return nil, domain.Refuse(domain.Invalid, "GRADE_TOO_LOW", "The rule for %s asks for at least %s.", a.Course, a.MinGrade).About("grade")
	case domain.Written(c.Awarded.ExternalRef) == "":
		return nil, domain.Refuse(domain.Invalid, "REFERENCE_MISSING", "Send your own reference of the award.").About("externalRef")
	case domain.Written(c.Awarded.Term) == "":
		return nil, domain.Refuse(domain.Invalid, "TERM_MISSING", "Name the term, such as Fall 2026.").About("term")
	case domain.TooLong(c.Awarded.ExternalRef):
		return nil, domain.Shorten("externalRef")
	case domain.TooLong(c.Awarded.Term):
		return nil, domain.Shorten("term")
	}
	return []Event{c.Awarded}, nil
}

func ruleNotValid(s Subject) error {
	a := s.Articulation
	if a.To.IsZero() {
		return domain.Refuse(domain.Conflict, "RULE_NOT_VALID", "The rule for %s is valid from %s.", a.Course, a.From)
	}
	return domain.Refuse(domain.Conflict, "RULE_NOT_VALID", "The rule for %s is valid from %s to %s.", a.Course, a.From, a.To)
}
