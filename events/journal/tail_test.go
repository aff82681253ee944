package journal_test

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/eventstest"
	"github.com/guildhall-dev/guildhall/events/journal"
)

// TestWhatIsNotFiledYetIsFound opens what a killed process would leave behind at moments at
// which the tables for looking up have nothing, a part or most of what was recorded.
func TestWhatIsNotFiledYetIsFound(t *testing.T) {
	dir := t.TempDir()
	log := open(t, dir)
	const streams, size = 997, 50
	n := 0
	record := func(to int) {
		for ; n < to; n++ {
			c := events.Commit{Request: domain.Request{By: domain.Actor{Person: "ana"}, Key: fmt.Sprint(n)}}
			for i := range size {
				c.Appends = append(c.Appends, events.Append{
					Stream: domain.Stream(fmt.Sprintf("tail-%d", (n*size+i)%streams)), Expected: events.Any,
					Events: []domain.Event{eventstest.Counted{N: n}},
				})
			}
			appended(t, log, c)
		}
	}
	for _, commits := range []int{10, 320, 330, 332, 336, 345, 400, 700} {
		record(commits)
		var left string
		log.Still(func() { left = image(t, dir) })
		beside, err := journal.OpenReader(t.Context(), left, codec)
		if err != nil {
			t.Fatalf("after %d commits: %v", commits, err)
		}
		lookUp(t, beside, commits, streams, size)
		if err := beside.Close(); err != nil {
			t.Fatal(err)
		}
		again, err := journal.OpenLocal(t.Context(), left, codec)
		if err != nil {
			t.Fatalf("after %d commits: %v", commits, err)
		}
		lookUp(t, again.Journal, commits, streams, size)
		if err := again.Close(); err != nil {
			t.Fatal(err)
		}
		found, err := journal.Verify(t.Context(), left, codec, nil, nil)
		if err != nil || len(found.Faults) > 0 {
			t.Errorf("after %d commits: %v, %v", commits, found.Faults, err)
		}
	}
}

func lookUp(t *testing.T, j *journal.Journal, commits, streams, size int) {
	t.Helper()
	for i := range commits {
		r, found, err := j.Answered(t.Context(), domain.Request{By: domain.Actor{Person: "ana"}, Key: fmt.Sprint(i)})
		if want := events.Position((i + 1) * size); r.Position != want || !found || err != nil {
			t.Fatalf("after %d commits: request %d is answered with position %d, %v, %v; want %d", commits, i, r.Position, found, err, want)
		}
	}
	total := 0
	for s := range streams {
		for r, err := range j.Read(t.Context(), domain.Stream(fmt.Sprintf("tail-%d", s))) {
			if err != nil {
				t.Fatalf("after %d commits: %v", commits, err)
			}
			if int(r.Position-1)%streams != s {
				t.Fatalf("after %d commits: tail-%d holds position %d", commits, s, r.Position)
			}
			total++
		}
	}
	if total != commits*size {
		t.Fatalf("after %d commits the streams hold %d records", commits, total)
	}
}

// TestTwoKeysInOneSlot takes the slot of a key away before the key is used.
func TestTwoKeysInOneSlot(t *testing.T) {
	dir := written(t)
	actor, key := "person:ana", "new"
	b := binary.BigEndian.AppendUint32(nil, uint32(len(actor)))
	sum := sha256.Sum256([]byte(string(b) + actor + key))
	slot := binary.BigEndian.Uint64(sum[:]) >> 1
	alter(t, dir, fmt.Sprintf(`INSERT INTO answer VALUES (%d, 600), (%d, 700)`, slot, slot+1))
	planted := journal.AnswerSum(int64(slot), 600) ^ journal.AnswerSum(int64(slot+1), 700)
	alter(t, dir, fmt.Sprintf(`UPDATE indexed SET answers = (answers | %[1]d) & ~(answers & %[1]d)`, planted))
	for range 2 {
		log, err := journal.OpenLocal(t.Context(), dir, codec)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if p := appended(t, log, commit(key, "test-new", 1)); p != 1201 {
				t.Errorf("position %d, want 1201", p)
			}
		}
		if p := appended(t, log, commit("600", "test-even", 600)); p != 600 {
			t.Errorf("the key that has the slot stands for position %d", p)
		}
		if err := log.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
