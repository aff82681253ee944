package credential

import (
	"slices"

	"github.com/guildhall-dev/guildhall/domain"
)

const maxSponsored = 20

var (
	errUnknown = domain.Refuse(domain.NotFound, "NO_SUCH_CREDENTIAL", "There is no such certificate.")
	notYours   = domain.Refuse(domain.Forbidden, "NOT_YOUR_CREDENTIAL", "A certificate is recorded by its holder, a coordinator or human resources.")
	isRevoked  = domain.Refuse(domain.Conflict, "REVOKED", "This certificate was revoked. Record a new one under an id of its own.")
)

func runs(by domain.Actor) bool { return by.Role == domain.Coordinator || by.Role == domain.HR }

// Sponsor records that the fee is paid out of money that was set aside.
type Sponsor struct {
	domain.Request
	Person  domain.PersonID
	Title   string
	Funding domain.FundingID
	Grant   domain.GrantID
	Cents   domain.Cents
}

func (c Sponsor) Decide(s State) ([]Event, error) {
	switch {
	case !runs(c.By):
		return nil, domain.Refuse(domain.Forbidden, "NOT_YOURS_TO_FUND", "A coordinator or human resources sponsors a fee.")
	case c.By.Person == c.Person:
		return nil, domain.Refuse(domain.Forbidden, "OWN_FUNDING", "Nobody sponsors themselves. Ask a colleague.")
	case s.status != none && s.person != c.Person:
		return nil, errUnknown
	case slices.ContainsFunc(s.sponsoring, func(p Sponsored) bool { return p.Grant == c.Grant }):
		return nil, nil
	case s.status == revoked:
		return nil, isRevoked
	case len(s.sponsoring) >= maxSponsored:
		return nil, domain.Refuse(domain.Conflict, "SPONSORED_OFTEN", "The fee of this certificate was sponsored %d times.", maxSponsored)
	case domain.Written(c.Title) == "":
		return nil, titleMissing
	case domain.TooLong(c.Title):
		return nil, domain.Shorten("title")
	case c.Cents <= 0:
		return nil, domain.Refuse(domain.Invalid, "BAD_AMOUNT", "A fee is more than nothing.").About("cents")
	}
	return []Event{Sponsored{Person: c.Person, Title: c.Title, Funding: c.Funding, Grant: c.Grant, Cents: c.Cents, On: c.Today()}}, nil
}

// Earn records a certificate. A number that was sealed anew is the same certificate.
type Earn struct {
	domain.Request
	Earned Earned
}

func (c Earn) Decide(s State) ([]Event, error) {
	e, same := c.Earned, c.Earned
	same.Number = s.earned.Number
	switch {
	case c.By.Person != e.Person && !runs(c.By):
		return nil, notYours
	case s.status != none && s.person != e.Person:
		return nil, errUnknown
	case s.earned == same:
		return nil, nil
	case s.status == revoked:
		return nil, isRevoked
	case s.status != none && s.status != sponsored:
		return nil, domain.Refuse(domain.Conflict, "ALREADY_EARNED", "This certificate is on record. Renew it, or record another under an id of its own.")
	case !slices.Contains(Kinds, e.Kind):
		return nil, domain.Refuse(domain.Invalid, "BAD_CREDENTIAL_KIND", "There is no kind of certificate %q.", e.Kind).About("kind")
	case domain.Written(e.Title) == "":
		return nil, titleMissing
	case domain.TooLong(e.Title):
		return nil, domain.Shorten("title")
	case domain.Written(e.Issuer) == "":
		return nil, domain.Refuse(domain.Invalid, "ISSUER_MISSING", "Say who issued it.").About("issuer")
	case domain.TooLong(e.Issuer):
		return nil, domain.Shorten("issuer")
	case e.On.IsZero():
		return nil, domain.Refuse(domain.Invalid, "DAY_MISSING", "Say on which day it was earned.").About("on")
	case !e.ValidTo.IsZero() && e.ValidTo.Before(e.On):
		return nil, domain.Refuse(domain.Invalid, "END_BEFORE_START", "Its last day lies before the day it was earned.").About("validTo")
	}
	if err := c.Past(e.On); err != nil {
		return nil, err
	}
	return []Event{e}, nil
}

// Verify records that it was checked with the issuer, by somebody else than the holder.
type Verify struct{ domain.Request }

func (c Verify) Decide(s State) ([]Event, error) {
	switch {
	case s.status == none || s.status == sponsored:
		return nil, errUnknown
	case c.By.Person == s.person:
		return nil, domain.Refuse(domain.Forbidden, "OWN_CREDENTIAL", "Nobody verifies their own certificate. Your mentor, your manager or a coordinator does.")
	case !runs(c.By) && c.By.Role != domain.Mentor && c.By.Role != domain.Manager:
		return nil, notYours
	case s.status == revoked:
		return nil, isRevoked
	case s.status == expired:
		return nil, domain.Refuse(domain.Conflict, "EXPIRED", "This certificate was good until %s. Renew it first.", s.validTo)
	case s.verified:
		return nil, nil
	case c.Today().Before(s.from):
		return nil, domain.Refuse(domain.Invalid, "BEFORE_IT_BEGAN", "It was earned on %s. It is checked after that.", s.from).About("on")
	}
	if err := c.Past(c.Today()); err != nil {
		return nil, err
	}
	return []Event{Verified{By: c.By.Person, On: c.Today()}}, nil
}

// Count has a requirement of the holder's pathway rest on it.
type Count struct {
	domain.Request
	Apprenticeship domain.ApprenticeshipID
	Requirement    domain.RequirementID
}

func (c Count) Decide(s State) ([]Event, error) {
	switch {
	case s.status == none || s.status == sponsored:
		return nil, errUnknown
	case c.By.Person == s.person:
		return nil, domain.Refuse(domain.Forbidden, "OWN_CREDENTIAL", "Nobody decides what their own certificate counts for.")
	case !runs(c.By) && c.By.Role != domain.Mentor && c.By.Role != domain.Manager:
		return nil, notYours
	case slices.ContainsFunc(s.counted, func(n Counted) bool {
		return n.Apprenticeship == c.Apprenticeship && n.Requirement == c.Requirement
	}):
		return nil, nil
	case s.status != held || !s.verified:
		return nil, domain.Refuse(domain.Conflict, "NOT_VERIFIED", "Only a certificate that is good and was verified counts for a requirement.")
	}
	return []Event{Counted{Apprenticeship: c.Apprenticeship, Requirement: c.Requirement, By: c.By.Person, On: c.Today()}}, nil
}

// Renew records that it is good for longer.
type Renew struct {
	domain.Request
	Number  domain.Sealed
	ValidTo domain.Date
}

func (c Renew) Decide(s State) ([]Event, error) {
	switch {
	case s.status == none || s.status == sponsored:
		return nil, errUnknown
	case c.By.Person != s.person && !runs(c.By):
		return nil, notYours
	case s.status == revoked:
		return nil, isRevoked
	case s.earned.ValidTo.IsZero():
		return nil, domain.Refuse(domain.Conflict, "GOOD_FOR_LIFE", "This certificate has no last day. There is nothing to renew.")
	case s.validTo == c.ValidTo:
		return nil, nil
	case !c.ValidTo.After(s.validTo):
		return nil, domain.Refuse(domain.Invalid, "NOT_LONGER", "It is good until %s already. Give a later last day.", s.validTo).About("validTo")
	case c.Today().Before(s.from):
		return nil, domain.Refuse(domain.Invalid, "BEFORE_IT_BEGAN", "It was earned or last renewed on %s. It is renewed after that.", s.from).About("on")
	}
	if err := c.Past(c.Today()); err != nil {
		return nil, err
	}
	return []Event{Renewed{Number: c.Number, On: c.Today(), ValidTo: c.ValidTo}}, nil
}

// Expire records that the last day has passed.
type Expire struct{ domain.Request }

func (c Expire) Decide(s State) ([]Event, error) {
	switch {
	case s.status == none || s.status == sponsored:
		return nil, errUnknown
	case c.By.Role != domain.System:
		return nil, domain.Refuse(domain.Forbidden, "EXPIRES_BY_ITSELF", "A certificate expires by itself after its last day.")
	case s.status == expired || s.status == revoked:
		return nil, nil
	case s.validTo.IsZero() || !c.Today().After(s.validTo):
		return nil, domain.Refuse(domain.Conflict, "NOT_YET", "This certificate is still good.")
	}
	return []Event{Expired{On: s.validTo.AddDays(1)}}, nil
}

// Revoke records that it is not good and never will be again.
type Revoke struct {
	domain.Request
	Reason domain.Sealed
}

func (c Revoke) Decide(s State) ([]Event, error) {
	switch {
	case s.status == none || s.status == sponsored:
		return nil, errUnknown
	case !runs(c.By):
		return nil, domain.Refuse(domain.Forbidden, "NOT_COORDINATOR", "A coordinator or human resources revokes a certificate.")
	case s.status == revoked:
		return nil, nil
	case c.Reason == "":
		return nil, domain.Refuse(domain.Invalid, "REASON_MISSING", "Say why it is not good any more.").About("reason")
	}
	return []Event{Revoked{On: c.Today(), Reason: c.Reason}}, nil
}

var titleMissing = domain.Refuse(domain.Invalid, "TITLE_MISSING", "Give the certificate its title.").About("title")
