package projections_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/consent"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/partner"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/vault"
	"github.com/guildhall-dev/guildhall/internal/demo"
	"github.com/guildhall-dev/guildhall/projections"
)

// seeded is a log that holds the demonstration, and keys.
func seeded(t testing.TB) events.Log {
	t.Helper()
	log := openLog(t)
	v, err := vault.Open(t.TempDir(), vault.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	if err := demo.Seed(t.Context(), log, v, time.Date(2026, 11, 19, 10, 0, 0, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	record(t, log, on("2026-11-19", rules, "person-e-2001", person.KeyIssued{Key: "k1", Hash: "aa"}), on("2026-11-19", rules, "partner-lakeshore", partner.KeyIssued{Key: "k1", Hash: "bb"}))
	return log
}

// A window is a log as it was when it ended at a position.
type window struct {
	events.Log
	end events.Position
}

func (w window) Head(context.Context) (events.Position, error) { return w.end, nil }

func (w window) Follow(ctx context.Context, p events.Position) iter.Seq2[events.Recorded, error] {
	return func(yield func(events.Recorded, error) bool) {
		if p < w.end {
			for r, err := range w.Log.Follow(ctx, p) {
				if !yield(r, err) {
					return
				}
				if err != nil || r.Position == w.end {
					break
				}
			}
		}
		<-ctx.Done()
		yield(events.Recorded{}, ctx.Err())
	}
}

// A bordered log goes on at some positions only once the read model has come to them: one
// after each of its commits.
type bordered struct {
	events.Log
	borders []events.Position // the last is the end
	db      *projections.DB
	at      atomic.Int64
}

func (l *bordered) Head(context.Context) (events.Position, error) {
	return l.borders[l.at.Load()], nil
}

func (l *bordered) Follow(ctx context.Context, p events.Position) iter.Seq2[events.Recorded, error] {
	return func(yield func(events.Recorded, error) bool) {
		for r, err := range l.Log.Follow(ctx, p) {
			if err == nil && r.Position > l.borders[l.at.Load()] {
				if err = l.db.Wait(ctx, r.Position-1); err == nil {
					l.at.Add(1)
				}
			}
			if !yield(r, err) || err != nil {
				return
			}
		}
	}
}

// appliedBy applies log up to the last border, with a transaction for what is between two.
func appliedBy(t testing.TB, dir string, log events.Log, borders ...events.Position) []projections.Digest {
	t.Helper()
	db, err := projections.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	stop := follow(t, db, &bordered{Log: log, borders: borders, db: db})
	defer stop()
	until(t, db, borders[len(borders)-1])
	ds, err := db.Digests(t.Context())
	return must(t, ds, err)
}

func applied(t testing.TB, dir string, log events.Log, to events.Position) []projections.Digest {
	t.Helper()
	db, stop := run(t, dir, log)
	defer stop()
	until(t, db, to)
	ds, err := db.Digests(t.Context())
	return must(t, ds, err)
}

func TestTheSameLogGivesTheSameRows(t *testing.T) {
	log := seeded(t)
	end := head(t, log)
	want := applied(t, t.TempDir(), log, end)
	var each []events.Position
	for p := range end {
		each = append(each, p+1)
	}
	if got := appliedBy(t, t.TempDir(), log, each...); !slices.Equal(got, want) {
		t.Errorf("one by one:\n%+v\nin one batch:\n%+v", got, want)
	}

	dir := t.TempDir()
	applied(t, dir, window{log, end / 3}, end/3)
	seen := events.Position(0)
	r, err := projections.Rebuild(t.Context(), dir, log, func(at, head events.Position) {
		if at < seen || at > head || head != end {
			t.Errorf("progress of %d to %d of %d", seen, at, head)
		}
		seen = at
	})
	if err != nil || !slices.Equal(r.Tables, want) || r.Position != end || !r.Compared || r.Differs != nil || seen != end {
		t.Errorf("rebuilt %+v, %v, having told %d; want %+v", r, err, seen, want)
	}
	if got := applied(t, dir, log, end); !slices.Equal(got, want) {
		t.Errorf("after the rebuild: %+v", got)
	}
}

func TestRestartingAnywhereGivesTheSameRows(t *testing.T) {
	log := openLog(t)
	record(t, log, all(house, inForce, second, []fact{consented("2026-04-30", everything...), requested}, weekBack, asked,
		[]fact{on("2026-03-20", rules, "apprenticeship-ana", apprenticeship.StageEntered{Role: "systems-administrator", On: day("2026-03-05")}), awarded,
			on("2026-05-01", ana, "consent-ana-ruiz.lakeshore", consent.Revoked{}), consented("", everything...)})...)
	end := head(t, log)
	want := applied(t, t.TempDir(), log, end)
	rapid.Check(t, func(rt *rapid.T) {
		stops := rapid.SliceOfNDistinct(rapid.Uint64Range(1, uint64(end)-1), 1, 3, rapid.ID).Draw(rt, "stops")
		slices.Sort(stops)
		dir := filepath.Join(t.TempDir(), fmt.Sprint(len(stops), stops))
		if err := os.Mkdir(dir, 0o700); err != nil {
			rt.Fatal(err)
		}
		for _, at := range stops {
			applied(t, dir, window{log, events.Position(at)}, events.Position(at))
		}
		if got := applied(t, dir, log, end); !slices.Equal(got, want) {
			rt.Fatalf("got\n%+v\nwant\n%+v", got, want)
		}
	})
}

// A halting log stops after some records until the test lets it go on.
type halting struct {
	events.Log
	after   events.Position
	reached chan struct{}
	goOn    chan struct{}
}

func (l halting) Follow(ctx context.Context, p events.Position) iter.Seq2[events.Recorded, error] {
	return func(yield func(events.Recorded, error) bool) {
		for r, err := range l.Log.Follow(ctx, p) {
			if !yield(r, err) {
				return
			}
			if r.Position == l.after {
				close(l.reached)
				<-l.goOn
			}
		}
	}
}

func TestACommitBecomesVisibleAsOne(t *testing.T) {
	projections.Batches(t, 100)
	log, dir := openLog(t), t.TempDir()
	begun := record(t, log, house...)
	applied(t, dir, log, begun)
	filler := on("2026-03-03", ana, "milestone-ana.many", milestone.Started{})
	for range 90 {
		filler.events = append(filler.events, milestone.EvidenceSubmitted{})
	}
	start := record(t, log, filler)
	big := on("2026-04-01", priya, move, proposed)
	for range 200 {
		big.events = append(big.events, transition.ReadinessSnapshotTaken{Snapshot: "s"})
	}
	big.events = append(big.events, transition.Submitted{Steps: chain}, transition.ApprovalStepOpened{Step: 0, DueOn: day("2026-04-15")})
	end := record(t, log, big)
	if start-begun >= 100 || end-begun <= 110 {
		t.Fatalf("the commit goes from %d to %d: it does not span the end of a batch", start-begun, end-begun)
	}
	last := record(t, log, on("2026-04-02", ana, "milestone-ana.last", milestone.Started{}))

	halt := halting{log, begun + 105, make(chan struct{}), make(chan struct{})}
	db, stop := run(t, dir, halt)
	defer stop()
	<-halt.reached
	if at := db.Position(); at != begun && at != start {
		t.Errorf("in the middle of the commit the read model stands at %d", at)
	}
	if ms, err := db.Transitions(t.Context(), learner); err != nil || len(ms[learner]) > 0 {
		t.Errorf("half a commit is visible: %+v, %v", ms, err)
	}
	close(halt.goOn)
	until(t, db, last)
}

// TestAJobThatSaysNothingOfItselfIsNotOneCommit records as a job does whose every commit has the
// same request: a batch ends all the same.
func TestAJobThatSaysNothingOfItselfIsNotOneCommit(t *testing.T) {
	projections.Batches(t, 10)
	log := openLog(t)
	record(t, log, house...)
	end := record(t, log, slices.Repeat([]fact{on("2026-03-03", ana, "milestone-ana.a", milestone.EvidenceSubmitted{}, milestone.EvidenceSubmitted{})}, 60)...)
	var last, most events.Position
	_, err := projections.Rebuild(t.Context(), t.TempDir(), log, func(at, _ events.Position) {
		last, most = at, max(most, at-last)
	})
	if err != nil || last != end || most > 11 {
		t.Errorf("built up to %d of %d with %d records in a transaction, %v; want 11 at most", last, end, most, err)
	}
}

func TestQuestionsNeverSeeHalfACommit(t *testing.T) {
	log := openLog(t)
	record(t, log, house...)
	db, stop := run(t, t.TempDir(), log)
	defer stop()
	until(t, db, head(t, log))
	done := make(chan struct{})
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for {
				ms, err := db.Transitions(t.Context(), learner)
				if err != nil {
					t.Error(err)
					return
				}
				for _, m := range ms[learner] {
					if _, _, open := m.Open(); m.State != projections.TransitionSubmitted && m.State != projections.TransitionReturned || open != (m.State == projections.TransitionSubmitted) {
						t.Errorf("saw a move %s with %d steps", m.State, len(m.Steps))
						return
					}
				}
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	for range 50 {
		record(t, log, asked...)
		record(t, log, on("2026-04-02", dana, move, transition.ApprovalReturned{Step: 0, By: "dana-whitfield"}))
	}
	until(t, db, head(t, log))
	close(done)
	readers.Wait()
}

func TestATamperedRowIsFoundByItsTable(t *testing.T) {
	log := seeded(t)
	dir := t.TempDir()
	applied(t, dir, log, head(t, log))
	tamper(t, dir, `UPDATE hours SET approved = approved + 60 WHERE learner = 'e-2001' AND kind = 'ojl'`, `DELETE FROM consent WHERE person = 'e-2002'`)
	r, err := projections.Rebuild(t.Context(), dir, log, nil)
	if err != nil || !r.Compared || !slices.Equal(r.Differs, []string{"consent", "hours"}) {
		t.Errorf("got %+v, %v; want consent and hours to differ", r, err)
	}
	r, err = projections.Rebuild(t.Context(), dir, log, nil)
	if err != nil || !r.Compared || r.Differs != nil {
		t.Errorf("after the rebuild %v differ, %v", r.Differs, err)
	}
}

func tamper(t *testing.T, dir string, statements ...string) {
	t.Helper()
	raw, err := sql.Open("sqlite", projections.Newest(t, dir))
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	for _, s := range statements {
		r, err := raw.Exec(s)
		if err != nil {
			t.Fatal(err)
		}
		if n, _ := r.RowsAffected(); n == 0 {
			t.Fatalf("%s changed nothing", s)
		}
	}
}

func TestAReadModelThatCannotBeReadIsRebuilt(t *testing.T) {
	log := openLog(t)
	record(t, log, house...)
	dir := t.TempDir()
	applied(t, dir, log, head(t, log))
	if err := os.WriteFile(projections.Newest(t, dir), []byte("this is no database, and it is longer than a header of SQLite would be, by a good deal"), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := projections.Rebuild(t.Context(), dir, log, nil)
	if err != nil || r.Compared || r.Position != head(t, log) {
		t.Fatalf("got %+v, %v", r, err)
	}
	if got := applied(t, dir, log, head(t, log)); !slices.Equal(got, r.Tables) {
		t.Errorf("in place is %+v, rebuilt was %+v", got, r.Tables)
	}
}

func TestAReadModelThatKnowsMoreThanTheLogIsNotReplaced(t *testing.T) {
	log := openLog(t)
	record(t, log, house...)
	dir := t.TempDir()
	applied(t, dir, log, head(t, log))
	if r, err := projections.Rebuild(t.Context(), dir, window{log, 3}, nil); err == nil {
		t.Errorf("records are missing, and yet it was rebuilt: %+v", r)
	}
	applied(t, dir, log, head(t, log))
}

func TestAReadModelOfOtherViewsIsNotAsked(t *testing.T) {
	log := openLog(t)
	record(t, log, house...)
	dir := t.TempDir()
	want := applied(t, dir, log, head(t, log))
	tamper(t, dir, `UPDATE person SET name = 'old'`)
	others := []string{"0123456789ab-7.db", "ba9876543210-1.db"}
	for i, name := range others {
		if err := os.WriteFile(filepath.Join(dir, projections.Dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(filepath.Join(dir, projections.Dir, name), time.Time{}, time.Unix(int64(i), 0)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Remove(projections.Newest(t, dir)); err != nil {
		t.Fatal(err)
	}
	db, err := projections.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if people, err := db.People(t.Context()); domain.AsRefusal(err) == nil || domain.AsRefusal(err).Code != "READ_MODEL_BUILDING" || db.Position() != 0 {
		t.Errorf("it holds %v at %d, %v", people, db.Position(), err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if got := applied(t, dir, log, head(t, log)); !slices.Equal(got, want) {
		t.Errorf("built anew it is %+v, want %+v", got, want)
	}
	left, err := filepath.Glob(filepath.Join(dir, projections.Dir, "*.db"))
	if err != nil || len(left) != 2 || !slices.Contains(left, filepath.Join(dir, projections.Dir, others[1])) {
		t.Errorf("there are %v, %v; want the new one and the latest of other views", left, err)
	}
}

func TestWaiting(t *testing.T) {
	log := openLog(t)
	record(t, log, house...)
	db, stop := run(t, t.TempDir(), log)
	defer stop()
	end := head(t, log)
	until(t, db, end)

	over, cancel := context.WithCancel(t.Context())
	cancel()
	if err := db.Wait(over, end); err != nil {
		t.Errorf("what is there is waited for: %v", err)
	}
	if r := domain.AsRefusal(db.Wait(over, end+1)); r == nil || r.Code != "READ_MODEL_BEHIND" || r.Kind != domain.Busy {
		t.Errorf("what is not there gave %v, want READ_MODEL_BEHIND", r)
	}

	waited := make(chan error, 1)
	go func() { waited <- db.Wait(t.Context(), end+2) }()
	record(t, log, on("2026-03-03", ana, "milestone-ana.a", milestone.Started{}), on("2026-03-03", ana, "milestone-ana.b", milestone.Started{}))
	if err := <-waited; err != nil {
		t.Error(err)
	}
	if _, ok, err := db.Milestone(t.Context(), learner, "b"); !ok || err != nil {
		t.Errorf("after waiting the fact is not there: %v, %v", ok, err)
	}
}

// Until the keys are gone nobody sees that somebody was erased; if they cannot be
// destroyed the read model goes no further, and tries again when it starts anew.
func TestAnErasureIsCarriedOutBeforeItIsShown(t *testing.T) {
	log, dir := openLog(t), t.TempDir()
	before := record(t, log, house...)
	end := record(t, log, on("2026-03-04", dana, "person-ana-ruiz", person.Erased{Reason: person.Asked}))
	db, err := projections.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	full := errors.New("no space left")
	db.Erase = func(context.Context, ...domain.PersonID) error { return full }
	if err := db.Run(t.Context(), log); !errors.Is(err, full) {
		t.Fatalf("Run ended with %v", err)
	}
	if at := db.Position(); at > before {
		t.Errorf("the read model stands at %d", at)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}

	if db, err = projections.Open(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	var erased []domain.PersonID
	db.Erase = func(_ context.Context, people ...domain.PersonID) error {
		if p, err := db.Person(t.Context(), people[0]); err == nil && p.Erased {
			t.Error("it is shown already")
		}
		erased = append(erased, people...)
		return nil
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- db.Run(ctx, log) }()
	until(t, db, end)
	if !slices.Equal(erased, []domain.PersonID{"ana-ruiz"}) {
		t.Errorf("erased %v", erased)
	}
	stop()
	if <-ended; db.Close() != nil {
		t.Error("does not close")
	}
}

// A failing log cannot be read beyond a position.
type failing struct {
	events.Log
	from events.Position
	err  error
}

func (l failing) Follow(ctx context.Context, p events.Position) iter.Seq2[events.Recorded, error] {
	return func(yield func(events.Recorded, error) bool) {
		for r, err := range l.Log.Follow(ctx, p) {
			if err == nil && r.Position >= l.from {
				r, err = events.Recorded{}, l.err
			}
			if !yield(r, err) || err != nil {
				return
			}
		}
	}
}

func TestAReadModelThatCannotGoOnSaysSo(t *testing.T) {
	log, dir := openLog(t), t.TempDir()
	before := record(t, log, house...)
	applied(t, dir, log, before)
	bad := record(t, log, on("2026-03-03", ana, "milestone-ana.a", milestone.Started{}))
	db, err := projections.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	waited := make(chan error, 1)
	go func() { waited <- db.Wait(t.Context(), bad) }()
	broken := errors.New("the disk is on fire")
	if err := db.Run(t.Context(), failing{log, bad, broken}); !errors.Is(err, broken) {
		t.Fatalf("Run ended with %v", err)
	}
	if told := <-waited; !errors.Is(told, broken) || domain.AsRefusal(told) == nil || domain.AsRefusal(told).Code != "READ_MODEL_STOPPED" {
		t.Errorf("who waits is told %v, want READ_MODEL_STOPPED and the fault", told)
	}
	if err := db.Wait(t.Context(), bad); err == nil {
		t.Error("who waits afterwards is told that it is there")
	}
	if at := db.Position(); at >= bad {
		t.Errorf("the read model stands at %d, beyond what it could apply", at)
	}
	if _, err := db.People(t.Context()); err != nil {
		t.Errorf("what it has shown so far is gone: %v", err)
	}
	if ps, err := db.Parked(t.Context()); err != nil || len(ps) > 0 {
		t.Errorf("a fault of the machine parked %v, %v", ps, err)
	}
}
