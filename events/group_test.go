package events_test

import (
	"fmt"
	"testing"

	"github.com/guildhall-dev/guildhall/events"
)

var sample = events.Record{
	ID: "019ab1c2-0000-7000-8000-000000000001", Stream: "tally-one", Revision: 2,
	Name: "test.added", Schema: 1, Meta: []byte(`{"by":{"person":"ana"}}`), Body: []byte(`{"n":1}`),
}

func TestTheHashOfARecordIsTheSameForEver(t *testing.T) {
	const want = "14ee309a525a1e99cd19ef194a3445826347749453bd7aabd67431581912ce33"
	if got := fmt.Sprintf("%x", sample.After(events.Hash{1, 2, 3})); got != want {
		t.Errorf("got  %s\nwant %s\nEvery log written so far has the other hashes.", got, want)
	}
}

func TestEveryPartOfARecordIsInItsHash(t *testing.T) {
	seen := map[events.Hash]string{sample.After(events.Hash{}): "nothing"}
	for name, change := range map[string]func(*events.Record){
		"the id":       func(r *events.Record) { r.ID += "0" },
		"the stream":   func(r *events.Record) { r.Stream += "0" },
		"the revision": func(r *events.Record) { r.Revision++ },
		"the name":     func(r *events.Record) { r.Name += "0" },
		"the schema":   func(r *events.Record) { r.Schema++ },
		"the request":  func(r *events.Record) { r.Meta = append([]byte(" "), r.Meta...) },
		"the body":     func(r *events.Record) { r.Body = append([]byte(" "), r.Body...) },
		"a border":     func(r *events.Record) { r.ID, r.Stream = r.ID+string(r.Stream[:1]), r.Stream[1:] },
	} {
		r := sample
		change(&r)
		if other, same := seen[r.After(events.Hash{})]; same {
			t.Errorf("changing %s gives the same hash as changing %s", name, other)
		}
		seen[r.After(events.Hash{})] = name
	}
	if _, same := seen[sample.After(events.Hash{1})]; same {
		t.Error("the hash does not depend on what is before the record")
	}
}
