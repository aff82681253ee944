package login

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
	"go.uber.org/zap"
	"golang.org/x/oauth2"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/vault"
	"github.com/guildhall-dev/guildhall/projections"
)

// People know the tokens of an OpenID provider. A token says who somebody is; that this is a
// person here, and in which capacity they act, is on record. All fields are set before the
// first token; it is not copied.
type People struct {
	Issuer   string // as its tokens and its metadata have it
	Audience string // for whom the tokens have to be that people show to GraphQL; empty takes none
	Vault    *vault.Vault
	Now      func() time.Time

	Client string   // that pages are at the provider; empty lets nobody sign in there
	Secret string   // of the client
	Scopes []string // asked for besides openid and email
	Roles  string   // the claim that chooses among the capacities on record; empty leaves them all

	mu         sync.Mutex
	verifier   *oidc.IDTokenVerifier
	identities *oidc.IDTokenVerifier // of tokens for the client
	provider   *oidc.Provider
	endpoint   oauth2.Endpoint
	farewell   string // where browsers sign out; may be empty
	keysURL    string
	held       []jose.JSONWebKey
	fetched    time.Time // when keys came last
	tried      time.Time // when keys or metadata were asked for last

	linked  map[string]projections.LoginLink // by subject
	known   map[domain.KeyID]string          // subjects by link
	edition string                           // of links
	missing bool                             // some link could not be read
}

const (
	keysFresh = 15 * time.Minute // after which keys are asked for again
	keysStale = 24 * time.Hour   // after which they count no more although the provider does not answer
	askAgain  = 5 * time.Second  // between two questions to the provider
	tryAgain  = 30 * time.Second // after one that it did not answer
	slowest   = 2 * time.Second  // answer of the provider
	maxAnswer = 1 << 20          // bytes of one
)

var personAlgorithms = []jose.SignatureAlgorithm{jose.RS256, jose.RS384, jose.RS512, jose.PS256, jose.PS384, jose.PS512, jose.ES256, jose.ES384, jose.ES512, jose.EdDSA}

var (
	issuerSilent = domain.Refuse(domain.Busy, "ISSUER_UNREACHABLE", "Where you log in cannot be asked at this moment whether your token is genuine. Try again in a minute.")
	notLinked    = domain.Refuse(domain.Forbidden, "NOT_LINKED", "You are logged in, but nobody here is linked to your account. Ask whoever runs this Guildhall.")
)

// person finds whose token of the provider it is, and in which capacity they act as of now.
func (l *Login) person(ctx context.Context, token string) (Caller, error) {
	p := l.People
	verifier, err := p.ready(ctx)
	if err != nil {
		l.Zap.Warn("the OpenID provider does not answer", zap.String("issuer", p.Issuer), zap.Error(err))
		return Caller{}, issuerSilent
	}
	silent := false
	t, err := verifier.Verify(context.WithValue(ctx, silenceKey{}, &silent), token)
	_, ended := errors.AsType[*oidc.TokenExpiredError](err)
	switch {
	case silent:
		l.Zap.Warn("the OpenID provider does not answer", zap.String("issuer", p.Issuer), zap.Error(err))
		return Caller{}, issuerSilent
	case ended:
		return Caller{}, domain.Refuse(domain.Forbidden, "TOKEN_EXPIRED", "The token has ended. Log in for another one.")
	case err != nil:
		l.Zap.Info("a token of the OpenID provider was refused", zap.Error(err))
		return Caller{}, unknownToken
	}
	if err := l.Fence(ctx); err != nil {
		return Caller{}, err
	}
	link, found, err := l.linkedTo(ctx, t.Subject)
	switch {
	case err != nil:
		return Caller{}, err
	case !found:
		return Caller{}, notLinked
	}
	by, acts, err := l.Read.Acting(ctx, link.Person)
	switch {
	case err != nil:
		return Caller{}, err
	case !acts:
		return Caller{}, unknownToken
	}
	return Caller{Actor: by}, nil
}

// ready returns what checks tokens, once the metadata of the provider is known.
func (p *People) ready(ctx context.Context) (*oidc.IDTokenVerifier, error) {
	now := p.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.verifier != nil {
		return p.verifier, nil
	}
	if p.unanswered(now) {
		return nil, errTooSoon
	}
	p.tried = now
	asking, cancel := context.WithTimeout(context.WithoutCancel(ctx), slowest)
	defer cancel()
	provider, err := oidc.NewProvider(oidc.ClientContext(asking, &http.Client{Transport: bounded{}}), p.Issuer)
	if err != nil {
		return nil, err
	}
	var about struct {
		Keys     string `json:"jwks_uri"`
		Farewell string `json:"end_session_endpoint"`
	}
	if err := provider.Claims(&about); err != nil {
		return nil, err
	}
	var algorithms []string
	for _, a := range personAlgorithms {
		algorithms = append(algorithms, string(a))
	}
	if err := p.discovered(provider, about.Farewell, algorithms); err != nil {
		return nil, err
	}
	p.tried, p.keysURL = time.Time{}, about.Keys
	p.verifier = oidc.NewVerifier(p.Issuer, keySet{p}, &oidc.Config{ClientID: p.Audience, SupportedSigningAlgs: algorithms, Now: p.Now})
	return p.verifier, nil
}

type silenceKey struct{}

// A keySet checks signatures by the keys of the provider. Keys that it gave up count for a
// quarter of an hour at most, and for a day while it does not answer.
type keySet struct{ *People }

func (k keySet) VerifySignature(ctx context.Context, token string) ([]byte, error) {
	t, err := jose.ParseSignedCompact(token, personAlgorithms)
	if err != nil {
		return nil, err
	}
	now := k.Now()
	k.mu.Lock()
	defer k.mu.Unlock()
	if age := now.Sub(k.fetched); age < keysFresh || age < keysStale && k.unanswered(now) {
		if payload, err := verified(t, k.held); err == nil {
			return payload, nil
		}
	}
	asked := k.fetch(ctx, now)
	if asked != nil && now.Sub(k.fetched) > keysStale {
		k.held = nil
	}
	payload, err := verified(t, k.held)
	if silent, _ := ctx.Value(silenceKey{}).(*bool); silent != nil && err != nil && asked != nil {
		*silent = true
	}
	return payload, err
}

func verified(t *jose.JSONWebSignature, keys []jose.JSONWebKey) ([]byte, error) {
	kid := t.Signatures[0].Header.KeyID
	for _, k := range keys {
		if kid == "" || k.KeyID == kid {
			if payload, err := t.Verify(k.Key); err == nil {
				return payload, nil
			}
		}
	}
	return nil, errors.New("login: no key of the OpenID provider made this signature")
}

// unanswered reports whether the provider was asked lately and did not answer; mu is held.
func (p *People) unanswered(now time.Time) bool {
	return !p.fetched.Equal(p.tried) && now.Sub(p.tried) < tryAgain
}

var errTooSoon = errors.New("login: the OpenID provider did not answer a moment ago")

// fetch asks the provider for its keys, unless it was asked a moment ago; then it fails only
// if that failed. mu is held.
func (p *People) fetch(ctx context.Context, now time.Time) error {
	switch since := now.Sub(p.tried); {
	case p.unanswered(now):
		return errTooSoon
	case since < askAgain:
		return nil
	}
	p.tried = now
	asking, cancel := context.WithTimeout(context.WithoutCancel(ctx), slowest)
	defer cancel()
	req, err := http.NewRequestWithContext(asking, http.MethodGet, p.keysURL, nil)
	if err != nil {
		return fmt.Errorf("login: %w", err)
	}
	resp, err := (&http.Client{Transport: bounded{}}).Do(req)
	if err != nil {
		return fmt.Errorf("login: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("login: the OpenID provider answers %s", resp.Status)
	}
	var set struct{ Keys []json.RawMessage }
	if err := json.NewDecoder(resp.Body).Decode(&set); err != nil {
		return fmt.Errorf("login: keys of the OpenID provider: %w", err)
	}
	p.held = nil
	for _, raw := range set.Keys {
		var k jose.JSONWebKey
		if k.UnmarshalJSON(raw) == nil && k.IsPublic() && (k.Use == "" || k.Use == "sig") { // others are not for us
			p.held = append(p.held, k)
		}
	}
	p.fetched = now
	return nil
}

// bounded reads no more of an answer than anybody should have to say.
type bounded struct{}

func (bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err == nil {
		resp.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(resp.Body, maxAnswer), resp.Body}
	}
	return resp, err
}

// linkedTo returns the link of a subject of the provider to a person.
func (l *Login) linkedTo(ctx context.Context, subject string) (projections.LoginLink, bool, error) {
	p := l.People
	edition, err := l.Read.LoginEdition(ctx)
	if err != nil {
		return projections.LoginLink{}, false, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if edition != p.edition || p.missing {
		links, err := l.Read.LoginLinks(ctx)
		if err != nil {
			return projections.LoginLink{}, false, err
		}
		p.read(ctx, l.Zap, links)
		p.edition = edition
	}
	link, found := p.linked[subject]
	return link, found, nil
}

// read opens the links that were not read before; mu is held. Of somebody who was erased
// there is nothing to read.
func (p *People) read(ctx context.Context, log *zap.Logger, links []projections.LoginLink) {
	known, linked := map[domain.KeyID]string{}, map[string]projections.LoginLink{}
	p.missing = false
	for _, k := range links {
		text, read := p.known[k.Link]
		if !read {
			var err error
			if text, err = p.Vault.Unseal(ctx, k.Login); err != nil {
				if !errors.Is(err, vault.ErrErased) {
					p.missing = true
					log.Warn("the link of somebody's login cannot be read", zap.String("person", string(k.Person)), zap.Error(err))
				}
				continue
			}
		}
		known[k.Link] = text
		if issuer, subject, _ := strings.Cut(text, " "); issuer == p.Issuer {
			linked[subject] = k
		}
	}
	p.known, p.linked = known, linked
}

// Link records as whom the provider knows a person. A subject that was somebody else's is
// refused (LOGIN_TAKEN): unlink it first.
func (l *Login) Link(ctx context.Context, r domain.Request, id domain.PersonID, subject string) (events.Position, error) {
	subject = domain.Written(subject)
	if l.People == nil {
		return 0, domain.Refuse(domain.Conflict, "NO_ISSUER", "There is no OpenID provider. Name one with --oidc-issuer.")
	}
	if subject == "" || domain.TooLong(subject) {
		return 0, domain.Refuse(domain.Invalid, "BAD_SUBJECT", "The subject is what the tokens of the provider have as sub.").About("subject")
	}
	switch held, taken, err := l.linkedTo(ctx, subject); {
	case err != nil:
		return 0, err
	case taken && held.Person == id:
		return 0, nil
	case taken:
		return 0, domain.Refuse(domain.Conflict, "LOGIN_TAKEN", "This account is linked to somebody else. Unlink it there first.")
	}
	if _, err := l.Read.Person(ctx, id); err != nil {
		return 0, err
	}
	sealed, err := l.People.Vault.Seal(ctx, id, l.People.Issuer+" "+subject)
	if err != nil {
		return 0, err
	}
	p, err := events.Execute(ctx, l.Log, person.Stream(id), person.Evolve, person.LinkLogin{Request: r, Link: domain.KeyID("login-" + strings.ToLower(rand.Text()[:16])), Login: sealed})
	if err != nil {
		return 0, err
	}
	return p, l.shown(ctx, p)
}

// Unlink ends all links of a person, and returns how many there were.
func (l *Login) Unlink(ctx context.Context, r domain.Request, id domain.PersonID) (int, error) {
	links, err := l.Read.LoginLinks(ctx)
	if err != nil {
		return 0, err
	}
	var cs []events.Command[person.State, person.Event]
	for _, k := range links {
		if k.Person == id {
			cs = append(cs, person.UnlinkLogin{Request: r, Link: k.Link})
		}
	}
	if len(cs) == 0 {
		return 0, domain.Refuse(domain.NotFound, "NOT_LINKED", "Nobody's account is linked to this person.")
	}
	p, err := events.Execute(ctx, l.Log, person.Stream(id), person.Evolve, cs...)
	if err != nil {
		return 0, err
	}
	return len(cs), l.shown(ctx, p)
}
