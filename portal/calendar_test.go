package portal

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	ics "github.com/arran4/golang-ical"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/partners"
	"github.com/guildhall-dev/guildhall/projections"
)

// calendarLink makes a link on the account page and returns its path.
func (b browser) calendarLink() string {
	b.Helper()
	s := b.get(messageSettingsPath).send("/account/calendar").wants(http.StatusOK, "it is not shown again")
	for _, n := range named(s.all, "input") {
		if attr(n, "id") == "calendar-link" {
			return strings.TrimPrefix(attr(n, "value"), b.url)
		}
	}
	b.Fatal("the page shows no link")
	return ""
}

// read asks for an address as a calendar does, without cookies.
func (h *hospital) read(path string, header ...string) (res *http.Response, body string) {
	h.Helper()
	req, err := http.NewRequestWithContext(h.Context(), http.MethodGet, h.url+path, nil)
	check(h.T, err)
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err = http.DefaultClient.Do(req)
	check(h.T, err)
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	check(h.T, err)
	return res, string(b)
}

// dates parses what a link serves, by the titles of its days.
func (h *hospital) dates(path string) (map[string]*ics.VEvent, string) {
	h.Helper()
	res, body := h.read(path)
	if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "text/calendar; charset=utf-8" {
		h.Fatalf("answered %d, %s: %s", res.StatusCode, res.Header.Get("Content-Type"), body)
	}
	for line := range strings.SplitAfterSeq(body, "\n") {
		if len(line) > 77 || line != "" && !strings.HasSuffix(line, "\r\n") {
			h.Errorf("a line is %q", line)
		}
	}
	c, err := ics.ParseCalendar(strings.NewReader(body))
	check(h.T, err)
	all := map[string]*ics.VEvent{}
	for _, e := range c.Events() {
		all[e.GetProperty(ics.ComponentPropertySummary).Value] = e
	}
	return all, body
}

func (h *hospital) plan(day domain.Date) {
	h.Helper()
	_, err := h.portal.Desk.PlanMilestone(h.Context(), by(domain.Actor{Person: "priya", Role: domain.Mentor}), maya, "hd-imaging-lab", day)
	check(h.T, err)
}

func said(e *ics.VEvent, p ics.ComponentProperty) string { return e.GetProperty(p).Value }

func TestACalendarReadsSomebodysDatesByALink(t *testing.T) {
	h := newHospital(t)
	h.plan(domain.NewDate(2026, 12, 18))
	path := h.as("apprentice").calendarLink()
	before, body := h.dates(path)
	lab := before["Due: Security controls: Imaging lab"]
	for title, e := range before {
		if strings.HasPrefix(title, "Due: ") {
			lab = e
		}
	}
	if lab == nil || before["Your progress is to be evaluated"] == nil {
		t.Fatalf("the days are %v", before)
	}
	if from, to := said(lab, ics.ComponentPropertyDtStart), said(lab, ics.ComponentPropertyDtEnd); from != "20261218" || to != "20261219" {
		t.Errorf("the day is from %s to %s", from, to)
	}
	if about := said(lab, ics.ComponentPropertyDescription); !strings.Contains(about, h.url+"/pathway#m-hd-imaging-lab") {
		t.Errorf("it says %q", about)
	}
	if strings.Contains(body, "maya") || strings.Contains(body, "Okafor") {
		t.Errorf("it tells who reads it: %s", body)
	}

	res, again := h.read(path)
	if again != body {
		t.Error("the same days are written otherwise")
	}
	if res, text := h.read(path, "If-None-Match", res.Header.Get("ETag")); res.StatusCode != http.StatusNotModified || text != "" {
		t.Errorf("what a calendar has already is sent again: %d", res.StatusCode)
	}

	h.plan(domain.NewDate(2027, 1, 8))
	after, _ := h.dates(path)
	var moved *ics.VEvent
	for title, e := range after {
		if strings.HasPrefix(title, "Due: ") {
			moved = e
		}
	}
	if moved.Id() != lab.Id() || said(moved, ics.ComponentPropertyDtStart) != "20270108" || said(moved, ics.ComponentPropertySequence) <= said(lab, ics.ComponentPropertySequence) {
		t.Errorf("what was moved is told as %v, not as a change of %v", moved, lab)
	}
}

func TestALinkIsShownOnceReplacedAndSwitchedOff(t *testing.T) {
	h := newHospital(t)
	b := h.as("apprentice")
	first := b.calendarLink()
	s := b.get(messageSettingsPath).wants(http.StatusOK, "A link shows your dates", "Replace the link").lacks("Your link")
	_, nothing := h.read("/calendar/never-made.ics")
	gone := func(path string) {
		t.Helper()
		if res, body := h.read(path); res.StatusCode != http.StatusNotFound || body != nothing || res.Header.Get("ETag") != "" {
			t.Errorf("%d: %s", res.StatusCode, body)
		}
	}
	_, key := s.form("/account/calendar")
	b.post("/account/calendar", key).wants(http.StatusOK)
	second := b.post("/account/calendar", key).wants(http.StatusOK)
	gone(first)
	for _, n := range named(second.all, "input") {
		if attr(n, "id") == "calendar-link" {
			h.dates(strings.TrimPrefix(attr(n, "value"), h.url)) // a form that is sent twice makes one link
			first = attr(n, "value")
		}
	}
	second.send("/account/calendar/off").wants(http.StatusOK, "The link is switched off", "Make a calendar link")
	gone(strings.TrimPrefix(first, h.url))
	gone("/calendar/.ics")
	gone("/calendar/" + strings.Repeat("x", 4000))
	h.as("registrar").get(messageSettingsPath).wants(http.StatusOK).lacks("Make a calendar link")
}

func TestWhoLeavesHasNoCalendar(t *testing.T) {
	h := newHospital(t)
	path := h.as("mentor").calendarLink()
	h.dates(path)
	hr := h.request(domain.Actor{Person: "helen", Role: domain.HR})
	run(h, person.Stream("priya"), person.Evolve, person.Leave{Request: hr, Person: "priya", Left: person.Left{On: sunday.AddDays(-1), Reason: person.Resigned}})
	if res, _ := h.read(path); res.StatusCode != http.StatusNotFound {
		t.Errorf("answered %d", res.StatusCode)
	}
	run(h, person.Stream("priya"), person.Evolve, person.Return{Request: hr, Person: "priya", Returned: person.Returned{On: sunday}})
	if res, _ := h.read(path); res.StatusCode != http.StatusNotFound {
		t.Errorf("the link lives again: %d", res.StatusCode)
	}
}

func TestACalendarTellsOfOthersHowMuchIsDueAndNoMore(t *testing.T) {
	h := busy(t)
	now := h.portal.Desk.Now().AddDate(0, 0, 77)
	h.portal.Desk.Now = func() time.Time { return now }
	for who, wants := range map[string][]string{
		"manager":     {"Last day to sign off a week of hours", "Last day to decide a role change"},
		"mentor":      {"An evaluation is due"},
		"coordinator": {"2 evaluations are due"},
		"auditor":     nil,
	} {
		days, body := h.dates(h.as(who).calendarLink())
		for _, title := range wants {
			if days[title] == nil {
				t.Errorf("%s is not told %q: %s", who, title, body)
			}
		}
		if wants == nil && len(days) > 0 {
			t.Errorf("%s has nothing to do and is told %v", who, days)
		}
		for _, name := range []string{"Maya", "Okafor", "maya", "Ben", "Achterberg", "ben-2026"} {
			if strings.Contains(body, name) {
				t.Errorf("the calendar of %s names %s: %s", who, name, body)
			}
		}
	}
}

func TestACalendarIsInTheLanguageOfItsPerson(t *testing.T) {
	h := newHospital(t)
	b := h.as("apprentice")
	b.get("/account").send("/account/preferences", "language", "es", "zone", "Pacific/Honolulu")
	s := b.get(messageSettingsPath).send("/account/calendar").wants(http.StatusOK, "Su enlace", "Reemplazar el enlace")
	for _, n := range named(s.all, "input") {
		if attr(n, "id") == "calendar-link" {
			days, body := h.dates(strings.TrimPrefix(attr(n, "value"), h.url))
			if days["Toca evaluar su progreso"] == nil || !strings.Contains(body, "X-WR-TIMEZONE:Pacific/Honolulu") {
				t.Errorf("it says %s", body)
			}
		}
	}
}

// TestALinkThatIsSwitchedOffIsOffAtEveryNode asks a node that has not heard of it yet.
func TestALinkThatIsSwitchedOffIsOffAtEveryNode(t *testing.T) {
	h := newHospital(t)
	b := h.as("apprentice")
	path := b.calendarLink()
	read, err := projections.Open(t.Context(), t.TempDir())
	check(t, err)
	defer read.Close()
	log := h.portal.Desk.Log
	follow := func() (stop func()) {
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- read.Run(ctx, log) }()
		return func() { cancel(); <-ended }
	}
	stop := follow()
	check(t, read.Wait(t.Context(), h.portal.Desk.Read.Position()))
	other := *h.portal
	other.Desk = &desk.Desk{Log: log, Read: read, Vault: h.portal.Desk.Vault, Now: h.portal.Desk.Now}
	other.Partners = &partners.Partners{Log: log, Read: read, Vault: h.portal.Desk.Vault, Now: h.portal.Desk.Now}
	server := httptest.NewServer(other.Handler())
	defer server.Close()
	there := &hospital{T: t, portal: &other, url: server.URL}
	there.dates(path)
	stop()
	b.get(messageSettingsPath).send("/account/calendar/off").wants(http.StatusOK)
	answered := make(chan int, 1)
	go func() { res, _ := there.read(path); answered <- res.StatusCode }()
	time.Sleep(50 * time.Millisecond)
	stop = follow()
	defer stop()
	if got := <-answered; got != http.StatusNotFound {
		t.Errorf("the other node answered %d", got)
	}
}

func TestACalendarIsNotReadTooOften(t *testing.T) {
	h := newHospital(t)
	path := h.as("apprentice").calendarLink()
	for range readsInARow {
		h.read(path)
	}
	if res, _ := h.read(path); res.StatusCode != http.StatusTooManyRequests || res.Header.Get("Retry-After") == "" {
		t.Errorf("answered %d", res.StatusCode)
	}
}

func TestHostileTextStaysInItsLineOfACalendar(t *testing.T) {
	v := &visit{site: &site{Portal: &Portal{Organization: hostile + "\r\nBEGIN:VEVENT"}}, r: httptest.NewRequest("GET", "/", nil), tongue: english, zone: time.UTC}
	title := "x\r\nEND:VEVENT\rATTACH:http://evil.example\n\u2028BEGIN:VEVENT;,\\\"" + hostile + strings.Repeat("ñ漢", 200)
	body, err := v.icalendar("maya", []desk.CalendarDay{{Kind: desk.MilestoneDay, On: sunday, Title: title, Subject: "milestone-a.b", Since: sunday.Midnight(), Version: 3}})
	check(t, err)
	c, err := ics.ParseCalendar(strings.NewReader(string(body)))
	check(t, err)
	if len(c.Events()) != 1 {
		t.Fatalf("it has %d days: %s", len(c.Events()), body)
	}
	e := c.Events()[0]
	if got, want := said(e, ics.ComponentPropertySummary), "Due: "+printable(title); got != want || e.GetProperty(ics.ComponentPropertyAttach) != nil {
		t.Errorf("came back as %q, want %q", got, want)
	}
}

func TestTheSecretOfACalendarIsNotLogged(t *testing.T) {
	core, lines := observer.New(zap.DebugLevel)
	h := newHospital(t)
	h.portal.Log = zap.New(core)
	v := (&site{Portal: h.portal}).visit(httptest.NewRecorder(), httptest.NewRequest("GET", "/calendar/s3cret.ics", nil))
	v.fail(errors.New("no disk"))
	if lines.Len() != 1 || lines.All()[0].ContextMap()["path"] != calendarPath {
		t.Errorf("logged as %v", lines.All())
	}
}
