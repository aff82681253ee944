package jetstream

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nkeys"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/eventstest"
)

// startExternal starts a NATS server of its own, as others run them.
func startExternal(t *testing.T, o *server.Options) *server.Server {
	t.Helper()
	o.ServerName, o.Host, o.NoSigs, o.NoLog = "external", "127.0.0.1", true, true
	if o.Port == 0 {
		o.Port = server.RANDOM_PORT
	}
	o.JetStream, o.SyncAlways = true, true
	if o.StoreDir == "" {
		o.StoreDir = t.TempDir()
	}
	s, err := server.NewServer(o)
	if err != nil {
		t.Fatal(err)
	}
	go s.Start()
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	if !s.ReadyForConnections(10 * time.Second) {
		t.Fatal("the server did not start")
	}
	return s
}

// single are the options of a node at one server.
func single(address, stream, node string) Options {
	return Options{URL: address, Name: stream, Node: node, Replicas: 1, AllowSingleReplica: true, Logger: logger(), pace: brisk}
}

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// certificates writes ca.pem, node.pem and node.key to dir, for the name localhost.
func certificates(t *testing.T, dir string) {
	t.Helper()
	write := func(name, kind string, der []byte) {
		b := pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	caKey := must[*ecdsa.PrivateKey](t)(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	ca := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	write("ca.pem", "CERTIFICATE", must[[]byte](t)(x509.CreateCertificate(rand.Reader, ca, ca, &caKey.PublicKey, caKey)))
	key := must[*ecdsa.PrivateKey](t)(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	node := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "node"}, NotAfter: time.Now().Add(time.Hour),
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	write("node.pem", "CERTIFICATE", must[[]byte](t)(x509.CreateCertificate(rand.Reader, node, ca, &key.PublicKey, caKey)))
	write("node.key", "PRIVATE KEY", must[[]byte](t)(x509.MarshalPKCS8PrivateKey(key)))
}

// credentialled has o trust an operator, and writes the credentials of a user of one of its
// accounts to a file.
func credentialled(t *testing.T, o *server.Options, file string) {
	t.Helper()
	pair := func(k nkeys.KeyPair, err error) (nkeys.KeyPair, string) {
		kp := must[nkeys.KeyPair](t)(k, err)
		return kp, must[string](t)(kp.PublicKey())
	}
	operator, operatorID := pair(nkeys.CreateOperator())
	account, accountID := pair(nkeys.CreateAccount())
	_, systemID := pair(nkeys.CreateAccount())
	user, userID := pair(nkeys.CreateUser())

	ofOperator := jwt.NewOperatorClaims(operatorID)
	o.TrustedOperators = []*jwt.OperatorClaims{must[*jwt.OperatorClaims](t)(jwt.DecodeOperatorClaims(must[string](t)(ofOperator.Encode(operator))))}
	ofAccount := jwt.NewAccountClaims(accountID)
	ofAccount.Limits.JetStreamLimits = jwt.JetStreamLimits{MemoryStorage: -1, DiskStorage: -1, Streams: -1, Consumer: -1}
	accounts := &server.MemAccResolver{}
	for id, claims := range map[string]*jwt.AccountClaims{accountID: ofAccount, systemID: jwt.NewAccountClaims(systemID)} {
		if err := accounts.Store(id, must[string](t)(claims.Encode(operator))); err != nil {
			t.Fatal(err)
		}
	}
	o.AccountResolver, o.SystemAccount = accounts, systemID
	token := must[string](t)(jwt.NewUserClaims(userID).Encode(account))
	b := must[[]byte](t)(jwt.FormatUserConfig(token, must[[]byte](t)(user.Seed())))
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestAnExistingServerIsALog(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	certificates(t, dir)
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(must[[]byte](t)(os.ReadFile(file("ca.pem"))))
	o := &server.Options{TLS: true, TLSVerify: true, TLSTimeout: 5, TLSConfig: &tls.Config{
		Certificates: []tls.Certificate{must[tls.Certificate](t)(tls.LoadX509KeyPair(file("node.pem"), file("node.key")))},
		ClientCAs:    pool, ClientAuth: tls.RequireAndVerifyClientCert,
	}}
	credentialled(t, o, file("user.creds"))
	s := startExternal(t, o)

	var mu sync.Mutex
	streams := map[string]string{}
	eventstest.TestLog(t, func(t *testing.T, dir string) events.Log {
		mu.Lock()
		defer mu.Unlock()
		if streams[dir] == "" {
			streams[dir] = fmt.Sprintf("TEST%d", len(streams))
		}
		o := single(s.ClientURL(), streams[dir], "one")
		o.CA, o.Certificate, o.Key, o.Credentials = file("ca.pem"), file("node.pem"), file("node.key"), file("user.creds")
		l, err := open(t, dir, o)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := l.Close(); err != nil {
				t.Error(err)
			}
		})
		return l
	})
}

func TestACommitBeyondAMessageOfTheServerIsRefused(t *testing.T) {
	t.Parallel()
	s := startExternal(t, &server.Options{MaxPayload: 64 << 10})
	l := must[*Log](t)(open(t, t.TempDir(), single(s.ClientURL(), "SMALL", "one")))
	defer l.Close()
	note := func(n int) events.Commit {
		return events.Commit{Request: domain.Request{By: domain.Actor{Person: "ana"}}, Appends: []events.Append{
			{Stream: "test-a", Expected: events.Any, Events: []domain.Event{eventstest.Noted{Text: strings.Repeat("x", n)}}},
		}}
	}
	_, err := l.Append(t.Context(), note(64<<10))
	wants(t, "TOO_LARGE", err)
	if !strings.Contains(err.Error(), "max_payload") {
		t.Error(err)
	}
	var wg sync.WaitGroup
	for range 40 { // together far beyond one message
		wg.Go(func() { appended(t, l, note(20<<10)) })
	}
	wg.Wait()
	if p := appended(t, l, note(60<<10)); p != 41 {
		t.Errorf("the log ends at %d, want 41", p)
	}
}

// A proxy stands between a node and its server.
type proxy struct {
	listener net.Listener
	to       string

	mu     sync.Mutex
	silent bool // what the server says is lost
	conns  []net.Conn
}

func newProxy(t *testing.T, s *server.Server) *proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{listener: l, to: s.Addr().String()}
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			wg.Go(func() { p.serve(c) })
		}
	})
	t.Cleanup(func() { l.Close(); p.cut(); wg.Wait() })
	return p
}

func (p *proxy) url() string { return "nats://" + p.listener.Addr().String() }

func (p *proxy) serve(c net.Conn) {
	defer c.Close()
	s, err := net.Dial("tcp", p.to)
	if err != nil {
		return
	}
	defer s.Close()
	p.mu.Lock()
	p.conns = append(p.conns, c, s)
	p.mu.Unlock()
	var wg sync.WaitGroup
	wg.Go(func() { p.copy(s, c, false); s.Close(); c.Close() })
	wg.Go(func() { p.copy(c, s, true); s.Close(); c.Close() })
	wg.Wait()
}

func (p *proxy) copy(to, from net.Conn, answers bool) {
	b := make([]byte, 64<<10)
	for {
		n, err := from.Read(b)
		p.mu.Lock()
		lost := answers && p.silent
		p.mu.Unlock()
		if err != nil {
			return
		}
		if lost {
			continue
		}
		if _, err := to.Write(b[:n]); err != nil {
			return
		}
	}
}

// silence loses what the server says from now on. The connections must be cut before it
// ends, since half of a message may be lost.
func (p *proxy) silence(on bool) {
	p.mu.Lock()
	p.silent = on
	p.mu.Unlock()
}

func (p *proxy) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.conns {
		c.Close()
	}
	p.conns = nil
}

// TestALostAcknowledgementIsNoLostCommit loses the server's answers for longer than a
// request waits. What was asked meanwhile is there once.
func TestALostAcknowledgementIsNoLostCommit(t *testing.T) {
	t.Parallel()
	s := startExternal(t, &server.Options{})
	p := newProxy(t, s)
	l := must[*Log](t)(open(t, t.TempDir(), single(p.url(), "LOSTACKS", "one")))
	defer l.Close()
	if err := l.WaitLeading(within(t, 10*time.Second), true); err != nil {
		t.Fatal(err)
	}
	watching := must[*Log](t)(open(t, t.TempDir(), single(s.ClientURL(), "LOSTACKS", "two")))
	defer watching.Close()
	ls := &logs{l, watching}
	fill(t, l, 3)
	p.silence(true)
	done := make(chan events.Position, 1)
	go func() { done <- appended(t, l, counted("", "test-a", 0, 1)) }()
	if err := watching.Wait(within(t, 10*time.Second), 4); err != nil {
		t.Fatal(err) // it was stored, and its answer was lost
	}
	time.Sleep(brisk.request)
	p.cut()
	p.silence(false)
	if at := <-done; at != 4 {
		t.Errorf("the commit is at %d", at)
	}
	ls.leader(t)
	fill(t, l, 3)
	ls.agree(t)
	if end, _ := l.End(); end != 7 {
		t.Errorf("the log ends at %d, want 7", end)
	}
}

// TestALostAnswerOfAnotherNodeIsAskedForAgain loses what the node that commits answers to
// another one. Both go on as before, and nobody else says that it was lost.
func TestALostAnswerOfAnotherNodeIsAskedForAgain(t *testing.T) {
	t.Parallel()
	s := startExternal(t, &server.Options{})
	p := newProxy(t, s)
	leads := must[*Log](t)(open(t, t.TempDir(), single(s.ClientURL(), "LOSTANSWER", "one")))
	defer leads.Close()
	if err := leads.WaitLeading(within(t, 10*time.Second), true); err != nil {
		t.Fatal(err)
	}
	o := single(p.url(), "LOSTANSWER", "two")
	o.pace.request = 300 * time.Millisecond
	l := must[*Log](t)(open(t, t.TempDir(), o))
	defer l.Close()
	appended(t, l, counted("first", "test-a", 0, 1)) // it knows who leads

	p.silence(true)
	type result struct {
		at  events.Position
		err error
	}
	done := make(chan result, 1)
	go func() {
		at, err := l.Append(t.Context(), counted("second", "test-a", 1, 2))
		done <- result{at, err}
	}()
	if err := leads.Wait(within(t, 10*time.Second), 2); err != nil {
		t.Fatal(err)
	}
	time.Sleep(100 * time.Millisecond) // the answer is on its way, into nowhere
	p.cut()
	p.silence(false)
	p.cut() // what began in between has lost the first words of the server
	select {
	case r := <-done:
		if r.err != nil || r.at != 2 {
			t.Errorf("it is at %d, %v", r.at, r.err)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("the node waits for an answer that was lost")
	}
	(&logs{leads, l}).agree(t)
}

// TestANodeThatIsBehindSeesNoConflictWhereNoneIs has a node that was cut off believe that it
// commits.
func TestANodeThatIsBehindSeesNoConflictWhereNoneIs(t *testing.T) {
	t.Parallel()
	s := startExternal(t, &server.Options{})
	p := newProxy(t, s)
	other := must[*Log](t)(open(t, t.TempDir(), single(s.ClientURL(), "BEHIND", "one")))
	defer other.Close()
	if err := other.WaitLeading(within(t, 10*time.Second), true); err != nil {
		t.Fatal(err)
	}
	l := must[*Log](t)(open(t, t.TempDir(), single(p.url(), "BEHIND", "two")))
	defer l.Close()
	appended(t, l, counted("first", "test-a", 0, 1)) // it knows who leads

	p.silence(true)
	appended(t, other, counted("second", "test-a", 1, 2))
	l.lease.set(l.node.id)
	done := make(chan error, 1)
	go func() {
		_, err := l.Append(within(t, 20*time.Second), counted("third", "test-a", 2, 3))
		done <- err
	}()
	select {
	case err := <-done:
		t.Fatalf("a node that is behind and cut off answers %v", err)
	case <-time.After(200 * time.Millisecond):
	}
	p.cut()
	p.silence(false)
	p.cut() // what began in between has lost the first words of the server
	if err := <-done; err != nil {
		t.Error(err)
	}
	if _, err := l.Append(t.Context(), counted("late", "test-a", 1, 4)); !errors.Is(err, events.ErrConflict) {
		t.Errorf("what comes too late gets %v, want %v", err, events.ErrConflict)
	}
	(&logs{other, l}).agree(t)
}

// TestANodeThatWasCutOffCatchesUp also has more wait for it than a connection may hold.
func TestANodeThatWasCutOffCatchesUp(t *testing.T) {
	t.Parallel()
	s := startExternal(t, &server.Options{MaxPending: 2 << 20})
	p := newProxy(t, s)
	other := must[*Log](t)(open(t, t.TempDir(), single(s.ClientURL(), "CUTOFF", "one")))
	defer other.Close()
	l := must[*Log](t)(open(t, t.TempDir(), single(p.url(), "CUTOFF", "two")))
	defer l.Close()
	ls := &logs{other, l}
	y := count(t, ls, 3)
	for range 4 {
		y.more(t, 60)
		p.cut()
	}
	y.done(t, other)
	ls.agree(t)

	p.silence(true)
	text := strings.Repeat("x", 100<<10)
	for i := range 100 {
		appended(t, other, events.Commit{Request: domain.Request{By: domain.Actor{Person: "ana"}, Key: fmt.Sprint("large ", i)}, Appends: []events.Append{
			{Stream: "test-fill", Expected: events.Any, Events: []domain.Event{eventstest.Noted{Text: text}}},
		}})
	}
	p.cut()
	p.silence(false)
	p.cut() // what began in between has lost the first words of the server
	ls.agree(t)
	if _, err := l.Latest(within(t, 10*time.Second)); err != nil {
		t.Error(err)
	}
}

func atoi(t *testing.T, s string) int {
	t.Helper()
	return must[int](t)(strconv.Atoi(s))
}
