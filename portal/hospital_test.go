package portal

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"golang.org/x/net/html"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/agreement"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	milestones "github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/partner"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/domain/standard"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/eventstest"
	"github.com/guildhall-dev/guildhall/events/journal"
	"github.com/guildhall-dev/guildhall/events/vault"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/internal/keep"
	"github.com/guildhall-dev/guildhall/partners"
	"github.com/guildhall-dev/guildhall/projections"
)

// T is a test or a benchmark.
type T = testing.TB

// A hospital is a portal over a real log, with a few people.
type hospital struct {
	T
	portal *Portal
	url    string
}

const (
	maya = domain.ApprenticeshipID("maya-2026") // Dana signs off, Priya is the mentor
	ben  = domain.ApprenticeshipID("ben-2026")  // Owen signs off, Quinn is the mentor
)

var (
	sunday   = domain.NewDate(2026, 11, 22)
	lastWeek = domain.Week{Year: 2026, Number: 47}
	system   = domain.Actor{Policy: "test", Role: domain.System}
	ruth     = domain.Actor{Person: "ruth", Role: domain.Coordinator}
)

var staff = []Persona{
	{Key: "apprentice", Name: "Maya Okafor", Role: "Apprentice", Person: "maya", Can: "Log hours."},
	{Key: "other", Name: "Ben Achterberg", Role: "Apprentice", Person: "ben", Can: "Log hours."},
	{Key: "mentor", Name: "Priya Raman", Role: "Mentor", Person: "priya", Can: "Rate evidence."},
	{Key: "manager", Name: "Dana Whitfield", Role: "Manager", Person: "dana", Can: "Sign off."},
	{Key: "receiving-manager", Name: "Owen Castellano", Role: "Manager", Person: "owen", Can: "Receive."},
	{Key: "coordinator", Name: "Ruth Adeyemi", Role: "Coordinator", Person: "ruth", Can: "Oversee."},
	{Key: "hr", Name: "Helen Park", Role: "Human resources", Person: "helen", Can: "Check."},
	{Key: "privacy", Name: "Vera Lindgren", Role: "Privacy officer", Person: "vera", Can: "Answer for privacy."},
	{Key: "registrar", Name: "Rhea Novak", Role: "Registrar", Person: "rhea", Can: "Record awards."},
	{Key: "auditor", Name: "Jonas Beck", Role: "Auditor", Person: "jonas", Can: "Read."},
}

// faults are told where a test fails.
var faults = zap.New(zapcore.NewCore(zapcore.NewConsoleEncoder(zap.NewDevelopmentEncoderConfig()), zapcore.Lock(os.Stderr), zap.ErrorLevel))

func newHospital(t T) *hospital {
	t.Helper()
	dir, ctx := t.TempDir(), t.Context()
	log, err := journal.OpenLocal(ctx, dir, eventstest.Codec())
	check(t, err)
	read, err := projections.Open(ctx, dir)
	check(t, err)
	keys, err := vault.Open(dir, vault.Options{})
	check(t, err)
	read.Erase = keys.Erase
	kept, err := keep.Open(ctx, dir, time.Now)
	check(t, err)
	running, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- read.Run(running, log) }()
	now := sunday.Midnight().Add(18 * time.Hour)
	h := &hospital{T: t, portal: &Portal{
		Desk:         &desk.Desk{Log: log, Read: read, Vault: keys, Now: func() time.Time { return now }},
		Sessions:     kept,
		Partners:     &partners.Partners{Log: log, Read: read, Vault: keys, Now: func() time.Time { return now }},
		Organization: "St. Alder Health", Personas: staff, Log: faults, Closing: running.Done(),
	}}
	server := httptest.NewServer(h.portal.Handler())
	h.url = server.URL
	t.Cleanup(func() {
		stop()
		server.Close()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		check(t, errors.Join(kept.Close(), read.Close(), keys.Close(), log.Close()))
	})
	h.employ()
	return h
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func by(a domain.Actor) desk.Ask { return desk.Ask{By: a} }

func (h *hospital) request(a domain.Actor) domain.Request {
	return domain.Request{By: a, At: h.portal.Desk.Now()}
}

func run[S any, E domain.Event](h *hospital, s domain.Stream, evolve func(S, E) S, c events.Command[S, E]) {
	h.Helper()
	p, err := events.Execute(h.Context(), h.portal.Desk.Log, s, evolve, c)
	check(h.T, err)
	check(h.T, h.portal.Desk.Read.Wait(h.Context(), p))
}

// employ lets everybody join and begins both apprenticeships in September.
func (h *hospital) employ() {
	h.Helper()
	def, err := standard.Find("it-security-pathway")
	check(h.T, err)
	run(h, standard.Stream(def.ID), standard.Evolve, standard.Publish{Request: h.request(system), Definition: def})
	capacity := map[string]domain.Role{"Apprentice": domain.Apprentice, "Mentor": domain.Mentor, "Manager": domain.Manager,
		"Coordinator": domain.Coordinator, "Human resources": domain.HR, "Privacy officer": domain.PrivacyOfficer, "Registrar": domain.Registrar, "Auditor": domain.Auditor}
	for _, p := range append(slices.Clone(staff), Persona{Name: "Quinn Mbeki", Role: "Mentor", Person: "quinn"}) {
		name, err := h.portal.Desk.Vault.Seal(h.Context(), p.Person, p.Name)
		check(h.T, err)
		j := person.Joined{Name: name, Capacity: capacity[p.Role], Position: "help-desk-analyst", Title: "Help desk analyst", Site: "main"}
		if p.Person == "owen" {
			j.Leads = []domain.RoleID{"systems-administrator"}
		}
		run(h, person.Stream(p.Person), person.Evolve, person.Join{Request: h.request(system), Joined: j})
	}
	d, ctx := h.portal.Desk, h.Context()
	for _, a := range []struct {
		id   domain.ApprenticeshipID
		plan desk.Plan
	}{
		{maya, desk.Plan{Person: "maya", Supervisor: "dana", Mentor: "priya"}},
		{ben, desk.Plan{Person: "ben", Supervisor: "owen", Mentor: "quinn"}},
	} {
		a.plan.Pathway, a.plan.StartOn, a.plan.Age = "help-desk-to-security-analyst", domain.NewDate(2026, 9, 7), 30
		_, err := d.Draft(ctx, by(ruth), a.id, a.plan)
		check(h.T, err)
		_, err = d.Sign(ctx, by(domain.Actor{Person: a.plan.Person, Role: domain.Apprentice}), a.id, apprenticeship.ByApprentice)
		check(h.T, err)
		_, err = d.Sign(ctx, by(ruth), a.id, apprenticeship.BySponsor)
		check(h.T, err)
		_, err = d.Register(ctx, by(ruth), a.id, "State agency", "A-1")
		check(h.T, err)
		_, err = d.Begin(ctx, by(ruth), a.id, a.plan.StartOn)
		check(h.T, err)
	}
	lakeshore := domain.Actor{Partner: "lakeshore", Role: domain.Partner}
	run(h, partner.Stream("lakeshore"), partner.Evolve, partner.Onboard{Request: h.request(system), Onboarded: partner.Onboarded{Name: "Lakeshore Community College"}})
	_, err = d.NameDelegate(ctx, by(ruth), "lakeshore", "rhea")
	check(h.T, err)
	_, err = d.DraftAgreement(ctx, by(ruth), "lakeshore-1", agreement.Drafted{Partner: "lakeshore", Scopes: []domain.Scope{domain.PathwayRecords, domain.CreditRecords}})
	check(h.T, err)
	_, err = d.SignAgreement(ctx, by(ruth), "lakeshore-1", 0)
	check(h.T, err)
	_, err = d.SignAgreement(ctx, by(lakeshore), "lakeshore-1", 0)
	check(h.T, err)
	_, err = d.ActivateAgreement(ctx, by(ruth), "lakeshore-1", sunday, sunday.AddMonths(12))
	check(h.T, err)
}

// work logs and sends a week of five days for an apprentice.
func (h *hospital) work(p domain.PersonID, w domain.Week, day domain.Minutes) {
	h.Helper()
	var entries []timesheet.Entry
	for d := range 5 {
		entries = append(entries, timesheet.Entry{Date: w.Monday().AddDays(d), Kind: timesheet.OnTheJob, SpentOn: "wp-01", Minutes: day})
	}
	_, _, err := h.portal.Desk.LogAndSubmit(h.Context(), by(domain.Actor{Person: p, Role: domain.Apprentice}), w, entries)
	check(h.T, err)
}

// prepare meets everything Maya's first role requires.
func (h *hospital) prepare() { h.Helper(); h.prepareUntil(domain.Date{}) }

// prepareUntil does, with a certificate that is good until a day.
func (h *hospital) prepareUntil(last domain.Date) {
	h.Helper()
	ctx, d := h.Context(), h.portal.Desk
	asMaya, asDana, asPriya := domain.Actor{Person: "maya", Role: domain.Apprentice}, domain.Actor{Person: "dana", Role: domain.Manager}, domain.Actor{Person: "priya", Role: domain.Mentor}
	for n := range 10 {
		w := lastWeek.Add(-1 - n)
		h.work("maya", w, domain.Hours(8))
		_, err := d.ApproveWeek(ctx, by(asDana), maya, w)
		check(h.T, err)
	}
	for _, req := range []domain.RequirementID{"hd-ticket-portfolio", "hd-downtime-drill", "hd-imaging-lab", "hd-a-plus"} {
		_, err := d.StartMilestone(ctx, by(asMaya), maya, req)
		check(h.T, err)
		_, err = d.SubmitEvidence(ctx, by(asMaya), maya, req, desk.Shown{Kind: milestones.Work, Note: "Three tickets, from call to cause.", URI: "https://wiki.example/tickets"})
		check(h.T, err)
		shown := desk.Assessment{Mark: milestones.Mark{Rating: 3}, Feedback: "Calm and thorough."}
		if req == "hd-a-plus" {
			shown.ValidUntil = last
		}
		_, err = d.Assess(ctx, by(asPriya), maya, req, shown)
		check(h.T, err)
	}
	run(h, milestones.Stream(maya, "hd-network-defence"), milestones.Evolve, milestones.AttainByCredit{
		Request: h.request(system), Started: milestones.Started{Apprenticeship: maya, Person: "maya", Requirement: "hd-network-defence", PassLevel: 1, ByCredit: true}, Credit: "credit-maya-2026.cyb-110"})
}

// A browser is one person's, with cookies.
type browser struct {
	*hospital
	client *http.Client
}

func (h *hospital) browser() browser {
	h.Helper()
	jar, err := cookiejar.New(nil)
	check(h.T, err)
	return browser{h, &http.Client{Jar: jar}}
}

// as signs in as the persona with a key.
func (h *hospital) as(key string) browser {
	h.Helper()
	b := h.browser()
	b.post("/demo/sign-in/"+key, nil).wants(http.StatusOK)
	return b
}

// A screen is what a browser got in the end, after redirects.
type screen struct {
	browser
	status int
	path   string
	to     string // where the sign-in page leads on to
	header http.Header
	size   int // bytes
	all    []*html.Node
}

func (b browser) get(path string) screen {
	b.Helper()
	req, err := http.NewRequestWithContext(b.Context(), http.MethodGet, b.url+path, nil)
	check(b.T, err)
	return b.do(req)
}

func (b browser) post(path string, form url.Values) screen {
	b.Helper()
	req, err := http.NewRequestWithContext(b.Context(), http.MethodPost, b.url+path, strings.NewReader(form.Encode()))
	check(b.T, err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.do(req)
}

func (b browser) do(req *http.Request) screen {
	b.Helper()
	res, err := b.client.Do(req)
	check(b.T, err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	check(b.T, err)
	doc, err := html.Parse(strings.NewReader(string(body)))
	check(b.T, err)
	s := screen{browser: b, status: res.StatusCode, path: res.Request.URL.RequestURI(), header: res.Header, size: len(body)}
	if s.path, s.to, _ = strings.Cut(s.path, "?to="); s.path != "/sign-in" {
		s.path, s.to = res.Request.URL.RequestURI(), ""
	}
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode {
			s.all = append(s.all, n)
		}
	}
	return s
}

// form is the form that posts to a path, with what it would send.
func (s screen) form(action string) (*html.Node, url.Values) {
	for _, n := range named(s.all, "form") {
		if attr(n, "action") != action {
			continue
		}
		values := url.Values{}
		for d := range n.Descendants() {
			switch name := attr(d, "name"); {
			case name == "" || d.Data == "button":
			case d.Data == "textarea":
				values.Set(name, words(d))
			case d.Data == "select":
				for _, o := range named(slices.Collect(d.Descendants()), "option") {
					if has(o, "selected") || !values.Has(name) {
						values.Set(name, attr(o, "value"))
					}
				}
			case attr(d, "type") == "radio" || attr(d, "type") == "checkbox":
				if has(d, "checked") {
					values.Add(name, attr(d, "value"))
				}
			default:
				values.Set(name, attr(d, "value"))
			}
		}
		return n, values
	}
	return nil, nil
}

// send fills in the form that posts to a path and sends it.
func (s screen) send(action string, fields ...string) screen {
	s.Helper()
	form, values := s.form(action)
	if form == nil {
		s.Fatalf("%s has no form to %s", s.path, action)
	}
	for i := 0; i < len(fields); i += 2 {
		values.Set(fields[i], fields[i+1])
	}
	return s.post(action, values)
}

// main is what the page says, or the whole of what is no page.
func (s screen) main() string { return words(append(named(s.all, "main"), s.all[0])[0]) }

func (s screen) wants(status int, texts ...string) screen {
	s.Helper()
	if s.status != status {
		s.Errorf("%s answered %d, want %d: %.600s", s.path, s.status, status, s.main())
	}
	for _, text := range texts {
		if !strings.Contains(s.main(), text) {
			s.Errorf("%s does not say %q: %.1500s", s.path, text, s.main())
		}
	}
	return s
}

// offers reports whether a list of the page has an option with a value.
func (s screen) offers(value string) bool {
	return slices.ContainsFunc(named(s.all, "option"), func(n *html.Node) bool { return attr(n, "value") == value })
}

func (s screen) lacks(texts ...string) screen {
	s.Helper()
	for _, text := range texts {
		if strings.Contains(words(s.all[0]), text) {
			s.Errorf("%s says %q", s.path, text)
		}
	}
	return s
}
