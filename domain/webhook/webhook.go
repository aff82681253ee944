package webhook

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	"github.com/guildhall-dev/guildhall/domain"
)

// Stream is where the facts about a webhook of an institution are kept.
func Stream(p domain.PartnerID, id domain.WebhookID) domain.Stream {
	return domain.Stream("webhook-" + string(p) + "." + string(id))
}

// ID is the inverse of Stream.
func ID(s domain.Stream) (domain.PartnerID, domain.WebhookID, error) {
	p, id, err := s.Pair("webhook")
	return domain.PartnerID(p), domain.WebhookID(id), err
}

// Key is the id under which the vault keeps the key that the secrets of a webhook are sealed
// with. It is made of a digest, so that nobody's employee number is like it.
func Key(p domain.PartnerID, id domain.WebhookID) domain.PersonID {
	return domain.PersonID("webhook-" + digest(string(Stream(p, id))))
}

// MessageID names the notice to a webhook that tells of news up to a position. Every attempt
// to deliver it has the same.
func MessageID(p domain.PartnerID, id domain.WebhookID, position int64) string {
	return "msg_" + digest(string(Stream(p, id))+" "+strconv.FormatInt(position, 10))
}

// digest is 128 bits of SHA-256, in hexadecimal.
func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:16])
}

// A Failure is why a notice did not arrive: the status it was answered with, such as
// "http-503", or one of those below.
type Failure string

const (
	TimedOut    Failure = "timeout"     // no answer in time
	Unreachable Failure = "unreachable" // no connection
	Certificate Failure = "certificate" // that does not prove who answers
	Address     Failure = "address"     // at which nothing may be asked: the host is of a network that is not public
)

// Status is the Failure of an answer.
func Status(code int) Failure { return Failure("http-" + strconv.Itoa(code)) }

// valid reports whether f is one of those above.
func (f Failure) valid() bool {
	code, answered := strings.CutPrefix(string(f), "http-")
	if n, err := strconv.Atoi(code); answered {
		return err == nil && n >= 100 && n <= 999
	}
	return f == TimedOut || f == Unreachable || f == Certificate || f == Address
}

const (
	// MaxURL is the size of the longest address in bytes.
	MaxURL = 2000
	// MostGrace is for how many days a secret signs at most beside the one in its place, and
	// UsualGrace for how many if nothing else is said.
	MostGrace, UsualGrace = 30, 7
	// MostSecrets is how many secrets sign at once.
	MostSecrets = 3
)

// State is what deciding needs to know, and no more.
type State struct {
	added, removed, paused, gone bool
	secrets                      []signing
	failing                      int64       // the notice that is tried again and again; 0 is none
	resend, dead                 bool        // somebody asked for a notice again; the last one was given up
	delivered                    domain.Date // on which something was
	through                      int64       // up to which notices told of news, or were given up
	tested                       string      // the last message to try the address
}

type signing struct {
	id    domain.KeyID
	until domain.Date // zero until another one takes its place
}

func (s signing) signs(on domain.Date) bool { return s.until.IsZero() || !s.until.Before(on) }

// Signing are the secrets that sign on a day, the oldest first.
func (s State) Signing(on domain.Date) (ids []domain.KeyID) {
	for _, k := range s.secrets {
		if k.signs(on) {
			ids = append(ids, k.id)
		}
	}
	return ids
}

func (s State) idle() bool { return s.paused || s.gone }

// Evolve returns s after e. It only records; it never refuses.
func Evolve(s State, e Event) State {
	switch e := e.(type) {
	case Added:
		s.added = true
	case SecretMade:
		s.secrets = append(slices.Clone(s.secrets), signing{id: e.Secret})
	case SecretLimited:
		s.secrets = slices.Clone(s.secrets)
		for i := range s.secrets {
			if s.secrets[i].id == e.Secret {
				s.secrets[i].until = e.Until
			}
		}
	case Paused:
		s.paused, s.failing = true, 0
	case Gone:
		s.gone, s.failing = true, 0
	case Resumed:
		s.paused, s.gone = false, false
	case Removed:
		s.removed, s.failing = true, 0
	case Failed:
		s.failing, s.resend = e.Position, false
	case Delivered:
		s.failing, s.resend, s.dead, s.through, s.delivered = 0, false, false, e.Position, e.On
	case GivenUp:
		s.failing, s.resend, s.dead, s.through = 0, false, true, e.Position
	case ResendAsked:
		s.resend = true
	case Tested:
		s.tested = e.Message
	}
	return s
}
