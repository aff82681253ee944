package projections_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/partner"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/projections"
)

// again is what no view can apply: an institution and a week that are there already, and a week that never was.
var (
	again   = on("2026-01-05", rules, "partner-lakeshore", partner.Onboarded{Name: "Lakeshore again"})
	twice   = on("2026-03-20", ana, "timesheet-ana.2026-W12", timesheet.Opened{Apprenticeship: learner}, timesheet.Opened{Apprenticeship: learner}, logged("2026-03-16", timesheet.OnTheJob, "wp-01", 60))
	strange = on("2026-03-04", ana, "timesheet-ana.never", timesheet.Submitted{To: "dana-whitfield"})
)

func TestWhatCannotBeAppliedIsParked(t *testing.T) {
	log := openLog(t)
	record(t, log, all(house, []fact{again}, weekSent, []fact{twice, strange})...)
	end := record(t, log, on("2026-03-05", ana, "milestone-ana.b", milestone.Started{Apprenticeship: learner}))
	dir := t.TempDir()
	db, stop := run(t, dir, log)
	defer stop()
	until(t, db, end)
	parked, err := db.Parked(t.Context())
	got := lines(must(t, parked, err), func(p projections.Parked) string { return join(p.Stream, p.Event, p.Subject) })
	want := []string{"partner-lakeshore partner.onboarded ", "timesheet-ana.2026-W12 timesheet.opened apprenticeship-ana", "timesheet-ana.never timesheet.submitted apprenticeship-ana"}
	if !slices.Equal(got, want) {
		t.Fatalf("parked %q, want %q", got, want)
	}
	if parked[1].Reason == "" || !strings.Contains(parked[1].Reason, "opened before") {
		t.Errorf("the reason is %q", parked[1].Reason)
	}
	if ps, err := db.Partners(t.Context()); err != nil || len(ps) != 2 || ps[1].Name != "Lakeshore" {
		t.Errorf("the institutions are %v, %v", ps, err)
	}
	if w, err := db.Week(t.Context(), learner, week("2026-W12")); err != nil || len(w.Entries) != 1 {
		t.Errorf("the rest of its commit is lost: %+v, %v", w, err)
	}
	if _, ok, err := db.Milestone(t.Context(), learner, "b"); err != nil || !ok {
		t.Errorf("what came after is lost: %v, %v", ok, err)
	}
	missing, err := db.Missing(t.Context(), learner)
	if got := lines(must(t, missing, err), func(p projections.Parked) string { return p.Event }); !slices.Equal(got, []string{"timesheet.opened", "timesheet.submitted"}) {
		t.Errorf("missing from Ana's record are %q", got)
	}

	ds := must(t, digests(t, db), nil)
	var each []events.Position
	for p := range end {
		each = append(each, p+1)
	}
	if got := appliedBy(t, t.TempDir(), log, each...); !slices.Equal(got, ds) {
		t.Errorf("one by one:\n%+v\nbuilt:\n%+v", got, ds)
	}
	r, err := projections.Rebuild(t.Context(), dir, log, nil)
	if err != nil || !r.Compared || r.Differs != nil || !slices.Equal(r.Parked, parked) {
		t.Errorf("rebuilt %+v, %v", r, err)
	}
}

// A log of nothing but what cannot be applied is got through all the same.
func TestManyRecordsAreParked(t *testing.T) {
	log := openLog(t)
	record(t, log, house...)
	f := again
	for range 3000 {
		f.events = append(f.events, again.events[0])
	}
	end := record(t, log, f)
	db, stop := run(t, t.TempDir(), log)
	defer stop()
	until(t, db, end)
	if ps, err := db.Parked(t.Context()); err != nil || len(ps) != 3001 {
		t.Errorf("parked %d, %v", len(ps), err)
	}
}

// A record that was given up in the middle leaves nothing, in tables that are written at
// once nor in those that are written at the end.
func TestAParkedRecordLeavesNothing(t *testing.T) {
	var records []events.Recorded
	for _, f := range all(house, weekSent) {
		for _, e := range f.events {
			records = append(records, events.Recorded{Stream: f.stream, Request: domain.Request{By: f.by, At: f.at()}, Event: e})
		}
	}
	erased := on("2026-03-20", dana, "person-ana-ruiz", person.Erased{Reason: person.Asked})
	records = append(records, events.Recorded{Stream: erased.stream, Request: domain.Request{By: erased.by, At: erased.at()}, Event: erased.events[0]})
	placed(records)
	for broken := range records {
		at := records[broken].Position
		without, _ := projections.Applied(t, slices.Concat(records[:broken], records[broken+1:]))
		for _, border := range []int{0, broken, len(records)} {
			got, parked := projections.AppliedBreaking(t, records, at, border)
			if !slices.ContainsFunc(parked, func(p projections.Parked) bool { return p.Position == at && p.Reason == "panic: broken" }) {
				t.Fatalf("%d: parked %+v", broken, parked)
			}
			if len(parked) == 1 && !slices.Equal(leavingOut(got, "parked"), leavingOut(without, "parked")) {
				t.Errorf("%s left something:\n%+v\nwithout it\n%+v", records[broken].Event.EventName(), got, without)
			}
		}
	}
}

func leavingOut(ds []projections.Digest, table string) []projections.Digest {
	return slices.DeleteFunc(slices.Clone(ds), func(d projections.Digest) bool { return d.Table == table })
}

// A disk that is full says nothing about the record that was to be written.
func TestAFullDiskParksNothing(t *testing.T) {
	log := openLog(t)
	record(t, log, house...)
	for i := range 60 {
		f := on("2026-03-04", ana, domain.Stream("milestone-ana."+strings.Repeat("x", 60+i)), milestone.Started{Apprenticeship: learner})
		for range 20 {
			f.events = append(f.events, milestone.EvidenceSubmitted{Kind: milestone.Work, Note: domain.Sealed(strings.Repeat("s", 300))})
		}
		record(t, log, f)
	}
	parked, err := projections.ApplyOnFullDisk(t, log)
	if err == nil || len(parked) > 0 || errors.Is(err, t.Context().Err()) {
		t.Errorf("it ended with %v and parked %v", err, parked)
	}
}
