package policies_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/credential"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/domain/standard"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/eventstest"
	"github.com/guildhall-dev/guildhall/events/journal"
	"github.com/guildhall-dev/guildhall/policies"
	"github.com/guildhall-dev/guildhall/projections"
)

// crowd records learners of all that a day looks at: on a wage schedule that asks for months
// and hours, with a certificate that a milestone rests on, and with a move that is overdue,
// planned, sent back or approved on other evidence. Only every waiting-th of them has a move.
func crowd(tb testing.TB, log events.Log, at time.Time, n, waiting int) {
	tb.Helper()
	today := domain.DateOf(at)
	var c events.Commit
	add := func(s domain.Stream, es ...domain.Event) {
		c.Appends = append(c.Appends, events.Append{Stream: s, Expected: events.Any, Events: es})
	}
	send := func() {
		c.Request = domain.Request{By: domain.Actor{Person: "lena", Role: domain.Coordinator}, At: at.AddDate(0, 0, -30)}
		if _, err := log.Append(tb.Context(), c); err != nil {
			tb.Fatal(err)
		}
		c = events.Commit{}
	}
	add("standard-s", standard.Drafted{Version: 1, Header: standard.Header{Title: "S"}},
		standard.WageScheduleDefined{Steps: []standard.WageStep{{Step: 1, Trigger: standard.ByBoth, Months: 1, From: domain.Hours(100)}, {Step: 2, Trigger: standard.ByMonths, Months: 24}}}, standard.Published{Version: 1})
	for i := range n {
		id := domain.ApprenticeshipID(fmt.Sprintf("a%06d", i))
		who, boss := domain.PersonID(id), domain.PersonID(fmt.Sprintf("m%05d", i/10))
		if i%10 == 0 {
			add(person.Stream(boss), person.Joined{Name: "sealed", Capacity: domain.Manager})
		}
		add(person.Stream(who), person.Joined{Name: "sealed", Capacity: domain.Apprentice, Manager: boss})
		add(apprenticeship.Stream(id), apprenticeship.Drafted{Person: who, Standard: "s", StandardVersion: 1, Pathway: "help-desk-to-security-analyst", PathwayVersion: 2, Role: "help-desk-analyst", StartOn: today.AddMonths(-3)},
			apprenticeship.Began{On: today.AddMonths(-3)})
		if i%waiting == 0 {
			certificate := domain.Stream("credential-" + id)
			add(certificate, credential.Earned{Person: who, Kind: credential.Certification, Title: "A+", Issuer: "CompTIA", On: today.AddMonths(-2), ValidTo: today.AddMonths(1)},
				credential.Verified{By: boss, On: today.AddMonths(-2)}, credential.Counted{Apprenticeship: id, Requirement: "hd-a-plus", By: boss, On: today.AddMonths(-2)})
			add(milestone.Stream(id, "hd-a-plus"), milestone.Started{Apprenticeship: id, Person: who, Requirement: "hd-a-plus"}, milestone.Attained{On: today.AddMonths(-2), Basis: string(certificate)})
			move := []domain.Event{transition.Proposed{Apprenticeship: id, Person: who, Proposer: who, From: "help-desk-analyst", To: "systems-administrator", Pathway: "help-desk-to-security-analyst", PathwayVersion: 2, EffectiveOn: today.AddMonths(2)},
				transition.ReadinessSnapshotTaken{Snapshot: "another"}, transition.Submitted{Steps: []transition.Step{{Office: pathway.CurrentManager, Assignee: boss, Capacity: domain.Manager}}},
				transition.ApprovalStepOpened{Step: 0, DueOn: today.AddDays(-20)}}
			switch i / waiting % 3 {
			case 1:
				move = append(move, transition.ApprovalReturned{Step: 0, By: boss, Reason: "sealed"})
			case 2:
				move = append(move, transition.ApprovalGranted{Step: 0, By: boss}, transition.Approved{}, transition.Scheduled{EffectiveOn: today.AddMonths(2)})
			}
			add(transition.Stream(id, "systems-administrator"), move...)
		}
		if len(c.Appends) > 3000 {
			send()
		}
	}
	send()
}

// TestATickAsksNoMoreOfManyThanOfFew counts the questions that a day puts to the read model,
// each of which takes as many statements as it has, whatever it finds.
func TestATickAsksNoMoreOfManyThanOfFew(t *testing.T) {
	asked := func(n int) uint64 {
		h := open(t)
		crowd(t, h.log, h.now, n, 1)
		h.shown()
		var before, after uint64
		for range 2 { // the first day acts on what is due
			before = h.read.Status(0, h.now).Questions
			if err := h.policies(h.log).Tick(t.Context()); err != nil {
				t.Fatal(err)
			}
			after = h.read.Status(0, h.now).Questions
			if got := after - before; got > 50 {
				t.Fatalf("a day with %d learners puts %d questions", n, got)
			}
			h.shown()
			h.now = h.now.Add(24 * time.Hour)
		}
		if h.head() <= events.Position(8*n) {
			t.Errorf("nothing was due: the test proves too little")
		}
		return after - before
	}
	if few, many := asked(3), asked(90); few != many || few == 0 {
		t.Errorf("%d questions of 3 learners, %d of 90", few, many)
	}
}

// BenchmarkTick measures a day of 100,000 learners on a wage schedule that asks for months,
// one in a hundred of whom waits for a move and has a certificate; nothing is due.
func BenchmarkTick(b *testing.B) {
	const learners = 100_000
	dir, now := b.TempDir(), time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	log, err := journal.OpenLocal(b.Context(), dir, eventstest.Codec())
	if err != nil {
		b.Fatal(err)
	}
	crowd(b, log, now, learners, 100)
	read, err := projections.Open(b.Context(), dir)
	if err != nil {
		b.Fatal(err)
	}
	ctx, stop := context.WithCancel(b.Context())
	ended := make(chan error, 1)
	go func() { ended <- read.Run(ctx, log) }()
	defer func() {
		stop()
		<-ended
		if err := errors.Join(read.Close(), log.Close()); err != nil {
			b.Error(err)
		}
	}()
	p := &policies.Policies{Log: log, Read: read, Now: func() time.Time { return now }, Dir: dir}
	for err := p.Tick(b.Context()); err != nil; err = p.Tick(b.Context()) { // acts on what is due, once the read model is there
		if r := domain.AsRefusal(err); r == nil || r.Kind != domain.Busy {
			b.Fatal(err)
		}
	}
	before := read.Status(0, now).Questions
	for b.Loop() {
		if err := p.Tick(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(read.Status(0, now).Questions-before)/float64(b.N), "questions/op")
	b.ReportMetric(learners, "learners")
}
