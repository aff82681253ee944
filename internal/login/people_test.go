package login_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/vault"
	"github.com/guildhall-dev/guildhall/internal/login"
	"github.com/guildhall-dev/guildhall/internal/login/logintest"
)

// logIn is what a browser does, and returns the token that the client gets of a user.
func logIn(t *testing.T, p *logintest.Provider, client, user string) string {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	browser := &http.Client{Jar: jar}
	at, err := browser.Get(p.URL + "/auth?" + url.Values{"client_id": {client}, "redirect_uri": {logintest.Back}, "response_type": {"code"}, "scope": {"openid"}, "state": {"s"}}.Encode())
	if err != nil {
		t.Fatal(err)
	}
	at.Body.Close()
	to := p.LogIn(t, browser, at.Request.URL, user)
	req, _ := http.NewRequest(http.MethodPost, p.URL+"/oauth/token", strings.NewReader(url.Values{"grant_type": {"authorization_code"}, "code": {to.Query().Get("code")}, "redirect_uri": {logintest.Back}}.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.SetBasicAuth(client, "secret")
	got, err := browser.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	text, _ := io.ReadAll(got.Body)
	var out struct {
		Token string `json:"id_token"`
	}
	if json.Unmarshal(text, &out); out.Token == "" {
		t.Fatalf("no token: %s", text)
	}
	return out.Token
}

func TestPeopleShowTokensOfAnOpenIDProvider(t *testing.T) {
	p := logintest.Open(t, logintest.Back, "")
	h := open(t)
	h.clock.now = time.Now()
	n := h.nodes[0]
	keys, err := vault.Open(t.TempDir(), vault.Options{})
	h.must(err)
	t.Cleanup(func() { keys.Close() })
	n.Read.Erase = keys.Erase
	n.People = &login.People{Issuer: p.URL, Audience: "guildhall", Vault: keys, Now: h.Now}
	for id, as := range map[domain.PersonID]domain.Role{"e-1": domain.Coordinator, "e-2": domain.Mentor} {
		name, err := keys.Seal(t.Context(), id, "Somebody")
		h.must(err)
		do(h, person.Stream(id), person.Evolve, person.Join{Request: h.by(operator), Joined: person.Joined{Name: name, Capacity: as}})
	}
	h.must(n.Fence(t.Context()))
	token := logIn(t, p, "guildhall", "test-user2")
	shows := func(what, token, code string) {
		t.Helper()
		if got := h.code(n, token); got != code {
			t.Errorf("%s: %q, want %q", what, got, code)
		}
	}
	shows("a token of nobody who is linked", token, "NOT_LINKED")
	_, err = n.Link(t.Context(), h.by(operator), "e-1", "id2")
	h.must(err)
	who, err := n.Authenticate(t.Context(), token)
	if err != nil || who.Actor != (domain.Actor{Person: "e-1", Role: domain.Coordinator}) || len(who.Scopes) != 0 {
		t.Errorf("%+v, %v", who, err)
	}
	if _, err := n.Link(t.Context(), h.by(operator), "e-2", "id2"); domain.AsRefusal(err) == nil || domain.AsRefusal(err).Code != "LOGIN_TAKEN" {
		t.Errorf("an account is linked twice: %v", err)
	}
	if _, err := n.Link(t.Context(), h.by(domain.Actor{Person: "e-1", Role: domain.Coordinator}), "e-2", "id1"); domain.AsRefusal(err) == nil || domain.AsRefusal(err).Code != "NOT_OPERATOR" {
		t.Errorf("a coordinator makes somebody somebody: %v", err)
	}
	for r, err := range h.log.Read(t.Context(), person.Stream("e-1")) {
		h.must(err)
		if text, _ := json.Marshal(r.Event); strings.Contains(string(text), "id2") {
			t.Errorf("the log tells the account: %s", text)
		}
	}
	shows("a token for somebody else's client", logIn(t, p, "another", "test-user2"), "UNKNOWN_TOKEN")
	parts := strings.Split(token, ".")
	shows("a token with another signature", parts[0]+"."+parts[1]+"."+strings.Split(logIn(t, p, "another", "test-user2"), ".")[2], "UNKNOWN_TOKEN")
	before := p.Asked.Load()
	for range 20 {
		shows("many such tokens", parts[0]+"."+parts[1]+".AAAA", "UNKNOWN_TOKEN")
	}
	if asked := p.Asked.Load() - before; asked > 1 {
		t.Errorf("the provider is asked for its keys %d times for tokens that are no good", asked)
	}

	p.Renew()
	h.pass(10 * time.Second)
	next := logIn(t, p, "guildhall", "test-user2")
	shows("a token by the provider's next key", next, "")
	shows("a token by a key that the provider gave up", token, "UNKNOWN_TOKEN")

	p.Silent.Store(true)
	h.pass(20 * time.Minute)
	shows("a token by a key that is known, while the provider is silent", next, "")
	shows("another, while the provider is silent", token, "ISSUER_UNREACHABLE")
	p.Silent.Store(false)
	h.pass(31 * time.Second)
	shows("once the provider is back", token, "UNKNOWN_TOKEN")
	h.pass(time.Hour)
	shows("a token that has ended", next, "TOKEN_EXPIRED")

	h.clock.now = time.Now()
	do(h, person.Stream("e-1"), person.Evolve, person.Leave{Request: h.by(domain.Actor{Person: "e-3", Role: domain.HR}), Person: "e-1", Left: person.Left{On: domain.DateOf(h.Now()).AddDays(-1), Reason: person.Resigned}})
	shows("a token of somebody who left", next, "UNKNOWN_TOKEN")
	_, err = n.Unlink(t.Context(), h.by(operator), "e-1")
	h.must(err)
	shows("a token of an account that was unlinked", next, "NOT_LINKED")
	_, err = n.Link(t.Context(), h.by(operator), "e-2", "id2")
	h.must(err)
	shows("linked to somebody else", next, "")
	do(h, person.Stream("e-2"), person.Evolve, person.AskErasure{Request: h.by(domain.Actor{Person: "e-1", Role: domain.Coordinator}), Person: "e-2", Reason: person.Asked, Reference: "DSR-14"})
	_, asked, err := events.Load(t.Context(), h.log, person.Stream("e-2"), person.Evolve)
	h.must(err)
	do(h, person.Stream("e-2"), person.Evolve, person.Erase{Request: h.by(domain.Actor{Person: "e-3", Role: domain.HR}), Person: "e-2", Of: int(asked)})
	shows("a token of somebody who was erased", next, "NOT_LINKED")
}

func TestANodeThatLagsTakesNoTokenOfPeople(t *testing.T) {
	p := logintest.Open(t, logintest.Back, "")
	h := open(t)
	h.clock.now = time.Now()
	n := h.nodes[0]
	keys, err := vault.Open(t.TempDir(), vault.Options{})
	h.must(err)
	t.Cleanup(func() { keys.Close() })
	n.People = &login.People{Issuer: p.URL, Audience: "guildhall", Vault: keys, Now: h.Now}
	name, err := keys.Seal(t.Context(), "e-1", "Somebody")
	h.must(err)
	sum := sha256.Sum256([]byte("theirs"))
	do(h, person.Stream("e-1"), person.Evolve, person.Join{Request: h.by(operator), Joined: person.Joined{Name: name, Capacity: domain.Coordinator}})
	do(h, person.Stream("e-1"), person.Evolve, person.IssueKey{Request: h.by(operator), Key: "k", Hash: hex.EncodeToString(sum[:])})
	h.must(n.Fence(t.Context()))
	_, err = n.Link(t.Context(), h.by(operator), "e-1", "id2")
	h.must(err)
	tokens := map[string]string{"of the provider": logIn(t, p, "guildhall", "test-user2"), "on record": "theirs"}
	shows := func(code string) {
		t.Helper()
		var asking sync.WaitGroup
		for what, token := range tokens {
			asking.Go(func() {
				if got := h.code(n, token); got != code {
					t.Errorf("a token %s: %q, want %q", what, got, code)
				}
			})
		}
		asking.Wait()
	}
	shows("")
	n.pause()
	do(h, person.Stream("e-1"), person.Evolve, person.Leave{Request: h.by(domain.Actor{Person: "e-3", Role: domain.HR}), Person: "e-1", Left: person.Left{On: domain.DateOf(h.Now()).AddDays(-1), Reason: person.Resigned}})
	shows("READ_MODEL_BEHIND")
	n.resume()
	shows("UNKNOWN_TOKEN")
}

func TestAProviderThatWasNeverReached(t *testing.T) {
	p := logintest.Open(t, logintest.Back, "")
	h := open(t)
	h.clock.now = time.Now()
	n := h.nodes[0]
	token := logIn(t, p, "guildhall", "test-user2")
	n.People = &login.People{Issuer: p.URL, Audience: "guildhall", Now: h.Now}
	h.must(n.Fence(t.Context()))
	p.Silent.Store(true)
	if code := h.code(n, token); code != "ISSUER_UNREACHABLE" {
		t.Errorf("while it is silent: %q", code)
	}
	p.Silent.Store(false)
	h.pass(31 * time.Second)
	if code := h.code(n, token); code != "NOT_LINKED" {
		t.Errorf("once it answers: %q", code)
	}
}
