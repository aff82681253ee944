package portal

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/internal/login"
	"github.com/guildhall-dev/guildhall/internal/login/logintest"
	"github.com/guildhall-dev/guildhall/partners"
)

// A lobby is a hospital whose people sign in at an OpenID provider that runs.
type lobby struct {
	*hospital
	provider *logintest.Provider
	login    *login.Login
	logged   *observer.ObservedLogs
}

func openLobby(t *testing.T) *lobby {
	h := newHospital(t)
	core, logged := observer.New(zap.DebugLevel)
	h.portal.Log, h.portal.Personas = zap.New(core), nil
	var handler http.Handler
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
	t.Cleanup(server.Close)
	h.url = server.URL
	d := h.portal.Desk
	l := &lobby{hospital: h, provider: logintest.Open(t, h.url+login.ReturnPath, h.url+"/sign-in"), logged: logged}
	p := &partners.Partners{Log: d.Log, Read: d.Read, Now: d.Now}
	l.login = &login.Login{Log: d.Log, Read: d.Read, Now: d.Now, Zap: zap.New(core), Fence: p.Fence, URL: h.url,
		People: &login.People{Issuer: l.provider.URL, Vault: d.Vault, Now: time.Now, Client: "guildhall", Secret: "secret", Roles: "capacities"}}
	h.portal.Login = l.login
	handler = h.portal.Handler()
	return l
}

func (l *lobby) link(id domain.PersonID, subject string) {
	l.Helper()
	_, err := l.login.Link(l.Context(), l.request(domain.Actor{Policy: "operator", Role: domain.System}), id, subject)
	check(l.T, err)
}

// answer is where the provider sends a browser that follows the sign-in page and logs in there.
func (b browser) answer(p *logintest.Provider, s screen, user string) *url.URL {
	b.Helper()
	var begin string
	for _, n := range named(s.all, "a") {
		if strings.HasPrefix(attr(n, "href"), "/sign-in/begin") {
			begin = attr(n, "href")
		}
	}
	if begin == "" {
		b.Fatalf("%s has no way to sign in: %s", s.path, s.main())
	}
	res, err := b.client.Get(b.url + begin)
	check(b.T, err)
	res.Body.Close()
	return p.LogIn(b.T, b.client, res.Request.URL, user)
}

func (b browser) arrive(to *url.URL) screen { b.Helper(); return b.get(to.RequestURI()) }

func TestPeopleSignInWithTheirWorkAccount(t *testing.T) {
	l := openLobby(t)
	l.link("maya", "id2")
	b := l.browser()
	s := b.get("/hours?week=2026-W47")
	s.wants(http.StatusOK, "Sign in with your work account", strings.TrimPrefix(l.provider.URL, "http://"))
	to := b.answer(l.provider, s, "test-user2")
	if s := b.arrive(to).wants(http.StatusOK); s.path != "/hours?week=2026-W47" {
		t.Errorf("signing in led to %s", s.path)
	}
	at, _, err := l.portal.Desk.Read.Addressee(t.Context(), "maya")
	check(t, err)
	if mail, err := l.portal.Desk.Vault.Unseal(t.Context(), at.Address); err != nil || mail != "test-user2@zitadel.ch" || !at.Confirmed {
		t.Errorf("mail goes to %q: %+v, %v", mail, at, err)
	}
	asked, err := url.ParseQuery(*l.provider.Said.Load())
	check(t, err)
	if asked.Get("code_challenge_method") != "S256" || asked.Get("code_challenge") == "" || asked.Get("nonce") == "" || asked.Get("state") == "" {
		t.Errorf("the provider was asked %v", asked)
	}
	b.arrive(to).wants(http.StatusConflict, "begun in another window")
	if got := l.browser().arrive(to); got.status != http.StatusConflict {
		t.Errorf("another browser used the answer: %d", got.status)
	}
	for _, e := range l.logged.All() {
		for _, secret := range []string{to.Query().Get("code"), asked.Get("state"), asked.Get("nonce"), asked.Get("code_challenge"), "id_token", "test-user2@"} {
			if text := fmt.Sprint(e.Message, e.ContextMap()); strings.Contains(text, secret) {
				t.Errorf("the messages tell %q", secret)
			}
		}
	}
}

func TestAnAccountNobodyIsLinkedToIsToldWhomToAsk(t *testing.T) {
	l := openLobby(t)
	b := l.browser()
	s := b.arrive(b.answer(l.provider, b.get("/sign-in"), "test-user2")).wants(http.StatusForbidden, "nobody at St. Alder Health is linked", "Ask human resources", "id2")
	reference := s.header.Get(referenceHeader)
	s.wants(http.StatusForbidden, reference)
	if l.logged.FilterField(zap.String("reference", reference)).Len() != 1 {
		t.Error("the reference leads nowhere")
	}
	l.link("maya", "id2")
	if s := b.arrive(b.answer(l.provider, s, "test-user2")); s.path != "/pathway" {
		t.Errorf("once linked it leads to %s", s.path)
	}
}

func TestAnAnswerOfTheProviderCountsOnlyForTheBrowserItWasAskedBy(t *testing.T) {
	l := openLobby(t)
	l.link("maya", "id2")
	b := l.browser()
	to := b.answer(l.provider, b.get("/sign-in"), "test-user2")
	tampered := func(name, value string) *url.URL {
		u := *to
		q := u.Query()
		q.Set(name, value)
		u.RawQuery = q.Encode()
		return &u
	}
	b.arrive(tampered("state", "another")).wants(http.StatusConflict, "begun in another window")
	b.arrive(to).wants(http.StatusConflict) // as the errand counts once
	for name, value := range map[string]string{"code": "another", "iss": "https://evil.example", "error": "access_denied"} {
		to = b.answer(l.provider, b.get("/sign-in"), "test-user2")
		b.arrive(tampered(name, value)).wants(http.StatusForbidden)
	}
	other := l.browser()
	mine, theirs := b.answer(l.provider, b.get("/sign-in"), "test-user2"), other.answer(l.provider, other.get("/sign-in"), "test-user2")
	q := mine.Query()
	q.Set("code", theirs.Query().Get("code"))
	mine.RawQuery = q.Encode()
	b.arrive(mine).wants(http.StatusForbidden, "could not be trusted")
	b.get("/pathway").wants(http.StatusOK, "Sign in with your work account")
}

// TestATokenCountsOnlyForTheErrandItWasAskedWith changes what a browser takes to the provider on
// its way: the answer has the right state and code, and a token of another nonce.
func TestATokenCountsOnlyForTheErrandItWasAskedWith(t *testing.T) {
	l := openLobby(t)
	l.link("maya", "id2")
	b := l.browser()
	b.get("/sign-in")
	stays := *b.client
	stays.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	res, err := stays.Get(l.url + "/sign-in/begin")
	check(t, err)
	res.Body.Close()
	to, err := res.Location()
	check(t, err)
	q := to.Query()
	q.Set("nonce", "another")
	to.RawQuery = q.Encode()
	res, err = b.client.Get(to.String())
	check(t, err)
	res.Body.Close()
	b.arrive(l.provider.LogIn(t, b.client, res.Request.URL, "test-user2")).wants(http.StatusForbidden, "could not be trusted")
	b.get("/pathway").wants(http.StatusOK, "Sign in with your work account")
}

func TestSigningInLeadsToPagesOfOursOnly(t *testing.T) {
	for to, want := range map[string]string{
		"/hours?week=2026-W47": "/hours?week=2026-W47", "": "/", "//evil.example/x": "/", "https://evil.example": "/", `/\evil.example`: "/",
		"javascript:alert(1)": "/", "/sign-out": "/", "/sign-in/begin": "/", "hours": "/", "/%2fevil.example": "/",
	} {
		if got := local(to); got != want {
			t.Errorf("%q leads to %q, want %q", to, got, want)
		}
	}
}

func TestClaimsChooseAmongCapacitiesOnRecordAndAddNone(t *testing.T) {
	l := openLobby(t)
	l.link("dana", "id2")
	run(l.hospital, person.Stream("dana"), person.Evolve, person.GrantCapacity{Request: l.request(domain.Actor{Person: "helen", Role: domain.HR}), Person: "dana", Granted: person.CapacityGranted{Capacity: domain.Mentor, From: sunday}})
	b := l.browser()
	in := func(claim ...string) screen {
		t.Helper()
		l.provider.Claims.Store(&claim)
		return b.arrive(b.answer(l.provider, b.get("/sign-in"), "test-user2"))
	}
	in("mentor", "hr").wants(http.StatusOK)
	if got := words(named(b.get("/approvals").all, "details")[0]); !strings.Contains(got, "Mentor") {
		t.Errorf("a claim for mentor makes %s", got)
	}
	b.post("/sign-out", nil)
	in("hr", "coordinator").wants(http.StatusForbidden, "none of them is on record")
	l.provider.Claims.Store(nil)
	b.arrive(b.answer(l.provider, b.get("/sign-in"), "test-user2")).wants(http.StatusOK)
	if got := words(named(b.get("/approvals").all, "details")[0]); !strings.Contains(got, "Manager") {
		t.Errorf("without a claim it is %s", got)
	}
}

func TestSigningOutSignsOutAtTheProvider(t *testing.T) {
	l := openLobby(t)
	l.link("maya", "id2")
	b := l.browser()
	b.arrive(b.answer(l.provider, b.get("/sign-in"), "test-user2")).wants(http.StatusOK)
	s := b.post("/sign-out", nil).wants(http.StatusOK, "You are signed out")
	to, found := strings.CutPrefix(s.header.Get("Refresh"), "0; url=")
	if !found || !strings.HasPrefix(to, l.provider.URL) {
		t.Fatalf("signing out leads to %q", to)
	}
	res, err := b.client.Get(to)
	check(t, err)
	res.Body.Close()
	if res.Request.URL.String() != l.url+"/sign-in" {
		t.Errorf("the provider sends the browser to %s", res.Request.URL)
	}
	if s := b.get("/pathway"); s.path != "/sign-in" {
		t.Error("the session goes on")
	}
}

func TestSomebodyWhoLeftOrWasErasedIsSignedOutAtOnce(t *testing.T) {
	l := openLobby(t)
	l.link("dana", "id2")
	hr := domain.Actor{Person: "helen", Role: domain.HR}
	b := l.browser()
	b.arrive(b.answer(l.provider, b.get("/sign-in"), "test-user2")).wants(http.StatusOK)
	req := l.request(hr)
	run(l.hospital, person.Stream("dana"), person.Evolve, person.Leave{Request: req, Person: "dana", Left: person.Left{On: sunday.AddDays(-1), Reason: person.Resigned}})
	s := b.get("/approvals")
	if s.path != "/sign-in" {
		t.Fatalf("somebody who left is at %s", s.path)
	}
	b.arrive(b.answer(l.provider, s, "test-user2")).wants(http.StatusForbidden, "you act in no capacity any more")
}

func TestWhileTheProviderIsAwayItSaysSo(t *testing.T) {
	l := openLobby(t)
	l.provider.Silent.Store(true)
	b := l.browser()
	b.get("/sign-in/begin").wants(http.StatusServiceUnavailable, "does not answer at this moment")
}
