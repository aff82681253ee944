package webhook

import (
	"slices"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
)

// Add records a webhook with its first secret. Whether its address is one is checked by
// whoever sends there. Asking again changes nothing.
type Add struct {
	domain.Request
	Partner domain.PartnerID
	Added   Added
	Secret  SecretMade
}

func (c Add) Decide(s State) ([]Event, error) {
	switch {
	case !keeps(c.By, c.Partner):
		return nil, notYours
	case s.removed:
		return nil, errRemoved
	case s.added:
		return nil, nil
	case !strings.HasPrefix(c.Added.URL, "https://") && !strings.HasPrefix(c.Added.URL, "http://") || len(c.Added.URL) > MaxURL:
		return nil, domain.Refuse(domain.Invalid, "BAD_URL", "An address begins with https:// and has at most %d bytes.", MaxURL).About("url")
	case slices.ContainsFunc(c.Added.Kinds, func(k domain.Scope) bool { return !k.Valid() }):
		return nil, domain.Refuse(domain.Invalid, "BAD_KIND", "There is no news of that kind.").About("types")
	case !domain.ValidID(c.Secret.Secret):
		return nil, badSecret
	}
	c.Added.Kinds = slices.Compact(slices.Sorted(slices.Values(c.Added.Kinds)))
	return []Event{c.Added, c.Secret}, nil
}

// Rotate lets another secret sign. Those before sign for Grace days more, 0 for not at all.
type Rotate struct {
	domain.Request
	Partner domain.PartnerID
	Secret  SecretMade
	Grace   int
}

func (c Rotate) Decide(s State) ([]Event, error) {
	today := c.Today()
	switch err := s.refused(keeps(c.By, c.Partner)); {
	case err != nil:
		return nil, err
	case slices.ContainsFunc(s.secrets, func(k signing) bool { return k.id == c.Secret.Secret }):
		return nil, nil
	case !domain.ValidID(c.Secret.Secret):
		return nil, badSecret
	case c.Grace < 0 || c.Grace > MostGrace:
		return nil, domain.Refuse(domain.Invalid, "BAD_DAYS", "Say for how many days the secret before still signs: 0 to %d.", MostGrace).About("graceDays")
	}
	until := today.AddDays(c.Grace - 1)
	var out []Event
	live := 1
	for _, k := range s.secrets {
		if k.until.IsZero() || k.until.After(until) {
			k.until = until
			out = append(out, SecretLimited{Secret: k.id, Until: until})
		}
		if k.signs(today) {
			live++
		}
	}
	if live > MostSecrets {
		return nil, domain.Refuse(domain.Conflict, "TOO_MANY_SECRETS", "%d secrets sign already. Wait until one of them has ended, or rotate with a grace of 0 days, which ends all of them at once.", live-1)
	}
	return append(out, c.Secret), nil
}

// Pause stops notices until somebody resumes them.
type Pause struct {
	domain.Request
	Partner domain.PartnerID
	Reason  string
}

func (c Pause) Decide(s State) ([]Event, error) {
	switch err := s.refused(stops(c.By, c.Partner)); {
	case err != nil:
		return nil, err
	case s.idle():
		return nil, nil
	}
	if err := reasoned(c.Reason); err != nil {
		return nil, err
	}
	return []Event{Paused{Reason: domain.Written(c.Reason)}}, nil
}

// Resume lets notices be sent again, also to an address that was gone.
type Resume struct {
	domain.Request
	Partner domain.PartnerID
}

func (c Resume) Decide(s State) ([]Event, error) {
	switch err := s.refused(keeps(c.By, c.Partner)); {
	case err != nil:
		return nil, err
	case !s.idle():
		return nil, nil
	}
	return []Event{Resumed{}}, nil
}

// Remove ends a webhook for good. Its name is not given again.
type Remove struct {
	domain.Request
	Partner domain.PartnerID
	Reason  string
}

func (c Remove) Decide(s State) ([]Event, error) {
	switch err := s.refused(stops(c.By, c.Partner)); {
	case err == errRemoved:
		return nil, nil
	case err != nil:
		return nil, err
	}
	if err := reasoned(c.Reason); err != nil {
		return nil, err
	}
	return []Event{Removed{Reason: domain.Written(c.Reason)}}, nil
}

// Resend has the newest notice sent once more.
type Resend struct {
	domain.Request
	Partner domain.PartnerID
}

func (c Resend) Decide(s State) ([]Event, error) {
	switch err := s.refused(keeps(c.By, c.Partner)); {
	case err != nil:
		return nil, err
	case s.idle():
		return nil, domain.Refuse(domain.Conflict, "WEBHOOK_PAUSED", "Nothing is sent to this webhook. Resume it: what is new is sent then.")
	case s.resend:
		return nil, nil
	}
	return []Event{ResendAsked{}}, nil
}

// Test records what became of a notice that was sent to try the address.
type Test struct {
	domain.Request
	Partner domain.PartnerID
	Tested  Tested
}

func (c Test) Decide(s State) ([]Event, error) {
	switch err := s.refused(keeps(c.By, c.Partner)); {
	case err != nil:
		return nil, err
	case s.tested == c.Tested.Message:
		return nil, nil
	case c.Tested.Why != "" && !c.Tested.Why.valid():
		return nil, badFailure
	}
	return []Event{c.Tested}, nil
}

// refused is why nothing is decided about a webhook: there is none, whoever asks may not, or it
// was removed.
func (s State) refused(may bool) error {
	switch {
	case !s.added:
		return errUnknown
	case !may:
		return notYours
	case s.removed:
		return errRemoved
	}
	return nil
}

func reasoned(reason string) error {
	if domain.Written(reason) == "" {
		return domain.Refuse(domain.Invalid, "REASON_MISSING", "Say why, such as The system is replaced.").About("reason")
	}
	if domain.TooLong(reason) {
		return domain.Shorten("reason")
	}
	return nil
}

var (
	errUnknown = domain.Refuse(domain.NotFound, "NO_SUCH_WEBHOOK", "There is no such webhook.")
	errRemoved = domain.Refuse(domain.Conflict, "WEBHOOK_REMOVED", "This webhook was removed for good. Add another one under another name.")
	notYours   = domain.Refuse(domain.Forbidden, "NOT_YOURS_TO_KEEP", "The webhooks of an institution are looked after by its own systems and by coordinators.")
	badSecret  = domain.Refuse(domain.Invalid, "BAD_ID", "The secret has no id.")
	badFailure = domain.Refuse(domain.Invalid, "BAD_FAILURE", "Say why the notice did not arrive.")
)

// keeps reports whether by looks after the webhooks of an institution: it does itself.
func keeps(by domain.Actor, p domain.PartnerID) bool {
	return by.Role == domain.Coordinator || by.Role == domain.System || by.Role == domain.Partner && by.Partner == p
}

// stops reports whether by may end notices to an institution: privacy officers may as well.
func stops(by domain.Actor, p domain.PartnerID) bool {
	return keeps(by, p) || by.Role == domain.PrivacyOfficer
}
