package journal

import (
	"context"
	"errors"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
)

// A noted thing.
type noted struct{}

func (noted) EventName() string { return "test.noted" }

var (
	testCodec = events.NewCodec([]domain.Event{noted{}})
	request   = domain.Request{By: domain.Actor{Person: "ana"}, Key: "k"}
)

// next is a group of one record behind what j has stored.
func next(t *testing.T, j *Journal, revision uint64) events.Group {
	t.Helper()
	p, err := testCodec.Propose(events.Commit{Request: request, Appends: []events.Append{{Stream: "test-a", Events: []domain.Event{noted{}}}}})
	if err != nil {
		t.Fatal(err)
	}
	p.Records[0].Revision = revision
	return events.Group{First: j.stored.position + 1, Previous: j.stored.hash, Records: p.Records}
}

func TestNobodySeesWhatIsNotDurable(t *testing.T) {
	j, err := Open(t.Context(), t.TempDir(), testCodec)
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	seen := func() (n int) {
		for _, err := range j.Read(t.Context(), "test-a") {
			if err != nil {
				t.Fatal(err)
			}
			n++
		}
		return n
	}
	if err := j.store(t.Context(), next(t, j, 1)); err != nil {
		t.Fatal(err)
	}
	_, answered, err := j.Answered(t.Context(), request)
	if head, _ := j.End(); head != 0 || seen() != 0 || answered || err != nil {
		t.Errorf("before the sync the head is %d, %d records are read, and the request is answered: %v, %v", head, seen(), answered, err)
	}
	if err := j.sync(); err != nil {
		t.Fatal(err)
	}
	_, answered, err = j.Answered(t.Context(), request)
	if head, _ := j.End(); head != 1 || seen() != 1 || !answered || err != nil {
		t.Errorf("after it the head is %d, %d records are read, and the request is answered: %v, %v", head, seen(), answered, err)
	}
}

func TestNoMoreIsStoredThanMayBeUnsynced(t *testing.T) {
	j, err := Open(t.Context(), t.TempDir(), testCodec)
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	for i := range uint64(10) {
		if err := j.store(t.Context(), next(t, j, i+1)); err != nil {
			t.Fatal(err)
		}
		if j.ahead > unsynced {
			t.Fatalf("%d transactions are not synced", j.ahead)
		}
	}
	if head, _ := j.End(); head < 10-unsynced || head > 9 {
		t.Errorf("of 10 records %d are durable", head)
	}
}

func TestAFailedSyncEndsWriting(t *testing.T) {
	dir := t.TempDir()
	j, err := Open(t.Context(), dir, testCodec)
	if err != nil {
		t.Fatal(err)
	}
	log := Start(j, Local{})
	if err := j.writer.log.Close(); err != nil {
		t.Fatal(err)
	}
	c := events.Commit{Request: request, Appends: []events.Append{{Stream: "test-a", Expected: events.Any, Events: []domain.Event{noted{}}}}}
	if _, err := log.Append(context.Background(), c); !errors.Is(err, events.ErrUnknownOutcome) {
		t.Errorf("the commit whose sync failed got %v", err)
	}
	if _, err := log.Append(context.Background(), c); err == nil || errors.Is(err, events.ErrUnknownOutcome) || domain.AsRefusal(err) != nil {
		t.Errorf("the next one got %v, want a fault", err)
	}
	if p, err := log.Head(t.Context()); p != 0 || err != nil {
		t.Errorf("the head is %d, %v", p, err)
	}
	_ = log.Close() // the write-ahead log was closed above
	again, err := OpenLocal(t.Context(), dir, testCodec)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if p, err := again.Append(t.Context(), c); p != 1 || err != nil {
		t.Errorf("asked again it is at %d, %v", p, err)
	}
}
