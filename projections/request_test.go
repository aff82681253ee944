package projections_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/transition"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/projections"
)

// askedFor is that somebody asks on a day for the move of a learner.
func askedFor(d string, id domain.ApprenticeshipID, to domain.RoleID) fact {
	p := proposed
	p.Apprenticeship, p.To = id, to
	return on(d, priya, transition.Stream(id, to), p)
}

// requests is what four moves are asked for, one of them twice, one as of a day before the others,
// and one in a way that no view can apply.
var requests = []fact{
	on("2026-03-30", lena, move, transition.ReadinessWaived{Apprenticeship: learner, Person: "ana-ruiz", By: "lena-fischer"}),
	askedFor("2026-04-02", "bea", "security-analyst"),
	askedFor("2026-04-03", "ana", "systems-administrator"),
	on("2026-04-04", priya, "transition-nobody", proposed),
	on("2026-04-05", priya, move, transition.Withdrawn{By: "priya-raman"}),
	askedFor("2026-01-06", "carl", "systems-administrator"),
	askedFor("2026-04-07", "ana", "systems-administrator"),
	askedFor("2026-04-08", "ana", "security-analyst"),
}

// referencesIn are all references that moves go by in a read model, read both ways.
func referencesIn(t testing.TB, db *projections.DB) map[domain.Stream]string {
	t.Helper()
	moves, err := db.Transitions(t.Context(), "ana", "bea", "carl")
	must(t, moves, err)
	out := map[domain.Stream]string{}
	for _, ts := range moves {
		for _, m := range ts {
			s := transition.Stream(m.Learner, m.To)
			out[s] = m.Reference.String()
			if found, known, err := db.Referred(t.Context(), m.Reference); err != nil || !known || found != s {
				t.Errorf("%s leads to %q, %v, %v; want %s", m.Reference, found, known, err, s)
			}
		}
	}
	return out
}

func TestAMoveGoesByOneReferenceForEver(t *testing.T) {
	log := openLog(t)
	record(t, log, house...)
	end := record(t, log, requests...)
	want := map[domain.Stream]string{
		"transition-bea.security-analyst":       "RT-1001",
		"transition-ana.systems-administrator":  "RT-1002",
		"transition-carl.systems-administrator": "RT-1004", // what cannot be applied counts
		"transition-ana.security-analyst":       "RT-1005",
	}
	dir := t.TempDir()
	db, stop := run(t, dir, log)
	until(t, db, end)
	if got := referencesIn(t, db); !maps.Equal(got, want) {
		t.Errorf("moves go by %v, want %v", got, want)
	}
	for _, unknown := range []transition.Reference{0, 1000, 1006} {
		if s, known, err := db.Referred(t.Context(), unknown); s != "" || known || err != nil {
			t.Errorf("%d leads to %q, %v, %v", unknown, s, known, err)
		}
	}
	then, err := db.Past(t.Context(), log, learner, projections.Moment{})
	if err != nil {
		t.Fatal(err)
	}
	if m, err := then.Transition(t.Context(), learner, "security-analyst"); err != nil || m.Reference.String() != "RT-1005" {
		t.Errorf("told again, the move goes by %s, %v", m.Reference, err)
	}
	if err := then.Close(); err != nil {
		t.Error(err)
	}
	stop()

	if r, err := projections.Rebuild(t.Context(), dir, log, nil); err != nil || !r.Compared || r.Differs != nil {
		t.Fatalf("rebuilt %+v, %v", r, err)
	}
	db, stop = run(t, dir, log)
	defer stop()
	until(t, db, record(t, log, askedFor("2026-04-09", "bea", "systems-administrator")))
	want["transition-bea.systems-administrator"] = "RT-1006"
	if got := referencesIn(t, db); !maps.Equal(got, want) {
		t.Errorf("after a rebuild moves go by %v, want %v", got, want)
	}
}

// Whatever views cannot apply, and wherever batches end, references are those of the log.
func TestAFaultOfAViewChangesNoReference(t *testing.T) {
	var records []events.Recorded
	for _, f := range all(house, requests) {
		for _, e := range f.events {
			records = append(records, events.Recorded{Stream: f.stream, Request: domain.Request{By: f.by, At: f.at()}, Event: e})
		}
	}
	placed(records)
	numbers := func(ds []projections.Digest) projections.Digest {
		return ds[slices.IndexFunc(ds, func(d projections.Digest) bool { return d.Table == "request" })]
	}
	sound, _ := projections.Applied(t, records)
	want := numbers(sound)
	if want.Rows != 5 {
		t.Fatalf("%d references", want.Rows)
	}
	for broken, r := range records {
		if r.Stream.Category() != "transition" {
			continue
		}
		for _, border := range []int{0, broken, broken + 1, len(records)} {
			got, parked := projections.AppliedBreaking(t, records, r.Position, border)
			if len(parked) == 0 || numbers(got) != want {
				t.Errorf("with a fault at %d and a border at %d: parked %d, %+v, want %+v", broken, border, len(parked), numbers(got), want)
			}
		}
	}
}
