package login_test

import (
	"context"
	"crypto"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/client"
	"github.com/guildhall-dev/guildhall/domain/partner"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/eventstest"
	"github.com/guildhall-dev/guildhall/events/journal"
	"github.com/guildhall-dev/guildhall/internal/login"
	"github.com/guildhall-dev/guildhall/partners"
	"github.com/guildhall-dev/guildhall/projections"
)

// public is where the Guildhall of these tests is reached, as far as clients are told.
const public = "https://guildhall.example.org"

var operator = domain.Actor{Policy: "operator", Role: domain.System}

// A clock is one that the test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// A house is a Guildhall of two nodes, with a college in it and a client of the college.
type house struct {
	testing.TB
	clock
	log    *journal.Log
	memory *login.Memory
	nodes  [2]*node
}

// A node has a read model and a key of its own.
type node struct {
	*login.Login
	url    string
	dir    string
	logged *observer.ObservedLogs
	pause  func() // lets the read model fall behind
	resume func()
}

const nightly client.Name = "lakeshore.nightly"

func open(t testing.TB) *house {
	t.Helper()
	h := &house{TB: t, clock: clock{now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}}
	var err error
	h.log, err = journal.OpenLocal(t.Context(), t.TempDir(), eventstest.Codec())
	h.must(err)
	t.Cleanup(func() { h.log.Close() })
	h.memory, err = login.OpenMemory(t.TempDir(), h.Now)
	h.must(err)
	t.Cleanup(func() { h.memory.Close() })
	for i := range h.nodes {
		h.nodes[i] = h.node()
	}
	do(h, partner.Stream("lakeshore"), partner.Evolve, partner.Onboard{Request: h.by(operator), Onboarded: partner.Onboarded{Name: "Lakeshore Community College"}})
	h.register(nightly, client.Usual...)
	return h
}

func (h *house) node() *node {
	h.Helper()
	core, logged := observer.New(zap.DebugLevel)
	n := &node{dir: h.TempDir(), logged: logged}
	read, err := projections.Open(h.Context(), n.dir)
	h.must(err)
	held := &gate{Log: h.log}
	ctx, stop := context.WithCancel(context.WithoutCancel(h.Context()))
	ended := make(chan error, 1)
	go func() { ended <- read.Run(ctx, held) }()
	n.pause, n.resume = held.shut, held.open
	p := &partners.Partners{Log: h.log, Read: read, Now: h.Now}
	n.Login = &login.Login{Log: h.log, Read: read, Now: h.Now, Zap: zap.New(core), Spent: h.memory, Dir: n.dir, Fence: p.Fence, URL: public, Bearer: true}
	web := httptest.NewServer(n.Handler())
	n.url = web.URL
	h.Cleanup(func() {
		web.Close()
		held.open()
		stop()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			h.Error(err)
		}
		read.Close()
	})
	return n
}

// A gate is a log whose records a read model sees only while it is open.
type gate struct {
	events.Log
	mu sync.RWMutex
	on bool // shut
}

func (g *gate) shut() {
	if !g.on {
		g.mu.Lock()
		g.on = true
	}
}

func (g *gate) open() {
	if g.on {
		g.on = false
		g.mu.Unlock()
	}
}

func (g *gate) Follow(ctx context.Context, p events.Position) iter.Seq2[events.Recorded, error] {
	return func(yield func(events.Recorded, error) bool) {
		for r, err := range g.Log.Follow(ctx, p) {
			g.mu.RLock()
			more := yield(r, err)
			g.mu.RUnlock()
			if !more {
				return
			}
		}
	}
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func (h *house) by(a domain.Actor) domain.Request { return domain.Request{By: a, At: h.Now()} }

func do[S any, E domain.Event](h *house, s domain.Stream, evolve func(S, E) S, cs ...events.Command[S, E]) events.Position {
	h.Helper()
	p, err := events.Execute(h.Context(), h.log, s, evolve, cs...)
	h.must(err)
	return p
}

func (h *house) client(name client.Name, cs ...events.Command[client.State, client.Event]) {
	h.Helper()
	do(h, client.Stream(name), client.Evolve, cs...)
}

func (h *house) register(name client.Name, scopes ...client.Scope) {
	h.Helper()
	h.client(name, client.Register{Request: h.by(operator), Registered: client.Registered{Title: "A job", Scopes: scopes}})
}

// secret gives a client a secret.
func (h *house) secret(name client.Name) login.Secret {
	h.Helper()
	s := login.NewSecret()
	h.client(name, client.IssueSecret{Request: h.by(operator), Client: name, Key: s.Key, Hash: s.Hash})
	return s
}

// A pair is a private key and what its public half is known by.
type pair struct {
	alg    jose.SignatureAlgorithm
	secret crypto.Signer
	kid    string
	id     domain.KeyID
}

// key gives a client the public half of a pair.
func (h *house) key(name client.Name, p pair) pair {
	h.Helper()
	jwk, err := jose.JSONWebKey{Key: p.secret.Public(), KeyID: p.kid}.MarshalJSON()
	h.must(err)
	keys, err := login.ParseKeys(jwk)
	h.must(err)
	p.id = keys[0].ID
	h.client(name, client.AddKey{Request: h.by(operator), Client: name, Key: p.id, JWK: keys[0].JWK})
	return p
}

// claims are those of an assertion that is good now.
func (h *house) claims(name client.Name) map[string]any {
	now := h.Now()
	return map[string]any{"iss": string(name), "sub": string(name), "aud": public + login.TokenPath, "jti": rand.Text(),
		"iat": now.Unix(), "exp": now.Add(4 * time.Minute).Unix()}
}

func (h *house) sign(p pair, claims map[string]any) string {
	h.Helper()
	o := &jose.SignerOptions{}
	if p.kid != "" {
		o = o.WithHeader("kid", p.kid)
	}
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: p.alg, Key: p.secret}, o)
	h.must(err)
	text, err := jwt.Signed(s).Claims(claims).Serialize()
	h.must(err)
	return text
}

// asserting are the parameters of a request that an assertion proves.
func asserting(assertion string, more ...string) url.Values {
	v := url.Values{"grant_type": {"client_credentials"}, "client_assertion": {assertion},
		"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}}
	for i := 0; i+1 < len(more); i += 2 {
		v.Set(more[i], more[i+1])
	}
	return v
}

// A reply is what a token endpoint answers.
type reply struct {
	status int
	header http.Header
	body   map[string]any
	text   string
}

func (r reply) token() string { s, _ := r.body["access_token"].(string); return s }

func (r reply) error() string { s, _ := r.body["error"].(string); return s }

func (h *house) post(n *node, v url.Values, change ...func(*http.Request)) reply {
	h.Helper()
	req, err := http.NewRequestWithContext(h.Context(), http.MethodPost, n.url+login.TokenPath, strings.NewReader(v.Encode()))
	h.must(err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for _, c := range change {
		c(req)
	}
	return h.send(req)
}

func (h *house) send(req *http.Request) reply {
	h.Helper()
	resp, err := http.DefaultClient.Do(req)
	h.must(err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	h.must(err)
	out := reply{status: resp.StatusCode, header: resp.Header, text: string(text)}
	h.must(json.Unmarshal(text, &out.body))
	return out
}

func basic(name client.Name, secret string) func(*http.Request) {
	return func(r *http.Request) { r.SetBasicAuth(url.QueryEscape(string(name)), url.QueryEscape(secret)) }
}

// token logs a client in by its secret.
func (h *house) token(n *node, name client.Name, secret string) string {
	h.Helper()
	r := h.post(n, url.Values{"grant_type": {"client_credentials"}}, basic(name, secret))
	if r.token() == "" {
		h.Fatalf("%s got no token: %d %s", name, r.status, r.text)
	}
	return r.token()
}

// code is why a token counts no more, or nothing.
func (h *house) code(n *node, token string) string {
	h.Helper()
	_, err := n.Authenticate(h.Context(), token)
	if err == nil {
		return ""
	}
	r := domain.AsRefusal(err)
	if r == nil {
		h.Fatal(err)
	}
	return r.Code
}
