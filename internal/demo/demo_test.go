package demo_test

import (
	"context"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/eventstest"
	"github.com/guildhall-dev/guildhall/events/journal"
	"github.com/guildhall-dev/guildhall/events/vault"
	"github.com/guildhall-dev/guildhall/internal/demo"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/projections"
)

// Every day of a week is a day on which somebody starts the demonstration.
func TestTheDemonstrationCanBeSeededOnAnyDayOfTheWeek(t *testing.T) {
	for d := range 7 {
		now := time.Date(2026, 11, 16+d, 7+2*d, 30, 0, 0, time.UTC)
		t.Run(now.Format("Monday"), func(t *testing.T) {
			t.Parallel()
			log, v := open(t)
			if err := demo.Seed(t.Context(), log, v, now); err != nil {
				t.Fatal(err)
			}
			head, _ := log.Head(t.Context())
			if err := demo.Seed(t.Context(), log, v, now.Add(time.Minute)); err != nil {
				t.Fatal("seeding again:", err)
			}
			if again, _ := log.Head(t.Context()); again != head {
				t.Errorf("seeding again added %d records", again-head)
			}
		})
	}
}

func TestTheDemonstrationHasLearnersInDifferentStates(t *testing.T) {
	now := time.Date(2026, 11, 19, 10, 0, 0, 0, time.UTC)
	log, v := open(t)
	if err := demo.Seed(t.Context(), log, v, now); err != nil {
		t.Fatal(err)
	}
	read := follow(t, log)
	if err := demo.Moves(t.Context(), &desk.Desk{Log: log, Read: read, Vault: v, Now: func() time.Time { return now }}); err != nil {
		t.Fatal(err)
	}
	learners, err := read.Learners(t.Context(), projections.LearnerQuery{})
	if err != nil || len(learners) < 12 {
		t.Fatalf("%d learners, %v; want a dozen", len(learners), err)
	}
	states := map[projections.LearnerStatus]int{}
	for _, l := range learners {
		states[l.Status]++
	}
	for _, want := range []projections.LearnerStatus{projections.Draft, projections.Registered, projections.Probationary, projections.Active, projections.CompletionPending} {
		if states[want] == 0 {
			t.Errorf("nobody is %s: %v", want, states)
		}
	}
	inbox, err := read.Inbox(t.Context(), "e-1005", domain.Manager, domain.DateOf(now))
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[projections.InboxKind]int{}
	for _, i := range inbox {
		kinds[i.Kind]++
	}
	if kinds[projections.AwaitingHours] < 2 || kinds[projections.AwaitingTransition] != 1 {
		t.Errorf("Dana's inbox holds %v; want some hours and one move", kinds)
	}
}

func open(t *testing.T) (*journal.Log, *vault.Vault) {
	t.Helper()
	dir := t.TempDir()
	log, err := journal.OpenLocal(t.Context(), dir, eventstest.Codec())
	if err != nil {
		t.Fatal(err)
	}
	v, err := vault.Open(dir, vault.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { v.Close(); log.Close() })
	return log, v
}

func follow(t *testing.T, log events.Log) *projections.DB {
	t.Helper()
	read, err := projections.Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- read.Run(ctx, log) }()
	t.Cleanup(func() { stop(); <-ended; read.Close() })
	head, err := log.Head(ctx)
	if err != nil {
		t.Fatal(err)
	}
	wait, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	if err := read.Wait(wait, head); err != nil {
		t.Fatal(err)
	}
	return read
}
