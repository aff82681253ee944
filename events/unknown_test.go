package events_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/journal"
)

// multiplied is a fact that only a newer program knows.
type multiplied struct {
	By int `json:"by"`
}

func (multiplied) EventName() string { return "test.multiplied" }
func (multiplied) fact()             {}

var (
	older = events.NewCodec([]domain.Event{added{}})
	newer = events.NewCodec([]domain.Event{added{}, multiplied{}})
)

func openAs(t *testing.T, dir string, codec events.Codec) *journal.Log {
	t.Helper()
	log, err := journal.OpenLocal(t.Context(), dir, codec)
	if err != nil {
		t.Fatal(err)
	}
	return log
}

func closed(t *testing.T, log *journal.Log) {
	t.Helper()
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestUnknownIsWhatWasStored(t *testing.T) {
	const body = `{"by":3,"why":"a \u003c b"}`
	e, err := older.Decode(domain.Form{Name: "test.multiplied", Schema: 4}, []byte(body))
	if err != nil {
		t.Fatal(err)
	}
	if e != (events.Unknown{Form: domain.Form{Name: "test.multiplied", Schema: 4}, Body: body}) || e.EventName() != "test.multiplied" {
		t.Errorf("got %#v", e)
	}
	if again, err := json.Marshal(e); err != nil || string(again) != body {
		t.Errorf("stored %s, told as %s, %v", body, again, err)
	}
}

func TestUnknownIsNotAppended(t *testing.T) {
	log := open(t)
	for _, name := range []string{"test.multiplied", "test.added"} {
		u := events.Unknown{Form: domain.Form{Name: name, Schema: 1}, Body: `{"n":1}`}
		if p, err := log.Append(t.Context(), events.Commit{Request: by("", ""), Appends: []events.Append{{Stream: tally, Events: []domain.Event{u}}}}); err == nil {
			t.Errorf("%s was appended at %d", name, p)
		}
	}
}

// TestUnknownIsKept has a newer program write, an older one go on with the log, and the
// newer one come back.
func TestUnknownIsKept(t *testing.T) {
	dir := t.TempDir()
	log := openAs(t, dir, newer)
	for _, e := range []domain.Event{added{2}, multiplied{3}} {
		if _, err := log.Append(t.Context(), events.Commit{Request: by("", ""), Appends: []events.Append{{Stream: tally, Expected: events.Any, Events: []domain.Event{e}}}}); err != nil {
			t.Fatal(err)
		}
	}
	_, hash := log.End()
	closed(t, log)

	log = openAs(t, dir, older)
	want := []domain.Event{added{2}, events.Unknown{Form: domain.Form{Name: "test.multiplied", Schema: 1}, Body: `{"by":3}`}}
	told(t, log, want...)
	if _, same := log.End(); same != hash {
		t.Errorf("the log has another hash")
	}
	if p, err := events.Execute(t.Context(), log, "tally-two", evolve, events.Command[int, fact](add{by("k", ""), 1})); err != nil || p != 3 {
		t.Errorf("another stream: position %d, %v", p, err)
	}
	closed(t, log)

	log = openAs(t, dir, newer)
	defer closed(t, log)
	told(t, log, added{2}, multiplied{3}, added{1})
}

// told follows log, and reads the tally.
func told(t *testing.T, log events.Log, want ...domain.Event) {
	t.Helper()
	p := 0
	for r, err := range log.Follow(t.Context(), 0) {
		if err != nil || r.Event != want[p] {
			t.Errorf("position %d is %#v, %v, want %#v", p+1, r.Event, err, want[p])
			return
		}
		if p++; p == len(want) {
			break
		}
	}
	p = 0
	for r, err := range log.Read(t.Context(), tally) {
		if err != nil || r.Event != want[p] {
			t.Errorf("the tally reads %#v, %v, want %#v", r.Event, err, want[p])
			return
		}
		p++
	}
	if p != 2 {
		t.Errorf("the tally has %d facts", p)
	}
}

// explained is what a newer program has made of added: it says more.
type explained struct {
	N   int    `json:"n"`
	Why string `json:"why,omitzero"`
}

func (explained) EventName() string { return "test.added" }

func TestFieldsOfANewerProgramStay(t *testing.T) {
	dir := t.TempDir()
	saysMore := events.NewCodec([]domain.Event{explained{}})
	log := openAs(t, dir, saysMore)
	if _, err := log.Append(t.Context(), events.Commit{Request: by("", ""), Appends: []events.Append{{Stream: tally, Events: []domain.Event{explained{2, "two of them"}}}}}); err != nil {
		t.Fatal(err)
	}
	closed(t, log)

	log = openAs(t, dir, older)
	if p := execute(t, log, add{by("", ""), 3}); p != 2 {
		t.Errorf("an older program went on at %d", p)
	}
	if n, _ := sum(t, log); n != 5 {
		t.Errorf("the sum is %d", n)
	}
	closed(t, log)

	log = openAs(t, dir, saysMore)
	defer closed(t, log)
	told(t, log, explained{2, "two of them"}, explained{3, ""})
}

func TestUnknownIsNothingToDecideOn(t *testing.T) {
	dir := t.TempDir()
	log := openAs(t, dir, newer)
	facts := []domain.Event{added{2}, multiplied{3}, added{1}}
	if _, err := log.Append(t.Context(), events.Commit{Request: by("k", "3"), Appends: []events.Append{{Stream: tally, Events: facts}}}); err != nil {
		t.Fatal(err)
	}
	closed(t, log)
	log = openAs(t, dir, older)
	defer closed(t, log)

	_, _, loading := events.Load(t.Context(), log, tally, evolve)
	_, executing := events.Execute(t.Context(), log, tally, evolve, events.Command[int, fact](add{by("", ""), 1}))
	for _, err := range []error{loading, executing} {
		if r := domain.AsRefusal(err); r == nil || r.Code != "UNKNOWN_EVENT" || !errors.Is(err, events.ErrNewer) || errors.Is(err, events.ErrCorrupt) {
			t.Errorf("got %v, want UNKNOWN_EVENT", err)
		}
	}
	if p, err := log.Head(t.Context()); p != 3 || err != nil {
		t.Errorf("the head is %d, %v", p, err)
	}
	if p, err := events.Execute(t.Context(), log, tally, evolve, events.Command[int, fact](add{by("k", "3"), 1})); p != 3 || err != nil {
		t.Errorf("what was answered once is answered with %d, %v", p, err)
	}
}
