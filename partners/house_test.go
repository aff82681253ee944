package partners_test

import (
	"context"
	"errors"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/agreement"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/consent"
	"github.com/guildhall-dev/guildhall/domain/partner"
	people "github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/eventstest"
	"github.com/guildhall-dev/guildhall/events/journal"
	"github.com/guildhall-dev/guildhall/partners"
	"github.com/guildhall-dev/guildhall/policies"
	"github.com/guildhall-dev/guildhall/projections"
)

var (
	lena  = domain.Actor{Person: "lena", Role: domain.Coordinator}
	priya = domain.Actor{Person: "priya", Role: domain.Mentor}
)

func person(id domain.PersonID) domain.Actor {
	return domain.Actor{Person: id, Role: domain.Apprentice}
}

type fataler interface{ Fatalf(string, ...any) }

// A house is a hospital with two colleges and two apprentices, Ana and Ben, whose clock the
// test holds.
type house struct {
	*partners.Partners
	t    *testing.T
	now  time.Time
	dir  string
	log  *journal.Log
	stop func() // the read model
}

// open opens a house. What all houses have in common was recorded once, and is copied.
func open(t *testing.T) *house {
	t.Helper()
	built.Do(func() { build(t) })
	h := &house{t: t, now: built.now}
	h.begin(h.copied())
	return h
}

// built is a house that nobody lives in.
var built struct {
	sync.Once
	dir string
	now time.Time
}

func TestMain(m *testing.M) {
	code := m.Run()
	if err := os.RemoveAll(built.dir); err != nil {
		panic(err)
	}
	os.Exit(code)
}

// copied is a new copy of the house that was built. Whoever closes what is in it removes it: a
// test opens thousands.
func (h *house) copied() string {
	h.t.Helper()
	dir := h.t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(built.dir)); err != nil {
		h.t.Fatal(err)
	}
	return dir
}

// begin opens the log and the read model in a directory.
func (h *house) begin(dir string) {
	h.t.Helper()
	t := h.t
	h.dir = dir
	var err error
	if h.log, err = journal.OpenLocal(t.Context(), dir, eventstest.Codec()); err != nil {
		t.Fatal(err)
	}
	read, err := projections.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- read.Run(ctx, h.log) }()
	h.stop = func() {
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		ended <- context.Canceled
	}
	h.Partners = &partners.Partners{Log: h.log, Read: read, Now: func() time.Time { return h.now }}
}

// build makes the house that others are copies of.
func build(t *testing.T) {
	t.Helper()
	dir, err := os.MkdirTemp("", "house")
	if err != nil {
		t.Fatal(err)
	}
	h := found(t, dir)
	if err := h.Fence(t.Context()); err != nil {
		t.Fatal(err)
	}
	built.dir, built.now = dir, h.now
	h.close()
}

// found makes a house with a log of its own in a directory.
func found(t *testing.T, dir string) *house {
	t.Helper()
	h := &house{t: t, now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	h.begin(dir)
	system := domain.Actor{Policy: "operator", Role: domain.System}
	for _, p := range []domain.PartnerID{"harbor", "lakeshore"} {
		do(t, h, partner.Stream(p), partner.Evolve, partner.Onboard{Request: h.by(system), Onboarded: partner.Onboarded{Name: string(p)}})
	}
	for _, id := range []domain.PersonID{"ana", "ben"} {
		do(t, h, people.Stream(id), people.Evolve, people.Join{Request: h.by(system), Joined: people.Joined{Name: "sealed", Capacity: domain.Apprentice}})
		do(t, h, apprenticeship.Stream(domain.ApprenticeshipID(id)), apprenticeship.Evolve, apprenticeship.Draft{Request: h.by(lena), Age: 24, Supervisor: "dana", Mentor: "priya",
			Plan: apprenticeship.Drafted{Person: id, StartOn: h.today(), ExpectedEndOn: h.today()}})
	}
	return h
}

func (h *house) close() {
	h.stop()
	err := errors.Join(h.Read.Close(), h.log.Close())
	if h.dir != built.dir {
		err = errors.Join(err, os.RemoveAll(h.dir))
	}
	if err != nil {
		h.t.Error(err)
	}
}

func (h *house) today() domain.Date { return domain.DateOf(h.now) }

// by is a request of an actor, a second after the one before.
func (h *house) by(a domain.Actor) domain.Request {
	h.now = h.now.Add(time.Second)
	return domain.Request{By: a, At: h.now}
}

// do runs a command; that it is refused is as good as any outcome.
func do[S any, E domain.Event](t fataler, h *house, s domain.Stream, evolve func(S, E) S, c events.Command[S, E]) {
	if _, err := events.Execute(h.t.Context(), h.Log, s, evolve, c); err != nil && domain.AsRefusal(err) == nil {
		t.Fatalf("%s: %v", s, err)
	}
}

func (h *house) tick(t fataler) {
	p := policies.Policies{Log: h.Log, Read: h.Read, Now: h.Now}
	if err := p.Tick(h.t.Context()); err != nil {
		t.Fatalf("%v", err)
	}
}

// agree puts an agreement into force today.
func (h *house) agree(t fataler, id domain.AgreementID, p domain.PartnerID, last domain.Date, scopes ...domain.Scope) {
	s := agreement.Stream(id)
	do(t, h, s, agreement.Evolve, agreement.Draft{Request: h.by(lena), Drafted: agreement.Drafted{Partner: p, Scopes: scopes}})
	do(t, h, s, agreement.Evolve, agreement.Sign{Request: h.by(lena)})
	do(t, h, s, agreement.Evolve, agreement.Sign{Request: h.by(domain.Actor{Partner: p, Role: domain.Partner})})
	do(t, h, s, agreement.Evolve, agreement.Activate{Request: h.by(lena), Activated: agreement.Activated{From: h.today(), To: last}})
}

func (h *house) rule(t fataler, id domain.AgreementID, rule domain.RuleID, course string, meets domain.RequirementID) {
	do(t, h, agreement.Stream(id), agreement.Evolve, agreement.AddRule{Request: h.by(lena), Articulation: rules.Articulation{
		Rule: rule, Course: course, Title: course, Requirement: meets, Credit: domain.Credit{Hundredths: 300, Unit: domain.Semester}, From: h.today()}})
}

func (h *house) give(t fataler, id domain.PersonID, to domain.PartnerID, records ...domain.Scope) {
	do(t, h, consent.Stream(id, to), consent.Evolve, consent.Give{Request: h.by(person(id)), Given: consent.Given{Person: id, Party: to, Records: records, Purpose: "credit"}})
}

func (h *house) award(t *testing.T, id domain.ApprenticeshipID, course string) {
	t.Helper()
	_, _, err := h.Take(t.Context(), h.by(domain.Actor{Partner: "lakeshore", Role: domain.Partner}), partners.Award{Learner: id, Course: course,
		Credit: domain.Credit{Hundredths: 300, Unit: domain.Semester}, Grade: "B", Term: "Fall 2026", ExternalRef: "x"})
	if err != nil {
		t.Fatal(err)
	}
}
