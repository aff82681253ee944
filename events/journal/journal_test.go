package journal_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	_ "modernc.org/sqlite"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/eventstest"
	"github.com/guildhall-dev/guildhall/events/journal"
)

var codec = events.NewCodec(eventstest.Events)

func TestALocalLogIsALog(t *testing.T) {
	eventstest.TestLog(t, func(t *testing.T, dir string) events.Log { return open(t, dir) })
}

func open(t testing.TB, dir string) *journal.Log { return openWith(t, dir, journal.Local{}) }

func openWith(t testing.TB, dir string, engine journal.Engine) *journal.Log {
	t.Helper()
	j, err := journal.Open(t.Context(), dir, codec)
	if err != nil {
		t.Fatal(err)
	}
	log := journal.Start(j, engine)
	t.Cleanup(func() {
		if err := log.Close(); err != nil {
			t.Error(err)
		}
	})
	return log
}

func commit(key string, s domain.Stream, ns ...int) events.Commit {
	a := events.Append{Stream: s, Expected: events.Any}
	for _, n := range ns {
		a.Events = append(a.Events, eventstest.Counted{N: n})
	}
	return events.Commit{Request: domain.Request{By: domain.Actor{Person: "ana"}, Key: key}, Appends: []events.Append{a}}
}

func appended(t testing.TB, log events.Log, c events.Commit) events.Position {
	t.Helper()
	p, err := log.Append(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// everything yields the records of the journal in dir, which it opens and closes, up to
// its head.
func everything(t *testing.T, dir string) iter.Seq2[events.Recorded, error] {
	return func(yield func(events.Recorded, error) bool) {
		log, err := journal.OpenLocal(t.Context(), dir, codec)
		if err != nil {
			yield(events.Recorded{}, err)
			return
		}
		defer log.Close()
		end, err := log.Head(t.Context())
		if err != nil || end == 0 {
			if err != nil {
				yield(events.Recorded{}, err)
			}
			return
		}
		for r, err := range log.Follow(t.Context(), 0) {
			if !yield(r, err) || err == nil && r.Position == end {
				return
			}
		}
	}
}

// written is a closed journal: 1,200 records, the even ones on test-even, and the last
// five on test-last.
func written(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	log, err := journal.OpenLocal(t.Context(), dir, codec)
	if err != nil {
		t.Fatal(err)
	}
	for i := 1; i <= 1195; i++ {
		appended(t, log, commit(fmt.Sprint(i), domain.Stream([]string{"test-even", "test-odd"}[i%2]), i))
	}
	appended(t, log, commit("last", "test-last", 1, 2, 3, 4, 5))
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

func alter(t *testing.T, dir, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, "journal.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	res, err := db.Exec(statement)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := res.RowsAffected(); n == 0 || err != nil {
		t.Fatalf("%s changed %d rows, %v", statement, n, err)
	}
}

func TestDamageIsReportedAndNeverAShorterLog(t *testing.T) {
	whole := written(t)
	for _, c := range []struct {
		name, statement string
		stream          domain.Stream // the damaged one, if its reader can tell
	}{
		{"a digit in the first body", `UPDATE record SET body = replace(body, '2', '3') WHERE position = 2`, "test-even"},
		{"a digit in a body in the middle", `UPDATE record SET body = replace(body, '6', '7') WHERE position = 600`, "test-even"},
		{"a digit in the last body", `UPDATE record SET body = replace(body, '5', '6') WHERE position = 1200`, "test-last"},
		{"a body cut short", `UPDATE record SET body = substr(body, 1, 4) WHERE position = 600`, "test-even"},
		{"an actor", `UPDATE record SET meta = replace(meta, 'ana', 'bob') WHERE position = 600`, "test-even"},
		{"an id", `UPDATE record SET id = upper(id) || '0' WHERE position = 600`, "test-even"},
		{"a name", `UPDATE record SET name = 'eventstest.noted' WHERE position = 600`, "test-even"},
		{"a schema version", `UPDATE record SET schema = 2 WHERE position = 600`, "test-even"},
		{"a hash", `UPDATE record SET hash = zeroblob(32) WHERE position = 600`, "test-even"},
		{"a short hash", `UPDATE record SET hash = x'00' WHERE position = 600`, "test-even"},
		{"a record removed", `DELETE FROM record WHERE position = 600`, "test-even"},
		{"the first record removed", `DELETE FROM record WHERE position = 1`, "test-odd"},
		{"the last record removed", `DELETE FROM record WHERE position = 1200`, "test-last"},
		{"the last commit removed", `DELETE FROM record WHERE position > 1195`, "test-last"},
		{"a stream removed", `DELETE FROM stream WHERE name = 'test-even'`, ""},
		{"a stream renamed", `UPDATE stream SET name = 'test-evem' WHERE name = 'test-even'`, ""},
		{"a stream shorter", `UPDATE stream SET revision = 3 WHERE name = 'test-last'`, "test-last"},
		{"a stream longer", `UPDATE stream SET revision = 6 WHERE name = 'test-last'`, "test-last"},
		{"a record on another stream", `UPDATE record SET stream = 'test-odd', revision = 9999 WHERE position = 600`, "test-even"},
		{"a record moved to the end", `UPDATE record SET position = 1201 WHERE position = 600`, "test-even"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.CopyFS(dir, os.DirFS(whole)); err != nil {
				t.Fatal(err)
			}
			alter(t, dir, c.statement)
			n := 0
			var damage error
			for _, err := range everything(t, dir) {
				n++
				damage = err
			}
			if !errors.Is(damage, events.ErrCorrupt) {
				t.Errorf("following ended after %d records with %v", n, damage)
			}
		})
		if c.stream == "" {
			continue
		}
		t.Run(c.name+" behind a running journal", func(t *testing.T) {
			dir := t.TempDir()
			if err := os.CopyFS(dir, os.DirFS(whole)); err != nil {
				t.Fatal(err)
			}
			log := open(t, dir)
			alter(t, dir, c.statement)
			var err error
			for _, err = range log.Read(t.Context(), c.stream) {
			}
			if !errors.Is(err, events.ErrCorrupt) {
				t.Errorf("reading %s ended with %v", c.stream, err)
			}
		})
	}
}

func TestADamageBehindARunningJournalIsReported(t *testing.T) {
	dir := written(t)
	log := open(t, dir)
	alter(t, dir, `DELETE FROM record WHERE position > 1190`)
	var err error
	for _, err = range log.Follow(t.Context(), 0) {
	}
	if !errors.Is(err, events.ErrCorrupt) {
		t.Errorf("following ended with %v", err)
	}
}

func TestADirectoryIsOpenOnce(t *testing.T) {
	dir := t.TempDir()
	log, err := journal.OpenLocal(t.Context(), dir, codec)
	if err != nil {
		t.Fatal(err)
	}
	_, err = journal.OpenLocal(t.Context(), dir, codec)
	if r := domain.AsRefusal(err); r == nil || r.Code != "DATA_IN_USE" {
		t.Errorf("opening it twice gave %v", err)
	}
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	open(t, dir)
}

// TestAClosedLogIsOneFile is what somebody relies on who copies journal.db while nobody runs.
func TestAClosedLogIsOneFile(t *testing.T) {
	dir, elsewhere := t.TempDir(), t.TempDir()
	log, err := journal.OpenLocal(t.Context(), dir, codec)
	if err != nil {
		t.Fatal(err)
	}
	last := appended(t, log, commit("", "ward-1", 1, 2, 3))
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(filepath.Join(dir, "journal.db"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(elsewhere, "journal.db"), file, 0o600); err != nil {
		t.Fatal(err)
	}
	if head, err := open(t, elsewhere).Head(t.Context()); err != nil || head != last {
		t.Errorf("the copy ends at position %d, %v; want %d", head, err, last)
	}
}

func TestADirectoryOfALaterVersionIsRefused(t *testing.T) {
	dir := written(t)
	db, err := sql.Open("sqlite", filepath.Join(dir, "journal.db"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(`PRAGMA user_version = 4`); err != nil {
		t.Fatal(err)
	}
	db.Close()
	_, err = journal.OpenLocal(t.Context(), dir, codec)
	if r := domain.AsRefusal(err); r == nil || r.Code != "DATA_TOO_NEW" {
		t.Errorf("opening it gave %v", err)
	}
}

func TestAClosedLogSaysSo(t *testing.T) {
	log, err := journal.OpenLocal(t.Context(), t.TempDir(), codec)
	if err != nil {
		t.Fatal(err)
	}
	appended(t, log, commit("k", "test-a", 1))
	following, ended := make(chan bool), make(chan error)
	go func() {
		var err error
		for _, e := range log.Follow(t.Context(), 0) {
			if err = e; err == nil {
				close(following)
			}
		}
		ended <- err
	}()
	<-following
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; !errors.Is(err, fs.ErrClosed) {
		t.Errorf("a follower ended with %v", err)
	}
	if _, err := log.Append(t.Context(), commit("l", "test-a", 1)); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("append: %v", err)
	}
	if _, err := log.Head(t.Context()); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("head: %v", err)
	}
}

// An engine is a function that places groups.
type engine func(context.Context, events.Group) error

func (e engine) Commit(ctx context.Context, g events.Group) error { return e(ctx, g) }
func (engine) Limit() int                                         { return math.MaxInt }

// A narrow engine takes frames of so many bytes.
type narrow struct {
	engine
	limit int
}

func (n narrow) Limit() int { return n.limit }

func TestAGroupFitsTheEngine(t *testing.T) {
	const limit, callers = 2000, 200
	alone := commit("", "test-a", make([]int, 50)...)
	log := openWith(t, t.TempDir(), narrow{limit: limit, engine: func(_ context.Context, g events.Group) error {
		if frame, _ := g.MarshalBinary(); len(frame) > limit && len(g.Records) != 50 {
			t.Errorf("a group of %d records has a frame of %d bytes", len(g.Records), len(frame))
		}
		return nil
	}})
	var wg sync.WaitGroup
	for i := range callers {
		wg.Go(func() { appended(t, log, commit(fmt.Sprint(i), "test-a", i)) })
	}
	wg.Go(func() { appended(t, log, alone) })
	wg.Wait()
	if p, err := log.Head(t.Context()); p != callers+50 || err != nil {
		t.Errorf("the log ends at %d, %v", p, err)
	}
}

func TestAFullQueueRefusesAtOnceAndLosesNothing(t *testing.T) {
	entered, gate := make(chan bool, 1), make(chan bool)
	log := openWith(t, t.TempDir(), engine(func(context.Context, events.Group) error {
		select {
		case entered <- true:
		default:
		}
		<-gate
		return nil
	}))
	const callers = 6000
	answers := make(chan error, callers)
	var wg sync.WaitGroup
	ask := func(i int) {
		wg.Go(func() {
			_, err := log.Append(t.Context(), commit(fmt.Sprint(i), "test-a", i))
			answers <- err
		})
	}
	ask(0)
	<-entered
	for i := range callers - 1 {
		ask(i + 1)
	}
	if r := domain.AsRefusal(<-answers); r == nil || r.Code != "BUSY" || r.Kind != domain.Busy {
		t.Errorf("while the queue was full a caller got %v, want BUSY", r)
	}
	close(gate)
	wg.Wait()
	close(answers)
	stored := events.Position(0)
	for err := range answers {
		switch r := domain.AsRefusal(err); {
		case err == nil:
			stored++
		case r == nil || r.Code != "BUSY":
			t.Fatalf("append: %v", err)
		}
	}
	if p, err := log.Head(t.Context()); p != stored || stored == 0 || err != nil {
		t.Errorf("%d callers were told that they are stored, and the log ends at %d, %v", stored, p, err)
	}
}

func TestAQueueIsFullOfFewLargeCommitsToo(t *testing.T) {
	entered, gate := make(chan bool, 1), make(chan bool)
	log := openWith(t, t.TempDir(), engine(func(context.Context, events.Group) error {
		select {
		case entered <- true:
		default:
		}
		<-gate
		return nil
	}))
	large := commit("", "test-large", 1)
	for range 7 {
		large.Appends[0].Events = append(large.Appends[0].Events, eventstest.Noted{Text: strings.Repeat("x", events.MaxRecord-4096)})
	}
	const callers = 24
	answers := make(chan error, callers)
	ask := func() { _, err := log.Append(t.Context(), large); answers <- err }
	var wg sync.WaitGroup
	wg.Go(ask)
	<-entered
	for range callers - 1 {
		wg.Go(ask)
	}
	if r := domain.AsRefusal(<-answers); r == nil || r.Code != "BUSY" {
		t.Errorf("while the queue was full a caller got %v, want BUSY", r)
	}
	close(gate)
	wg.Wait()
}

func TestACallerThatLeavesDoesNotKnowTheOutcome(t *testing.T) {
	entered, gate := make(chan bool, 8), make(chan bool)
	log := openWith(t, t.TempDir(), engine(func(context.Context, events.Group) error {
		entered <- true
		<-gate
		return nil
	}))
	ctx, leave := context.WithCancel(t.Context())
	answer := make(chan error)
	go func() {
		_, err := log.Append(ctx, commit("k", "test-a", 1))
		answer <- err
	}()
	<-entered
	leave()
	if err := <-answer; !errors.Is(err, events.ErrUnknownOutcome) || !errors.Is(err, context.Canceled) {
		t.Errorf("the caller got %v", err)
	}
	close(gate)
	if p := appended(t, log, commit("k", "test-a", 1)); p != 1 {
		t.Errorf("asking again with the key gave position %d, want 1", p)
	}
}

func TestAGroupThatLosesItsPlaceIsCheckedAnew(t *testing.T) {
	var theirs []events.Group
	other := openWith(t, t.TempDir(), engine(func(_ context.Context, g events.Group) error { theirs = append(theirs, g); return nil }))
	appended(t, other, commit("theirs", "test-a", 7))
	appended(t, other, commit("theirs too", "test-a", 7))

	var log *journal.Log
	log = openWith(t, t.TempDir(), engine(func(ctx context.Context, g events.Group) error {
		if int(g.First) > len(theirs) {
			return nil
		}
		return errors.Join(log.Accept(ctx, theirs[g.First-1]), events.ErrConflict)
	}))
	c := commit("first", "test-a", 8)
	c.Appends[0].Expected = 0
	if _, err := log.Append(t.Context(), c); !errors.Is(err, events.ErrConflict) {
		t.Errorf("a commit that expected the empty stream got %v", err)
	}
	if p := appended(t, log, commit("any", "test-a", 9)); p != 3 {
		t.Errorf("a commit that expected nothing has position %d, want 3, behind the two of the other node", p)
	}
	if p := appended(t, log, commit("theirs", "test-a", 7)); p != 1 {
		t.Errorf("a key that the other node recorded stands for position %d, want 1", p)
	}
}

func TestAJournalAcceptsWhatFollowsAndNothingElse(t *testing.T) {
	var placed []events.Group
	source := openWith(t, t.TempDir(), engine(func(_ context.Context, g events.Group) error { placed = append(placed, g); return nil }))
	for i := range 6 {
		appended(t, source, commit(fmt.Sprint(i), "test-a", i, i))
	}
	copied := open(t, t.TempDir())
	accept := func(name string, g events.Group, corrupt bool) {
		t.Helper()
		before, _ := copied.Head(t.Context())
		err := copied.Accept(t.Context(), g)
		after, _ := copied.Head(t.Context())
		if errors.Is(err, events.ErrCorrupt) != corrupt || !corrupt && err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if corrupt && before != after {
			t.Errorf("%s: moved the head from %d to %d", name, before, after)
		}
	}
	joined := events.Group{First: 1, Records: append(append([]events.Record(nil), placed[0].Records...), placed[1].Records...)}
	forged := placed[2]
	forged.Previous[0] ^= 1
	renumbered := placed[2]
	renumbered.Records = append([]events.Record(nil), placed[2].Records...)
	renumbered.Records[1].Revision++
	rewritten := placed[0]
	rewritten.Records = append([]events.Record(nil), placed[0].Records...)
	rewritten.Records[0].Body = []byte(`{"n":9}`)

	accept("a group with a gap before it", placed[1], true)
	accept("the first", placed[0], false)
	accept("the first once more", placed[0], false)
	accept("the first with another content", rewritten, true)
	accept("the first and the second as one", joined, false)
	accept("both once more", joined, false)
	accept("one that does not follow", forged, true)
	accept("one with a hole in its stream", renumbered, true)
	accept("the third", placed[2], false)
	accept("an old one", placed[1], false)
	for _, g := range placed {
		accept("all", g, false)
	}
	want, _ := source.Head(t.Context())
	if got, err := copied.Head(t.Context()); got != want || err != nil {
		t.Errorf("the copy ends at %d, %v; want %d", got, err, want)
	}
	if p := appended(t, copied, commit("3", "test-a", 3, 3)); p != 8 {
		t.Errorf("in the copy the key 3 stands for position %d, want 8", p)
	}
}

func TestAnUnknownOutcomeEndsWritingUntilReopened(t *testing.T) {
	dir := t.TempDir()
	t.Run("before", func(t *testing.T) {
		broken := errors.New("the cable is out")
		log := openWith(t, dir, engine(func(context.Context, events.Group) error {
			return fmt.Errorf("%w: %w", events.ErrUnknownOutcome, broken)
		}))
		if _, err := log.Append(t.Context(), commit("k", "test-a", 1)); !errors.Is(err, events.ErrUnknownOutcome) || !errors.Is(err, broken) {
			t.Errorf("the first caller got %v", err)
		}
		_, err := log.Append(t.Context(), commit("l", "test-a", 1))
		if err == nil || errors.Is(err, events.ErrUnknownOutcome) || domain.AsRefusal(err) != nil {
			t.Errorf("the second caller got %v, want a fault", err)
		}
		if _, err := log.Head(t.Context()); err != nil {
			t.Errorf("reading ended too: %v", err)
		}
	})
	t.Run("after", func(t *testing.T) {
		if p := appended(t, open(t, dir), commit("k", "test-a", 1)); p != 1 {
			t.Errorf("asking again with the key gave position %d, want 1", p)
		}
	})
}

func TestAGroupThatWasNotPlacedIsAFaultAndTheNextOneIsTaken(t *testing.T) {
	down := errors.New("no quorum")
	fails := true
	log := openWith(t, t.TempDir(), engine(func(context.Context, events.Group) error {
		if fails {
			fails = false
			return down
		}
		return nil
	}))
	if _, err := log.Append(t.Context(), commit("k", "test-a", 1)); !errors.Is(err, down) || errors.Is(err, events.ErrUnknownOutcome) {
		t.Errorf("the caller got %v", err)
	}
	if p := appended(t, log, commit("k", "test-a", 1)); p != 1 {
		t.Errorf("asking again gave position %d, want 1", p)
	}
}
