package portal

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/guildhall-dev/guildhall/domain"
)

func TestEverybodyStartsWhereTheirWorkIs(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	for key, path := range map[string]string{"apprentice": "/pathway", "mentor": "/approvals", "manager": "/approvals", "hr": "/approvals", "coordinator": "/approvals", "auditor": "/apprentices"} {
		if s := h.as(key).get("/").wants(http.StatusOK); s.path != path {
			t.Errorf("%s starts at %s, want %s", key, s.path, path)
		}
	}
}

func TestWithoutASessionEveryPageLeadsToTheSignIn(t *testing.T) {
	t.Parallel()
	b := newHospital(t).browser()
	for _, path := range []string{"/", "/pathway", "/hours", "/approvals", "/apprentices", "/apprentices/maya-2026", "/sharing", "/approvals/hours/maya-2026/2026-W47"} {
		if s := b.get(path); s.path != "/sign-in" || s.status != http.StatusOK {
			t.Errorf("%s led to %s with %d", path, s.path, s.status)
		}
	}
	if s := b.post("/hours", nil); s.path != "/sign-in" {
		t.Errorf("a post led to %s", s.path)
	}
	if s := b.get("/live"); s.status != http.StatusNoContent {
		t.Errorf("the event stream answered %d", s.status)
	}
}

func TestSigningOutEndsTheSession(t *testing.T) {
	t.Parallel()
	b := newHospital(t).as("apprentice")
	jar := b.client.Jar.Cookies(mustURL(t, b.url))
	if s := b.post("/sign-out", nil); s.path != "/sign-in" {
		t.Errorf("signing out led to %s", s.path)
	}
	b.client.Jar.SetCookies(mustURL(t, b.url), jar)
	if s := b.get("/pathway"); s.path != "/sign-in" {
		t.Error("the old cookie still opens the pathway")
	}
}

func mustURL(t testing.TB, s string) *url.URL {
	u, err := url.Parse(s)
	check(t, err)
	return u
}

func TestSigningInChangesTheSession(t *testing.T) {
	t.Parallel()
	b := newHospital(t).as("apprentice")
	before := b.session()
	b.post("/demo/sign-in/manager", nil)
	if b.session() == before {
		t.Error("the session kept its token")
	}
}

func TestTheSessionCookieStaysAwayFromScriptsAndOtherSites(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	for _, tls := range []bool{false, true} {
		p := *h.portal
		p.TLS = tls
		w := httptest.NewRecorder()
		p.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/demo/sign-in/manager", nil))
		cookies := w.Result().Cookies()
		if len(cookies) != 2 {
			t.Fatalf("%d cookies", len(cookies))
		}
		for _, c := range cookies {
			if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Secure != tls {
				t.Errorf("over TLS %v: %+v", tls, c)
			}
		}
	}
}

func TestDemoSignInIsOffWithoutPersonas(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	h.portal.Personas = nil
	server := httptest.NewServer(h.portal.Handler())
	defer server.Close()
	h.url = server.URL
	b := h.browser()
	b.post("/demo/sign-in/manager", nil).wants(http.StatusNotFound)
	b.get("/sign-in").wants(http.StatusOK, "There is no sign-in here yet")
	if s := b.get("/approvals"); s.path != "/sign-in" {
		t.Errorf("it led to %s", s.path)
	}
}

func TestAnUnknownPersonaIsNobody(t *testing.T) {
	t.Parallel()
	b := newHospital(t).browser()
	b.get("/demo/sign-in/root").wants(http.StatusNotFound, "Nobody can be signed in")
	b.get("/demo/sign-in/").wants(http.StatusNotFound)
}

func TestALinkSignsInUnlessItIsOnAnotherSite(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	for site, want := range map[string]int{"": 200, "none": 200, "same-origin": 200, "cross-site": 403} {
		req := httptest.NewRequest(http.MethodGet, h.url+"/demo/sign-in/manager", nil)
		req.RequestURI = ""
		req.Header.Set("Sec-Fetch-Site", site)
		h.browser().do(req).wants(want)
	}
}

func TestAFormOfAnotherSiteIsRefused(t *testing.T) {
	t.Parallel()
	b := newHospital(t).as("apprentice")
	for _, path := range []string{"/hours", "/sharing", "/transitions", "/sign-out", "/demo/sign-in/manager", "/milestones/maya-2026/hd-imaging-lab/start"} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, b.url+path, nil)
		check(t, err)
		req.Header.Set("Sec-Fetch-Site", "cross-site")
		s := b.do(req).wants(http.StatusForbidden, "Another website sent this form")
		if s.header.Get("Content-Security-Policy") != contentPolicy {
			t.Error("without a content policy")
		}
	}
	b.get("/pathway").wants(http.StatusOK)
}

func TestPagesAreCompressedForBrowsersThatTakeIt(t *testing.T) {
	t.Parallel()
	b := newHospital(t).as("apprentice")
	plain, err := b.client.Get(b.url + "/pathway")
	check(t, err)
	defer plain.Body.Close()
	whole, err := io.ReadAll(plain.Body)
	check(t, err)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, b.url+"/pathway", nil)
	check(t, err)
	req.Header.Set("Accept-Encoding", "gzip") // asked for by hand, it is not undone by hand
	packed, err := b.client.Do(req)
	check(t, err)
	defer packed.Body.Close()
	less, err := io.ReadAll(packed.Body)
	check(t, err)
	if packed.Header.Get("Content-Encoding") != "gzip" || len(less) > len(whole)/2 {
		t.Errorf("%d bytes came as %q in %d", len(whole), packed.Header.Get("Content-Encoding"), len(less))
	}
}

func TestAHugeFormIsRefused(t *testing.T) {
	t.Parallel()
	b := newHospital(t).as("apprentice")
	b.post("/hours", url.Values{"note": {strings.Repeat("x", maxForm)}}).wants(http.StatusRequestEntityTooLarge, "larger than 64 KB")
}

func TestPagesSayWhatIsWrongAndNeverWhy(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	core, logged := observer.New(zap.ErrorLevel)
	h.portal.Log = zap.New(core)
	b := h.as("apprentice")
	b.get("/nowhere").wants(http.StatusNotFound, "We cannot find that page")
	b.get("/hours?week=yesterday").wants(http.StatusUnprocessableEntity, "is not a week")
	check(t, h.portal.Desk.Vault.Close())
	s := &site{Portal: h.portal, sessions: newSessions(h.portal.Sessions, false)}
	server := httptest.NewServer(headers(s.guard(s.open(func(v *visit) error { panic("secret") }))))
	defer server.Close()
	h.url = server.URL
	fault := h.browser().get("/").wants(http.StatusInternalServerError, "Something went wrong on our side").lacks("secret")
	reference := fault.header.Get(referenceHeader)
	fault.wants(http.StatusInternalServerError, reference)
	if entries := logged.FilterField(zap.String("reference", reference)).All(); len(entries) != 2 || reference == "" {
		t.Errorf("%d log lines name %q", len(entries), reference)
	}
}

// crawl opens everything that links lead to, from a page on.
func (b browser) crawl(from string, visit func(screen)) {
	b.Helper()
	seen := map[string]bool{}
	for todo := []string{from}; len(todo) > 0; todo = todo[1:] {
		s := b.get(todo[0])
		visit(s)
		for _, n := range s.all {
			href := attr(n, "href") + attr(n, "src")
			if n.Data == "use" || !strings.HasPrefix(href, "/") && !strings.HasPrefix(href, "?") || strings.HasPrefix(href, "/demo/") {
				continue
			}
			path, _, _ := strings.Cut(href, "#")
			if !seen[path] && len(seen) < 400 && !distant(path) {
				seen[path] = true
				todo = append(todo, path)
			}
		}
	}
}

// distant are weeks long ago: one can go back for ever.
func distant(path string) bool {
	week, ok := strings.CutPrefix(path, "/hours?week=")
	return ok && week < "2026-W36"
}

// busy is a hospital in which something of everything waits.
func busy(t *testing.T) *hospital {
	h := newHospital(t)
	h.prepare()
	h.work("maya", lastWeek, domain.Hours(8))
	h.work("ben", lastWeek, domain.Hours(7))
	b := h.as("other")
	b.post("/milestones/ben-2026/hd-imaging-lab/start", nil).wants(http.StatusOK)
	b.get("/pathway").send("/milestones/ben-2026/hd-imaging-lab/evidence", "note", "Built and encrypted.").wants(http.StatusOK)
	h.as("mentor").get("/apprentices/maya-2026").send("/transitions", "note", "Ready.").wants(http.StatusOK)
	h.as("apprentice").get("/sharing").send("/sharing", "records", "credits", "agree", "yes").wants(http.StatusOK)
	return h
}

func TestEveryLinkOfEveryPageLeadsSomewhereForEverybody(t *testing.T) {
	t.Parallel()
	h := busy(t)
	for _, p := range staff {
		pages := 0
		h.as(p.Key).crawl("/", func(s screen) {
			pages++
			if s.status != http.StatusOK {
				t.Errorf("%s: %s answered %d", p.Key, s.path, s.status)
			}
			if !strings.HasPrefix(s.path, "/static/") && s.header.Get("Cache-Control") == "" {
				t.Errorf("%s may be kept", s.path)
			}
			if !strings.HasPrefix(s.path, "/static/") && s.header.Get("Content-Security-Policy") != contentPolicy {
				t.Errorf("%s has no content policy", s.path)
			}
		})
		if pages < 8 {
			t.Errorf("%s found %d pages", p.Key, pages)
		}
	}
}

func TestNobodyReadsOfALearnerTheyDoNotAccompany(t *testing.T) {
	t.Parallel()
	h := busy(t)
	for key, hidden := range map[string]string{"apprentice": "Ben", "other": "Maya", "manager": "Ben", "mentor": "Ben"} {
		b := h.as(key)
		for _, p := range []string{"/apprentices/maya-2026", "/approvals/hours/maya-2026/2026-W47", "/approvals/milestones/maya-2026/hd-imaging-lab", "/approvals/role-changes/maya-2026.systems-administrator"} {
			path := strings.ReplaceAll(p, "maya", strings.ToLower(hidden))
			b.get(path).wants(http.StatusNotFound).lacks(hidden)
		}
		b.post("/milestones/"+strings.ToLower(hidden)+"-2026/hd-imaging-lab/start", nil).wants(http.StatusNotFound)
		b.crawl("/", func(s screen) {
			if s.path != "/sign-in" {
				s.lacks(hidden)
			}
		})
	}
}

// ofOneself reports whether a form is about whoever sends it: how they sign in, what they would
// like to do, what they answer in surveys.
func ofOneself(action string) bool {
	return slices.ContainsFunc([]string{"/account", "/career/", "/surveys/"}, func(p string) bool { return strings.HasPrefix(action, p) })
}

func TestAnAuditorSeesEverythingAndHasNoForms(t *testing.T) {
	t.Parallel()
	b := busy(t).as("auditor")
	var read []string
	b.crawl("/", func(s screen) {
		read = append(read, s.path)
		if s.path == "/sign-in" {
			return
		}
		for _, f := range named(s.all, "form") {
			if action := attr(f, "action"); attr(f, "method") == "post" && action != "/sign-out" && action != "/language" && !ofOneself(action) && !strings.HasPrefix(action, messagesPath) {
				t.Errorf("%s has a form to %s", s.path, action)
			}
		}
	})
	for _, want := range []string{"/apprentices/maya-2026", "/apprentices/ben-2026", "/approvals/hours/maya-2026/2026-W47", "/approvals/milestones/ben-2026/hd-imaging-lab", "/approvals/role-changes/maya-2026.systems-administrator"} {
		if !slices.Contains(read, want) {
			t.Errorf("%s is not to be found among %q", want, read)
		}
	}
	b.post("/approvals/hours/maya-2026/2026-W47", url.Values{"decision": {"approve"}, "snapshot": {"6"}}).wants(http.StatusConflict)
	b.post("/approvals/hours", url.Values{"id": {"maya-2026.2026-W47"}}).wants(http.StatusForbidden)
	b.post("/approvals/role-changes/maya-2026.systems-administrator", url.Values{"decision": {"grant"}}).wants(http.StatusForbidden)
}

func TestAPageLearnsOfAChangeAtOnce(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	b := h.as("manager")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, h.url+"/live", nil)
	check(t, err)
	res, err := b.client.Do(req)
	check(t, err)
	defer res.Body.Close()
	lines := bufio.NewScanner(res.Body)
	if !lines.Scan() {
		t.Fatal("the stream did not open")
	}
	h.work("ben", lastWeek, domain.Hours(8))
	h.work("maya", lastWeek, domain.Hours(8))
	for lines.Scan() {
		if lines.Text() == "event: change" {
			return
		}
	}
	t.Fatalf("the stream ended: %v", lines.Err())
}

func TestAPageWhoseConnectionWasLostLearnsWhatItMissed(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	b := h.as("manager")
	listen := func(last string) (*http.Response, *bufio.Scanner) {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, h.url+"/live", nil)
		check(t, err)
		if last != "" {
			req.Header.Set("Last-Event-ID", last)
		}
		res, err := b.client.Do(req)
		check(t, err)
		return res, bufio.NewScanner(res.Body)
	}
	res, lines := listen("")
	lines.Scan()
	last, is := strings.CutPrefix(lines.Text(), "id: ")
	if res.Body.Close(); !is {
		t.Fatalf("the stream opens with %q", lines.Text())
	}
	res, lines = listen(last)
	if lines.Scan(); lines.Text() != "id: "+last {
		t.Errorf("though nothing happened it says %q", lines.Text())
	}
	res.Body.Close()
	h.work("maya", lastWeek, domain.Hours(8))
	res, lines = listen(last)
	defer res.Body.Close()
	if lines.Scan(); lines.Text() != "event: change" {
		t.Errorf("what was missed is told as %q", lines.Text())
	}
}

func TestEventStreamsEndWithTheServer(t *testing.T) {
	t.Parallel()
	h := newHospital(t)
	closing := make(chan struct{})
	h.portal.Closing = closing
	res, err := h.as("manager").client.Get(h.url + "/live")
	check(t, err)
	defer res.Body.Close()
	close(closing)
	for lines := bufio.NewScanner(res.Body); lines.Scan(); {
	}
}

func TestAnEventStreamTellsNothingOfOthers(t *testing.T) {
	t.Parallel()
	newHospital(t).as("apprentice").get("/live?about=ben-2026").wants(http.StatusNotFound)
}
