package courier

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/consent"
	"github.com/guildhall-dev/guildhall/domain/partner"
	"github.com/guildhall-dev/guildhall/domain/webhook"
	"github.com/guildhall-dev/guildhall/projections"
)

func TestANoticeSaysThatThereIsNewsAndNothingOfWhom(t *testing.T) {
	h := open(t)
	h.listening()
	h.goRound()
	h.quiet("without news")
	h.news()
	h.goRound()
	m := h.one()
	var says struct {
		Type      string
		Timestamp time.Time
		Data      map[string]string
	}
	if err := json.Unmarshal([]byte(m.body), &says); err != nil {
		t.Fatal(err)
	}
	if says.Type != "feed.advanced" || !says.Timestamp.Equal(h.now) || len(says.Data) != 3 || says.Data["partner"] != "lakeshore" || says.Data["webhook"] != "lakeshore.hook" || says.Data["position"] == "" || len(m.body) > 200 {
		t.Errorf("it says %s", m.body)
	}
	if m.header.Get("Content-Type") != "application/json" || m.header.Get("Authorization") != "" {
		t.Errorf("it has the header %v", m.header)
	}
	h.pass(time.Minute)
	h.goRound()
	h.quiet("what arrived is sent once")
}

// TestMuchNewsIsOneNotice lets thirty learners share at once, three times.
func TestMuchNewsIsOneNotice(t *testing.T) {
	h := open(t)
	h.listening()
	heard := map[string]bool{}
	for range 3 {
		for range 30 {
			h.news()
			h.goRound()
		}
		for _, m := range h.ear.messages() {
			heard[m.id()] = true
			h.proven(m)
		}
		h.pass(Gap)
	}
	h.goRound()
	for _, m := range h.ear.messages() {
		heard[m.id()] = true
	}
	if len(heard) > 4 {
		t.Errorf("%d notices tell of 90 changes in %s", len(heard), 3*Gap)
	}
	newest, err := h.Read.FeedPosition(t.Context(), lake)
	h.must(err)
	if !heard[webhook.MessageID(lake, hook, int64(newest))] {
		t.Error("nobody was told of the newest change")
	}
	h.pass(Gap)
	h.goRound()
	h.quiet("what arrived is sent once")
	if n := h.records(); n > 3 {
		t.Errorf("that is %d records", n)
	}
}

func TestOnlyNewsOfTheKindsAskedForIsTold(t *testing.T) {
	h := open(t)
	h.listening(domain.CreditRecords)
	h.news() // of a pathway
	h.goRound()
	h.quiet("of other kinds it is told nothing")
	_, _, err := h.Add(t.Context(), h.by(lakeshore), lake, "learners", h.ear.URL, []domain.Scope{domain.PathwayRecords})
	h.must(err)
	h.goRound()
	if heard := h.ear.messages(); len(heard) != 1 || !strings.Contains(heard[0].body, "lakeshore.learners") {
		t.Errorf("it heard %v", heard)
	}
}

// TestANoticeIsTriedForThreeDaysAndThenALetterNobodyTook holds the clock while nobody answers
// well.
func TestANoticeIsTriedForThreeDaysAndThenALetterNobodyTook(t *testing.T) {
	h := open(t)
	h.listening()
	h.ear.answers(status(http.StatusServiceUnavailable))
	h.news()
	before := h.records()
	begun := h.clock()
	var gaps []time.Duration
	last, first := begun, ""
	for step := 0; h.hook().Through == 0; step++ {
		if step > 3000 {
			t.Fatal("it is never given up")
		}
		h.goRound()
		for _, m := range h.ear.messages() {
			h.proven(m)
			if first == "" {
				first = m.id() + m.body
			}
			if m.id()+m.body != first {
				t.Fatalf("%s is sent again as %s %s", first, m.id(), m.body)
			}
			gaps = append(gaps, h.clock().Sub(last))
			last = h.clock()
		}
		if len(gaps) == 2 {
			h.news() // waits for its turn
		}
		h.pass(max(time.Second, min(h.clock().Sub(begun)/50, 10*time.Minute)))
	}
	took := last.Sub(begun)
	if took < Patience || took > Patience+time.Hour || len(gaps) < 15 || len(gaps) > 30 {
		t.Errorf("%d attempts in %s: %v", len(gaps), took, gaps)
	}
	for i := 2; i < len(gaps)-1; i++ {
		if gaps[i] > latest*12/10 || gaps[i] < gaps[i-1]*7/10 {
			t.Errorf("it was tried after %v", gaps)
			break
		}
	}
	if n := h.records() - before; n != 2 {
		t.Errorf("%d attempts are %d records", len(gaps), n)
	}
	w := h.hook()
	if len(w.Letters) != 1 || w.Letters[0].Why != webhook.Status(503) || !w.Letters[0].SettledAt.IsZero() || !w.Letters[0].Since.Equal(begun) || w.State != projections.WebhookActive {
		t.Fatalf("of the letter is told %+v", w)
	}

	h.again()
	h.goRound() // of what came meanwhile
	m := h.one()
	if m.id()+m.body == first {
		t.Error("what was given up is sent again")
	}
	h.ear.answers(nil)
	_, err := h.Resend(t.Context(), h.by(lakeshore), lake, hook)
	h.must(err)
	h.pass(Gap)
	h.goRound()
	if arrived := h.one(); arrived.id() != m.id() {
		t.Errorf("%s was sent again as %s", m.id(), arrived.id())
	}
	if w := h.hook(); w.Letters[0].SettledAt.IsZero() || w.Failing != 0 || w.Resend {
		t.Errorf("once it arrived it is %+v", w)
	}
}

func TestALetterIsSentAgainWhenSomebodyAsks(t *testing.T) {
	h := open(t)
	h.listening()
	h.ear.answers(status(http.StatusInternalServerError))
	h.news()
	h.goRound()
	first := h.one()
	h.pass(Patience) // nothing is sent
	h.goRound()
	if again := h.one(); again.id() != first.id() || len(h.hook().Letters) != 0 {
		t.Fatalf("at the first attempt after a pause it is %+v", h.hook())
	}
	attempts, resumed := 0, h.clock()
	for len(h.hook().Letters) == 0 && attempts < 100 {
		h.pass(10 * time.Minute)
		h.goRound()
		attempts += len(h.ear.messages())
	}
	if took := h.clock().Sub(resumed); attempts < 3 || took < latest || took > latest+time.Hour {
		t.Errorf("after a pause it is given up after %d attempts in %s", attempts, took)
	}
	h.pass(time.Hour)
	h.goRound()
	h.quiet("what was given up is not sent")
	for range 3 { // it fails once more, and rests
		_, err := h.Resend(t.Context(), h.by(lena), lake, hook)
		h.must(err)
		h.goRound()
		h.goRound()
		if again := h.one(); again.id() != first.id() {
			t.Errorf("%s was sent again as %s", first.id(), again.id())
		}
		h.pass(Gap)
	}
	h.ear.answers(nil)
	h.pass(time.Minute)
	h.goRound()
	h.one()
	if w := h.hook(); w.Letters[0].SettledAt.IsZero() {
		t.Errorf("once it arrived it is %+v", w)
	}
}

// TestWhoWantsToBeLeftAloneIs answers with Retry-After, in both its forms.
func TestWhoWantsToBeLeftAloneIs(t *testing.T) {
	for name, header := range map[string]func(now time.Time, wish time.Duration) string{
		"seconds": func(_ time.Time, wish time.Duration) string { return strconv.Itoa(int(wish / time.Second)) },
		"a date":  func(now time.Time, wish time.Duration) string { return now.Add(wish).UTC().Format(http.TimeFormat) },
	} {
		t.Run(name, func(t *testing.T) {
			h := open(t)
			h.listening()
			h.news()
			first := ""
			for _, wish := range []time.Duration{time.Hour, 12 * time.Hour} {
				h.ear.answers(func(w http.ResponseWriter, _ *http.Request) {
					w.Header().Set("Retry-After", header(h.clock(), wish))
					w.WriteHeader(http.StatusTooManyRequests)
				})
				h.pass(2 * time.Hour)
				h.goRound()
				m := h.one()
				if first == "" {
					first = m.id()
				}
				if m.id() != first {
					t.Errorf("%s was sent again as %s", first, m.id())
				}
				for range 11 {
					h.pass(wish / 12)
					h.goRound()
				}
				h.quiet("it is left alone for " + wish.String())
			}
			h.ear.answers(nil)
			h.pass(time.Hour)
			h.goRound()
			if m := h.one(); m.id() != first {
				t.Errorf("%s was sent again as %s", first, m.id())
			}
		})
	}
	if wish := wishOf("999999999", time.Now()); wish != longestWish {
		t.Errorf("somebody may be left alone for %s", wish)
	}
}

func TestWhereNobodyIsAnyMoreNothingIsSent(t *testing.T) {
	h := open(t)
	h.listening()
	h.ear.answers(status(http.StatusGone))
	h.news()
	h.goRound()
	first := h.one()
	if w := h.hook(); w.State != projections.WebhookGone || len(w.Letters) > 0 {
		t.Fatalf("it is %+v", w)
	}
	h.pass(time.Hour)
	h.news()
	h.goRound()
	h.quiet("whoever is gone is told nothing")
	h.ear.answers(nil)
	_, err := h.Resume(t.Context(), h.by(lakeshore), lake, hook)
	h.must(err)
	h.goRound()
	if m := h.one(); m.id() == first.id() {
		t.Error("it is told of less than there is")
	}
}

// TestNothingIsLostOrDoubledByACrash kills the courier between an attempt and its record: the
// one that comes after sends the same again, and what is on record is not sent again.
func TestNothingIsLostOrDoubledByACrash(t *testing.T) {
	h := open(t)
	h.listening()
	h.news()
	w := h.hook()
	p, err := h.Read.News(t.Context(), lake, nil)
	h.must(err)
	n, err := h.notice(t.Context(), w, p)
	h.must(err)
	if out, err := h.send(t.Context(), w, n); err != nil || out.why != "" {
		t.Fatal(out, err)
	}
	first := h.one()
	h.again()
	h.pass(time.Minute)
	h.goRound()
	if again := h.one(); again.id() != first.id() || again.body != first.body {
		t.Errorf("%s %s was sent again as %s %s", first.id(), first.body, again.id(), again.body)
	}
	h.again()
	h.goRound()
	h.quiet("what is on record is not sent again")

	h.ear.answers(status(http.StatusBadGateway))
	h.news()
	h.pass(time.Minute)
	h.goRound()
	failed := h.one()
	h.again()
	h.news()
	h.ear.answers(nil)
	h.goRound()
	if again := h.one(); again.id() != failed.id() || again.body != failed.body {
		t.Errorf("%s was tried again as %s", failed.id(), again.id())
	}
}

func TestSecretsAreRotatedWithoutAPause(t *testing.T) {
	h := open(t)
	h.listening()
	old, oldPublic := h.shared, h.hook().Secrets[0].Public
	var err error
	h.shared, _, err = h.Rotate(t.Context(), h.by(lakeshore), lake, hook, 2)
	h.must(err)
	h.news()
	h.goRound()
	m := h.one() // proven by the new one
	h.shared, old = old, h.shared
	if h.proven(m); !checks(m, oldPublic) {
		t.Error("the secret before does not sign any more")
	}
	h.pass(48 * time.Hour)
	h.shared = old
	h.news()
	h.goRound()
	if m := h.one(); checks(m, oldPublic) || strings.Count(m.header.Get("webhook-signature"), ",") != 2 {
		t.Errorf("after two days it is signed %s", m.header.Get("webhook-signature"))
	}
}

func TestWhoTakesNoPartIsToldNothing(t *testing.T) {
	h := open(t)
	h.listening()
	h.news()
	_, err := h.Pause(t.Context(), h.by(vera), lake, hook, "An incident")
	h.must(err)
	h.goRound()
	_, err = h.Resume(t.Context(), h.by(lena), lake, hook)
	h.must(err)
	do(h, partner.Stream(lake), partner.Evolve, partner.Suspend{Request: h.by(operator), Reason: "An incident"})
	h.shown()
	h.goRound()
	h.quiet("a suspended institution is told nothing")
	do(h, partner.Stream(lake), partner.Evolve, partner.Resume{Request: h.by(operator)})
	h.shown()
	h.goRound()
	h.one()
	// That a learner shares no more is news, too.
	do(h, consent.Stream("a1", lake), consent.Evolve, consent.Revoke{Request: h.by(domain.Actor{Person: "a1", Role: domain.Apprentice})})
	h.shown()
	h.pass(Gap)
	h.goRound()
	h.one()
	_, err = h.Remove(t.Context(), h.by(lakeshore), lake, hook, "Replaced")
	h.must(err)
	h.news()
	h.pass(Gap)
	h.goRound()
	h.quiet("what was removed is told nothing")
}

// TestRunSendsByItself lets a courier run and stop.
func TestRunSendsByItself(t *testing.T) {
	h := open(t)
	h.listening()
	h.news()
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- h.Run(ctx) }()
	for range 500 {
		if h.Counts().Delivered > 0 {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	stop()
	if err := <-ended; err != ctx.Err() {
		t.Error(err)
	}
	h.one()
	if told := h.logged.All(); len(told) > 0 {
		t.Errorf("it is told %v", told)
	}
}
