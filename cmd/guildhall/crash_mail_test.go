package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	netmail "net/mail"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"go.uber.org/zap"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/preference"
	"github.com/guildhall-dev/guildhall/internal/demo"
	"github.com/guildhall-dev/guildhall/internal/desk"
)

// A postbox is a mail server on this machine, which says that it took a mail a moment after it did.
type postbox struct {
	address string
	mu      sync.Mutex
	took    map[string][]string // Message-IDs, by where the mail went
	away    string              // mail to there is put off,
	put     int                 // so many times
	news    chan struct{}       // a mail was taken
}

func openPostbox(t *testing.T) *postbox {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b := &postbox{address: l.Addr().String(), took: map[string][]string{}, news: make(chan struct{}, 1)}
	server, ended := smtp.NewServer(b), make(chan error, 1)
	server.Domain, server.ErrorLog = "mail.example.org", log.New(io.Discard, "", 0) // who hands in is killed
	go func() { ended <- server.Serve(l) }()
	t.Cleanup(func() {
		if err := server.Close(); err != nil && !errors.Is(err, smtp.ErrServerClosed) {
			t.Error(err)
		}
		<-ended
	})
	return b
}

func (b *postbox) NewSession(*smtp.Conn) (smtp.Session, error) { return &handingIn{postbox: b}, nil }

func (b *postbox) putOff(address string) { b.mu.Lock(); defer b.mu.Unlock(); b.away = address }

func (b *postbox) to(address string) []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.took[address])
}

type handingIn struct {
	*postbox
	to string
}

func (s *handingIn) Mail(string, *smtp.MailOptions) error { return nil }
func (s *handingIn) Reset()                               {}
func (s *handingIn) Logout() error                        { return nil }

func (s *handingIn) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.to = to; to == s.away {
		s.put++
		return &smtp.SMTPError{Code: 450, EnhancedCode: smtp.EnhancedCode{4, 2, 1}, Message: "later"}
	}
	return nil
}

func (s *handingIn) Data(r io.Reader) error {
	m, err := netmail.ReadMessage(r)
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.took[s.to] = append(s.took[s.to], m.Header.Get("Message-ID"))
	s.mu.Unlock()
	select {
	case s.news <- struct{}{}:
	default:
	}
	time.Sleep(100 * time.Millisecond)
	return nil
}

// asDesk opens a node that was stopped, some days ago, and does something in the name of somebody.
func asDesk(t *testing.T, dir string, ago int, do func(*desk.Desk, func(domain.PersonID) desk.Ask) error) {
	t.Helper()
	then := time.Now().AddDate(0, 0, -ago)
	n, err := openNode(t.Context(), Config{Data: dir, Log: "local"}, func() time.Time { return then }, zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	defer closeNode(t, n)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- n.read.Run(ctx, n.log) }()
	err = do(n.desk, func(id domain.PersonID) desk.Ask {
		return desk.Ask{By: domain.Actor{Person: id, Role: domain.Apprentice}}
	})
	stop()
	if err := errors.Join(err, notCancelled(<-ended)); err != nil {
		t.Fatal(err)
	}
}

// TestNoDigestIsLostOrDoubledWhenTheServerIsKilled kills the server while it hands mail in. Everybody
// gets their digest; what came twice came with the same Message-ID, and is on record once. Somebody
// whose mail was put off is erased before it is sent: none goes any more, and their calendar is gone.
func TestNoDigestIsLostOrDoubledWhenTheServerIsKilled(t *testing.T) {
	t.Parallel()
	dir, box := t.TempDir(), openPostbox(t)
	startProgram(t, dir).kill(t, syscall.SIGTERM)
	const maya, secret = domain.PersonID("e-2001"), "s3cret"
	address := func(id domain.PersonID) string { return string(id) + "@example.org" }
	people := map[domain.PersonID]bool{}
	asDesk(t, dir, 3, func(d *desk.Desk, as func(domain.PersonID) desk.Ask) error {
		for _, p := range demo.Personas() {
			if !slices.Contains([]string{"apprentice", "mentor", "manager", "coordinator", "hr", "privacy", "registrar"}, p.Key) {
				continue // nothing waits for them for sure
			}
			people[p.Person] = true
			if err := d.KeepAddress(t.Context(), as(p.Person).By, address(p.Person)); err != nil {
				return err
			}
			if _, err := d.Prefer(t.Context(), as(p.Person), preference.Chosen{Digest: preference.Daily}); err != nil {
				return err
			}
		}
		sum := sha256.Sum256([]byte(secret))
		_, err := d.LinkCalendar(t.Context(), as(maya), hex.EncodeToString(sum[:]))
		return err
	})
	box.putOff(address(maya))
	start := func() *process {
		return startProgram(t, dir, "--mail", "smtp://"+box.address, "--mail-from", "guildhall@hospital.example")
	}
	for range 2 {
		p := start()
		select {
		case <-box.news:
		case <-time.After(time.Minute):
			t.Fatal("no mail is handed in")
		}
		p.kill(t, syscall.SIGKILL)
		for len(box.news) > 0 {
			<-box.news
		}
	}
	p := start()
	h := house{t: t, demo: p.demo}
	calendar := func() int {
		r, err := http.Get(p.demo.URL + "/calendar/" + secret + ".ics")
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		return r.StatusCode
	}
	if status := calendar(); status != http.StatusOK {
		t.Errorf("the calendar of somebody who works here is answered with %d", status)
	}
	h.eventually("everybody gets a digest", func() bool {
		for id := range people {
			if id != maya && len(box.to(address(id))) == 0 {
				return false
			}
		}
		return true
	})
	box.mu.Lock()
	if put := box.put; put == 0 {
		t.Error("the mail to who is to be erased was not tried")
	}
	box.mu.Unlock()
	h.eraseMaya()
	if status := calendar(); status != http.StatusNotFound {
		t.Errorf("the calendar of somebody who was erased is answered with %d", status)
	}
	p.kill(t, syscall.SIGTERM) // it records first what was handed in

	box.putOff("")
	const priya domain.PersonID = "e-1009"
	before := len(box.to(address(priya)))
	asDesk(t, dir, 0, func(d *desk.Desk, as func(domain.PersonID) desk.Ask) error {
		_, err := d.AskTrial(t.Context(), as(priya))
		return err
	})
	p = start()
	h.eventually("a digest that was asked for is sent", func() bool { return len(box.to(address(priya))) > before })
	if status := calendar(); status != http.StatusNotFound {
		t.Errorf("after a restart the calendar of somebody who was erased is answered with %d", status)
	}
	p.kill(t, syscall.SIGTERM)

	sent, repeated := map[domain.PersonID]int{}, 0
	for _, r := range onRecord(t, dir) {
		if e, is := r.Event.(preference.MailSent); is && e.Kind == preference.Regular {
			id, err := preference.ID(r.Stream)
			if err != nil {
				t.Fatal(err)
			}
			sent[id]++
		}
	}
	for id := range people {
		ids := box.to(address(id))
		if id == maya {
			if len(ids) > 0 || sent[id] > 0 {
				t.Errorf("to somebody who was erased %d mails went", len(ids))
			}
			continue
		}
		if id == priya {
			ids = ids[:before]
		}
		if sent[id] != 1 {
			t.Errorf("the digest of %s is on record %d times", id, sent[id])
		}
		repeated += len(ids) - 1
		if len(slices.Compact(slices.Sorted(slices.Values(ids)))) != 1 {
			t.Errorf("%s got %q", id, ids)
		}
	}
	t.Logf("%d digests, %d of them handed in again after 2 kills", len(people)-1, repeated)
}
