package person

import (
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
)

// erasers are who may ask for an erasure, and who may confirm or refuse what another asked for.
var erasers = []domain.Role{domain.Coordinator, domain.HR, domain.PrivacyOfficer}

// Erases reports whether an actor may ask for erasures and decide those of others.
func Erases(by domain.Actor) bool { return slices.Contains(erasers, by.Role) }

// Confirms is who looks at a request by somebody who acts in a capacity: the privacy officer,
// or human resources where it is the privacy officer who asks.
func Confirms(asker domain.Role) domain.Role {
	if asker == domain.PrivacyOfficer {
		return domain.HR
	}
	return domain.PrivacyOfficer
}

// An erasure is the last that was asked for.
type erasure struct {
	fact  int // that asked; 0: nobody did
	asked ErasureAsked
	ended Event // how it ended without one; nil while it waits
}

func (r erasure) with(fact int, e Event) erasure {
	if asked, ok := e.(ErasureAsked); ok {
		return erasure{fact: fact, asked: asked}
	}
	r.ended = e
	return r
}

func (r erasure) waits() bool { return r.fact > 0 && r.ended == nil }

// Kept is for how long the law wants records of a person kept.
type Kept struct {
	Here  bool        // they work here or are in an apprenticeship, so the time has not begun
	Until domain.Date // the last day; zero if nothing has to be kept
}

// over refuses an erasure because of its age before records are old enough.
func (k Kept) over(why Reason, today domain.Date) error {
	switch {
	case why != Retention:
		return nil
	case k.Here:
		return domain.Refuse(domain.Conflict, "STILL_KEPT", "The time for which records are kept has not begun: this person works here or is in an apprenticeship.").About("reason")
	case !today.After(k.Until):
		return domain.Refuse(domain.Conflict, "STILL_KEPT", "Their records have to be kept until %s. Ask again after that day.", k.Until).About("reason")
	}
	return nil
}

// AskErasure asks for a person to be made unrecognisable. Somebody else has to confirm it.
type AskErasure struct {
	domain.Request
	Person    domain.PersonID
	Reason    Reason
	Reference string
	Kept      Kept
}

func (c AskErasure) Decide(s State) ([]Event, error) {
	asked := ErasureAsked{By: c.By.Person, Reason: c.Reason, Reference: c.Reference}
	switch {
	case !Erases(c.By):
		return nil, notAnEraser()
	case !s.joined:
		return nil, errUnknown
	case s.erased:
		return nil, nil
	case c.By.Person == c.Person:
		return nil, erasesOneself()
	case c.Reason != Asked && c.Reason != Retention:
		return nil, domain.Refuse(domain.Invalid, "BAD_REASON", "%q is no reason to erase somebody. It is %q or %q.", c.Reason, Asked, Retention).About("reason")
	case !isReference(c.Reference):
		return nil, domain.Refuse(domain.Invalid, "BAD_REFERENCE", "Give the number of the file that holds the request: 3 to 40 letters, digits and - . / : without blanks. It stays on record, so it names nobody.").About("reference")
	case s.erasure.waits() && s.erasure.asked == asked:
		return nil, nil
	case s.erasure.waits():
		return nil, domain.Refuse(domain.Conflict, "ALREADY_ASKED", "Somebody has asked for this already. It waits to be confirmed, refused or withdrawn.")
	}
	if err := c.Kept.over(c.Reason, c.Today()); err != nil {
		return nil, err
	}
	return []Event{asked}, nil
}

// isReference reports whether text can name a file and hardly anything else.
func isReference(text string) bool {
	if len(text) < 3 || len(text) > 40 {
		return false
	}
	digit := false
	for _, c := range []byte(text) {
		isDigit := c >= '0' && c <= '9'
		if !isDigit && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && !slices.Contains([]byte("-./:"), c) {
			return false
		}
		digit = digit || isDigit
	}
	return digit
}

// WithdrawErasure takes a request back. Whoever asked does so.
type WithdrawErasure struct {
	domain.Request
	Of int // the request
}

func (c WithdrawErasure) Decide(s State) ([]Event, error) {
	withdrawn := ErasureWithdrawn{Asked: c.Of}
	switch {
	case !Erases(c.By):
		return nil, notAnEraser()
	case !s.joined:
		return nil, errUnknown
	case s.erased:
		return nil, ErrErased
	case s.erasure.fact == c.Of && s.erasure.ended == Event(withdrawn):
		return nil, nil
	}
	if err := s.erasure.open(c.Of); err != nil {
		return nil, err
	}
	if c.By.Person == "" || c.By.Person != s.erasure.asked.By {
		return nil, domain.Refuse(domain.Forbidden, "NOT_YOURS", "Whoever asked for an erasure withdraws it. You can refuse it.")
	}
	return []Event{withdrawn}, nil
}

// RefuseErasure says no to a request of somebody else.
type RefuseErasure struct {
	domain.Request
	Person domain.PersonID
	Of     int
	Reason domain.Sealed
}

func (c RefuseErasure) Decide(s State) ([]Event, error) {
	switch last, refused := s.erasure.ended.(ErasureRefused); {
	case s.erased:
		return nil, ErrErased
	case refused && last.Asked == c.Of && Erases(c.By):
		return nil, nil
	}
	if err := s.second(c.By, c.Person, c.Of); err != nil {
		return nil, err
	}
	if c.Reason == "" {
		return nil, domain.Refuse(domain.Invalid, "REASON_MISSING", "Say why not: whoever asked reads it.").About("reason")
	}
	return []Event{ErasureRefused{Asked: c.Of, Reason: c.Reason}}, nil
}

// Erase makes a person unrecognisable for good, as somebody else asked. It cannot be undone.
type Erase struct {
	domain.Request
	Person domain.PersonID
	Of     int // the request
	Kept   Kept
}

func (c Erase) Decide(s State) ([]Event, error) {
	if s.erased && Erases(c.By) {
		return nil, nil
	}
	if err := s.second(c.By, c.Person, c.Of); err != nil {
		return nil, err
	}
	if err := c.Kept.over(s.erasure.asked.Reason, c.Today()); err != nil {
		return nil, err
	}
	return []Event{Erased{Reason: s.erasure.asked.Reason}}, nil
}

// second refuses who is not another pair of eyes on a request that waits.
func (s State) second(by domain.Actor, who domain.PersonID, asked int) error {
	switch {
	case !Erases(by):
		return notAnEraser()
	case !s.joined:
		return errUnknown
	case by.Person == "" || by.Person == who:
		return erasesOneself()
	}
	if err := s.erasure.open(asked); err != nil {
		return err
	}
	if by.Person == s.erasure.asked.By {
		return domain.Refuse(domain.Forbidden, "SECOND_PERSON", "You asked for this yourself, so somebody else decides it. You can withdraw it.")
	}
	return nil
}

// open refuses what does not wait, or not any more.
func (r erasure) open(asked int) error {
	switch {
	case !r.waits():
		return domain.Refuse(domain.Conflict, "NOT_ASKED", "Nobody asks for this erasure, or not any more. Look at it again.")
	case r.fact != asked:
		return domain.Refuse(domain.Conflict, "CHANGED_MEANWHILE", "This is another request than the one you saw. Look at it again, then decide.")
	}
	return nil
}

func notAnEraser() error {
	return domain.Refuse(domain.Forbidden, "NOT_STAFF_ADMIN", "Coordinators, human resources and the privacy officer ask for erasures and decide on them.")
}

func erasesOneself() error {
	return domain.Refuse(domain.Forbidden, "ERASES_ONESELF", "Nobody has a hand in their own erasure. Ask a colleague.")
}
