package login

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/google/uuid"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/client"
)

// tokenLife is how long a token of a client counts at most.
const tokenLife = 10 * time.Minute

// accessType is the type of a token of ours (RFC 9068).
const accessType = "at+jwt"

// access is what a token of ours says, beside who signed it.
type access struct {
	Issuer   string           `json:"iss"`
	Subject  client.Name      `json:"sub"`
	Client   client.Name      `json:"client_id"`
	Audience string           `json:"aud"`
	Expiry   *jwt.NumericDate `json:"exp"`
	IssuedAt *jwt.NumericDate `json:"iat"`
	ID       string           `json:"jti"`
	Scope    string           `json:"scope"`
	Key      domain.KeyID     `json:"guildhall_key"` // by which the client logged in

	signer domain.KeyID
}

// issue makes a token of a client that logged in with a key.
func (l *Login) issue(ctx context.Context, name client.Name, key domain.KeyID, scopes []client.Scope) (string, error) {
	k, err := l.signer(ctx)
	if err != nil {
		return "", err
	}
	o := (&jose.SignerOptions{}).WithType(accessType).WithHeader("kid", string(k.id))
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.EdDSA, Key: k.secret}, o)
	if err != nil {
		return "", fmt.Errorf("login: %w", err)
	}
	now := l.Now()
	token, err := jwt.Signed(s).Claims(access{
		Issuer: l.URL, Audience: l.URL, Subject: name, Client: name, Key: key, Scope: client.Text(scopes), ID: uuid.NewString(),
		IssuedAt: jwt.NewNumericDate(now), Expiry: jwt.NewNumericDate(now.Add(tokenLife)),
	}).Serialize()
	if err != nil {
		return "", fmt.Errorf("login: %w", err)
	}
	return token, nil
}

// system finds the client whose token it is, as of now.
func (l *Login) system(ctx context.Context, token string) (Caller, error) {
	if err := l.Fence(ctx); err != nil {
		return Caller{}, err
	}
	a, err := l.open(ctx, token)
	if err != nil {
		return Caller{}, err
	}
	on, found, err := l.Read.Admission(ctx, a.Client, a.Key, a.signer)
	switch today := l.today(); {
	case err != nil:
		return Caller{}, err
	case !found || on.Signer.ID == "" || !checks(on.Signer, today):
		return Caller{}, unknownToken
	case !a.Expiry.Time().After(l.Now()):
		return Caller{}, domain.Refuse(domain.Forbidden, "TOKEN_EXPIRED", "The token has ended. Ask for another one at %s%s.", l.URL, TokenPath)
	case on.Suspended:
		return Caller{}, domain.Refuse(domain.Forbidden, "PARTNER_SUSPENDED", "Your institution is suspended here: nothing is shown and nothing is recorded. Ask the programme office.")
	case on.Closed:
		return Caller{}, domain.Refuse(domain.Forbidden, "CLIENT_CLOSED", "This client was closed for good.")
	case on.Revoked || on.Until.Before(today):
		return Caller{}, domain.Refuse(domain.Forbidden, "KEY_REVOKED", "The key that this token was got by counts no more. Log in with another one.")
	}
	asked := client.ParseScopes(a.Scope)
	return Caller{
		Actor:  domain.Actor{Partner: a.Client.Partner(), Role: domain.Partner},
		Client: a.Client,
		Scopes: slices.DeleteFunc(on.Scopes, func(s client.Scope) bool { return !slices.Contains(asked, s) }),

		Restricted: on.Restricted,
	}, nil
}

// opened remembers tokens whose signature was checked: a client shows one many times.
type opened struct {
	mu    sync.Mutex
	known map[[sha256.Size]byte]access
}

const mostOpened = 4096

// open returns what a token says that a node of ours signed.
func (l *Login) open(ctx context.Context, token string) (access, error) {
	sum := sha256.Sum256([]byte(token))
	l.opened.mu.Lock()
	a, known := l.opened.known[sum]
	l.opened.mu.Unlock()
	if known {
		return a, nil
	}
	a, err := l.check(ctx, token)
	if err != nil {
		return a, err
	}
	l.opened.mu.Lock()
	defer l.opened.mu.Unlock()
	if l.opened.known == nil {
		l.opened.known = map[[sha256.Size]byte]access{}
	}
	for old := range l.opened.known {
		if len(l.opened.known) < mostOpened {
			break
		}
		delete(l.opened.known, old)
	}
	l.opened.known[sum] = a
	return a, nil
}

func (l *Login) check(ctx context.Context, token string) (access, error) {
	var a access
	t, err := jwt.ParseSigned(token, []jose.SignatureAlgorithm{jose.EdDSA})
	if err != nil {
		return a, unknownToken
	}
	s, found, err := l.Read.Signer(ctx, domain.KeyID(t.Headers[0].KeyID))
	if err != nil {
		return a, err
	}
	if !found || s.Retired {
		return a, unknownToken
	}
	public, err := publicOf(s)
	if err != nil {
		return a, err
	}
	if t.Headers[0].ExtraHeaders[jose.HeaderType] != accessType || t.Claims(public, &a) != nil || a.Issuer != l.URL || a.Audience != l.URL || a.Expiry == nil || a.Client != a.Subject {
		return access{}, unknownToken
	}
	a.signer = s.ID
	return a, nil
}

const maxToken = 16 << 10 // bytes

// issuerOf is who issued a token, as it claims, and whether it is a JWT at all. Nothing of it
// is proven.
func issuerOf(token string) (issuer string, isJWT bool) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 || len(token) > maxToken {
		return "", false
	}
	var claims struct {
		Issuer string `json:"iss"`
	}
	raw, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil || json.Unmarshal(raw, &claims) != nil {
		return "", false
	}
	return claims.Issuer, true
}
