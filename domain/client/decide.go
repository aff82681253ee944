package client

import (
	"slices"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
)

// Register records a system of an institution. Asking again changes nothing.
type Register struct {
	domain.Request
	Registered Registered
}

func (c Register) Decide(s State) ([]Event, error) {
	switch err := scoped(c.Registered.Scopes); {
	case !runs(c.By):
		return nil, notCoordinator
	case s.closed:
		return nil, errClosed
	case s.registered:
		return nil, nil
	case domain.Written(c.Registered.Title) == "":
		return nil, domain.Refuse(domain.Invalid, "TITLE_MISSING", "Say what the system is, such as Nightly job of the registrar.").About("title")
	case domain.TooLong(c.Registered.Title):
		return nil, domain.Shorten("title")
	case err != nil:
		return nil, err
	}
	return []Event{Registered{Title: domain.Written(c.Registered.Title), Scopes: tidy(c.Registered.Scopes)}}, nil
}

// Grant says what the client may ask for from now on. Tokens that say more are worth no more.
type Grant struct {
	domain.Request
	Scopes []Scope
}

func (c Grant) Decide(s State) ([]Event, error) {
	switch err := scoped(c.Scopes); {
	case !s.registered:
		return nil, errUnknown
	case !runs(c.By):
		return nil, notCoordinator
	case s.closed:
		return nil, errClosed
	case err != nil:
		return nil, err
	case slices.Equal(tidy(c.Scopes), tidy(s.scopes)):
		return nil, nil
	}
	return []Event{ScopesGranted{Scopes: tidy(c.Scopes)}}, nil
}

// Restrict says whether the client asks by documents that are on record alone, from now on.
type Restrict struct {
	domain.Request
	Only bool
}

func (c Restrict) Decide(s State) ([]Event, error) {
	switch {
	case !s.registered:
		return nil, errUnknown
	case !runs(c.By):
		return nil, notCoordinator
	case s.closed:
		return nil, errClosed
	case s.restricted == c.Only:
		return nil, nil
	}
	return []Event{Restricted{c.Only}}, nil
}

// IssueSecret gives a client a secret. A last day of zero is the usual one.
type IssueSecret struct {
	domain.Request
	Client Name
	Key    domain.KeyID
	Hash   string
	Until  domain.Date
}

func (c IssueSecret) Decide(s State) ([]Event, error) {
	until, due, err := admits(s, c.Client, c.Request, c.Key, c.Until)
	if !due {
		return nil, err
	}
	return []Event{SecretIssued{Key: c.Key, Hash: c.Hash, Until: until}}, nil
}

// AddKey lets a client be recognised by what it signs. A last day of zero is the usual one.
type AddKey struct {
	domain.Request
	Client Name
	Key    domain.KeyID
	JWK    string
	Until  domain.Date
}

func (c AddKey) Decide(s State) ([]Event, error) {
	if c.JWK == "" || len(c.JWK) > MaxJWK {
		return nil, domain.Refuse(domain.Invalid, "BAD_KEY", "A public key is a JWK of at most %d bytes.", MaxJWK).About("jwk")
	}
	until, due, err := admits(s, c.Client, c.Request, c.Key, c.Until)
	if !due {
		return nil, err
	}
	return []Event{KeyAdded{Key: c.Key, JWK: c.JWK, Until: until}}, nil
}

// admits reports whether a key or secret is still to be recorded, and until when it works.
func admits(s State, n Name, r domain.Request, id domain.KeyID, until domain.Date) (domain.Date, bool, error) {
	today := r.Today()
	if until.IsZero() {
		until = today.AddDays(UsualLife)
	}
	known, there := s.key(id)
	switch {
	case !s.registered:
		return until, false, errUnknown
	case !keeps(r.By, n):
		return until, false, notCoordinator
	case s.closed:
		return until, false, errClosed
	case there && known.revoked:
		return until, false, domain.Refuse(domain.Conflict, "KEY_REVOKED", "This key was revoked and never works again. Make a new one.")
	case there:
		return until, false, nil
	case !domain.ValidID(id):
		return until, false, domain.Refuse(domain.Invalid, "BAD_ID", "%q is not an id: use lower-case letters, digits and hyphens.", id)
	case until.Before(today) || until.DaysSince(today) > LongestLife:
		return until, false, domain.Refuse(domain.Invalid, "BAD_LIFE", "A key works until a day from today on and for at most %d days. Rotate it before.", LongestLife).About("until")
	case len(s.Working(today)) >= MostLive:
		return until, false, domain.Refuse(domain.Conflict, "TWO_KEYS", "This client has %d keys already, one in use and one to take its place. Revoke one first.", MostLive)
	}
	return until, true, nil
}

// Limit lets a key end sooner: after its last day it does not work any more. A key that
// ends before that stays as it is.
type Limit struct {
	domain.Request
	Client Name
	Key    domain.KeyID
	Until  domain.Date
}

func (c Limit) Decide(s State) ([]Event, error) {
	k, known := s.key(c.Key)
	switch {
	case !known:
		return nil, noSuchKey
	case !keeps(c.By, c.Client):
		return nil, notCoordinator
	case k.revoked || !c.Until.Before(k.until):
		return nil, nil
	}
	return []Event{Limited{Key: c.Key, Until: c.Until}}, nil
}

// Revoke ends a key or secret at once.
type Revoke struct {
	domain.Request
	Client Name
	Key    domain.KeyID
	Reason string
}

func (c Revoke) Decide(s State) ([]Event, error) {
	k, known := s.key(c.Key)
	switch {
	case !known:
		return nil, noSuchKey
	case !keeps(c.By, c.Client) && !oversees(c.By):
		return nil, notCoordinator
	case k.revoked:
		return nil, nil
	case domain.Written(c.Reason) == "":
		return nil, domain.Refuse(domain.Invalid, "REASON_MISSING", "Say why the key is revoked, such as rotated or lost.").About("reason")
	case domain.TooLong(c.Reason):
		return nil, domain.Shorten("reason")
	}
	return []Event{Revoked{Key: c.Key, Reason: domain.Written(c.Reason)}}, nil
}

// Use records that the client logged in, unless it is on record that it did on this day.
type Use struct {
	domain.Request
	Key domain.KeyID
}

func (c Use) Decide(s State) ([]Event, error) {
	k, known := s.key(c.Key)
	switch {
	case !known:
		return nil, noSuchKey
	case c.By.Role != domain.System:
		return nil, domain.Refuse(domain.Forbidden, "RECORDED_BY_ITSELF", "Guildhall records who logs in.")
	case !k.used.Before(c.Today()):
		return nil, nil
	}
	return []Event{Used{Key: c.Key, On: c.Today()}}, nil
}

// Close ends the client for good, at once. Its name is not given again.
type Close struct {
	domain.Request
	Reason string
}

func (c Close) Decide(s State) ([]Event, error) {
	switch {
	case !s.registered:
		return nil, errUnknown
	case !oversees(c.By):
		return nil, notCoordinator
	case s.closed:
		return nil, nil
	case domain.Written(c.Reason) == "":
		return nil, domain.Refuse(domain.Invalid, "REASON_MISSING", "Say why the client is closed.").About("reason")
	case domain.TooLong(c.Reason):
		return nil, domain.Shorten("reason")
	}
	return []Event{Closed{Reason: domain.Written(c.Reason)}}, nil
}

var (
	errUnknown     = domain.Refuse(domain.NotFound, "NO_SUCH_CLIENT", "There is no such client.")
	noSuchKey      = domain.Refuse(domain.NotFound, "NO_SUCH_KEY", "There is no such key.")
	errClosed      = domain.Refuse(domain.Conflict, "CLIENT_CLOSED", "This client was closed for good. Register another one.")
	notCoordinator = domain.Refuse(domain.Forbidden, "NOT_COORDINATOR", "Only a coordinator, or whoever runs this Guildhall, decides on the clients of institutions.")
)

func runs(by domain.Actor) bool { return by.Role == domain.Coordinator || by.Role == domain.System }

// keeps reports whether by looks after the keys of a client: its institution does too.
func keeps(by domain.Actor, n Name) bool {
	return runs(by) || by.Role == domain.Partner && by.Partner == n.Partner()
}

func oversees(by domain.Actor) bool { return runs(by) || by.Role == domain.PrivacyOfficer }

func scoped(all []Scope) error {
	if len(all) == 0 {
		return domain.Refuse(domain.Invalid, "SCOPES_MISSING", "Say what the client may ask for: %s.", Text(Scopes)).About("scopes")
	}
	for _, s := range all {
		if !slices.Contains(Scopes, s) {
			return domain.Refuse(domain.Invalid, "BAD_SCOPE", "There is no such scope. Choose of %s.", Text(Scopes)).About("scopes")
		}
	}
	return nil
}

// tidy is a list of scopes in the order of Scopes, each once.
func tidy(all []Scope) []Scope {
	return slices.DeleteFunc(slices.Clone(Scopes), func(s Scope) bool { return !slices.Contains(all, s) })
}

// Text is a list of scopes as OAuth writes it.
func Text(all []Scope) string {
	words := make([]string, len(all))
	for i, s := range all {
		words[i] = string(s)
	}
	return strings.Join(words, " ")
}

// ParseScopes reads what Text writes. It does not check what is named.
func ParseScopes(text string) (all []Scope) {
	for _, word := range strings.Fields(text) {
		all = append(all, Scope(word))
	}
	return all
}
