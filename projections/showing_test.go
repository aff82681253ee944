package projections_test

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/credit"
	"github.com/guildhall-dev/guildhall/domain/pathway"
	articulation "github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/domain/standard"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/internal/spec"
	"github.com/guildhall-dev/guildhall/projections"
)

// creditedTime is a credit that a college awards, and that a coordinator lets count and takes
// back, as chance will have it.
func creditedTime(t *rapid.T, id domain.ApprenticeshipID, rule domain.RuleID) *spec.History[credit.State, credit.Event] {
	at := day("2026-03-09").Midnight()
	college, coordinator := domain.Request{By: shore, At: at}, domain.Request{By: lena, At: at}
	a := articulation.Articulation{Rule: rule, Course: "C 1", Title: "Course", Requirement: "hd-course", Credit: domain.Credit{Hundredths: 300, Unit: domain.Semester}, From: day("2026-01-01")}
	target := func() credit.Target {
		return rapid.SampledFrom([]credit.Target{{Process: "wp-01"}, {Process: "wp-02"}, {Course: "ri-03"}, {Course: "ri-05"}}).Draw(t, "target")
	}
	h := spec.Begin(credit.Evolve)
	for range rapid.IntRange(2, 10).Draw(t, "requests") {
		switch rapid.IntRange(0, 9).Draw(t, "command") {
		case 0, 1, 2:
			h.Try(t, credit.Award{Request: college, Awarded: credit.Awarded{Subject: credit.Subject{Apprenticeship: id, Person: "ana-ruiz", Partner: "lakeshore", Agreement: "l-1", Articulation: a},
				Award: a.Credit, Grade: "B", Term: "Spring 2026", ExternalRef: string(rule)}})
		case 3, 4, 5, 6:
			h.Try(t, credit.Apply{Request: coordinator, Applied: credit.Applied{Target: target(), Minutes: domain.Minutes(60 * rapid.IntRange(1, 30).Draw(t, "hours"))}})
		case 7, 8:
			h.Try(t, credit.Reverse{Request: coordinator, Target: target(), Reason: "sealed"})
		case 9:
			h.Try(t, credit.Revoke{Judgement: credit.Judgement{Request: college}, Reason: "sealed"})
		}
	}
	return h
}

// TestReadinessCountsWhatCompletionCounts: after any history of weeks, credit and prior
// learning, what the deciders let count is what the read model shows, and a pathway that asks
// for the same as the standard is met exactly where the standard is.
func TestReadinessCountsWhatCompletionCounts(t *testing.T) {
	d, err := standard.Find("it-security-pathway")
	if err != nil {
		t.Fatal(err)
	}
	type sums struct{ processes, courses map[string]domain.Minutes }
	want := map[domain.ApprenticeshipID]sums{}
	var appends []events.Append
	add := func(s domain.Stream, es ...domain.Event) {
		if len(es) > 0 {
			appends = append(appends, events.Append{Stream: s, Expected: events.Any, Events: es})
		}
	}
	credited := 0
	spec.Histories(t, func(t *rapid.T) {
		id := domain.ApprenticeshipID(fmt.Sprintf("l-%d", len(want)))
		sum := sums{map[string]domain.Minutes{}, map[string]domain.Minutes{}}
		first := len(appends)
		life := []domain.Event{apprenticeship.Drafted{Person: "ana-ruiz", Standard: d.ID, StandardVersion: 1, Role: domain.RoleID(d.ID), Site: "riverside", StartOn: day("2026-03-02")}}
		worked := workedWeek(t, id)
		add(timesheet.Stream(id, week("2026-W10")), anyEvents(worked)...)
		if week10 := replayed(worked); week10.counts == isApproved {
			for _, e := range week10.entries {
				if e.Kind == timesheet.OnTheJob {
					sum.processes[e.SpentOn] += e.Minutes
				} else {
					sum.courses[e.SpentOn] += e.Minutes
				}
			}
		}
		for _, rule := range []domain.RuleID{"r-1", "r-2"} {
			h := creditedTime(t, id, rule)
			add(credit.Stream(id, rule), anyEvents(h.Facts)...)
			for _, a := range h.State.Applied() {
				credited++
				if a.Process != "" {
					sum.processes[string(a.Process)] += a.Minutes
				} else {
					sum.courses[a.Course] += a.Minutes
				}
			}
		}
		if rapid.Bool().Draw(t, "learned before") {
			prior := apprenticeship.Prior{Processes: []apprenticeship.Learned{{WorkProcess: "wp-01", Minutes: domain.Hours(rapid.IntRange(1, 900).Draw(t, "before"))}},
				Courses: []string{"ri-03"}, Competencies: []string{"wp-01-c01"}}
			life = append(life, apprenticeship.PriorExperienceCredited{Entry: "e", Prior: prior, On: day("2026-03-03")})
			sum.processes["wp-01"] += prior.Processes[0].Minutes
			sum.courses["ri-03"] = max(sum.courses["ri-03"], domain.Hours(45)) // of the standard
		}
		if rapid.Bool().Draw(t, "evaluated") {
			life = append(life, apprenticeship.ProgressEvaluated{Entry: "v", Evaluation: apprenticeship.Evaluation{From: day("2026-03-02"), To: day("2026-03-08"),
				Ratings: []apprenticeship.Rating{{Competency: "wp-01-c02", Level: rapid.IntRange(0, 4).Draw(t, "rating")}}}})
		}
		appends = slices.Insert(appends, first, events.Append{Stream: apprenticeship.Stream(id), Expected: events.Any, Events: life})
		want[id] = sum
	})
	if credited == 0 {
		t.Fatal("no credit counts: the test proves too little")
	}
	facts, err := standard.Publish{Request: domain.Request{By: rules, At: day("2026-01-05").Midnight()}, Definition: d}.Decide(standard.State{})
	if err != nil {
		t.Fatal(err)
	}
	log := openLog(t)
	record(t, log, house...)
	record(t, log, on("2026-01-05", rules, standard.Stream(d.ID), anyEvents(facts)...))
	for len(appends) > 0 {
		n := min(len(appends), 400)
		if _, err := log.Append(t.Context(), events.Commit{Request: domain.Request{By: lena, At: day("2026-03-09").Midnight()}, Appends: appends[:n]}); err != nil {
			t.Fatal(err)
		}
		appends = appends[n:]
	}
	db, stop := run(t, t.TempDir(), log)
	defer stop()
	until(t, db, head(t, log))
	found, err := db.Standard(t.Context(), d.ID, 1)
	s := must(t, found, err)

	stage := s.Pathway(1).Stages[0]
	for _, c := range s.Courses {
		stage.Requirements = append(stage.Requirements, pathway.Requirement{ID: domain.RequirementID(c.ID), Title: c.Title, Kind: pathway.Instruction, Course: string(c.ID), Minutes: c.Min})
	}
	stage.Requirements = append(stage.Requirements, pathway.Requirement{ID: "class", Title: "In class", Kind: pathway.Instruction, Minutes: s.RTIMin})
	ids := slices.Sorted(maps.Keys(want))
	hours, err := db.Hours(t.Context(), ids...)
	priors, wrong := db.Prior(t.Context(), ids...)
	evaluations, bad := db.Evaluations(t.Context(), ids...)
	credits, ill := db.Credits(t.Context(), ids...)
	if err := errors.Join(err, wrong, bad, ill); err != nil {
		t.Fatal(err)
	}
	met := 0
	for i, id := range ids {
		l := projections.Learner{ID: id, Standard: d.ID, StandardVersion: 1}
		m := projections.Merits{Hours: hours[id], Prior: priors[id], Evaluations: evaluations[id], Credits: credits[id]}
		rec, err := m.Record(l, s, domain.RoleID(d.ID))
		must(t, rec, err)
		showing, err := m.Showing(l, s)
		must(t, showing, err)
		if i < 50 { // asked for alone it is the same
			if alone, err := db.Record(t.Context(), l, stage); err != nil || !reflect.DeepEqual(alone, rec) {
				t.Fatalf("%s: %+v, %v, want %+v", id, alone, err, rec)
			}
		}
		ready := map[string]pathway.Finding{}
		for _, f := range stage.Readiness(rec) {
			ready[string(f.Requirement.ID)] = f
		}
		for _, f := range s.Completion(showing, 0) {
			if f.Rule == standard.TermHours {
				continue
			}
			r, there := ready[f.Subject], domain.Minutes(f.There)
			if f.Rule == standard.CourseTaken && showing.Passed[standard.CourseID(f.Subject)] {
				there = max(there, domain.Minutes(f.Need))
			}
			if r.Met != f.Met || r.Requirement.Logged() && r.Minutes != there {
				t.Fatalf("%s, %s: the pathway finds %s, met %v; the standard %s, met %v", id, f.Title, r.Minutes, r.Met, there, f.Met)
			}
			if f.Met {
				met++
			}
		}
		total := domain.Minutes(0)
		for _, m := range want[id].courses {
			total += m
		}
		if got := ready["class"].Minutes; got != total {
			t.Fatalf("%s: the read model counts %s in class, the facts %s", id, got, total)
		}
		for on, m := range want[id].processes {
			if got := ready[on].Minutes; got != m {
				t.Fatalf("%s: the read model counts %s of %s, the facts %s", id, got, on, m)
			}
		}
		for on, m := range want[id].courses {
			if got := ready[on].Minutes; got != m {
				t.Fatalf("%s: the read model counts %s of %s, the facts %s", id, got, on, m)
			}
		}
	}
	if met == 0 {
		t.Error("nothing is met: the test proves too little")
	}
}
