package projections

import (
	"context"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
)

// Told is the record of somebody, made of streams of their own, at a moment.
func Told(ctx context.Context, own map[domain.Stream][]events.Recorded, m Moment) (*DB, error) {
	past, err := memory()
	if err == nil {
		err = past.retell(ctx, story{own: own}.until(m), nil)
	}
	return past, err
}

// Batches makes transactions of about n records until the test ends.
func Batches(t testing.TB, n int) {
	live, build := batchSize, buildSize
	batchSize, buildSize = n, n
	t.Cleanup(func() { batchSize, buildSize = live, build })
}

// Newest is the path of the generation in a node's data directory that is asked.
func Newest(t testing.TB, dir string) string {
	t.Helper()
	name, err := newest(dir + "/" + Dir)
	if err != nil || name == "" {
		t.Fatalf("there is no read model in %s: %v", dir, err)
	}
	return dir + "/" + Dir + "/" + name
}

// Days are those on which the records of a stream take effect.
func Days(records []events.Recorded) (out []domain.Date) {
	for _, f := range effective(records) {
		out = append(out, f.On)
	}
	return out
}

// Applied tells what a read model says to which records were applied, with a transaction
// for those up to each border.
func Applied(t testing.TB, records []events.Recorded, borders ...int) ([]Digest, []Parked) {
	t.Helper()
	db, err := memory()
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	b, at := newBatch(t.Context(), db.serving.writer), 0
	for _, end := range append(borders, len(records)) {
		for _, r := range records[at:end] {
			if err := b.apply(r); err != nil {
				t.Fatal(r.Event.EventName(), err)
			}
		}
		if at < end {
			if err := b.commit(); err != nil {
				t.Fatal(err)
			}
		}
		at = end
	}
	ds, err := db.Digests(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ps, err := db.Parked(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return ds, ps
}
