package login

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/guildhall-dev/guildhall/domain/client"
	"github.com/guildhall-dev/guildhall/projections"
)

const (
	maxAssertion  = 8 << 10         // bytes
	assertionLife = 5 * time.Minute // at most
	skew          = 30 * time.Second
	maxJTI        = 200 // bytes
)

// An assertion is what a client signed, and what it claims. Nothing of it is proven.
type assertion struct {
	*jwt.JSONWebToken
	claims jwt.Claims
}

// readAssertion reads an assertion. One that cannot be read is nobody's.
func readAssertion(text string) *assertion {
	if len(text) > maxAssertion {
		return &assertion{}
	}
	var c jwt.Claims
	t, err := jwt.ParseSigned(text, assertionAlgorithms)
	if err != nil || t.UnsafeClaimsWithoutVerification(&c) != nil {
		return &assertion{}
	}
	return &assertion{t, c}
}

// signed returns the key of a client that an assertion was signed with, whatever became of
// the key, if the assertion is for now, for this Guildhall, and was not used before.
func (l *Login) signed(ctx context.Context, c projections.Client, a *assertion) (projections.ClientKey, error) {
	key, err := signedWith(a.JSONWebToken, c.Keys)
	if err != nil {
		return key, err
	}
	if problem := l.unfit(a.claims, c.Name); problem != "" {
		return key, notTheClient(problem)
	}
	if key.Revoked || c.Closed {
		return key, nil // which refuses it
	}
	return key, l.spend(ctx, c.Name, key, a.claims)
}

// signedWith finds the key of an assertion. Who names it by kid means that one.
func signedWith(t *jwt.JSONWebToken, keys []projections.ClientKey) (projections.ClientKey, error) {
	header := t.Headers[0]
	for _, k := range keys {
		var jwk jose.JSONWebKey
		if k.JWK == "" {
			continue
		}
		if err := jwk.UnmarshalJSON([]byte(k.JWK)); err != nil {
			return projections.ClientKey{}, err
		}
		if header.KeyID != "" && jwk.KeyID != "" && header.KeyID != jwk.KeyID || !signs(jwk, jose.SignatureAlgorithm(header.Algorithm)) {
			continue
		}
		if t.Claims(jwk.Key, &jwt.Claims{}) == nil {
			return k, nil
		}
	}
	return projections.ClientKey{}, notTheClient(unauthorized)
}

// unfit says what is wrong with the claims of an assertion, or nothing.
func (l *Login) unfit(c jwt.Claims, name client.Name) string {
	now := l.Now()
	switch {
	case c.Issuer != string(name) || c.Subject != string(name):
		return "iss and sub of an assertion are the client."
	case len(c.Audience) != 1 || c.Audience[0] != l.URL && c.Audience[0] != l.URL+TokenPath:
		return "aud of an assertion is " + l.URL + TokenPath + " or " + l.URL + "."
	case c.Expiry == nil:
		return "An assertion has an exp."
	case c.Expiry.Time().Add(skew).Before(now):
		return "The assertion has ended. Is the clock right?"
	case c.Expiry.Time().Sub(now) > assertionLife+skew:
		return "exp of an assertion is at most five minutes from now."
	case c.IssuedAt != nil && (c.IssuedAt.Time().Sub(now) > skew || c.Expiry.Time().Sub(c.IssuedAt.Time()) > assertionLife):
		return "iat of an assertion is now, and at most five minutes before its exp."
	case c.NotBefore != nil && c.NotBefore.Time().Sub(now) > skew:
		return "The assertion is not for now. Is the clock right?"
	case c.ID == "" || len(c.ID) > maxJTI:
		return "An assertion has a jti, of at most 200 bytes."
	}
	return ""
}

// Spent remembers what may be used only once, for all nodes, for as long as it could be used
// again. Two Logins with one log share what they remember.
type Spent interface {
	// Spend reports whether a thing is spent for the first time. It is remembered until then.
	Spend(ctx context.Context, thing string, until time.Time) (first bool, err error)
	// Since is from when on everything is remembered that was spent.
	Since(ctx context.Context) (time.Time, error)
}

// SpentLife is how long it is remembered at least that an assertion was used.
const SpentLife = assertionLife + 3*skew

// spend lets an assertion be used once. What may have been used before anybody remembers is
// refused for a moment: that happens only where the memory was lost, and the key is older.
// It is asked last since when things are remembered, as the memory may be lost meanwhile.
func (l *Login) spend(ctx context.Context, name client.Name, key projections.ClientKey, c jwt.Claims) error {
	sum := sha256.Sum256([]byte(string(name) + "\x00" + c.ID))
	first, err := l.Spent.Spend(ctx, hex.EncodeToString(sum[:]), c.Expiry.Time().Add(2*skew))
	if err != nil {
		return err
	}
	if !first {
		return notTheClient("The assertion was used before: its jti is known. Sign another one for every token.")
	}
	since, err := l.Spent.Since(ctx)
	if err != nil {
		return err
	}
	earliest := c.Expiry.Time().Add(-assertionLife - skew) // at which it can have been used
	if c.IssuedAt != nil {
		if at := c.IssuedAt.Time().Add(-skew); at.After(earliest) {
			earliest = at
		}
	}
	if earliest.Before(since) && key.Since.Before(since) {
		return later(since.Sub(earliest), http.StatusServiceUnavailable, "Guildhall has just begun to remember which assertions were used. Sign another one in a moment.")
	}
	return nil
}
