package events_test

import (
	"context"
	"errors"
	"iter"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/journal"
)

// The subject of these tests is a tally of at most ten.
type fact interface {
	domain.Event
	fact()
}

type added struct {
	N int `json:"n"`
}

func (added) EventName() string { return "test.added" }
func (added) fact()             {}

type foreign struct{}

func (foreign) EventName() string { return "test.foreign" }

func evolve(sum int, f fact) int { return sum + f.(added).N }

type add struct {
	domain.Request
	n int
}

func (c add) Decide(sum int) ([]fact, error) {
	switch {
	case c.n == 0:
		return nil, nil
	case sum+c.n > 10:
		return nil, domain.Refuse(domain.Conflict, "TOO_MANY", "Ten is the most. Take some away first.")
	}
	return []fact{added{c.n}}, nil
}

const tally = domain.Stream("tally-one")

func open(t *testing.T) events.Log {
	t.Helper()
	log, err := journal.OpenLocal(t.Context(), t.TempDir(), events.NewCodec([]domain.Event{added{}, foreign{}}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := log.Close(); err != nil {
			t.Error(err)
		}
	})
	return log
}

func by(key, digest string) domain.Request {
	return domain.Request{By: domain.Actor{Person: "ana", Role: domain.Apprentice}, At: time.Now(), Key: key, Digest: digest}
}

func execute(t *testing.T, log events.Log, cs ...events.Command[int, fact]) events.Position {
	t.Helper()
	p, err := events.Execute(t.Context(), log, tally, evolve, cs...)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func sum(t *testing.T, log events.Log) (sum int, revision uint64) {
	t.Helper()
	sum, revision, err := events.Load(t.Context(), log, tally, evolve)
	if err != nil {
		t.Fatal(err)
	}
	return sum, revision
}

// A rival is a log in which somebody else adds one before each of the next appends.
type rival struct {
	events.Log
	appends int
}

func (r *rival) Append(ctx context.Context, c events.Commit) (events.Position, error) {
	if r.appends > 0 {
		r.appends--
		if _, err := events.Execute(ctx, r.Log, tally, evolve, events.Command[int, fact](add{by("", ""), 1})); err != nil {
			return 0, err
		}
	}
	return r.Log.Append(ctx, c)
}

func TestExecuteDecidesAnewWhenSomebodyElseWroteInBetween(t *testing.T) {
	log := &rival{open(t), 3}
	if p := execute(t, log, add{by("k", ""), 5}); p != 4 {
		t.Errorf("got position %d, want 4", p)
	}
	if n, _ := sum(t, log); n != 8 {
		t.Errorf("the sum is %d, want 8", n)
	}

	log.appends = 1
	_, err := events.Execute(t.Context(), log, tally, evolve, events.Command[int, fact](add{by("l", ""), 2}))
	if r := domain.AsRefusal(err); r == nil || r.Code != "TOO_MANY" {
		t.Errorf("deciding on what somebody else left gave %v, want TOO_MANY", err)
	}
}

func TestExecuteGivesUpWhenSomebodyElseIsAlwaysFirst(t *testing.T) {
	log := &rival{open(t), 8}
	_, err := events.Execute(t.Context(), log, tally, evolve, events.Command[int, fact](add{by("k", ""), 1}))
	if r := domain.AsRefusal(err); r == nil || r.Code != "BUSY" {
		t.Errorf("got %v, want BUSY", err)
	}
	if _, revision := sum(t, log); revision != 8 {
		t.Errorf("the stream has revision %d, want the 8 of the others", revision)
	}
}

func TestNobodyWaitsToTryAgainWhenTheRequestIsOver(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	tried := 0
	_, err := events.Retry(ctx, func() (events.Position, error) {
		if tried++; tried == 2 {
			cancel()
		}
		return 0, events.ErrConflict
	})
	if !errors.Is(err, context.Canceled) || tried != 2 {
		t.Errorf("tried %d times, %v; want twice", tried, err)
	}
}

func TestExecuteAnswersARepeatedRequestWithTheFirstPosition(t *testing.T) {
	log := open(t)
	first := execute(t, log, add{by("k", "add 6"), 6})
	execute(t, log, add{by("other", "add 4"), 4})
	if p := execute(t, log, add{by("k", "add 6"), 6}); p != first {
		t.Errorf("got position %d, want %d; the tally is full, so it must not be decided again", p, first)
	}
	ben := by("k", "add 6")
	ben.By.Person = "ben"
	if _, err := events.Execute(t.Context(), log, tally, evolve, events.Command[int, fact](add{ben, 6})); domain.AsRefusal(err) == nil {
		t.Errorf("somebody else's request with the same key got %v, want TOO_MANY", err)
	}
	if _, revision := sum(t, log); revision != 2 {
		t.Errorf("the stream has revision %d, want 2", revision)
	}
}

func TestExecuteRefusesAKeyThatStandsForAnotherRequest(t *testing.T) {
	log := open(t)
	execute(t, log, add{by("k", "add 1"), 1})
	_, err := events.Execute(t.Context(), log, tally, evolve, events.Command[int, fact](add{by("k", "add 2"), 2}))
	if r := domain.AsRefusal(err); r == nil || r.Code != "IDEMPOTENCY_MISMATCH" {
		t.Errorf("got %v, want IDEMPOTENCY_MISMATCH", err)
	}
	_, err = events.Execute(t.Context(), log, "tally-two", evolve, events.Command[int, fact](add{by("k", "add 2"), 2}))
	if r := domain.AsRefusal(err); r == nil || r.Code != "IDEMPOTENCY_MISMATCH" {
		t.Errorf("on another stream: got %v, want IDEMPOTENCY_MISMATCH", err)
	}
}

func TestExecuteRecordsSeveralCommandsAsOneCommit(t *testing.T) {
	log := open(t)
	if p := execute(t, log, add{by("k", ""), 3}, add{by("", ""), 0}, add{by("", ""), 4}); p != 2 {
		t.Errorf("got position %d, want 2", p)
	}
	for r, err := range log.Read(t.Context(), tally) {
		if err != nil || r.Request.Key != "k" {
			t.Errorf("recorded %+v, %v; want the first command's request", r, err)
		}
	}
	_, err := events.Execute(t.Context(), log, tally, evolve, events.Command[int, fact](add{by("l", ""), 2}), add{by("", ""), 2})
	if r := domain.AsRefusal(err); r == nil || r.Code != "TOO_MANY" {
		t.Errorf("the second command must see what the first decided; got %v", err)
	}
	if n, _ := sum(t, log); n != 7 {
		t.Errorf("the sum is %d, want 7: nothing of a refused commit", n)
	}
}

func TestExecuteRecordsNothingWhenNothingIsDecided(t *testing.T) {
	log := open(t)
	if p := execute(t, log, add{by("k", ""), 0}); p != 0 {
		t.Errorf("on an empty stream got position %d, want 0", p)
	}
	execute(t, log, add{by("", ""), 2})
	if p := execute(t, log, add{by("k", ""), 0}); p != 1 {
		t.Errorf("got position %d, want the stream's 1", p)
	}
}

func TestExecuteRefusesAStreamWithAFactThatDoesNotBelongThere(t *testing.T) {
	log := open(t)
	_, err := log.Append(t.Context(), events.Commit{Request: by("", ""), Appends: []events.Append{
		{Stream: tally, Events: []domain.Event{foreign{}}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = events.Execute(t.Context(), log, tally, evolve, events.Command[int, fact](add{by("", ""), 1}))
	if !errors.Is(err, events.ErrCorrupt) {
		t.Errorf("got %v, want %v", err, events.ErrCorrupt)
	}
}

// A torn log fails after the first record of every stream.
type torn struct{ events.Log }

var errTorn = errors.New("torn")

func (l torn) Read(ctx context.Context, s domain.Stream) iter.Seq2[events.Recorded, error] {
	return func(yield func(events.Recorded, error) bool) {
		for r, err := range l.Log.Read(ctx, s) {
			if yield(r, err) {
				yield(events.Recorded{}, errTorn)
			}
			return
		}
	}
}

func TestExecuteDoesNotDecideOnAPartOfAStream(t *testing.T) {
	log := open(t)
	execute(t, log, add{by("", ""), 1}, add{by("", ""), 2})
	if _, err := events.Execute(t.Context(), torn{log}, tally, evolve, events.Command[int, fact](add{by("", ""), 1})); !errors.Is(err, errTorn) {
		t.Errorf("got %v, want %v", err, errTorn)
	}
	if _, revision := sum(t, log); revision != 2 {
		t.Errorf("the stream has revision %d, want 2", revision)
	}
}
