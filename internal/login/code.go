package login

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"go.uber.org/zap"
	"golang.org/x/oauth2"

	"github.com/guildhall-dev/guildhall/domain"
)

// ReturnPath is where the OpenID provider sends browsers back to.
const ReturnPath = "/sign-in/return"

// An Errand is what a browser was sent to the provider with, kept until it comes back.
type Errand struct {
	State    string `json:"state"`
	Nonce    string `json:"nonce"`
	Verifier string `json:"verifier"` // of PKCE (RFC 7636)
}

// An Arrival is somebody who came back from the provider and is linked to a person here.
type Arrival struct {
	Person     domain.PersonID
	Capacities []domain.Role // those on record in which they may act in this session
	Mail       string        // the address of mail that the provider has verified; may be empty
	IDToken    string        // for signing out there
	Link       domain.KeyID  // of the account to the person; with it ends what it let begin
}

// A Stranger is somebody whom the provider knows and nobody here is linked to.
type Stranger struct{ Subject string }

func (s *Stranger) Error() string { return "login: nobody is linked to the account" }

var (
	errNotBegun  = domain.Refuse(domain.Conflict, "SIGN_IN_LOST", "This sign-in was begun in another window, or more than ten minutes ago. Nothing is wrong with your account. Begin again.")
	errDeclined  = domain.Refuse(domain.Forbidden, "SIGN_IN_DECLINED", "Where you sign in did not let you through. Try again, or ask those who look after your work account.")
	errBadAnswer = domain.Refuse(domain.Forbidden, "SIGN_IN_REFUSED", "What came back from where you sign in could not be trusted. Begin again. If it happens twice, tell whoever runs Guildhall here the reference.")
	errUnasked   = domain.Refuse(domain.Busy, "ISSUER_UNREACHABLE", "Where you sign in does not answer at this moment. Try again in a minute.")
	errHasLeft   = domain.Refuse(domain.Forbidden, "ACTS_AS_NOBODY", "Your account is linked here, but you act in no capacity any more: you left, or your last one was taken back. Human resources can say more.")
	errNotChosen = domain.Refuse(domain.Forbidden, "CAPACITY_NOT_ON_RECORD", "Your account says in which capacities you act, and none of them is on record here. Human resources or whoever looks after your work account can put that right.")
)

// Browsers reports whether people can sign in to pages.
func (l *Login) Browsers() bool { return l.People != nil && l.People.Client != "" }

// Begin returns where to send a browser that signs in. It has to come back with the errand.
func (l *Login) Begin(ctx context.Context) (Errand, string, error) {
	c, err := l.client(ctx)
	if err != nil {
		return Errand{}, "", err
	}
	e := Errand{State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier()}
	return e, c.AuthCodeURL(e.State, oidc.Nonce(e.Nonce), oauth2.S256ChallengeOption(e.Verifier)), nil
}

// client is this Guildhall as a client of the provider.
func (l *Login) client(ctx context.Context) (*oauth2.Config, error) {
	p := l.People
	if _, err := p.ready(ctx); err != nil {
		l.Zap.Warn("the OpenID provider does not answer", zap.String("issuer", p.Issuer), zap.Error(err))
		return nil, errUnasked
	}
	scopes := []string{oidc.ScopeOpenID, "email"}
	return &oauth2.Config{ClientID: p.Client, ClientSecret: p.Secret, Endpoint: p.endpoint, RedirectURL: l.URL + ReturnPath, Scopes: append(scopes, p.Scopes...)}, nil
}

// Arrive finds who came back from the provider with an answer, and in which capacities they
// may act. It is a *Stranger if nobody is linked to the account.
func (l *Login) Arrive(ctx context.Context, e Errand, answer url.Values) (Arrival, error) {
	if e.State == "" || subtle.ConstantTimeCompare([]byte(answer.Get("state")), []byte(e.State)) != 1 {
		return Arrival{}, errNotBegun
	}
	if iss := answer.Get("iss"); iss != "" && iss != l.People.Issuer { // RFC 9207
		l.Zap.Warn("an answer of another OpenID provider was refused", zap.Int("bytes", len(iss)))
		return Arrival{}, errBadAnswer
	}
	if problem := answer.Get("error"); problem != "" {
		l.Zap.Info("the OpenID provider let somebody not through", zap.String("error", clipped(problem)), zap.String("description", clipped(answer.Get("error_description"))))
		return Arrival{}, errDeclined
	}
	got, t, err := l.exchange(ctx, e, answer.Get("code"))
	if err != nil {
		return Arrival{}, err
	}
	if err := l.Fence(ctx); err != nil {
		return Arrival{}, err
	}
	link, found, err := l.linkedTo(ctx, t.Subject)
	switch {
	case err != nil:
		return Arrival{}, err
	case !found:
		return Arrival{}, &Stranger{t.Subject}
	}
	who, err := l.Read.Person(ctx, link.Person)
	if err != nil {
		return Arrival{}, err
	}
	if who.Erased || !who.LeftOn.IsZero() || len(who.Capacities) == 0 {
		return Arrival{}, errHasLeft
	}
	var all map[string]json.RawMessage
	if err := t.Claims(&all); err != nil {
		l.Zap.Info("a token of the OpenID provider was refused", zap.Error(err))
		return Arrival{}, errBadAnswer
	}
	a := Arrival{Person: link.Person, Link: link.Link, Capacities: chosen(who.Capacities, all[l.People.Roles]), Mail: l.mail(ctx, t, got), IDToken: idToken(got)}
	if len(a.Capacities) == 0 {
		return Arrival{}, errNotChosen
	}
	return a, nil
}

// exchange gets the ID token for a code, and checks it.
func (l *Login) exchange(ctx context.Context, e Errand, code string) (got *oauth2.Token, t *oidc.IDToken, err error) {
	c, err := l.client(ctx)
	if err != nil {
		return nil, nil, err
	}
	asking, cancel := context.WithTimeout(oidc.ClientContext(ctx, &http.Client{Transport: bounded{}}), 5*slowest)
	defer cancel()
	got, err = c.Exchange(asking, code, oauth2.VerifierOption(e.Verifier))
	if err != nil {
		refused, is := errors.AsType[*oauth2.RetrieveError](err)
		if !is {
			l.Zap.Warn("the OpenID provider does not answer", zap.String("issuer", l.People.Issuer), zap.Error(err))
			return nil, nil, errUnasked
		}
		l.Zap.Warn("the OpenID provider gave no token for a code", zap.Int("status", refused.Response.StatusCode), zap.String("error", clipped(refused.ErrorCode)), zap.String("description", clipped(refused.ErrorDescription)))
		return nil, nil, errBadAnswer
	}
	if t, err = l.People.identities.Verify(ctx, idToken(got)); err == nil && subtle.ConstantTimeCompare([]byte(t.Nonce), []byte(e.Nonce)) != 1 {
		err = errors.New("login: the nonce is another")
	}
	if err != nil {
		l.Zap.Warn("a token of the OpenID provider was refused", zap.Error(err))
		return nil, nil, errBadAnswer
	}
	return got, t, nil
}

func idToken(t *oauth2.Token) string {
	raw, _ := t.Extra("id_token").(string)
	return raw
}

// mail is the address of mail that the provider has of somebody, unless it says that nobody
// verified it. Without one people sign in all the same.
func (l *Login) mail(ctx context.Context, t *oidc.IDToken, got *oauth2.Token) string {
	type claims struct {
		Mail     string `json:"email"`
		Verified *bool  `json:"email_verified"`
	}
	var c claims
	if err := t.Claims(&c); err != nil || c.Mail == "" {
		asking, cancel := context.WithTimeout(oidc.ClientContext(ctx, &http.Client{Transport: bounded{}}), slowest)
		defer cancel()
		info, err := l.People.provider.UserInfo(asking, oauth2.StaticTokenSource(got))
		if err == nil && info.Subject == t.Subject {
			err = info.Claims(&c)
		}
		if err != nil {
			l.Zap.Info("the OpenID provider tells no address of mail", zap.Error(err))
			return ""
		}
	}
	if c.Verified != nil && !*c.Verified {
		return ""
	}
	return c.Mail
}

// chosen are the capacities on record that a claim names, in its order; all of them where the
// token has no such claim. A claim adds none.
func chosen(onRecord []domain.Role, claim json.RawMessage) []domain.Role {
	if claim == nil {
		return onRecord
	}
	var named []domain.Role
	if json.Unmarshal(claim, &named) != nil {
		var one string
		if json.Unmarshal(claim, &one) != nil {
			return nil
		}
		for word := range strings.FieldsSeq(one) {
			named = append(named, domain.Role(word))
		}
	}
	var roles []domain.Role
	for _, r := range named {
		if slices.Contains(onRecord, r) && !slices.Contains(roles, r) {
			roles = append(roles, r)
		}
	}
	return roles
}

// Farewell is where to send a browser so that it is signed out at the provider too, and then
// comes back to a path of ours; empty where the provider has no such place.
func (l *Login) Farewell(ctx context.Context, idToken, path string) string {
	if !l.Browsers() || idToken == "" {
		return ""
	}
	if _, err := l.People.ready(ctx); err != nil {
		l.Zap.Warn("the OpenID provider does not answer", zap.String("issuer", l.People.Issuer), zap.Error(err))
		return ""
	}
	to, err := url.Parse(l.People.farewell)
	if err != nil || to.Host == "" {
		return ""
	}
	q := to.Query()
	q.Set("id_token_hint", idToken)
	q.Set("client_id", l.People.Client)
	q.Set("post_logout_redirect_uri", l.URL+path)
	to.RawQuery = q.Encode()
	return to.String()
}

// discovered keeps what signing in needs of the provider's metadata; mu is held.
func (p *People) discovered(provider *oidc.Provider, farewell string, algorithms []string) error {
	p.provider, p.endpoint, p.farewell = provider, provider.Endpoint(), farewell
	if p.Client == "" {
		return nil
	}
	if p.endpoint.AuthURL == "" || p.endpoint.TokenURL == "" {
		return fmt.Errorf("login: %s has no authorization_endpoint or no token_endpoint", p.Issuer)
	}
	p.identities = oidc.NewVerifier(p.Issuer, keySet{p}, &oidc.Config{ClientID: p.Client, SupportedSigningAlgs: algorithms, Now: p.Now})
	return nil
}

// clipped is what somebody else wrote, short enough for the log.
func clipped(text string) string {
	const most = 200
	if len(text) > most {
		text = text[:most]
	}
	return strings.ToValidUTF8(text, "")
}

// SignInLife is how long an errand counts.
const SignInLife = 10 * time.Minute
