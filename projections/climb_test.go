package projections_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/credit"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/domain/standard"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
	"github.com/guildhall-dev/guildhall/projections"
)

// schedules are standards with every way of paying more.
var schedules = map[domain.StandardID][]standard.WageStep{
	"hours":  {{Step: 1, Trigger: standard.ByOJL, From: 300}, {Step: 2, Trigger: standard.ByOJL, From: 900}},
	"months": {{Step: 1, Trigger: standard.ByMonths, Months: 1}, {Step: 2, Trigger: standard.ByMonths, Months: 6}, {Step: 5, Trigger: standard.ByMonths, Months: 12}},
	"both":   {{Step: 1, Trigger: standard.ByBoth, Months: 1, From: 200}, {Step: 2, Trigger: standard.ByOJL, From: 500}, {Step: 3, Trigger: standard.ByBoth, Months: 7, From: 600}},
	"none":   nil,
}

// TestAClimbIsWhatTheRecordOfEachSays: the one question about everybody finds the same hours,
// months and steps as the questions about one, and whoever has reached a step by the months.
func TestAClimbIsWhatTheRecordOfEachSays(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	today := day("2026-03-31")
	var facts []fact
	for id, steps := range schedules {
		facts = append(facts, on("2024-01-02", lena, standard.Stream(id), standard.Drafted{Version: 1, Header: standard.Header{Title: string(id)}}))
		if steps != nil {
			facts = append(facts, on("2024-01-02", lena, standard.Stream(id), standard.WageScheduleDefined{Steps: steps}))
		}
		facts = append(facts, on("2024-01-02", lena, standard.Stream(id), standard.Published{Version: 1}))
	}
	const learners = 120
	names := []domain.StandardID{"hours", "months", "both", "none", "unknown"}
	for i := range learners {
		id := domain.ApprenticeshipID(fmt.Sprintf("l%03d", i))
		began := today.AddDays(-rnd.IntN(420))
		w := began.Week()
		es := []domain.Event{timesheet.Opened{Apprenticeship: id, Person: domain.PersonID(id), Week: w},
			logged(w.Monday().String(), timesheet.OnTheJob, "wp-01", domain.Minutes(rnd.IntN(500))), logged(w.Monday().AddDays(1).String(), timesheet.OnTheJob, "wp-02", domain.Minutes(rnd.IntN(500))),
			logged(w.Monday().AddDays(2).String(), timesheet.RelatedInstruction, "ri-01", 300), timesheet.Submitted{To: "dana-whitfield"}}
		if rnd.IntN(3) > 0 {
			es = append(es, timesheet.Approved{Approver: "dana-whitfield"})
		}
		life := []domain.Event{apprenticeship.Drafted{Person: domain.PersonID(id), Standard: names[i%len(names)], StandardVersion: 1, Pathway: "it-support-upskilling", PathwayVersion: 1, StartOn: began}}
		if rnd.IntN(10) > 0 {
			life = append(life, apprenticeship.Began{On: began})
		}
		if rnd.IntN(3) == 0 {
			was := apprenticeship.Prior{Processes: []apprenticeship.Learned{{WorkProcess: "wp-01", Minutes: domain.Minutes(rnd.IntN(300))}, {WorkProcess: "wp-02", Minutes: 40}}}
			life = append(life, apprenticeship.PriorExperienceCredited{Entry: "p", Prior: was, WageStep: rnd.IntN(2), On: began})
			if rnd.IntN(2) == 0 {
				life = append(life, apprenticeship.PriorExperienceCorrected{Entry: "p", Prior: apprenticeship.Prior{Processes: was.Processes[:1]}, Reason: "sealed"})
			}
		}
		for step := range rnd.IntN(3) {
			life = append(life, apprenticeship.WageStepReached{Step: step + 1, On: began})
		}
		if rnd.IntN(8) == 0 {
			life = append(life, apprenticeship.CompletionCertified{On: today})
		}
		facts = append(facts, on("2025-01-02", lena, person.Stream(domain.PersonID(id)), person.Joined{Name: "sealed", Capacity: domain.Apprentice}),
			on("2025-01-02", lena, apprenticeship.Stream(id), life...), on("2025-01-02", lena, timesheet.Stream(id, w), es...))
		if rnd.IntN(4) == 0 {
			facts = append(facts, on("2025-01-03", lena, credit.Stream(id, "r"), credit.Awarded{Subject: credit.Subject{Apprenticeship: id, Person: domain.PersonID(id), Partner: "lakeshore"}},
				credit.Applied{Target: credit.Target{Process: "wp-02"}, Minutes: 111}, credit.Applied{Target: credit.Target{Course: "ri-01"}, Minutes: 222}, credit.Applied{Target: credit.Target{Requirement: "up-workshop"}}))
		}
	}
	db := told(t, facts...)
	climbs, err := db.Climbs(t.Context(), today)
	found := map[domain.ApprenticeshipID]projections.Climb{}
	for _, c := range must(t, climbs, err) {
		found[c.Learner] = c
	}
	due, later := 0, 0
	for i := range learners {
		id := domain.ApprenticeshipID(fmt.Sprintf("l%03d", i))
		l, err := db.Learner(t.Context(), id)
		steps := schedules[must(t, l, err).Standard]
		one, climbing, err := db.Climb(t.Context(), id)
		pay, failed := db.Pay(t.Context(), id)
		must(t, one, err)
		reached := must(t, pay, failed)[id].Reached()
		if want := len(steps) > 0 && !l.BeganOn.IsZero() && !l.Over() && steps[len(steps)-1].Step > reached; climbing != want {
			t.Fatalf("%s climbs: %v, want %v: %+v", id, climbing, want, l)
		}
		if !climbing {
			if c, too := found[id]; too {
				t.Fatalf("%s is found: %+v", id, c)
			}
			continue
		}
		s, err := db.Standard(t.Context(), l.Standard, 1)
		showing, failed := db.Showing(t.Context(), l, must(t, s, err))
		if hours := must(t, showing, failed).OnTheJob(); one.OnTheJob != hours || one.Reached != reached || one.BeganOn != l.BeganOn || len(one.Schedule.WageSteps) != len(steps) {
			t.Errorf("%s: %+v, want %s and step %d", id, one, hours, reached)
		}
		c, too := found[id]
		if too && fmt.Sprint(c) != fmt.Sprint(one) {
			t.Errorf("%s among all: %+v, alone %+v", id, c, one)
		}
		next := steps[0]
		for _, s := range steps {
			if next = s; s.Step > reached {
				break
			}
		}
		months := next.Trigger != standard.ByOJL && one.Months(today) >= next.Months
		if too != months {
			t.Errorf("%s began on %s and is found: %v, want %v", id, l.BeganOn, too, months)
		}
		if due++; !too {
			later++
		}
	}
	if due < 30 || later < 5 || len(found) < 15 {
		t.Errorf("%d climb, %d wait, %d are found: the test proves too little", due, later, len(found))
	}
}
