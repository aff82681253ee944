package portal

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/internal/keep"
	"github.com/guildhall-dev/guildhall/projections"
)

// session is the token of the browser's session.
func (b browser) session() string {
	for _, c := range b.client.Jar.Cookies(mustURL(b.T, b.url)) {
		if c.Name == "guildhall" {
			return c.Value
		}
	}
	return ""
}

// ends ends the session of the browser as idling does, without the browser's knowing.
func (b browser) ends() {
	b.Helper()
	check(b.T, b.portal.Sessions.End(b.Context(), sessionKey(b.session()), time.Now().Add(time.Hour)))
}

func TestASessionSurvivesARestartAndIsAtAnotherNodeToo(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	dir := t.TempDir()
	first, err := keep.Open(t.Context(), dir, time.Now)
	check(t, err)
	h.portal.Sessions = first
	one := httptest.NewServer(h.portal.Handler())
	h.url = one.URL
	b := h.as("apprentice")
	token := b.session()
	one.Close()
	check(t, first.Close())
	for _, name := range []string{keep.File, keep.File + "-wal"} {
		if text, err := os.ReadFile(filepath.Join(dir, name)); err == nil && (bytes.Contains(text, []byte(token)) || bytes.Contains(text, []byte(`"maya"`))) {
			t.Errorf("%s tells a token or who it is of", name)
		}
	}
	again, err := keep.Open(t.Context(), dir, time.Now)
	check(t, err)
	defer again.Close()
	h.portal.Sessions = again
	two := httptest.NewServer(h.portal.Handler())
	defer two.Close()
	h.url = two.URL
	c := h.browser()
	c.client.Jar.SetCookies(mustURL(t, h.url), []*http.Cookie{{Name: "guildhall", Value: token}})
	if s := c.get("/pathway"); s.path != "/pathway" {
		t.Errorf("after a restart it led to %s", s.path)
	}
}

// anotherNode serves the same hospital from a read model of its own.
func (h *hospital) anotherNode() *hospital {
	h.Helper()
	read, err := projections.Open(h.Context(), h.TempDir())
	check(h.T, err)
	running, stop := context.WithCancel(h.Context())
	ended := make(chan error, 1)
	go func() { ended <- read.Run(running, h.portal.Desk.Log) }()
	d := h.portal.Desk
	p := &Portal{Desk: &desk.Desk{Log: d.Log, Read: read, Vault: d.Vault, Now: d.Now}, Sessions: h.portal.Sessions, Partners: h.portal.Partners,
		Organization: h.portal.Organization, Personas: h.portal.Personas, Login: h.portal.Login, Log: h.portal.Log, Closing: running.Done()}
	server := httptest.NewServer(p.Handler())
	h.Cleanup(func() {
		stop()
		server.Close()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			h.Error(err)
		}
		check(h.T, read.Close())
	})
	return &hospital{T: h.T, portal: p, url: server.URL}
}

// caughtUp waits until a node knows all that is on record.
func (h *hospital) caughtUp() {
	h.Helper()
	head, err := h.portal.Desk.Log.Head(h.Context())
	check(h.T, err)
	check(h.T, h.portal.Desk.Read.Wait(h.Context(), head))
}

// TestASessionEndsAtEveryNode goes on at a second node with a session that the first one began,
// until something ends it that only the log tells of.
func TestASessionEndsAtEveryNode(t *testing.T) {
	t.Parallel()
	hr, dana := domain.Actor{Person: "helen", Role: domain.HR}, domain.PersonID("dana")
	for name, end := range map[string]func(h *hospital, r domain.Request) events.Command[person.State, person.Event]{
		"who leaves": func(h *hospital, r domain.Request) events.Command[person.State, person.Event] {
			return person.Leave{Request: r, Person: dana, Left: person.Left{On: sunday.AddDays(-1), Reason: person.Resigned}}
		},
		"who loses the capacity they act in": func(h *hospital, r domain.Request) events.Command[person.State, person.Event] {
			return person.RevokeCapacity{Request: r, Person: dana, Revoked: person.CapacityRevoked{Capacity: domain.Manager, From: sunday}}
		},
		"who is erased": func(h *hospital, r domain.Request) events.Command[person.State, person.Event] {
			run(h, person.Stream(dana), person.Evolve, person.AskErasure{Request: h.request(ruth), Person: dana, Reason: person.Asked, Reference: "DSR-1"})
			asked, err := h.portal.Desk.Read.Erasures(h.Context())
			check(h.T, err)
			return person.Erase{Request: r, Person: dana, Of: asked[0].Asked}
		},
	} {
		t.Run(name, func(t *testing.T) {
			one := newHospital(t)
			run(one, person.Stream(dana), person.Evolve, person.GrantCapacity{Request: one.request(hr), Person: dana, Granted: person.CapacityGranted{Capacity: domain.Mentor, From: sunday}})
			two := one.anotherNode()
			b := one.as("manager")
			b.url = two.url
			if two.caughtUp(); b.get("/approvals").path != "/approvals" {
				t.Fatal("the second node does not know the session")
			}
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, b.url+"/live", nil)
			check(t, err)
			res, err := b.client.Do(req)
			check(t, err)
			defer res.Body.Close()
			run(one, person.Stream(dana), person.Evolve, end(one, one.request(hr)))
			if _, err := io.Copy(io.Discard, res.Body); err != nil {
				t.Errorf("an open page still listens: %v", err)
			}
			if two.caughtUp(); b.get("/approvals").path != "/sign-in" {
				t.Error("the second node goes on with the session")
			}
			if b.url = one.url; b.get("/approvals").path != "/sign-in" {
				t.Error("the first node goes on with the session")
			}
		})
	}
}

func TestASessionEndsAtEveryNodeWithTheLinkThatLetItBegin(t *testing.T) {
	one := openLobby(t)
	one.link("dana", "id2")
	two := one.anotherNode()
	b := one.browser()
	b.arrive(b.answer(one.provider, b.get("/sign-in"), "test-user2")).wants(http.StatusOK)
	b.url = two.url
	if two.caughtUp(); b.get("/approvals").path != "/approvals" {
		t.Fatal("the second node does not know the session")
	}
	operator := one.request(domain.Actor{Policy: "operator", Role: domain.System})
	if _, err := one.login.Unlink(t.Context(), operator, "dana"); err != nil {
		t.Fatal(err)
	}
	one.link("dana", "id2") // linked again, she signs in again
	if two.caughtUp(); b.get("/approvals").path != "/sign-in" {
		t.Error("the second node goes on with the session")
	}
}

func TestSomebodySeesTheirSessionsAndEndsOthers(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	phone, desk, third, other := h.as("manager"), h.as("manager"), h.as("manager"), h.as("apprentice")
	s := desk.get(staysPath).wants(http.StatusOK, "Where you are signed in", "This one", "End all others")
	var tokens []string
	for _, n := range named(s.all, "button") {
		if attr(n, "name") == "session" && attr(n, "value") != "others" {
			tokens = append(tokens, attr(n, "value"))
		}
	}
	if len(tokens) != 2 {
		t.Fatalf("%d other sessions are listed", len(tokens))
	}
	other.post("/account/sessions", url.Values{"session": {tokens[0]}}).wants(http.StatusOK, "") // is not theirs
	desk.post("/account/sessions", url.Values{"session": {hashed(phone.session())}}).wants(http.StatusOK, "")
	if phone.get("/approvals").path == "/approvals" || third.get("/approvals").path != "/approvals" {
		t.Error("another session was ended than the one that was named")
	}
	desk.post("/account/sessions", url.Values{"session": {"others"}}).wants(http.StatusOK, "")
	if third.get("/approvals").path == "/approvals" || desk.get("/approvals").path != "/approvals" || other.get("/pathway").path != "/pathway" {
		t.Error("the others are not ended, or too many are")
	}
}

func TestASessionThatWasEndedElsewhereDoesNotComeBackByARequestOnItsWay(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	m := newSessions(h.portal.Sessions, false)
	ctx, err := m.Load(t.Context(), "")
	check(t, err)
	m.Put(ctx, personKey, "maya")
	token, until, err := m.Commit(ctx)
	check(t, err)
	check(t, h.portal.Sessions.End(t.Context(), sessionKey(token), until))
	m.Put(ctx, noticeKey, "late")
	_, _, err = m.Commit(ctx)
	check(t, err)
	if _, found, err := m.Store.Find(token); found || err != nil {
		t.Errorf("it is back: %v", err)
	}
}

func TestWhoHasTwoCapacitiesActsInOneAndIsSignedOutWhenItIsTakenBack(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	hr := h.request(domain.Actor{Person: "helen", Role: domain.HR})
	run(h, person.Stream("dana"), person.Evolve, person.GrantCapacity{Request: hr, Person: "dana", Granted: person.CapacityGranted{Capacity: domain.Mentor, From: sunday}})
	b := h.as("manager")
	b.get("/account").wants(http.StatusOK, "What you act as")
	b.post("/account/capacity", url.Values{"capacity": {"hr"}}).wants(http.StatusForbidden, "You do not act in this capacity")
	account := func() string { return words(named(b.get("/account").all, "details")[0]) }
	if got := account(); !strings.Contains(got, "Whitfield Manager") {
		t.Errorf("she begins as %s", got)
	}
	b.post("/account/capacity", url.Values{"capacity": {"mentor"}}).wants(http.StatusOK)
	if got := account(); !strings.Contains(got, "Whitfield Mentor") {
		t.Errorf("she acts as %s", got)
	}
	run(h, person.Stream("dana"), person.Evolve, person.RevokeCapacity{Request: hr, Person: "dana", Revoked: person.CapacityRevoked{Capacity: domain.Mentor, From: sunday}})
	if s := b.get("/account"); s.path != "/sign-in" {
		t.Errorf("once it is taken back she is at %s", s.path)
	}
	b = h.as("manager")
	if got := account(); !strings.Contains(got, "Whitfield Manager") {
		t.Errorf("signed in again she acts as %s", got)
	}
}

func TestNothingTypedIsLostWhenASessionEnds(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	b := h.as("apprentice")
	s := b.get(weekForm)
	b.ends()
	at := func(b browser, s screen, fields ...string) screen {
		t.Helper()
		_, values := s.form(weekForm)
		for i := 0; i < len(fields); i += 2 {
			values.Set(fields[i], fields[i+1])
		}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.url+weekForm, strings.NewReader(values.Encode()))
		check(t, err)
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Referer", h.url+weekForm)
		return b.do(req)
	}
	typed := []string{hoursOf(0), "7:15", hoursOf(1), `8 <b>"`, "action", "save", "gone", "a note"}
	in := at(b, s, typed...).wants(http.StatusOK, "what you typed comes back")
	if in.path != "/sign-in" || in.to != url.QueryEscape(weekForm) {
		t.Fatalf("it led to %s, to %s", in.path, in.to)
	}
	b.get(weekForm) // is not signed in
	back := in.send("/demo/sign-in/apprentice?to="+in.to).wants(http.StatusOK, "You were signed out while you wrote this", "gone: a note")
	if back.path != weekForm {
		t.Fatalf("signing in led to %s", back.path)
	}
	for field, want := range map[string]string{hoursOf(0): "7:15", hoursOf(1): `8 <b>"`} {
		if got := attr(byID(back.all, field), "value"); got != want {
			t.Errorf("%s came back as %q", field, got)
		}
	}
	h.browser().post("/demo/sign-in/apprentice", nil)
	if got := attr(byID(h.as("apprentice").get(weekForm).all, hoursOf(0)), "value"); got != "" {
		t.Errorf("another session has %q", got)
	}
	back.send(weekForm, hoursOf(1), "8", "action", "save").wants(http.StatusOK, "Saved.", "15 h 15 min")
	b.get(weekForm).lacks("You were signed out while")
}

func TestWhatSomebodyTypedIsShownToNobodyElse(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	for _, key := range []string{"other", "apprentice"} {
		b := h.as("apprentice")
		s := b.get(weekForm)
		if b.ends(); key == "apprentice" {
			b = h.browser() // in which nobody was signed in
		}
		_, values := s.form(weekForm)
		values.Set(hoursOf(0), "7:15")
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.url+weekForm, strings.NewReader(values.Encode()))
		check(t, err)
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Referer", h.url+weekForm)
		b.do(req).send("/demo/sign-in/" + key + "?to=" + url.QueryEscape(weekForm)).lacks("You were signed out while")
		if got := attr(byID(b.get(weekForm).all, hoursOf(0)), "value"); got != "" {
			t.Errorf("%s is shown %q", key, got)
		}
	}
}

func TestADeviceIsNamedByItsBrowserAndSystem(t *testing.T) {
	for agent, want := range map[string]string{
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:150.0) Gecko/20100101 Firefox/150.0":                                                        "Firefox, Windows",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1": "Safari, iPhone",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36 Edg/150.0.0.0":           "Edge, Windows",
		"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36":                                   "Chrome, Linux",
		"curl/8.0": "",
	} {
		if got := device(agent); got != want {
			t.Errorf("%q is %q, want %q", agent, got, want)
		}
	}
}
