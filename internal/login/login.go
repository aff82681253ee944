// Package login establishes who asks: systems of institutions by OAuth 2.0 client
// credentials, people by the tokens of an OpenID provider.
//
// A system proves at /oauth/token that it is a client, by a signature (private_key_jwt, RFC
// 7523) or by a secret (client_secret_basic, RFC 6749), and gets a token of ten minutes that
// this node signs (RFC 9068). The token says who the client is and what it asked for. What
// it may do is looked up whenever the token is shown, behind the fence: once a key, a client
// or an institution was taken out of the record, no node answers its tokens. Nor does any
// once somebody left, or acts in another capacity.
package login

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/client"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/projections"
)

// A Login establishes who asks. All fields are set before the first request; it is not copied.
type Login struct {
	Log   events.Log
	Read  *projections.DB
	Now   func() time.Time
	Zap   *zap.Logger
	Spent Spent  // for the assertions of clients
	Dir   string // where the key of this node is kept

	// Fence waits until the read model has passed everything that was on record when it was
	// called, or is refused.
	Fence func(context.Context) error
	// URL is where people and systems reach Guildhall, such as https://guildhall.example.org:
	// the same at all nodes. It is the issuer of tokens and whom they are for.
	URL string
	// Bearer lets bearer tokens count that stand on record by their hash. They never end by
	// themselves; the demonstration gives them away.
	Bearer bool
	// People know the tokens of an OpenID provider; nil without one.
	People *People

	signing signing
	opened  opened
	limits  limits
	counts  counts
}

// A Caller is who asks. Client and Scopes are those of a system; a token that stands on
// record by its hash has every scope.
type Caller struct {
	domain.Actor
	Client client.Name
	Scopes []client.Scope

	Restricted bool // to documents on record
}

// Authenticate finds who holds a bearer token. It is refused if nobody does any more.
func (l *Login) Authenticate(ctx context.Context, token string) (Caller, error) {
	switch issuer, isJWT := issuerOf(token); {
	case isJWT && issuer == l.URL:
		return l.system(ctx, token)
	case isJWT && l.People != nil && l.People.Audience != "" && issuer == l.People.Issuer:
		return l.person(ctx, token)
	case !isJWT && l.Bearer:
		return l.bearer(ctx, token)
	}
	return Caller{}, unknownToken
}

var unknownToken = domain.Refuse(domain.Forbidden, "UNKNOWN_TOKEN", "This token is not known here or counts no more. Log in for a new one.")

// bearer finds whose token stands on record as of now.
func (l *Login) bearer(ctx context.Context, token string) (Caller, error) {
	sum := sha256.Sum256([]byte(token))
	hash := hex.EncodeToString(sum[:])
	if _, err := l.Read.Bearer(ctx, hash); err != nil {
		return Caller{}, err
	}
	if err := l.Fence(ctx); err != nil {
		return Caller{}, err
	}
	by, err := l.Read.Bearer(ctx, hash)
	if by.Role == domain.Partner {
		return Caller{Actor: by, Scopes: client.Scopes}, err
	}
	return Caller{Actor: by}, err
}

// May reports whether the caller's scopes hold one of some; people need none.
func (c Caller) May(any ...client.Scope) bool {
	return c.Role != domain.Partner || slices.ContainsFunc(any, func(s client.Scope) bool { return slices.Contains(c.Scopes, s) })
}

// BearerToken is the token of an Authorization header (RFC 6750); empty if there is none.
func BearerToken(header string) string {
	scheme, token, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}

func (l *Login) today() domain.Date { return domain.DateOf(l.Now()) }

// itself is a request of Guildhall's own.
func (l *Login) itself() domain.Request {
	return domain.Request{By: domain.Actor{Policy: "login", Role: domain.System}, At: l.Now()}
}

// shown waits until what was recorded at p can be asked for.
func (l *Login) shown(ctx context.Context, p events.Position) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return l.Read.Wait(ctx, p)
}

// patience is how long a login waits for the log and the read model.
const patience = 2 * time.Second

// counts are what became of those who logged in.
type counts struct {
	mu     sync.Mutex
	issued uint64
	failed map[string]uint64 // by why
}

// Counts are how many tokens were issued since the start, and how many logins failed, by the
// error they were answered with.
func (l *Login) Counts() (issued uint64, failed map[string]uint64) {
	l.counts.mu.Lock()
	defer l.counts.mu.Unlock()
	failed = map[string]uint64{"invalid_request": 0, "invalid_client": 0, "invalid_scope": 0, "unauthorized_client": 0, "unsupported_grant_type": 0, "temporarily_unavailable": 0}
	for why, n := range l.counts.failed {
		failed[why] = n
	}
	return l.counts.issued, failed
}

func (c *counts) count(failure string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if failure == "" {
		c.issued++
		return
	}
	if c.failed == nil {
		c.failed = map[string]uint64{}
	}
	c.failed[failure]++
}
