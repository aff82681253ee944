package attestation

import (
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
)

// MaxStatements is how many statements are attested or withdrawn at once.
const MaxStatements = 500

// Attest records what somebody was found to hold. What was attested before is not attested
// again. Whoever asks has made sure that the framework has the statements.
type Attest struct {
	domain.Request
	Person     domain.PersonID
	Edition    int
	Statements []domain.StatementID
	Basis      Basis
	Note       domain.Sealed
}

func (c Attest) Decide(s State) ([]Event, error) {
	if err := decides(c.Request, c.Person, c.Statements); err != nil {
		return nil, err
	}
	if !c.Basis.Valid() {
		return nil, domain.Refuse(domain.Invalid, "BAD_BASIS", "Say what it rests on: experience, credential, course or assessment.").About("basis")
	}
	fresh := s.only(c.Statements, false)
	if len(fresh) == 0 {
		return nil, nil
	}
	return []Event{Attested{Edition: c.Edition, Statements: fresh, Basis: c.Basis, Note: c.Note, On: c.Today()}}, nil
}

// Withdraw takes back what was attested in error.
type Withdraw struct {
	domain.Request
	Person     domain.PersonID
	Statements []domain.StatementID
	Reason     domain.Sealed
}

func (c Withdraw) Decide(s State) ([]Event, error) {
	if err := decides(c.Request, c.Person, c.Statements); err != nil {
		return nil, err
	}
	if c.Reason == "" {
		return nil, domain.Refuse(domain.Invalid, "REASON_MISSING", "Say why it is taken back.").About("reason")
	}
	held := s.only(c.Statements, true)
	if len(held) == 0 {
		return nil, nil
	}
	return []Event{Withdrawn{Statements: held, Reason: c.Reason, On: c.Today()}}, nil
}

// only returns those of the statements that are held, or those that are not, in order.
func (s State) only(codes []domain.StatementID, held bool) []domain.StatementID {
	codes = slices.Compact(slices.Sorted(slices.Values(codes)))
	return slices.DeleteFunc(codes, func(c domain.StatementID) bool { return s.held[c] != held })
}

func decides(r domain.Request, of domain.PersonID, codes []domain.StatementID) error {
	switch {
	case r.By.Role != domain.Coordinator && r.By.Role != domain.System:
		return domain.Refuse(domain.Forbidden, "NOT_COORDINATOR", "Only a coordinator attests what somebody learned before.")
	case r.By.Person != "" && r.By.Person == of:
		return domain.Refuse(domain.Forbidden, "OWN_LEARNING", "Nobody attests their own learning. Ask another coordinator.")
	case len(codes) == 0:
		return domain.Refuse(domain.Invalid, "STATEMENTS_MISSING", "Name at least one statement, such as K0018.").About("statements")
	case len(codes) > MaxStatements:
		return domain.Refuse(domain.Invalid, "TOO_MANY_STATEMENTS", "At most %d statements are taken at once. Do it in parts.", MaxStatements).About("statements")
	case r.Today().After(domain.DateOf(r.At)):
		return domain.Refuse(domain.Invalid, "IN_THE_FUTURE", "%s is still to come. Give the day on which it was found.", r.Today()).About("on")
	}
	return nil
}
