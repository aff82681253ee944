package portal

import (
	"bytes"
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
	"github.com/guildhall-dev/guildhall/internal/keep"
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
	h := newHospital(t)
	b := h.as("apprentice")
	dir := t.TempDir()
	first, err := keep.Open(t.Context(), dir, time.Now)
	check(t, err)
	h.portal.Sessions = first
	one := httptest.NewServer(h.portal.Handler())
	h.url = one.URL
	b = h.as("apprentice")
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

func TestSomebodySeesTheirSessionsAndEndsOthers(t *testing.T) {
	h := newHospital(t)
	phone, desk, third, other := h.as("manager"), h.as("manager"), h.as("manager"), h.as("apprentice")
	s := desk.get("/account").wants(http.StatusOK, "Where you are signed in", "This one", "End all others")
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

func TestWhoHasTwoCapacitiesActsInOneUntilItIsTakenBack(t *testing.T) {
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
	if got := account(); !strings.Contains(got, "Whitfield Manager") {
		t.Errorf("once it is taken back she acts as %s", got)
	}
}

func TestNothingTypedIsLostWhenASessionEnds(t *testing.T) {
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
