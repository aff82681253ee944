package consent

import (
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
)

// Give lets an institution see named records for a purpose. A purpose that was sealed anew
// is another purpose.
type Give struct {
	domain.Request
	Given Given
}

func (c Give) Decide(s State) ([]Event, error) {
	switch {
	case c.By.Person == "" || c.By.Person != c.Given.Person:
		return nil, domain.Refuse(domain.Forbidden, "NOT_YOUR_CONSENT", "A learner consents in person.")
	case len(c.Given.Records) == 0:
		return nil, domain.Refuse(domain.Invalid, "RECORDS_MISSING", "Choose at least one kind of record.").About("records")
	case c.Given.Purpose == "":
		return nil, domain.Refuse(domain.Invalid, "PURPOSE_MISSING", "Say what the records are shared for (34 CFR 99.30).").About("purpose")
	case !c.Given.ExpiresOn.IsZero() && c.Given.ExpiresOn.Before(c.Today()):
		return nil, domain.Refuse(domain.Invalid, "IN_THE_PAST", "The consent would have ended already.").About("expiresOn")
	}
	for _, scope := range c.Given.Records {
		if !scope.Valid() {
			return nil, domain.Refuse(domain.Invalid, "BAD_SCOPE", "%q is not a kind of record.", scope).About("records")
		}
	}
	given := c.Given
	given.On = c.Today()
	if s.live && slices.Equal(s.given.Records, given.Records) && s.given.Purpose == given.Purpose && s.given.ExpiresOn == given.ExpiresOn {
		return nil, nil
	}
	return []Event{given}, nil
}

// Revoke takes the consent back. From its position on nothing is shown under it. Guildhall
// itself takes back what somebody gave who was erased.
type Revoke struct{ domain.Request }

func (c Revoke) Decide(s State) ([]Event, error) {
	switch {
	case s.given == nil:
		return nil, domain.Refuse(domain.NotFound, "NO_SUCH_CONSENT", "There is no such consent.")
	case c.By.Person != s.given.Person && c.By.Role != domain.System:
		return nil, domain.Refuse(domain.Forbidden, "NOT_YOUR_CONSENT", "A consent is taken back by whoever gave it.")
	case !s.live:
		return nil, nil
	}
	return []Event{Revoked{}}, nil
}

// Expire records that the last day has passed.
type Expire struct{ domain.Request }

func (c Expire) Decide(s State) ([]Event, error) {
	switch {
	case s.given == nil:
		return nil, domain.Refuse(domain.NotFound, "NO_SUCH_CONSENT", "There is no such consent.")
	case c.By.Role != domain.System:
		return nil, domain.Refuse(domain.Forbidden, "EXPIRES_BY_ITSELF", "A consent expires by itself after its last day.")
	case !s.live:
		return nil, nil
	case s.given.ExpiresOn.IsZero() || !c.Today().After(s.given.ExpiresOn):
		return nil, domain.Refuse(domain.Conflict, "NOT_YET", "This consent has not ended.")
	}
	return []Event{Expired{}}, nil
}
