package post

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
)

var (
	gone = &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user"}
	busy = &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "later"}
)

func TestADigestIsSentOnceADay(t *testing.T) {
	h := open(t)
	h.joins("priya", "quinn")
	for range 3 {
		h.goRound()
		if early := h.box.letters(); len(early) > 0 {
			t.Fatalf("at %v there were %d", h.clock(), len(early))
		}
		h.pass(20 * time.Minute)
	}
	h.goRound()
	got := h.box.letters()
	if len(got) != 2 {
		t.Fatalf("at seven there were %d: %v", len(got), h.logged.All())
	}
	for _, m := range got {
		id := domain.PersonID(strings.TrimSuffix(m.to, "@example.org"))
		links := h.links(h.addressee(id), secretOf(h, id))
		if m.from != "guildhall@hospital.example" || m.Header.Get("Subject") != "Something" || m.Header.Get("Auto-Submitted") != "auto-generated" ||
			m.Header.Get("List-Unsubscribe") != "<"+links.Stop+">" || m.Header.Get("List-Unsubscribe-Post") != "List-Unsubscribe=One-Click" || !strings.HasSuffix(m.id(), "@hospital.example>") {
			t.Errorf("it has the header %v", m.Header)
		}
		if !strings.Contains(m.body, "text/plain") || !strings.Contains(m.body, "text/html") || !strings.Contains(m.body, "For "+string(id)) || strings.Contains(fmt.Sprint(m.Header), string(id)+".") {
			t.Errorf("it says %s", m.body)
		}
	}
	for range 20 {
		h.pass(time.Hour)
		h.goRound()
	}
	h.again()
	h.goRound()
	if more := h.box.letters(); len(more) > 0 {
		t.Errorf("on the same day there were %d more", len(more))
	}
	h.pass(4 * time.Hour)
	h.goRound()
	if next := h.box.letters(); len(next) != 2 || next[0].id() == got[0].id() || next[0].id() == got[1].id() {
		t.Errorf("the day after there were %d", len(next))
	}
	if c := h.Counts(); c.Sent != 2 || c.Failed != 0 {
		t.Errorf("counted are %+v", c)
	}
}

func secretOf(h *house, id domain.PersonID) string {
	h.Helper()
	s, err := h.Desk.Vault.Unseal(h.Context(), h.addressee(id).Secret)
	h.must(err)
	return s
}

// TestWithNothingToSayNothingIsSent has news an hour after the digest would have come.
func TestWithNothingToSayNothingIsSent(t *testing.T) {
	h := open(t)
	h.joins("priya")
	h.says = ""
	h.pass(time.Hour)
	h.goRound()
	h.says = "News"
	h.pass(time.Hour)
	h.goRound()
	if got := h.box.letters(); len(got) > 0 {
		t.Error("it comes at another hour")
	}
	h.pass(23 * time.Hour)
	h.goRound()
	if got := h.box.letters(); len(got) != 1 {
		t.Errorf("the day after there were %d", len(got))
	}
}

// TestANodeThatDiesBeforeTheRecordRepeatsOnce stops the node when the mail server has the mail and
// the record cannot be written any more.
func TestANodeThatDiesBeforeTheRecordRepeatsOnce(t *testing.T) {
	h := open(t)
	h.joins("priya")
	h.pass(time.Hour)
	a := h.addressee("priya")
	m, due := a.Due(h.clock(), time.UTC)
	if !due {
		t.Fatal("nothing is due")
	}
	letter, err := h.Write(t.Context(), a, m, h.links(a, secretOf(h, "priya")))
	h.must(err)
	if out := h.Server.send(t.Context(), mail{letter, "priya@example.org", messageID(secretOf(h, "priya"), m, h.Server.From.Address), ""}); !out.sent {
		t.Fatal(out.why) // and nothing is on record
	}
	for range 3 {
		h.again()
		h.goRound()
		h.pass(time.Minute)
	}
	got := h.box.letters()
	if len(got) != 2 || got[0].id() != got[1].id() {
		t.Fatalf("it was sent %d times", len(got))
	}
	if n := len(h.settled("priya")); n != 1 {
		t.Errorf("there are %d facts", n)
	}
}

// A fullLog takes nothing while it is full.
type fullLog struct {
	events.Log
	full bool
}

func (l *fullLog) Append(ctx context.Context, c events.Commit) (events.Position, error) {
	if l.full {
		return 0, errors.New("no room")
	}
	return l.Log.Append(ctx, c)
}

// TestWhatCannotBeRecordedIsNotSentAgain has no room for the record while mail is sent.
func TestWhatCannotBeRecordedIsNotSentAgain(t *testing.T) {
	h := open(t)
	h.joins("priya")
	log := &fullLog{h.Desk.Log, true}
	h.Desk.Log = log
	h.pass(time.Hour)
	for range 5 {
		h.goRound()
		h.pass(2 * time.Minute)
	}
	log.full = false
	h.goRound()
	if got := h.box.letters(); len(got) != 1 || len(h.settled("priya")) != 1 {
		t.Errorf("it was sent %d times, and %d facts say so", len(got), len(h.settled("priya")))
	}
}

// TestANodeThatIsStoppedRecordsWhatWasSent ends while the mail server takes the mail.
func TestANodeThatIsStoppedRecordsWhatWasSent(t *testing.T) {
	h := open(t)
	h.joins("priya")
	h.pass(time.Hour)
	ctx, stop := context.WithCancel(t.Context())
	h.box.took = stop
	if err := h.round(ctx); err != nil {
		t.Fatal(err)
	}
	h.again()
	h.goRound()
	if got := h.box.letters(); len(got) != 1 || len(h.settled("priya")) != 1 {
		t.Errorf("it was sent %d times", len(got))
	}
}

func TestOneBadAddressHoldsUpNobody(t *testing.T) {
	h := open(t)
	var all []domain.PersonID
	for n := range 2 * mostBusy {
		all = append(all, domain.PersonID(fmt.Sprintf("m%d", n)))
	}
	h.joins(all...)
	h.box.answer("m3@example.org", gone)
	h.box.answer("m4@example.org", busy)
	h.pass(time.Hour)
	h.goRound()
	if got := h.box.letters(); len(got) != len(all)-2 {
		t.Errorf("%d arrived: %v", len(got), h.logged.All())
	}
	if a := h.addressee("m3"); !a.Refused() || a.Code != 550 {
		t.Errorf("on record is %+v", a)
	}
	if a := h.addressee("m4"); !a.FailedAt.IsZero() {
		t.Error("what is tried again is on record")
	}
	h.goRound()
	h.box.answer("m4@example.org", nil)
	h.pass(30 * time.Second)
	h.goRound()
	if got := h.box.letters(); len(got) > 0 {
		t.Error("it is tried again at once")
	}
	h.pass(time.Minute)
	h.goRound()
	if got := h.box.letters(); len(got) != 1 || got[0].to != "m4@example.org" {
		t.Errorf("%d arrived then", len(got))
	}
	// An address that refuses is left alone until somebody asks.
	h.box.answer("m3@example.org", nil)
	h.pass(25 * time.Hour)
	h.goRound()
	for _, m := range h.box.letters() {
		if m.to == "m3@example.org" {
			t.Error("it was written to an address that refused")
		}
	}
	_, err := h.Desk.AskTrial(t.Context(), h.ask("m3"))
	h.must(err)
	h.goRound()
	if got := h.box.letters(); len(got) != 1 || h.addressee("m3").Refused() {
		t.Errorf("the trial: %d", len(got))
	}
	for _, e := range h.logged.All() {
		if text := fmt.Sprint(e.Message, e.ContextMap()); strings.Contains(text, "@") || strings.Contains(text, password) {
			t.Errorf("the messages tell %s", text)
		}
	}
}

// TestAServerThatIsAwayIsAskedAgainWithPauses lets nobody listen, and then somebody who wants
// another password.
func TestAServerThatIsAwayIsAskedAgainWithPauses(t *testing.T) {
	h := open(t)
	h.joins("priya", "quinn")
	works := h.Server
	for name, breaks := range map[string]func(){
		"nobody listens":   func() { h.Server.Port = 1 },
		"another password": func() { h.Server.Password = "another" },
		"no trust":         func() { h.Server.Roots = nil },
	} {
		breaks()
		h.again()
		h.pass(24 * time.Hour)
		asked := uint64(0)
		for range 60 {
			h.goRound()
			h.pass(time.Minute)
		}
		if asked = h.Counts().Failed; asked < 3 || asked > 20 || h.Counts().Sent > 0 {
			t.Errorf("%s: asked %d times in an hour", name, asked)
		}
		h.Server = works
		h.Post.Server = works
		for range 120 {
			h.goRound()
			h.pass(time.Minute)
		}
		if got := h.box.letters(); len(got) != 2 {
			t.Errorf("%s: then %d arrived", name, len(got))
		}
	}
}

func TestWhileTheServerIsAwayTheOthersWait(t *testing.T) {
	h := open(t)
	for n := range 3 * mostBusy {
		h.joins(domain.PersonID(fmt.Sprintf("m%d", n)))
	}
	h.Server.Port = 1
	h.again()
	h.pass(time.Hour)
	h.goRound()
	if asked := h.Counts().Failed; asked == 0 || asked > 2*mostBusy {
		t.Errorf("for %d mails it was asked %d times", 3*mostBusy, asked)
	}
}

func TestWhatIsNotTakenIsGivenUp(t *testing.T) {
	h := open(t)
	h.joins("priya")
	h.box.answer("priya@example.org", busy)
	_, err := h.Desk.AskTrial(t.Context(), h.ask("priya"))
	h.must(err)
	for range 30 * 12 {
		h.goRound()
		h.pass(5 * time.Minute)
	}
	a := h.addressee("priya")
	if a.Trial != 1 || a.FailedAt.IsZero() || a.Code != 451 || a.Refused() {
		t.Errorf("after a day it is %+v", a)
	}
}

func TestAnAddressIsAskedToBeConfirmedBeforeAnythingGoesThere(t *testing.T) {
	h := open(t)
	h.joins("priya")
	_, err := h.Desk.GiveAddress(t.Context(), h.ask("priya"), "priya@home.example")
	h.must(err)
	for range 3 {
		h.pass(25 * time.Hour)
		h.goRound()
	}
	got := h.box.letters()
	links := h.links(h.addressee("priya"), secretOf(h, "priya"))
	if len(got) != 1 || got[0].to != "priya@home.example" || got[0].Header.Get("List-Unsubscribe") != "" || !strings.Contains(strings.ReplaceAll(got[0].body, "=3D", "="), links.Confirm) {
		t.Fatalf("there were %d", len(got))
	}
	token := links.Confirm[strings.LastIndex(links.Confirm, "/")+1:]
	h.must(h.Desk.ConfirmAddress(t.Context(), "priya", token))
	h.pass(25 * time.Hour)
	h.goRound()
	if got := h.box.letters(); len(got) != 1 || got[0].to != "priya@home.example" || got[0].Header.Get("List-Unsubscribe") == "" {
		t.Errorf("then there were %d", len(got))
	}
	_, err = h.Desk.RemoveAddress(t.Context(), h.ask("priya"))
	h.must(err)
	h.pass(25 * time.Hour)
	h.goRound()
	if got := h.box.letters(); len(got) > 0 {
		t.Error("mail goes to an address that was removed")
	}
}

func TestSettingsOfMailAreRead(t *testing.T) {
	const from = "Guildhall <guildhall@example.org>"
	for text, want := range map[string]string{
		"smtps://user@mail.example.org":     "mail.example.org:465 user true",
		"smtp://mail.example.org":           "mail.example.org:587  false",
		"smtp://u%40example.org@[::1]:2525": "[::1]:2525 u@example.org false",
	} {
		s, err := ParseServer(text, from)
		if got := fmt.Sprintln(s, s.User, s.TLS); err != nil || strings.TrimSpace(got) != want {
			t.Errorf("%s is %s, %v", text, got, err)
		}
	}
	for _, text := range []string{"mail.example.org", "http://mail.example.org", "smtp://", "smtp://user:secret@mail.example.org", "smtp://mail.example.org:0", "smtp://mail.example.org/x", "smtps://mail.example.org?x=1"} {
		if _, err := ParseServer(text, from); domain.AsRefusal(err) == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", text, err)
		}
	}
	if _, err := ParseServer("smtp://mail.example.org", "nobody"); domain.AsRefusal(err) == nil {
		t.Error("nobody is somebody")
	}
}

func TestWhoeverRunsGuildhallTriesTheServer(t *testing.T) {
	h := open(t)
	h.must(h.Test(t.Context(), "ops@example.org"))
	if got := h.box.letters(); len(got) != 1 || got[0].to != "ops@example.org" {
		t.Errorf("%d arrived", len(got))
	}
	h.box.answer("ops@example.org", gone)
	if err := h.Test(t.Context(), "ops@example.org"); domain.AsRefusal(err) == nil || !strings.Contains(err.Error(), "550") {
		t.Errorf("it says %v", err)
	}
}
