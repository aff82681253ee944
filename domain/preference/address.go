package preference

import "github.com/guildhall-dev/guildhall/domain"

const (
	mostOnADay = 5 // addresses, so that nobody has strangers written to
	confirmIn  = 7 // days after which a link that confirms an address counts no more
)

// GiveAddress takes an address of mail. One that is vouched for comes from where somebody signs
// in: it never takes the place of one that they gave themselves, or removed.
type GiveAddress struct {
	domain.Request
	Person  domain.PersonID
	Address domain.Sealed
	Secret  domain.Sealed
	Vouched bool
}

func (c GiveAddress) Decide(s State) ([]Event, error) {
	switch {
	case c.By.Person != c.Person || c.Person == "":
		return nil, notTheirs
	case c.Address == "" || c.Secret == "":
		return nil, domain.Refuse(domain.Invalid, "BAD_ADDRESS", "Write an address of mail, such as name@example.org.").About("address")
	case c.Address == s.address.Address && !s.removed:
		return nil, nil
	case c.Vouched && s.addresses > 0 && (s.removed || !s.address.Vouched):
		return nil, nil
	case !c.Vouched && s.address.On == c.Today() && s.givenOn >= mostOnADay:
		return nil, domain.Refuse(domain.Busy, "TOO_MANY_ADDRESSES", "That were %d addresses today. Give another one tomorrow.", mostOnADay).About("address")
	}
	return []Event{AddressGiven{Address: c.Address, Secret: c.Secret, Vouched: c.Vouched, On: c.Today()}}, nil
}

// ConfirmAddress says that mail to an address reaches somebody who wants it.
type ConfirmAddress struct {
	domain.Request
	Address int
}

func (c ConfirmAddress) Decide(s State) ([]Event, error) {
	switch {
	case s.addresses == 0 || s.removed || c.Address != s.addresses:
		return nil, domain.Refuse(domain.Conflict, "ADDRESS_CHANGED", "Mail goes to another address by now, or to none. Give this one again if it is the right one.")
	case s.confirmed:
		return nil, nil
	case c.Today().After(s.address.On.AddDays(confirmIn)):
		return nil, domain.Refuse(domain.Conflict, "LINK_OVER", "This link was for %d days. Give the address again to get another one.", confirmIn)
	}
	return []Event{AddressConfirmed{Address: c.Address}}, nil
}

// RemoveAddress lets no mail go anywhere any more.
type RemoveAddress struct {
	domain.Request
	Person domain.PersonID
}

func (c RemoveAddress) Decide(s State) ([]Event, error) {
	switch {
	case c.By.Person != c.Person || c.Person == "":
		return nil, notTheirs
	case s.addresses == 0 || s.removed:
		return nil, nil
	}
	return []Event{AddressRemoved{Address: s.addresses}}, nil
}

// AskTrial asks for a digest at once. It also tries an address again that refused mail.
type AskTrial struct {
	domain.Request
	Person domain.PersonID
}

func (c AskTrial) Decide(s State) ([]Event, error) {
	switch {
	case c.By.Person != c.Person || c.Person == "":
		return nil, notTheirs
	case !s.confirmed:
		return nil, domain.Refuse(domain.Conflict, "ADDRESS_NOT_CONFIRMED", "Give an address first, and confirm it by the link that is sent there.")
	case s.trials > s.last[Trial].Trial:
		return nil, nil // one is on its way
	}
	return []Event{TrialAsked{Trial: s.trials + 1}}, nil
}

// Stop lets no digest come any more, as whoever reads one asks by a link in it.
type Stop struct {
	domain.Request
}

func (c Stop) Decide(s State) ([]Event, error) {
	if s.chosen.Digest == Never || s.chosen.Digest == "" {
		return nil, nil
	}
	never := s.chosen
	never.Digest = Never
	return []Event{never}, nil
}

// Settle records what became of a mail, once.
type Settle struct {
	domain.Request
	Mailing
	Failed bool
	Code   int // where it failed
}

func (c Settle) Decide(s State) ([]Event, error) {
	switch {
	case c.By.Role != domain.System:
		return nil, notTheirs
	case s.last[c.Kind] == c.Mailing:
		return nil, nil
	case c.Failed:
		return []Event{MailFailed{c.Mailing, c.Code}}, nil
	}
	return []Event{MailSent{c.Mailing}}, nil
}
