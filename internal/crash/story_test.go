//go:build linux

package crash_test

import (
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
	"github.com/guildhall-dev/guildhall/events"
)

// A key says which commit it stands for, so that the commit can be asked for again, and
// compared, by somebody who only knows the key. It names a run of the process, a writer in
// it and a number from 0. The commits of a writer follow one another.
func keyOf(run string, writer, n int) string { return fmt.Sprintf("%s/%d/%d", run, writer, n) }

// founding is the key of the first commit of all. Every run asks for it again.
const founding = "founding"

// The stream that every writer adds to, and the one entry of its week.
const (
	everybody domain.ApprenticeshipID = "everybody"
	theEntry  domain.EntryID          = "the-entry"
)

var epoch = domain.NewDate(2026, time.January, 5)

// commitOf is the commit that a key stands for. Six commits tell of one week of a writer's
// own learner; among them are such of one and of several records, on a new stream, on one
// and on two, and large ones.
func commitOf(key string) events.Commit {
	if key == founding {
		return commit(key, 0, drafted(everybody), opened(everybody, epoch, theEntry))
	}
	run, rest, _ := strings.Cut(key, "/")
	writer, number, _ := strings.Cut(rest, "/")
	n, err := strconv.Atoi(number)
	if err != nil {
		panic("no key: " + key)
	}
	learner := domain.ApprenticeshipID("run-" + run + "-" + writer)
	monday := epoch.AddDays(7 * (n / 6))
	week := timesheet.Stream(learner, monday.Week())
	minutes := domain.Minutes(1 + numberOf(key)%480)
	logged := func(i int, on string) domain.Event {
		return timesheet.HoursLogged{Entry: domain.EntryID(fmt.Sprintf("entry-%d-%d", n, i)), Date: monday.AddDays(i), Kind: timesheet.OnTheJob, SpentOn: on, Minutes: minutes}
	}
	add := func(after uint64, es ...domain.Event) events.Append {
		return events.Append{Stream: week, Expected: after, Events: es}
	}
	switch n % 6 {
	case 0:
		as := []events.Append{opened(learner, monday, "first")}
		if n == 0 {
			as = append([]events.Append{drafted(learner)}, as...)
		}
		return commit(key, n, as...)
	case 1:
		return commit(key, n, add(2, logged(0, "tickets")))
	case 2:
		return commit(key, n, add(3, logged(0, "tickets"), logged(1, "servers"), logged(2, "networks")))
	case 3:
		return commit(key, n, add(6, logged(0, "tickets")), events.Append{Stream: timesheet.Stream(everybody, epoch.Week()), Expected: events.Any,
			Events: []domain.Event{timesheet.HoursAmended{Entry: theEntry, Minutes: minutes}, timesheet.HoursAmended{Entry: theEntry, Minutes: minutes + 1}}})
	case 4:
		return commit(key, n, add(7, logged(0, large(key))))
	default:
		return commit(key, n, add(8, timesheet.Submitted{To: "dana"}, timesheet.Approved{Approver: "dana", OnTheJob: minutes}))
	}
}

func commit(key string, n int, as ...events.Append) events.Commit {
	at := epoch.Midnight().Add(time.Duration(n) * time.Second)
	return events.Commit{Request: domain.Request{By: domain.Actor{Person: "ana", Role: domain.Apprentice}, At: at, Key: key}, Appends: as}
}

func drafted(id domain.ApprenticeshipID) events.Append {
	return events.Append{Stream: apprenticeship.Stream(id), Events: []domain.Event{apprenticeship.Drafted{
		Person: "ana", Program: "it", Standard: "it", StandardVersion: 1, Pathway: "desk", PathwayVersion: 1, RuleSet: "us", Role: "analyst", Site: "riverside",
		StartOn: epoch, ExpectedEndOn: epoch.AddDays(700)}}}
}

func opened(id domain.ApprenticeshipID, monday domain.Date, entry domain.EntryID) events.Append {
	return events.Append{Stream: timesheet.Stream(id, monday.Week()), Events: []domain.Event{
		timesheet.Opened{Apprenticeship: id, Person: "ana", Week: monday.Week()},
		timesheet.HoursLogged{Entry: entry, Date: monday, Kind: timesheet.OnTheJob, SpentOn: "tickets", Minutes: 60}}}
}

// numberOf is a number that belongs to a text.
func numberOf(text string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(text))
	return h.Sum64()
}

// large is a text of up to 32 KB that belongs to a key.
func large(key string) string {
	seed := numberOf(key)
	return strings.Repeat(fmt.Sprintf("%016x", seed), int(seed%2000))
}
