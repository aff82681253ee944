// Package logintest runs an OpenID provider for tests.
package logintest

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// A Provider is an OpenID provider that runs. Its users are id1 and id2, who call themselves
// test-user@127.0.0.1 and test-user2.
type Provider struct {
	*httptest.Server
	Asked  atomic.Int32             // how often for its keys
	Silent atomic.Bool              // it does not answer
	Claims atomic.Pointer[[]string] // what the claim "capacities" of ID tokens names; nil leaves it out
	Said   atomic.Pointer[string]   // the last question to /auth

	handler atomic.Value
	parting string // where browsers may be sent to after they signed out
}

// Back is where browsers are sent back to unless Open is told another place.
const Back = "http://localhost:9999/auth/callback"

// Open starts a provider that knows the clients "guildhall" and "another", both with the
// secret "secret", and sends browsers back to one place, and to another after signing out.
func Open(t testing.TB, back, parting string) *Provider {
	t.Helper()
	before := slog.Default()
	t.Cleanup(func() { slog.SetDefault(before) })
	p := &Provider{parting: parting}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if p.Silent.Load() {
			http.Error(w, "away", http.StatusBadGateway)
			return
		}
		if strings.HasSuffix(r.URL.Path, "/keys") {
			p.Asked.Add(1)
		}
		if r.URL.Path == "/auth" {
			said := r.URL.RawQuery
			p.Said.Store(&said)
		}
		p.handler.Load().(http.Handler).ServeHTTP(w, r)
	}))
	t.Cleanup(p.Close)
	storage.RegisterClients(storage.WebClient("guildhall", "secret", back), storage.WebClient("another", "secret", back))
	p.Renew()
	return p
}

// Renew lets the provider sign with a new key, and forget the one before.
func (p *Provider) Renew() {
	s := &house{storage.NewStorage(storage.NewUserStore(p.URL)), p}
	p.handler.Store(http.Handler(exampleop.SetupServer(p.URL, s, slog.New(slog.DiscardHandler), false)))
}

// LogIn fills in the provider's form, which a browser has come to, and returns where the
// provider sends it.
func (p *Provider) LogIn(t testing.TB, browser *http.Client, at *url.URL, user string) *url.URL {
	t.Helper()
	once := *browser
	once.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	in, err := once.PostForm(p.URL+"/login/username", url.Values{"username": {user}, "password": {"verysecure"}, "id": {at.Query().Get("authRequestID")}})
	if err != nil {
		t.Fatal(err)
	}
	in.Body.Close()
	to, err := in.Location()
	if err != nil {
		t.Fatalf("the provider answers %d: %v", in.StatusCode, err)
	}
	in, err = once.Get(to.String())
	if err != nil {
		t.Fatal(err)
	}
	in.Body.Close()
	if to, err = in.Location(); err != nil {
		t.Fatalf("the provider answers %d: %v", in.StatusCode, err)
	}
	return to
}

// A house is what the provider knows.
type house struct {
	*storage.Storage
	p *Provider
}

func (h *house) SetUserinfoFromRequest(ctx context.Context, u *oidc.UserInfo, r op.IDTokenRequest, scopes []string) error {
	if named := h.p.Claims.Load(); named != nil {
		u.AppendClaims("capacities", *named)
	}
	return h.Storage.SetUserinfoFromRequest(ctx, u, r, scopes)
}

func (h *house) GetClientByClientID(ctx context.Context, id string) (op.Client, error) {
	c, err := h.Storage.GetClientByClientID(ctx, id)
	return client{c, h.p.parting}, err
}

type client struct {
	op.Client
	parting string
}

func (c client) PostLogoutRedirectURIs() []string { return []string{c.parting} }
