package post

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"math/big"
	"net"
	netmail "net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/domain/preference"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/eventstest"
	"github.com/guildhall-dev/guildhall/events/journal"
	"github.com/guildhall-dev/guildhall/events/vault"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

// A house is a hospital with a mail server, and a clock that the test holds.
type house struct {
	testing.TB
	*Post
	box    *box
	logged *observer.ObservedLogs
	mu     sync.Mutex
	now    time.Time
	says   string // subject of digests; empty if there is nothing to say
}

func open(t testing.TB) *house {
	t.Helper()
	h := &house{TB: t, now: time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC), says: "Something"}
	log, err := journal.OpenLocal(t.Context(), t.TempDir(), eventstest.Codec())
	h.must(err)
	keys, err := vault.Open(t.TempDir(), vault.Options{})
	h.must(err)
	read, err := projections.Open(t.Context(), t.TempDir())
	h.must(err)
	running, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- read.Run(running, log) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		if err := errors.Join(read.Close(), keys.Close(), log.Close()); err != nil {
			t.Error(err)
		}
	})
	core, logged := observer.New(zap.DebugLevel)
	h.logged = logged
	h.box = listen(t)
	h.Post = &Post{Desk: &desk.Desk{Log: log, Read: read, Vault: keys, Now: h.clock}, Server: h.box.as(t), URL: "https://guildhall.example.org", Zap: zap.New(core)}
	h.again()
	return h
}

// again is another node of the same record, as after a crash.
func (h *house) again() {
	h.Post = &Post{Desk: h.Desk, Server: h.Server, URL: h.URL, Zap: h.Zap, Fence: func(context.Context) error { return nil },
		Write: func(_ context.Context, a projections.Addressee, m preference.Mailing, l Links) (Letter, error) {
			return Letter{h.says, "For " + string(a.Person) + ": " + l.Stop, "<p>" + l.Confirm}, nil
		}}
}

func (h *house) clock() time.Time     { h.mu.Lock(); defer h.mu.Unlock(); return h.now }
func (h *house) pass(d time.Duration) { h.mu.Lock(); defer h.mu.Unlock(); h.now = h.now.Add(d) }
func (h *house) goRound()             { h.Helper(); h.must(h.round(h.Context())) }
func (h *house) ask(id domain.PersonID) desk.Ask {
	return desk.Ask{By: domain.Actor{Person: id, Role: domain.Mentor}}
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

// joins lets somebody work here who wants a digest every day at an address that was verified.
func (h *house) joins(ids ...domain.PersonID) {
	h.Helper()
	for _, id := range ids {
		at, err := events.Execute(h.Context(), h.Desk.Log, person.Stream(id), person.Evolve, person.Join{
			Request: domain.Request{By: domain.Actor{Policy: "operator", Role: domain.System}, At: h.clock()}, Joined: person.Joined{Name: "sealed", Capacity: domain.Mentor}})
		h.must(err)
		h.must(h.Desk.Read.Wait(h.Context(), at))
		h.must(h.Desk.KeepAddress(h.Context(), h.ask(id).By, string(id)+"@example.org"))
		_, err = h.Desk.Prefer(h.Context(), h.ask(id), preference.Chosen{Digest: preference.Daily})
		h.must(err)
	}
}

func (h *house) addressee(id domain.PersonID) projections.Addressee {
	h.Helper()
	a, known, err := h.Desk.Read.Addressee(h.Context(), id)
	h.must(err)
	if !known {
		h.Fatalf("%s has no address", id)
	}
	return a
}

// settled are the facts of what became of mail to somebody.
func (h *house) settled(id domain.PersonID) (all []domain.Event) {
	h.Helper()
	for r, err := range h.Desk.Log.Read(h.Context(), preference.Stream(id)) {
		h.must(err)
		switch r.Event.(type) {
		case preference.MailSent, preference.MailFailed:
			all = append(all, r.Event)
		}
	}
	return all
}

// A box is a mail server that holds what it took. It wants a password, and speaks TLS only.
type box struct {
	mu      sync.Mutex
	held    []letter
	answers map[string]error // to RCPT TO, by address
	broken  error            // to DATA
	took    func()           // is called when it took a mail
	server  *smtp.Server
	address string
	roots   *x509.CertPool
}

type letter struct {
	from, to string
	*netmail.Message
	body string
}

func (l letter) id() string { return l.Header.Get("Message-ID") }

const password = "hunter2"

func listen(t testing.TB) *box {
	t.Helper()
	b := &box{answers: map[string]error{}}
	cert := b.certificate(t)
	b.server = smtp.NewServer(b)
	b.server.Domain, b.server.TLSConfig = "mail.example.org", &tls.Config{Certificates: []tls.Certificate{cert}}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b.address = l.Addr().String()
	ended := make(chan error, 1)
	go func() { ended <- b.server.Serve(l) }()
	t.Cleanup(func() {
		if err := b.server.Close(); err != nil && !errors.Is(err, smtp.ErrServerClosed) {
			t.Error(err)
		}
		<-ended
	})
	return b
}

// as is the server as Guildhall is told of it.
func (b *box) as(t testing.TB) Server {
	t.Helper()
	s, err := ParseServer("smtp://guildhall@"+b.address, "Guildhall <guildhall@hospital.example>")
	if err != nil {
		t.Fatal(err)
	}
	s.Password, s.Roots = password, b.roots
	return s
}

func (b *box) certificate(t testing.TB) tls.Certificate {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	of := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, of, of, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	b.roots = x509.NewCertPool()
	b.roots.AddCert(cert)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func (b *box) answer(to string, err error) { b.mu.Lock(); defer b.mu.Unlock(); b.answers[to] = err }

// letters are those taken since the last call.
func (b *box) letters() []letter {
	b.mu.Lock()
	defer b.mu.Unlock()
	held := b.held
	b.held = nil
	return held
}

func (b *box) NewSession(c *smtp.Conn) (smtp.Session, error) { return &session{box: b, conn: c}, nil }

type session struct {
	*box
	conn     *smtp.Conn
	known    bool
	from, to string
}

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, pass string) error {
		if user != "guildhall" || pass != password {
			return &smtp.SMTPError{Code: 535, EnhancedCode: smtp.EnhancedCode{5, 7, 8}, Message: "no"}
		}
		s.known = true
		return nil
	}), nil
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if _, sealed := s.conn.TLSConnectionState(); !sealed || !s.known {
		return &smtp.SMTPError{Code: 530, EnhancedCode: smtp.EnhancedCode{5, 7, 0}, Message: "who are you"}
	}
	s.from = from
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.box.mu.Lock()
	defer s.box.mu.Unlock()
	s.to = to
	return s.answers[to]
}

func (s *session) Data(r io.Reader) error {
	m, err := netmail.ReadMessage(r)
	if err != nil {
		return err
	}
	body, err := io.ReadAll(m.Body)
	if err != nil {
		return err
	}
	s.box.mu.Lock()
	defer s.box.mu.Unlock()
	if s.broken != nil {
		return s.broken
	}
	s.held = append(s.held, letter{s.from, s.to, m, strings.ReplaceAll(string(body), "=\r\n", "")})
	if s.took != nil {
		s.took()
	}
	return nil
}

func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }
