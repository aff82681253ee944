package login_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/client"
	"github.com/guildhall-dev/guildhall/domain/partner"
	"github.com/guildhall-dev/guildhall/domain/signer"
	"github.com/guildhall-dev/guildhall/internal/login"
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// pairs are one for each algorithm; they take a while to make.
var pairs = sync.OnceValue(func() []pair {
	strong := must(rsa.GenerateKey(rand.Reader, 2048))
	p256, p384 := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)), must(ecdsa.GenerateKey(elliptic.P384(), rand.Reader))
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	must(0, err)
	return []pair{{alg: jose.ES256, secret: p256, kid: "2026-11 (blue)"}, {alg: jose.ES384, secret: p384}, {alg: jose.EdDSA, secret: ed},
		{alg: jose.RS256, secret: strong}, {alg: jose.RS384, secret: strong}, {alg: jose.PS256, secret: strong}}
})

func TestAClientLogsInByItsSecret(t *testing.T) {
	h := open(t)
	secret := h.secret(nightly)
	for i, n := range h.nodes {
		c := clientcredentials.Config{ClientID: string(nightly), ClientSecret: secret.Text, TokenURL: n.url + login.TokenPath, Scopes: []string{"feed:read", "credits:read"}}
		token, err := c.Token(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if life := time.Until(token.Expiry); token.TokenType != "Bearer" || life < 9*time.Minute || life > 10*time.Minute || token.Extra("scope") != "feed:read credits:read" {
			t.Errorf("%+v", token)
		}
		for _, other := range h.nodes {
			who, err := other.Authenticate(t.Context(), token.AccessToken)
			if err != nil {
				t.Fatalf("a token of node %d: %v", i, err)
			}
			if who.Actor != (domain.Actor{Partner: "lakeshore", Role: domain.Partner}) || who.Client != nightly || !slices.Equal(who.Scopes, []client.Scope{client.FeedRead, client.CreditsRead}) {
				t.Errorf("%+v", who)
			}
			if !who.May(client.CreditsRead, client.CreditsWrite) || who.May(client.CreditsWrite) {
				t.Errorf("what it may: %+v", who)
			}
		}
	}
	if keys := must(h.nodes[0].Read.Client(t.Context(), nightly)).Keys; keys[0].UsedOn != domain.NewDate(2026, 11, 23) {
		t.Errorf("last used: %+v", keys)
	}
	used := 0
	for r, err := range h.log.Read(t.Context(), client.Stream(nightly)) {
		h.must(err)
		if _, is := r.Event.(client.Used); is {
			used++
		}
	}
	if used != 1 {
		t.Errorf("on one day it is on record %d times that the secret was used", used)
	}
}

func TestAClientLogsInByASignature(t *testing.T) {
	h := open(t)
	for _, p := range pairs() {
		name := client.Name("lakeshore.signs-" + strings.ToLower(string(p.alg)))
		h.register(name, client.Usual...)
		p = h.key(name, p)
		c := clientcredentials.Config{ClientID: string(name), TokenURL: h.nodes[0].url + login.TokenPath, AuthStyle: oauth2.AuthStyleInParams,
			EndpointParams: asserting(h.sign(p, h.claims(name)))}
		delete(c.EndpointParams, "grant_type")
		token, err := c.Token(t.Context())
		if err != nil {
			t.Fatalf("%s: %v", p.alg, err)
		}
		if code := h.code(h.nodes[1], token.AccessToken); code != "" {
			t.Errorf("%s: the token is refused with %s", p.alg, code)
		}
	}
}

// TestATokenIsOfRFC9068 looks at a token as somebody would who knows the metadata alone.
func TestATokenIsOfRFC9068(t *testing.T) {
	h := open(t)
	token := h.token(h.nodes[0], nightly, h.secret(nightly).Text)
	get := func(path string, into any) {
		resp, err := http.Get(h.nodes[1].url + path)
		h.must(err)
		defer resp.Body.Close()
		h.must(json.NewDecoder(resp.Body).Decode(into))
	}
	var about struct {
		Issuer        string   `json:"issuer"`
		TokenEndpoint string   `json:"token_endpoint"`
		Keys          string   `json:"jwks_uri"`
		Grants        []string `json:"grant_types_supported"`
		Methods       []string `json:"token_endpoint_auth_methods_supported"`
		Algorithms    []string `json:"token_endpoint_auth_signing_alg_values_supported"`
		Responses     []string `json:"response_types_supported"`
		Scopes        []string `json:"scopes_supported"`
	}
	get(login.MetadataPath, &about)
	if about.Issuer != public || about.TokenEndpoint != public+"/oauth/token" || about.Keys != public+"/oauth/jwks" || !slices.Equal(about.Grants, []string{"client_credentials"}) ||
		!slices.Equal(about.Methods, []string{"private_key_jwt", "client_secret_basic"}) || len(about.Algorithms) != 6 || about.Responses == nil || len(about.Scopes) != len(client.Scopes) {
		t.Errorf("metadata: %+v", about)
	}
	var set jose.JSONWebKeySet
	get(login.KeysPath, &set)
	parsed := must(jwt.ParseSigned(token, []jose.SignatureAlgorithm{jose.EdDSA}))
	keys := set.Key(parsed.Headers[0].KeyID)
	if len(keys) != 1 || parsed.Headers[0].ExtraHeaders[jose.HeaderType] != "at+jwt" {
		t.Fatalf("%+v of %+v", parsed.Headers, set)
	}
	claims := map[string]any{}
	h.must(parsed.Claims(keys[0], &claims))
	for name, want := range map[string]any{"iss": public, "aud": public, "sub": string(nightly), "client_id": string(nightly), "scope": "feed:read apprentices:read credits:read",
		"iat": float64(h.Now().Unix()), "exp": float64(h.Now().Add(10 * time.Minute).Unix())} {
		if claims[name] != want {
			t.Errorf("%s is %v, want %v", name, claims[name], want)
		}
	}
	if id, _ := claims["jti"].(string); id == "" {
		t.Error("the token has no jti")
	}
}

// TestErrorsAreThoseOfRFC6749 sends what the token endpoint refuses.
func TestErrorsAreThoseOfRFC6749(t *testing.T) {
	h := open(t)
	secret, p := h.secret(nightly), h.key(nightly, pairs()[0])
	h.register("lakeshore.closed", client.Usual...)
	closed := h.secret("lakeshore.closed")
	h.client("lakeshore.closed", client.Close{Request: h.by(operator), Reason: "gone"})
	do(h, partner.Stream("harbor"), partner.Evolve, partner.Onboard{Request: h.by(operator), Onboarded: partner.Onboarded{Name: "Harbor"}})
	h.register("harbor.job", client.Usual...)
	suspended := h.secret("harbor.job")
	do(h, partner.Stream("harbor"), partner.Evolve, partner.Suspend{Request: h.by(operator), Reason: "an incident"})

	grant := func(more ...string) url.Values {
		v := url.Values{"grant_type": {"client_credentials"}}
		for i := 0; i+1 < len(more); i += 2 {
			v.Add(more[i], more[i+1])
		}
		return v
	}
	good := basic(nightly, secret.Text)
	for _, c := range []struct {
		name   string
		form   url.Values
		change func(*http.Request)
		status int
		code   string
	}{
		{"no grant type", url.Values{}, good, 400, "invalid_request"},
		{"an empty grant type", url.Values{"grant_type": {""}}, good, 400, "invalid_request"},
		{"another grant type", url.Values{"grant_type": {"password"}}, good, 400, "unsupported_grant_type"},
		{"a parameter twice", grant("scope", "feed:read", "scope", "feed:read"), good, 400, "invalid_request"},
		{"a scope that nobody has", grant("scope", "everything"), good, 400, "invalid_scope"},
		{"a scope that the client has not", grant("scope", "feed:read credits:write"), good, 400, "invalid_scope"},
		{"a blank scope", grant("scope", "  "), good, 400, "invalid_scope"},
		{"JSON", grant(), func(r *http.Request) { good(r); r.Header.Set("Content-Type", "application/json") }, 400, "invalid_request"},
		{"too much", grant("x", strings.Repeat("x", 40<<10)), good, 400, "invalid_request"},
		{"a body that is no form", grant(), func(r *http.Request) { good(r); r.URL.RawQuery = "%zz" }, 400, "invalid_request"},
		{"GET", grant(), func(r *http.Request) { good(r); r.Method = http.MethodGet }, 405, "invalid_request"},
		{"nobody", grant(), func(*http.Request) {}, 401, "invalid_client"},
		{"another scheme", grant(), func(r *http.Request) { r.Header.Set("Authorization", "Bearer x") }, 401, "invalid_client"},
		{"an unknown client", grant(), basic("lakeshore.nobody", secret.Text), 401, "invalid_client"},
		{"what is no name", grant(), basic("'; DROP TABLE client", secret.Text), 401, "invalid_client"},
		{"a wrong secret", grant(), basic(nightly, secret.Text+"x"), 401, "invalid_client"},
		{"no secret", grant(), basic(nightly, ""), 401, "invalid_client"},
		{"the hash of the secret", grant(), basic(nightly, secret.Hash), 401, "invalid_client"},
		{"a closed client", grant(), basic("lakeshore.closed", closed.Text), 401, "invalid_client"},
		{"a suspended institution", grant(), basic("harbor.job", suspended.Text), 400, "unauthorized_client"},
		{"the secret in the body", grant("client_id", string(nightly), "client_secret", secret.Text), func(*http.Request) {}, 400, "invalid_request"},
		{"two ways at once", asserting(h.sign(p, h.claims(nightly))), good, 400, "invalid_request"},
		{"another client_id", grant("client_id", "harbor.job"), good, 400, "invalid_request"},
		{"another type of assertion", asserting("x", "client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"), func(*http.Request) {}, 400, "invalid_request"},
		{"an assertion without its type", grant("client_assertion", "x"), func(*http.Request) {}, 400, "invalid_request"},
		{"what is no assertion", asserting("x.y.z"), func(*http.Request) {}, 401, "invalid_client"},
		{"an assertion of another client", asserting(h.sign(p, h.claims(nightly)), "client_id", "harbor.job"), func(*http.Request) {}, 401, "invalid_client"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h.pass(2 * time.Minute) // so that failures are not too many
			r := h.post(h.nodes[0], c.form, c.change)
			if r.status != c.status || r.error() != c.code || r.token() != "" {
				t.Errorf("%d %s, want %d %s", r.status, r.text, c.status, c.code)
			}
			if r.header.Get("Cache-Control") != "no-store" || r.header.Get("Content-Type") != "application/json" {
				t.Errorf("headers: %v", r.header)
			}
			if challenge := r.header.Get("WWW-Authenticate"); (c.status == 401) != strings.HasPrefix(challenge, "Basic ") {
				t.Errorf("challenge: %q", challenge)
			}
			if what, _ := r.body["error_description"].(string); what == "" || strings.ContainsFunc(what, func(r rune) bool { return r < ' ' || r > '~' || r == '"' || r == '\\' }) {
				t.Errorf("description: %q", what)
			}
		})
	}
	for _, e := range h.nodes[0].logged.All() {
		if text := strings.ToLower(e.Message + " " + string(must(json.Marshal(e.ContextMap())))); strings.Contains(text, strings.ToLower(secret.Text)) || strings.Contains(text, secret.Hash) {
			t.Errorf("a secret is in the messages: %s", text)
		}
	}
	if n := h.nodes[0].logged.FilterMessage("a client did not log in").Len(); n == 0 {
		t.Error("nothing is in the messages")
	}
	if _, failed := h.nodes[0].Counts(); failed["invalid_client"] == 0 || failed["invalid_scope"] != 3 {
		t.Errorf("counted: %v", failed)
	}
}

func TestAnAssertionIsForNowForHereAndForOnce(t *testing.T) {
	h := open(t)
	p := h.key(nightly, pairs()[0])
	other := pairs()[2]
	h.register("lakeshore.other", client.Usual...)
	h.key("lakeshore.other", other)
	now := func(d time.Duration) int64 { return h.Now().Add(d).Unix() }
	for _, c := range []struct {
		name   string
		change func(map[string]any)
		by     pair
		status int
	}{
		{"as it should be", func(map[string]any) {}, p, 200},
		{"for the issuer", func(c map[string]any) { c["aud"] = public }, p, 200},
		{"for one in a list", func(c map[string]any) { c["aud"] = []string{public} }, p, 200},
		{"without iat", func(c map[string]any) { delete(c, "iat") }, p, 200},
		{"by a clock that is a little fast", func(c map[string]any) { c["iat"], c["exp"] = now(20*time.Second), now(5*time.Minute) }, p, 200},
		{"for somebody else", func(c map[string]any) { c["aud"] = "https://other.example.org/oauth/token" }, p, 401},
		{"for two", func(c map[string]any) { c["aud"] = []string{public, "https://other.example.org"} }, p, 401},
		{"for nobody", func(c map[string]any) { delete(c, "aud") }, p, 401},
		{"by another issuer", func(c map[string]any) { c["iss"] = "lakeshore.other" }, p, 401},
		{"about another subject", func(c map[string]any) { c["sub"] = "lakeshore.other" }, p, 401},
		{"without an end", func(c map[string]any) { delete(c, "exp") }, p, 401},
		{"that has ended", func(c map[string]any) { c["iat"], c["exp"] = now(-5*time.Minute), now(-time.Minute) }, p, 401},
		{"that lasts too long", func(c map[string]any) { c["exp"] = now(time.Hour) }, p, 401},
		{"that lasts too long from its iat", func(c map[string]any) { c["iat"], c["exp"] = now(-2*time.Minute), now(4*time.Minute) }, p, 401},
		{"of tomorrow", func(c map[string]any) { c["iat"] = now(2 * time.Minute) }, p, 401},
		{"for later", func(c map[string]any) { c["nbf"] = now(2 * time.Minute) }, p, 401},
		{"without a jti", func(c map[string]any) { delete(c, "jti") }, p, 401},
		{"with an endless jti", func(c map[string]any) { c["jti"] = strings.Repeat("x", 201) }, p, 401},
		{"signed by somebody else's key", func(map[string]any) {}, other, 401},
	} {
		t.Run(c.name, func(t *testing.T) {
			h.pass(2 * time.Minute)
			claims := h.claims(nightly)
			c.change(claims)
			if r := h.post(h.nodes[0], asserting(h.sign(c.by, claims))); r.status != c.status {
				t.Errorf("%d %s, want %d", r.status, r.text, c.status)
			}
		})
	}
	t.Run("by no key at all", func(t *testing.T) {
		h.pass(2 * time.Minute)
		const none = "eyJhbGciOiJub25lIn0." // {"alg":"none"}
		body := strings.Split(h.sign(p, h.claims(nightly)), ".")[1]
		if r := h.post(h.nodes[0], asserting(none+body+".")); r.status != 401 {
			t.Errorf("%d %s", r.status, r.text)
		}
	})
	t.Run("by the public key as a secret", func(t *testing.T) {
		h.pass(2 * time.Minute)
		public := must(jose.JSONWebKey{Key: p.secret.Public()}.MarshalJSON())
		s := must(jose.NewSigner(jose.SigningKey{Algorithm: jose.HS256, Key: public}, nil))
		if r := h.post(h.nodes[0], asserting(must(jwt.Signed(s).Claims(h.claims(nightly)).Serialize()))); r.status != 401 {
			t.Errorf("%d %s", r.status, r.text)
		}
	})
	t.Run("twice, at the other node", func(t *testing.T) {
		h.pass(2 * time.Minute)
		once := asserting(h.sign(p, h.claims(nightly)))
		if r := h.post(h.nodes[0], once); r.status != 200 {
			t.Fatalf("%d %s", r.status, r.text)
		}
		for _, n := range h.nodes {
			if r := h.post(n, once); r.status != 401 || r.error() != "invalid_client" {
				t.Errorf("again: %d %s", r.status, r.text)
			}
		}
		h.pass(3 * time.Minute)
		if r := h.post(h.nodes[1], once); r.status != 401 {
			t.Errorf("later: %d %s", r.status, r.text)
		}
	})
	t.Run("twice at the same moment", func(t *testing.T) {
		h.pass(2 * time.Minute)
		once := asserting(h.sign(p, h.claims(nightly)))
		var wait sync.WaitGroup
		var mu sync.Mutex
		good := 0
		for i := range 8 {
			wait.Go(func() {
				if r := h.post(h.nodes[i%2], once); r.status == 200 {
					mu.Lock()
					good++
					mu.Unlock()
				}
			})
		}
		if wait.Wait(); good != 1 {
			t.Errorf("it was good %d times", good)
		}
	})
}

// TestKeysAreRotatedWithoutAPause lets the second key work before the first does not any more.
func TestKeysAreRotatedWithoutAPause(t *testing.T) {
	h := open(t)
	n := h.nodes[0]
	first := h.secret(nightly)
	second := h.secret(nightly)
	token := h.token(n, nightly, first.Text)
	h.client(nightly, client.Limit{Request: h.by(operator), Client: nightly, Key: first.Key, Until: domain.NewDate(2026, 11, 24)})
	h.token(n, nightly, second.Text)
	h.token(n, nightly, first.Text)
	h.pass(48 * time.Hour)
	if r := h.post(n, url.Values{"grant_type": {"client_credentials"}}, basic(nightly, first.Text)); r.error() != "invalid_client" || !strings.Contains(r.text, "ended on 2026-11-24") {
		t.Errorf("after its last day: %s", r.text)
	}
	h.token(n, nightly, second.Text)
	if code := h.code(n, token); code != "TOKEN_EXPIRED" {
		t.Errorf("the old token: %q", code)
	}
	h.client(nightly, client.Revoke{Request: h.by(operator), Client: nightly, Key: second.Key, Reason: "lost"})
	if r := h.post(n, url.Values{"grant_type": {"client_credentials"}}, basic(nightly, second.Text)); r.error() != "invalid_client" || !strings.Contains(r.text, "revoked") {
		t.Errorf("once revoked: %s", r.text)
	}
}

func TestScopesAreThoseOfNow(t *testing.T) {
	h := open(t)
	token := h.token(h.nodes[0], nightly, h.secret(nightly).Text)
	h.client(nightly, client.Grant{Request: h.by(operator), Scopes: []client.Scope{client.FeedRead, client.CreditsWrite}})
	who, err := h.nodes[1].Authenticate(t.Context(), token)
	if err != nil || !slices.Equal(who.Scopes, []client.Scope{client.FeedRead}) {
		t.Errorf("%v, %v: what was taken away counts, or what the token does not say", who.Scopes, err)
	}
}

func TestNoTokenIsForged(t *testing.T) {
	h := open(t)
	n := h.nodes[0]
	token := h.token(n, nightly, h.secret(nightly).Text)
	parts := strings.Split(token, ".")
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	h.must(err)
	kid := must(jwt.ParseSigned(token, []jose.SignatureAlgorithm{jose.EdDSA})).Headers[0].KeyID
	claims := map[string]any{}
	h.must(must(jwt.ParseSigned(token, []jose.SignatureAlgorithm{jose.EdDSA})).UnsafeClaimsWithoutVerification(&claims))
	signed := func(key any, alg jose.SignatureAlgorithm, kid string, embed bool) string {
		s := must(jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: key}, (&jose.SignerOptions{EmbedJWK: embed}).WithType("at+jwt").WithHeader("kid", kid)))
		return must(jwt.Signed(s).Claims(claims).Serialize())
	}
	for name, forged := range map[string]string{
		"another key under its name": signed(ed, jose.EdDSA, kid, false),
		"a key that it brings":       signed(ed, jose.EdDSA, kid, true),
		"an unknown key":             signed(ed, jose.EdDSA, "x", false),
		"a secret":                   signed([]byte(strings.Repeat("x", 32)), jose.HS256, kid, false),
		"no signature":               parts[0] + "." + parts[1] + ".",
		"a part of the signature":    token[:len(token)-2],
		"nothing":                    "", "points": "..", "noise": "a.b.c",
		"long": strings.Repeat("x", 1<<20) + "." + parts[1] + "." + parts[2],
	} {
		if code := h.code(n, forged); code != "UNKNOWN_TOKEN" {
			t.Errorf("%s: %q", name, code)
		}
	}
}

// TestNodesSignWithKeysThatAreReplaced lets the days pass, and retires a key.
func TestNodesSignWithKeysThatAreReplaced(t *testing.T) {
	h := open(t)
	secret := h.secret(nightly)
	kid := func(token string) string {
		return must(jwt.ParseSigned(token, []jose.SignatureAlgorithm{jose.EdDSA})).Headers[0].KeyID
	}
	one, two := h.token(h.nodes[0], nightly, secret.Text), h.token(h.nodes[1], nightly, secret.Text)
	if kid(one) == kid(two) {
		t.Error("two nodes have one key")
	}
	if kid(h.token(h.nodes[0], nightly, secret.Text)) != kid(one) {
		t.Error("a node has two keys")
	}
	h.pass(88 * 24 * time.Hour)
	if kid(h.token(h.nodes[0], nightly, secret.Text)) != kid(one) {
		t.Error("a key is replaced too early")
	}
	h.pass(24 * time.Hour)
	last := h.token(h.nodes[0], nightly, secret.Text)
	if kid(last) == kid(one) {
		t.Error("a key is not replaced before its last day")
	}
	do(h, signer.Stream(domain.KeyID(kid(last))), signer.Evolve, signer.Retire{Request: h.by(operator), Reason: "stolen"})
	for i, n := range h.nodes {
		if code := h.code(n, last); code != "UNKNOWN_TOKEN" {
			t.Errorf("node %d takes what a stolen key signed: %q", i, code)
		}
	}
	if again := h.token(h.nodes[0], nightly, secret.Text); kid(again) == kid(last) || h.code(h.nodes[1], again) != "" {
		t.Error("a node goes on with a key that was retired")
	}
}

func TestFailedLoginsAreLimited(t *testing.T) {
	h := open(t)
	secret := h.secret(nightly)
	n := h.nodes[0]
	grant := url.Values{"grant_type": {"client_credentials"}}
	try := func(name client.Name, secret string) reply { return h.post(n, grant, basic(name, secret)) }
	for i := range 10 {
		if r := try(nightly, "wrong"); r.status != 401 {
			t.Fatalf("failure %d: %d %s", i, r.status, r.text)
		}
	}
	r := try(nightly, secret.Text)
	if wait := r.header.Get("Retry-After"); r.status != 429 || wait != "60" {
		t.Errorf("after ten failures: %d %s, Retry-After %q", r.status, r.text, wait)
	}
	h.register("lakeshore.other", client.Usual...)
	other := h.secret("lakeshore.other")
	if r := try("lakeshore.other", other.Text); r.status != 200 {
		t.Errorf("another client is locked out: %d %s", r.status, r.text)
	}
	h.pass(time.Minute)
	if r := try(nightly, secret.Text); r.status != 200 {
		t.Errorf("a minute later: %d %s", r.status, r.text)
	}
	for i := range 60 {
		if r := try(client.Name("lakeshore.guess-"+string(rune('a'+i%26))+string(rune('a'+i/26))), "wrong"); r.status == 429 {
			if i < 35 {
				t.Errorf("an address is limited after %d failures", i)
			}
			return
		}
	}
	t.Error("an address fails as often as it likes")
}

func TestTheLogIsOutOfReach(t *testing.T) {
	h := open(t)
	secret := h.secret(nightly)
	n := h.nodes[0]
	token := h.token(n, nightly, secret.Text)
	n.pause()
	h.secret(nightly)
	if r := h.post(n, url.Values{"grant_type": {"client_credentials"}}, basic(nightly, secret.Text)); r.status != 503 || r.header.Get("Retry-After") == "" {
		t.Errorf("a node that is behind answers %d %s", r.status, r.text)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := n.Authenticate(ctx, token); domain.AsRefusal(err) == nil || domain.AsRefusal(err).Kind != domain.Busy {
		t.Errorf("a node that is behind says %v of a token", err)
	}
	n.resume()
	if code := h.code(n, token); code != "" {
		t.Errorf("once it has caught up: %s", code)
	}
}
