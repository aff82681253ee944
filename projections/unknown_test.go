package projections_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/eventstest"
	"github.com/guildhall-dev/guildhall/events/journal"
	"github.com/guildhall-dev/guildhall/projections"
)

// olderCodec is that of a program that does not know yet when an apprenticeship began.
func olderCodec() events.Codec {
	var sets [][]domain.Event
	for _, set := range eventstest.Catalogue {
		sets = append(sets, slices.DeleteFunc(slices.Clone(set), func(e domain.Event) bool { return e == apprenticeship.Began{} }))
	}
	return events.NewCodec(sets...)
}

func reopened(t *testing.T, dir string, codec events.Codec) *journal.Log {
	t.Helper()
	log, err := journal.OpenLocal(t.Context(), dir, codec)
	if err != nil {
		t.Fatal(err)
	}
	return log
}

func TestUnknownFactsAreCountedAndPassedOver(t *testing.T) {
	logs, dir := t.TempDir(), t.TempDir()
	log := reopened(t, logs, eventstest.Codec())
	record(t, log, house...)
	record(t, log, on("2026-03-03", lena, "apprenticeship-ana", apprenticeship.Began{On: day("2026-03-03")}),
		on("2026-03-04", lena, "person-ben", person.Joined{Name: "sealed ben", Capacity: domain.Apprentice}))
	end := head(t, log)
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}

	log = reopened(t, logs, olderCodec())
	db, stop := run(t, dir, log)
	until(t, db, end)
	want := []projections.Unknown{{Name: "apprenticeship.began", Count: 2, First: end - 2, Last: end - 1}}
	passed, err := db.Unknown(t.Context())
	if got := must(t, passed, err); !reflect.DeepEqual(got, want) {
		t.Errorf("passed over %+v, want %+v", got, want)
	}
	if got := status(t, db); got != "registered" {
		t.Errorf("Ana is %s", got)
	}
	stop()
	r, err := projections.Rebuild(t.Context(), dir, log, nil)
	if err != nil || !r.Compared || len(r.Differs) > 0 || !reflect.DeepEqual(r.Unknown, want) {
		t.Errorf("rebuilt %+v, %v", r, err)
	}
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}

	log = reopened(t, logs, eventstest.Codec())
	defer log.Close()
	db, stop = run(t, dir, log)
	defer stop()
	until(t, db, end)
	forgotten(t, db)
	if got := status(t, db); got != "probationary" {
		t.Errorf("Ana is %s", got)
	}
	fresh, stopFresh := run(t, t.TempDir(), log)
	defer stopFresh()
	until(t, fresh, end)
	if got, want := digests(t, db), digests(t, fresh); !reflect.DeepEqual(got, want) {
		t.Errorf("the rows are\n%+v\nwant\n%+v", got, want)
	}
}

// forgotten waits until what an older program made is not asked any more.
func forgotten(t *testing.T, db *projections.DB) {
	t.Helper()
	for range 1000 {
		if passed, err := db.Unknown(t.Context()); err == nil && len(passed) == 0 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("what was passed over is still asked")
}

func status(t *testing.T, db *projections.DB) string {
	t.Helper()
	l, err := db.Learner(t.Context(), learner)
	return string(must(t, l, err).Status)
}

func digests(t *testing.T, db *projections.DB) []projections.Digest {
	t.Helper()
	ds, err := db.Digests(t.Context())
	return must(t, ds, err)
}
