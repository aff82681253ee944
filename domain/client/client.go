package client

import (
	"slices"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
)

// A Name is what a client logs in under: its institution, a point, and what tells it from
// the others of the institution, such as "lakeshore.nightly".
type Name string

// NameOf joins the two parts of a name.
func NameOf(p domain.PartnerID, local string) Name { return Name(string(p) + "." + local) }

// Partner is the institution that the client logs in for.
func (n Name) Partner() domain.PartnerID {
	p, _, _ := strings.Cut(string(n), ".")
	return domain.PartnerID(p)
}

// Valid reports whether n can be the name of a client.
func (n Name) Valid() bool {
	p, local, _ := strings.Cut(string(n), ".")
	return domain.ValidID(domain.PartnerID(p)) && domain.ValidID(domain.KeyID(local))
}

// Stream is where the facts about a client are kept.
func Stream(n Name) domain.Stream { return domain.Stream("client-" + n) }

// ID is the inverse of Stream.
func ID(s domain.Stream) (Name, error) {
	p, local, err := s.Pair("client")
	return NameOf(domain.PartnerID(p), local), err
}

// A Scope is something that a client may ask for (RFC 6749, 3.3). Whose records it may ask
// about follows from agreements and consents, never from a scope.
type Scope string

const (
	FeedRead         Scope = "feed:read"         // everything that is shared, as it changes
	ApprenticesRead  Scope = "apprentices:read"  // learners, their milestones and moves
	CreditsRead      Scope = "credits:read"      // credits, and the agreements they rest on
	CreditsWrite     Scope = "credits:write"     // awards, and every step before and after one
	EnrolmentsWrite  Scope = "enrolments:write"  // who is enrolled in what, and how they did
	MilestonesAttest Scope = "milestones:attest" // that a milestone was attained
	WebhooksManage   Scope = "webhooks:manage"   // where the feed is announced
	KeysManage       Scope = "keys:manage"       // the client's own keys
)

// Scopes are all there are, in the order in which they are told.
var Scopes = []Scope{FeedRead, ApprenticesRead, CreditsRead, CreditsWrite, EnrolmentsWrite, MilestonesAttest, WebhooksManage, KeysManage}

// Usual are those of a client for which nothing else is said: it reads what is shared.
var Usual = []Scope{FeedRead, ApprenticesRead, CreditsRead}

const (
	// MostLive is how many keys and secrets of a client work at once: the one in use, and
	// the one that is to take its place.
	MostLive = 2
	// LongestLife is how many days a key or secret works at most, and UsualLife how many if
	// nothing else is said.
	LongestLife, UsualLife = 400, 365
	// MaxJWK is the size of the largest public key in bytes.
	MaxJWK = 2048
)

// State is what deciding needs to know, and no more.
type State struct {
	registered, closed bool
	scopes             []Scope
	restricted         bool
	keys               []key
}

type key struct {
	id      domain.KeyID
	until   domain.Date
	revoked bool
	used    domain.Date // last
}

// works reports whether k is good for logging in on a day.
func (k key) works(on domain.Date) bool { return !k.revoked && !k.until.Before(on) }

func (s State) key(id domain.KeyID) (key, bool) {
	at := slices.IndexFunc(s.keys, func(k key) bool { return k.id == id })
	if at < 0 {
		return key{}, false
	}
	return s.keys[at], true
}

// Working are the keys and secrets that are good for logging in on a day, the oldest first.
func (s State) Working(on domain.Date) (ids []domain.KeyID) {
	for _, k := range s.keys {
		if k.works(on) {
			ids = append(ids, k.id)
		}
	}
	return ids
}

// with returns s after a change of one of its keys.
func (s State) with(id domain.KeyID, change func(*key)) State {
	s.keys = slices.Clone(s.keys)
	for i := range s.keys {
		if s.keys[i].id == id {
			change(&s.keys[i])
		}
	}
	return s
}

// Evolve returns s after e. It only records; it never refuses.
func Evolve(s State, e Event) State {
	switch e := e.(type) {
	case Registered:
		s.registered, s.scopes = true, e.Scopes
	case ScopesGranted:
		s.scopes = e.Scopes
	case SecretIssued:
		s.keys = append(slices.Clone(s.keys), key{id: e.Key, until: e.Until})
	case KeyAdded:
		s.keys = append(slices.Clone(s.keys), key{id: e.Key, until: e.Until})
	case Limited:
		s = s.with(e.Key, func(k *key) { k.until = e.Until })
	case Revoked:
		s = s.with(e.Key, func(k *key) { k.revoked = true })
	case Used:
		s = s.with(e.Key, func(k *key) { k.used = e.On })
	case Restricted:
		s.restricted = e.Only
	case Closed:
		s.closed = true
	}
	return s
}
