package courier

import (
	"context"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/agreement"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/consent"
	"github.com/guildhall-dev/guildhall/domain/partner"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/domain/webhook"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/eventstest"
	"github.com/guildhall-dev/guildhall/events/journal"
	"github.com/guildhall-dev/guildhall/events/vault"
	"github.com/guildhall-dev/guildhall/projections"
)

const (
	lake domain.PartnerID = "lakeshore"
	hook domain.WebhookID = "hook"
)

var (
	lena      = domain.Actor{Person: "lena", Role: domain.Coordinator}
	vera      = domain.Actor{Person: "vera", Role: domain.PrivacyOfficer}
	priya     = domain.Actor{Person: "priya", Role: domain.Mentor}
	operator  = domain.Actor{Policy: "operator", Role: domain.System}
	lakeshore = domain.Actor{Partner: lake, Role: domain.Partner}
	harbor    = domain.Actor{Partner: "harbor", Role: domain.Partner}
)

// A house is a hospital with two colleges, Lakeshore with a system that listens, and a clock
// that the test holds.
type house struct {
	testing.TB
	*Courier
	mu     sync.Mutex
	now    time.Time
	ear    *ear
	shared string // secret of the webhook
	logged *observer.ObservedLogs
	people int
	stop   func() // the read model
}

func open(t testing.TB) *house {
	t.Helper()
	h := &house{TB: t, now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	log, err := journal.OpenLocal(t.Context(), t.TempDir(), eventstest.Codec())
	h.must(err)
	keys, err := vault.Open(t.TempDir(), vault.Options{})
	h.must(err)
	read, err := projections.Open(t.Context(), t.TempDir())
	h.must(err)
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- read.Run(ctx, log) }()
	h.stop = stop
	core, logged := observer.New(zap.DebugLevel)
	h.logged = logged
	h.Courier = &Courier{Log: log, Read: read, Vault: keys, Now: h.clock, Zap: zap.New(core), Reach: Reach{Networks: Loopback}}
	t.Cleanup(func() {
		h.work.Wait()
		stop()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		if err := errors.Join(read.Close(), keys.Close(), log.Close()); err != nil {
			t.Error(err)
		}
	})
	for _, p := range []domain.PartnerID{"harbor", lake} {
		do(h, partner.Stream(p), partner.Evolve, partner.Onboard{Request: h.by(operator), Onboarded: partner.Onboarded{Name: string(p)}})
	}
	s := agreement.Stream("deal")
	do(h, s, agreement.Evolve, agreement.Draft{Request: h.by(lena), Drafted: agreement.Drafted{Partner: lake, Scopes: []domain.Scope{domain.PathwayRecords, domain.CreditRecords}}})
	do(h, s, agreement.Evolve, agreement.Sign{Request: h.by(lena)})
	do(h, s, agreement.Evolve, agreement.Sign{Request: h.by(lakeshore)})
	do(h, s, agreement.Evolve, agreement.Activate{Request: h.by(lena), Activated: agreement.Activated{From: domain.DateOf(h.now), To: domain.DateOf(h.now).AddDays(300)}})
	h.shown()
	h.ear = listen(h)
	return h
}

// listening adds the webhook at which the ear listens.
func (h *house) listening(kinds ...domain.Scope) {
	h.Helper()
	var err error
	h.shared, _, err = h.Add(h.Context(), h.by(lakeshore), lake, hook, h.ear.URL+"/hook", kinds)
	h.must(err)
}

func (h *house) clock() time.Time { h.mu.Lock(); defer h.mu.Unlock(); return h.now }

func (h *house) pass(d time.Duration) { h.mu.Lock(); defer h.mu.Unlock(); h.now = h.now.Add(d) }

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func (h *house) by(a domain.Actor) domain.Request { return domain.Request{By: a, At: h.clock()} }

func do[S any, E domain.Event](h *house, s domain.Stream, evolve func(S, E) S, c events.Command[S, E]) {
	h.Helper()
	_, err := events.Execute(h.Context(), h.Courier.Log, s, evolve, c)
	h.must(err)
}

// news lets another apprentice share with Lakeshore.
func (h *house) news() {
	h.Helper()
	h.people++
	id := domain.PersonID("a" + strconv.Itoa(h.people))
	do(h, person.Stream(id), person.Evolve, person.Join{Request: h.by(operator), Joined: person.Joined{Name: "sealed", Capacity: domain.Apprentice}})
	do(h, apprenticeship.Stream(domain.ApprenticeshipID(id)), apprenticeship.Evolve, apprenticeship.Draft{Request: h.by(lena), Age: 24, Supervisor: "dana", Mentor: "priya",
		Plan: apprenticeship.Drafted{Person: id, StartOn: domain.DateOf(h.clock()), ExpectedEndOn: domain.DateOf(h.clock())}})
	do(h, consent.Stream(id, lake), consent.Evolve, consent.Give{Request: h.by(domain.Actor{Person: id, Role: domain.Apprentice}),
		Given: consent.Given{Person: id, Party: lake, Records: []domain.Scope{domain.PathwayRecords}, Purpose: "credit"}})
	h.shown()
}

func (h *house) shown() {
	h.Helper()
	head, err := h.Courier.Log.Head(h.Context())
	h.must(err)
	h.must(h.Read.Wait(h.Context(), head))
}

// goRound lets the courier look for news, and waits until what it sent was answered.
func (h *house) goRound() {
	h.Helper()
	h.must(h.round(h.Context()))
	h.work.Wait()
}

// again is another courier of the same record, as after a crash.
func (h *house) again() {
	h.Courier = &Courier{Log: h.Courier.Log, Read: h.Read, Vault: h.Vault, Now: h.clock, Zap: h.Zap, Reach: Reach{Networks: Loopback, Roots: h.Reach.Roots}}
}

func (h *house) hook() projections.Webhook {
	h.Helper()
	w, found, err := h.Read.Webhook(h.Context(), lake, hook)
	h.must(err)
	if !found {
		h.Fatal("there is no webhook")
	}
	return w
}

// records are how many facts there are of the webhook.
func (h *house) records() (n int) {
	h.Helper()
	for _, err := range h.Courier.Log.Read(h.Context(), webhook.Stream(lake, hook)) {
		h.must(err)
		n++
	}
	return n
}

// An ear is a system of Lakeshore that listens over HTTPS.
type ear struct {
	*httptest.Server
	mu     sync.Mutex
	heard  []message
	answer http.HandlerFunc // nil takes everything
}

type message struct {
	header http.Header
	body   string
}

func (m message) id() string { return m.header.Get("webhook-id") }

func listen(h *house) *ear {
	e := &ear{}
	e.Server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			h.Error(err)
		}
		e.mu.Lock()
		e.heard = append(e.heard, message{r.Header.Clone(), string(body)})
		answer := e.answer
		e.mu.Unlock()
		if answer != nil {
			answer(w, r)
		}
	}))
	h.Cleanup(e.Close)
	h.Reach.Roots = x509.NewCertPool()
	h.Reach.Roots.AddCert(e.Certificate())
	return e
}

func (e *ear) answers(with http.HandlerFunc) { e.mu.Lock(); defer e.mu.Unlock(); e.answer = with }

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

// messages are those heard since the last call.
func (e *ear) messages() []message {
	e.mu.Lock()
	defer e.mu.Unlock()
	heard := e.heard
	e.heard = nil
	return heard
}

// one is the one message that was heard since the last call, proven to come from here.
func (h *house) one() message {
	h.Helper()
	heard := h.ear.messages()
	if len(heard) != 1 {
		h.Fatalf("%d messages were heard: %v", len(heard), heard)
	}
	h.proven(heard[0])
	return heard[0]
}

// quiet checks that nothing was heard.
func (h *house) quiet(what string) {
	h.Helper()
	if heard := h.ear.messages(); len(heard) > 0 {
		h.Errorf("%s: it heard %v", what, heard)
	}
}

// proven checks a message by the library for v1, and as the specification says for v1a.
func (h *house) proven(m message) {
	h.Helper()
	v, err := standardwebhooks.NewWebhook(h.shared)
	h.must(err)
	if err := v.VerifyIgnoringTimestamp([]byte(m.body), m.header); err != nil {
		h.Errorf("v1: %v", err)
	}
	if sent := m.header.Get("webhook-timestamp"); sent != strconv.FormatInt(h.clock().Unix(), 10) {
		h.Errorf("it is of %s, not of %d", sent, h.clock().Unix())
	}
	secrets := h.hook().Secrets
	if !checks(m, secrets[len(secrets)-1].Public) {
		h.Error("v1a does not prove it")
	}
}

// checks reports whether a signature by a public key is among those of a message.
func checks(m message, public string) bool {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(public, "whpk_"))
	if err != nil {
		return false
	}
	for s := range strings.FieldsSeq(m.header.Get("webhook-signature")) {
		version, text, _ := strings.Cut(s, ",")
		signature, err := base64.StdEncoding.DecodeString(text)
		if version == "v1a" && err == nil && ed25519.Verify(key, []byte(m.id()+"."+m.header.Get("webhook-timestamp")+"."+m.body), signature) {
			return true
		}
	}
	return false
}
