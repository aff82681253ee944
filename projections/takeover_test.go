package projections_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/projections"
)

func TestANewerGenerationIsTakenOverWhileServing(t *testing.T) {
	log, dir := openLog(t), t.TempDir()
	record(t, log, all(house, inForce, weekSigned)...)
	end := head(t, log)
	want := applied(t, dir, log, end)
	tamper(t, dir, `UPDATE hours SET approved = approved + 60`)
	old := projections.Newest(t, dir)
	db, stop := run(t, dir, log)
	defer stop()
	until(t, db, end)
	ds, err := db.Digests(t.Context())
	if slices.Equal(must(t, ds, err), want) {
		t.Fatal("the row that was tampered with is not there")
	}

	// Those who ask go on meanwhile, and what is recorded is shown.
	asking, answered := context.WithCancel(t.Context())
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			last := events.Position(0)
			for asking.Err() == nil {
				p := db.Position()
				if p < last {
					t.Errorf("the read model went back from %d to %d", last, p)
				}
				last = p
				if hs, err := db.Hours(t.Context(), learner); err != nil || len(hs[learner]) == 0 {
					t.Errorf("Ana has %v, %v", hs, err)
					return
				}
			}
		})
	}
	recording := make(chan struct{})
	go func() {
		defer close(recording)
		for i := range 100 {
			record(t, log, on("2026-03-03", ana, domain.Stream(fmt.Sprint("milestone-ana.m", i)), milestone.Started{Apprenticeship: learner}))
		}
	}()
	r, err := projections.Rebuild(t.Context(), dir, log, nil)
	if err != nil || !r.Compared || !slices.Equal(r.Differs, []string{"hours"}) {
		t.Fatalf("rebuilt %+v, %v", r, err)
	}
	if taken, err := projections.Taken(t.Context(), dir, r.Generation); err != nil || !taken {
		t.Errorf("taken over: %v, %v", taken, err)
	}
	<-recording
	until(t, db, head(t, log))
	answered()
	readers.Wait()
	if s := db.Status(head(t, log), time.Now()); s.Generation != r.Generation || s.Trouble != nil || s.Applied != s.Head {
		t.Errorf("it stands %+v", s)
	}
	if _, err := os.Stat(old); err == nil {
		t.Error("the old one is still there")
	}
	if got, want := digests(t, db), applied(t, t.TempDir(), log, head(t, log)); !slices.Equal(got, want) {
		t.Errorf("taken over it is\n%+v\nwant\n%+v", got, want)
	}
}

// A question that began before goes on with the generation that it was put to.
func TestWhoIsReadingFinishesWithTheOldGeneration(t *testing.T) {
	log, dir := openLog(t), t.TempDir()
	record(t, log, house...)
	end := head(t, log)
	applied(t, dir, log, end)
	tamper(t, dir, `UPDATE person SET title = 'from the old one'`)
	db, stop := run(t, dir, log)
	defer stop()
	until(t, db, end)
	err := projections.While(t, db, func(q func(*string) error) error {
		var title string
		if err := q(&title); err != nil || title != "from the old one" {
			return fmt.Errorf("before: %q, %w", title, err)
		}
		if _, err := projections.Rebuild(t.Context(), dir, log, nil); err != nil {
			return err
		}
		for s := (projections.Status{}); s.Generation != filepath.Base(projections.Newest(t, dir)); {
			s = db.Status(end, time.Now())
			time.Sleep(time.Millisecond)
		}
		if p, err := db.Person(t.Context(), "ana-ruiz"); err != nil || p.Title != "Help desk analyst" {
			return fmt.Errorf("who asks now is told %q, %w", p.Title, err)
		}
		if err := q(&title); err != nil || title != "from the old one" {
			return fmt.Errorf("afterwards: %q, %w", title, err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestADamagedGenerationIsNotTakenOver(t *testing.T) {
	log, dir := openLog(t), t.TempDir()
	record(t, log, house...)
	db, stop := run(t, dir, log)
	defer stop()
	until(t, db, head(t, log))
	r, err := rebuiltElsewhere(t, log)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(r)
	if err != nil {
		t.Fatal(err)
	}
	for i := len(raw) / 2; i < len(raw)/2+5000; i++ {
		raw[i] ^= 0x5a
	}
	next := filepath.Join(dir, projections.Dir, projections.Fingerprint()[:12]+"-2.db")
	if err := os.WriteFile(next, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	s := db.Status(0, time.Now())
	for s.Trouble == nil {
		time.Sleep(time.Millisecond)
		s = db.Status(0, time.Now())
	}
	if s.Generation == filepath.Base(next) {
		t.Errorf("it stands %+v", s)
	}
	end := record(t, log, on("2026-03-03", ana, "milestone-ana.a", milestone.Started{Apprenticeship: learner}))
	until(t, db, end)
}

func rebuiltElsewhere(t *testing.T, log events.Log) (string, error) {
	dir := t.TempDir()
	_, err := projections.Rebuild(t.Context(), dir, log, nil)
	return projections.Newest(t, dir), err
}

func TestAReadModelOfAnotherLogIsRefused(t *testing.T) {
	dir := t.TempDir()
	mine, other := openLog(t), openLog(t)
	record(t, mine, house...)
	record(t, other, house...)
	applied(t, dir, mine, head(t, mine))
	db, err := projections.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Run(t.Context(), other); err == nil {
		t.Error("it goes on with another log")
	}
}

func TestOneRebuildAtATime(t *testing.T) {
	log, dir := openLog(t), t.TempDir()
	end := record(t, log, house...)
	halt := halting{log, end - 3, make(chan struct{}), make(chan struct{})}
	ended := make(chan error, 1)
	go func() {
		_, err := projections.Rebuild(t.Context(), dir, halt, nil)
		ended <- err
	}()
	<-halt.reached
	if _, err := projections.Rebuild(t.Context(), dir, log, nil); domain.AsRefusal(err) == nil || domain.AsRefusal(err).Code != "REBUILD_RUNNING" {
		t.Errorf("a second one gave %v", err)
	}
	db, stop := run(t, dir, log) // waits for what is being built
	defer stop()
	close(halt.goOn)
	if err := <-ended; err != nil {
		t.Error(err)
	}
	until(t, db, end)
	if got := filepath.Base(projections.Newest(t, dir)); got != projections.Fingerprint()[:12]+"-1.db" {
		t.Errorf("it was built twice: %s", got)
	}
}

func TestThePreparedGenerationIsThereAtOnce(t *testing.T) {
	log, dir := openLog(t), t.TempDir()
	record(t, log, all(house, weekSigned)...)
	if _, err := projections.Rebuild(t.Context(), dir, log, nil); err != nil {
		t.Fatal(err)
	}
	db, err := projections.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if at := db.Position(); at != head(t, log) {
		t.Errorf("before it runs it stands at %d", at)
	}
	if _, err := db.Person(t.Context(), "ana-ruiz"); err != nil {
		t.Error(err)
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
}
