package projections_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	jurisdiction "github.com/guildhall-dev/guildhall/domain/rules"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/internal/spec"
	"github.com/guildhall-dev/guildhall/projections"
)

// workedWeek is a week in which the apprentice logs hours and the manager signs off, sends
// back, opens again and corrects, as chance will have it.
func workedWeek(t *rapid.T, id domain.ApprenticeshipID) []timesheet.Event {
	w := week("2026-W10")
	at := day("2026-03-09").Midnight().Add(9 * time.Hour)
	mine, theirs := domain.Request{By: ana, At: at}, domain.Request{By: dana, At: at}
	terms := timesheet.Terms{From: w.Monday(), Sites: map[domain.SiteID]jurisdiction.DayLimits{"northgate": nil}, SpentOn: map[string]timesheet.Kind{"wp-01": timesheet.OnTheJob, "ri-03": timesheet.RelatedInstruction}}
	entry := func() timesheet.Entry {
		on := rapid.SampledFrom([]string{"wp-01", "ri-03"}).Draw(t, "on")
		return timesheet.Entry{Date: w.Monday().AddDays(rapid.IntRange(0, 1).Draw(t, "day")), Kind: terms.SpentOn[on], SpentOn: on,
			Minutes: domain.Minutes(60 * rapid.IntRange(0, 5).Draw(t, "hours")), Site: rapid.SampledFrom([]domain.SiteID{"", "northgate"}).Draw(t, "site")}
	}
	h := spec.Begin(timesheet.Evolve)
	for range rapid.IntRange(3, 14).Draw(t, "requests") {
		switch rapid.IntRange(0, 7).Draw(t, "command") {
		case 0, 1:
			h.Try(t, timesheet.Log{Request: mine, Apprenticeship: id, Person: "ana-ruiz", Week: w, Entries: []timesheet.Entry{entry()}, Terms: terms})
		case 2, 3:
			h.Try(t, timesheet.Submit{Request: mine, Week: w, Supervisor: "dana-whitfield", Terms: terms})
		case 4, 5:
			h.Try(t, timesheet.Approve{Request: theirs, Terms: terms})
		case 6:
			h.Try(t, timesheet.Reopen{Request: theirs, Reason: "sealed"})
		case 7:
			e := entry()
			h.Try(t, timesheet.Correct{Request: theirs, Entry: e.ID(), Minutes: e.Minutes, Reason: "sealed", Terms: terms})
		}
	}
	return h.Facts
}

// A sum is a week as anybody would add it up who reads its facts from the beginning.
type sum struct {
	entries     map[domain.EntryID]timesheet.HoursLogged // with the minutes there are now
	counts      int                                      // approved, pending, or neither
	corrections int
}

const (
	isApproved = 1
	isPending  = 2
)

func replayed(facts []timesheet.Event) sum {
	s := sum{entries: map[domain.EntryID]timesheet.HoursLogged{}}
	set := func(id domain.EntryID, m domain.Minutes) {
		e := s.entries[id]
		e.Minutes = m
		s.entries[id] = e
	}
	for _, e := range facts {
		switch e := e.(type) {
		case timesheet.HoursLogged:
			s.entries[e.Entry] = e
		case timesheet.HoursAmended:
			set(e.Entry, e.Minutes)
		case timesheet.Submitted:
			s.counts = isPending
		case timesheet.Approved:
			s.counts = isApproved
		case timesheet.Returned, timesheet.Reopened:
			s.counts = 0
		case timesheet.ApprovedHoursCorrected:
			set(e.Entry, e.Was+e.Delta)
			s.corrections++
		}
	}
	return s
}

// anyEvents are facts as the log takes them.
func anyEvents[E domain.Event](facts []E) []domain.Event {
	out := make([]domain.Event, len(facts))
	for i, e := range facts {
		out[i] = e
	}
	return out
}

// TestInvariant21TotalsEqualAFullReplay: after any history of weeks, with corrections and weeks
// opened again, the totals that the read model kept as facts came equal those of the facts
// added up from the beginning, by process and by site, approved and pending apart.
func TestInvariant21TotalsEqualAFullReplay(t *testing.T) {
	var appends []events.Append
	want := map[domain.ApprenticeshipID][4]domain.Minutes{} // on the job: approved, pending, and of those at Northgate: approved; corrections
	spec.Histories(t, func(t *rapid.T) {
		id := domain.ApprenticeshipID(fmt.Sprintf("l-%d", len(appends)))
		facts := workedWeek(t, id)
		if len(facts) == 0 {
			return
		}
		var sum [4]domain.Minutes
		week10 := replayed(facts)
		sum[3] = domain.Minutes(week10.corrections)
		for _, e := range week10.entries {
			if e.Kind == timesheet.OnTheJob && week10.counts > 0 {
				sum[week10.counts-1] += e.Minutes
				if week10.counts == isApproved && e.Site == "northgate" {
					sum[2] += e.Minutes
				}
			}
		}
		want[id] = sum
		appends = append(appends,
			events.Append{Stream: apprenticeship.Stream(id), Expected: events.Any, Events: []domain.Event{apprenticeship.Drafted{Person: "ana-ruiz", Role: "help-desk-analyst", Site: "riverside", StartOn: day("2026-03-02")}}},
			events.Append{Stream: timesheet.Stream(id, week("2026-W10")), Expected: events.Any, Events: anyEvents(facts)})
	})
	log := openLog(t)
	record(t, log, house...)
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
	corrected := 0
	for id, sum := range want {
		var got [4]domain.Minutes
		hs, err := db.Hours(t.Context(), id)
		for _, h := range must(t, hs, err)[id] {
			if h.Kind == timesheet.OnTheJob {
				got[0], got[1] = got[0]+h.Approved, got[1]+h.Pending
			}
		}
		all, err := db.Ledger(t.Context(), id)
		ledger := all[id]
		var approved domain.Minutes
		for _, l := range must(t, ledger, err) {
			if l.Kind != timesheet.OnTheJob {
				continue
			}
			if approved += l.Approved; l.Site == "northgate" {
				got[2] += l.Approved
			} else if l.Site != "riverside" {
				t.Fatalf("%s: hours at %q", id, l.Site)
			}
		}
		made, err := db.Corrections(t.Context(), id)
		got[3] = domain.Minutes(len(must(t, made, err)[week("2026-W10")]))
		if got != sum || approved != sum[0] {
			t.Fatalf("%s: the read model has %v and %v, its facts add up to %v", id, got, approved, sum)
		}
		corrected += int(sum[3])
	}
	if corrected == 0 {
		t.Error("nothing was corrected: the test proves too little")
	}
}

func TestALedgerKeepsSitesAndBasesApart(t *testing.T) {
	e := timesheet.Entry{Date: day("2026-03-07"), Kind: timesheet.OnTheJob, SpentOn: "wp-01", Site: "northgate", Basis: timesheet.Weekend}
	there := timesheet.HoursLogged{Entry: e.ID(), Date: e.Date, Kind: e.Kind, SpentOn: e.SpentOn, Minutes: 90, Site: e.Site, Basis: e.Basis, Pay: timesheet.Unpaid}
	all := all(weekLogged, []fact{on("2026-03-07", ana, w10, there), on("2026-03-07", ana, w10, timesheet.Submitted{To: "dana-whitfield"})})
	check(t, []telling{{"hours at another site at a weekend", all, func(t testing.TB, db *projections.DB) any {
		all, err := db.Ledger(t.Context(), learner)
		ledger := all[learner]
		return lines(must(t, ledger, err), func(l projections.Total) string {
			return join(l.Week, l.Kind, l.SpentOn, l.Site, l.Basis, l.Pay, int(l.Approved), int(l.Pending))
		})
	}, []string{"2026-W10 ojl wp-01 northgate weekend unpaid 0 90", "2026-W10 ojl wp-01 riverside   0 480", "2026-W10 rti ri-03 riverside   0 240"}}})
}
