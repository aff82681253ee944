package projections_test

import (
	"fmt"
	"testing"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/consent"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
	"github.com/guildhall-dev/guildhall/events"
)

// busy records what apprentices do, about n records.
func busy(b testing.TB, log events.Log, n int) {
	b.Helper()
	first := week("2025-W01")
	for a := 0; int(head(b, log)) < n; a++ {
		p := domain.PersonID(fmt.Sprintf("p%06d", a))
		id := domain.ApprenticeshipID(p)
		who := domain.Actor{Person: p, Role: domain.Apprentice}
		facts := []fact{
			on("2025-01-02", lena, person.Stream(p), person.Joined{Name: "sealed", Capacity: domain.Apprentice}),
			on("2025-01-02", lena, apprenticeship.Stream(id), apprenticeship.Drafted{Person: p, Role: "help-desk-analyst", StartOn: day("2024-12-30")}, apprenticeship.Began{On: day("2024-12-30")}),
			on("2025-01-02", who, consent.Stream(p, "lakeshore"), consent.Given{Person: p, Party: "lakeshore", Records: everything, Purpose: "credit"}),
		}
		for i := range 52 {
			w := first.Add(i)
			es := []domain.Event{timesheet.Opened{Apprenticeship: id, Person: p, Week: w}}
			for d := range 5 {
				es = append(es, logged(w.Monday().AddDays(d).String(), timesheet.OnTheJob, fmt.Sprint("wp-0", 1+d%2), 420))
			}
			es = append(es, timesheet.Submitted{To: "dana-whitfield"})
			facts = append(facts, on(w.Sunday().String(), who, timesheet.Stream(id, w), es...))
			if i%5 < 4 {
				facts = append(facts, on(w.Sunday().AddDays(2).String(), dana, timesheet.Stream(id, w), timesheet.Approved{Approver: "dana-whitfield"}))
			}
			if i%10 == 0 {
				s := milestone.Stream(id, domain.RequirementID(fmt.Sprint("hd-", i)))
				facts = append(facts, on(w.Sunday().String(), who, s, milestone.Started{Apprenticeship: id, Person: p, PassLevel: 3}, milestone.EvidenceSubmitted{Kind: milestone.Work, Note: "sealed", Assessor: "priya-raman"}),
					on(w.Sunday().AddDays(1).String(), priya, s, milestone.Assessed{Rating: 3}, milestone.Attained{On: w.Sunday(), Level: 3}))
			}
			if i == 30 {
				facts = append(facts, on(w.Sunday().String(), rules, apprenticeship.Stream(id), apprenticeship.StageEntered{Role: "systems-administrator", On: w.Monday()}))
			}
		}
		c := events.Commit{Request: domain.Request{By: lena, At: facts[0].at()}}
		at := map[domain.Stream]int{}
		for _, f := range facts {
			i, known := at[f.stream]
			if !known {
				i = len(c.Appends)
				at[f.stream] = i
				c.Appends = append(c.Appends, events.Append{Stream: f.stream, Expected: events.Any})
			}
			c.Appends[i].Events = append(c.Appends[i].Events, f.events...)
		}
		if _, err := log.Append(b.Context(), c); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkLoad measures loading an aggregate of 50 facts among 100,000 records.
func BenchmarkLoad(b *testing.B) {
	log := openLog(b)
	busy(b, log, 100_000)
	facts := make([]domain.Event, 50)
	for i := range facts {
		facts[i] = milestone.EvidenceSubmitted{Kind: milestone.Work, Note: "sealed", Assessor: "priya-raman"}
	}
	const streams = 100
	for i := range streams {
		record(b, log, on("2026-03-03", ana, domain.Stream(fmt.Sprint("milestone-ana.m", i)), facts...))
	}
	i := 0
	for b.Loop() {
		_, revision, err := events.Load(b.Context(), log, domain.Stream(fmt.Sprint("milestone-ana.m", i%streams)), milestone.Evolve)
		if err != nil || revision != 50 {
			b.Fatal(revision, err)
		}
		i++
	}
}
