package projections_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/partner"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/eventstest"
	"github.com/guildhall-dev/guildhall/events/journal"
	"github.com/guildhall-dev/guildhall/projections"
)

// A fact is some events on one stream, recorded as one commit.
type fact struct {
	by     domain.Actor
	on     string // day, at nine o'clock
	stream domain.Stream
	events []domain.Event
}

func (f fact) at() time.Time { return day(f.on).Midnight().Add(9 * time.Hour) }

func on(d string, by domain.Actor, s domain.Stream, es ...domain.Event) fact {
	return fact{by, d, s, es}
}

func day(s string) domain.Date {
	d, err := domain.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func week(s string) domain.Week {
	w, err := domain.ParseWeek(s)
	if err != nil {
		panic(err)
	}
	return w
}

var (
	ana   = domain.Actor{Person: "ana-ruiz", Role: domain.Apprentice}
	priya = domain.Actor{Person: "priya-raman", Role: domain.Mentor}
	dana  = domain.Actor{Person: "dana-whitfield", Role: domain.Manager}
	owen  = domain.Actor{Person: "owen-castellano", Role: domain.Manager}
	lena  = domain.Actor{Person: "lena-fischer", Role: domain.Coordinator}
	ruth  = domain.Actor{Person: "ruth-adeyemi", Role: domain.HR}
	shore = domain.Actor{Partner: "lakeshore", Role: domain.Partner}
	rules = domain.Actor{Policy: "a-policy", Role: domain.System}
)

const learner domain.ApprenticeshipID = "ana"

// house is what every story begins with: some people, two colleges, and Ana, who began on
// Monday 2 March 2026 at the help desk.
var house = []fact{
	on("2026-01-05", lena, "person-ana-ruiz", person.Joined{Name: "sealed ana", Capacity: domain.Apprentice, Position: "help-desk-analyst", Title: "Help desk analyst", Manager: "dana-whitfield", Site: "riverside"}),
	on("2026-01-05", lena, "person-dana-whitfield", person.Joined{Name: "sealed dana", Capacity: domain.Manager, Leads: []domain.RoleID{"help-desk-analyst"}}),
	on("2026-01-05", lena, "person-owen-castellano", person.Joined{Name: "sealed owen", Capacity: domain.Manager, Leads: []domain.RoleID{"systems-administrator", "security-analyst"}}),
	on("2026-01-05", lena, "person-priya-raman", person.Joined{Name: "sealed priya", Capacity: domain.Mentor}),
	on("2026-01-05", rules, "partner-lakeshore", partner.Onboarded{Name: "Lakeshore"}),
	on("2026-01-05", rules, "partner-harbor", partner.Onboarded{Name: "Harbor"}),
	on("2026-02-02", lena, "apprenticeship-ana", apprenticeship.Drafted{Person: "ana-ruiz", Program: "health-it", Standard: "it", StandardVersion: 1, Pathway: "desk-to-security", PathwayVersion: 1,
		RuleSet: "us", Role: "help-desk-analyst", Site: "riverside", StartOn: day("2026-02-23"), ExpectedEndOn: day("2028-02-23")},
		apprenticeship.SupervisorAssigned{Supervisor: "dana-whitfield", From: day("2026-02-23")}, apprenticeship.MentorAssigned{Mentor: "priya-raman", From: day("2026-02-23")}),
	on("2026-02-03", ana, "apprenticeship-ana", apprenticeship.AgreementSigned{Party: apprenticeship.ByApprentice, On: day("2026-02-03")}),
	on("2026-02-03", lena, "apprenticeship-ana", apprenticeship.AgreementSigned{Party: apprenticeship.BySponsor, On: day("2026-02-03")}),
	on("2026-02-04", lena, "apprenticeship-ana", apprenticeship.Registered{Agency: "OA", Number: "MA-1", On: day("2026-02-04")}),
	on("2026-03-02", lena, "apprenticeship-ana", apprenticeship.Began{On: day("2026-03-02")}),
}

func openLog(t testing.TB) *journal.Log {
	t.Helper()
	log, err := journal.OpenLocal(t.Context(), t.TempDir(), eventstest.Codec())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { log.Close() })
	return log
}

func record(t testing.TB, log events.Log, facts ...fact) (p events.Position) {
	t.Helper()
	for _, f := range facts {
		var err error
		p, err = log.Append(t.Context(), events.Commit{Request: domain.Request{By: f.by, At: f.at()},
			Appends: []events.Append{{Stream: f.stream, Expected: events.Any, Events: f.events}}})
		if err != nil {
			t.Fatal(err)
		}
	}
	return p
}

// run opens the read model in dir and lets it follow log; stop ends it and closes it.
func run(t testing.TB, dir string, log events.Log) (db *projections.DB, stop func()) {
	t.Helper()
	db, err := projections.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	return db, follow(t, db, log)
}

// follow lets db follow log; stop ends it and closes it.
func follow(t testing.TB, db *projections.DB, log events.Log) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- db.Run(ctx, log) }()
	return func() {
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("Run ended with %v", err)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}
}

func until(t testing.TB, db *projections.DB, p events.Position) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if err := db.Wait(ctx, p); err != nil {
		t.Fatal(err)
	}
}

func head(t testing.TB, log events.Log) events.Position {
	t.Helper()
	p, err := log.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// told is the read model of the house and what happened there.
func told(t testing.TB, facts ...fact) *projections.DB {
	t.Helper()
	log := openLog(t)
	record(t, log, house...)
	record(t, log, facts...)
	db, stop := run(t, t.TempDir(), log)
	t.Cleanup(stop)
	until(t, db, head(t, log))
	return db
}

// A question is put to the read model; it fails the test on an error.
type question func(testing.TB, *projections.DB) any

// A telling is one sentence about a view: given these facts, who asks this gets that.
type telling struct {
	name  string
	given []fact
	ask   question
	want  any
}

func check(t *testing.T, tellings []telling) {
	t.Helper()
	for _, c := range tellings {
		t.Run(c.name, func(t *testing.T) {
			got := c.ask(t, told(t, c.given...))
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("got  %+v\nwant %+v", got, c.want)
			}
		})
	}
}

func must[T any](t testing.TB, v T, err error) T {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func lines[T any](vs []T, line func(T) string) []string {
	out := []string{}
	for _, v := range vs {
		out = append(out, line(v))
	}
	return out
}

func join(args ...any) string {
	s := fmt.Sprintln(args...)
	return s[:len(s)-1]
}

// all puts facts one behind the other.
func all(stories ...[]fact) (out []fact) {
	for _, s := range stories {
		out = append(out, s...)
	}
	return out
}
