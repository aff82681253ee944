package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/agreement"
	"github.com/guildhall-dev/guildhall/domain/apprenticeship"
	"github.com/guildhall-dev/guildhall/domain/consent"
	"github.com/guildhall-dev/guildhall/domain/milestone"
	"github.com/guildhall-dev/guildhall/domain/partner"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/domain/timesheet"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/eventstest"
	"github.com/guildhall-dev/guildhall/events/journal"
)

const (
	together = 40 // apprentices whose weeks take turns in the log
	weeks    = 50
)

var (
	hospital = domain.Actor{Person: "lena-fischer", Role: domain.Coordinator}
	manager  = domain.Actor{Person: "dana-whitfield", Role: domain.Manager}
	mentor   = domain.Actor{Person: "priya-raman", Role: domain.Mentor}
	first    = domain.NewDate(2024, 12, 30) // a Monday
)

const asked = "records" // the file that says how many

func fillAsAsked(ctx context.Context, dir string) (s sample, err error) {
	text, err := os.ReadFile(filepath.Join(dir, asked))
	if err != nil {
		return s, err
	}
	n, err := strconv.Atoi(string(text))
	if err != nil {
		return s, err
	}
	return s, fill(ctx, dir, n)
}

// A writer puts commits into the log, some records at a time.
type writer struct {
	log     *journal.Log
	waiting []events.Commit
	records int
}

// fill writes a log of about n records in dir: apprentices who log a year of weeks, four of
// five signed off, show evidence, move to the next role, and share their record with a
// college.
func fill(ctx context.Context, dir string, n int) (err error) {
	log, err := journal.OpenLocal(ctx, dir, eventstest.Codec())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	w := &writer{log: log}
	w.add(hospital, first, "partner-lakeshore", partner.Onboarded{Name: "Lakeshore"})
	w.add(hospital, first, "agreement-one", agreement.Drafted{Partner: "lakeshore", Scopes: []domain.Scope{domain.PathwayRecords, domain.CreditRecords}},
		agreement.Activated{From: first, To: first.AddDays(900)})
	for group := 0; w.records < n; group++ {
		for a := range together {
			w.begin(apprentice(group, a))
		}
		if err := w.flush(ctx); err != nil {
			return err
		}
		for week := range weeks {
			for a := range together {
				w.week(apprentice(group, a), week)
			}
			if err := w.flush(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

func apprentice(group, a int) domain.PersonID {
	return domain.PersonID(fmt.Sprintf("p%06d", group*together+a))
}

func (w *writer) add(by domain.Actor, on domain.Date, s domain.Stream, es ...domain.Event) {
	at := on.Midnight().Add(9*time.Hour + time.Duration(len(w.waiting))*time.Second)
	w.waiting = append(w.waiting, events.Commit{Request: domain.Request{By: by, At: at}, Appends: []events.Append{{Stream: s, Expected: events.Any, Events: es}}})
	w.records += len(es)
}

// flush has everything that waits appended; what is on one stream keeps its order.
func (w *writer) flush(ctx context.Context) error {
	streams := map[domain.Stream][]events.Commit{}
	for _, c := range w.waiting {
		streams[c.Appends[0].Stream] = append(streams[c.Appends[0].Stream], c)
	}
	w.waiting = nil
	results := make(chan error, len(streams))
	for _, commits := range streams {
		go func() {
			var err error
			for _, c := range commits {
				if _, e := w.log.Append(ctx, c); e != nil {
					err = errors.Join(err, e)
				}
			}
			results <- err
		}()
	}
	var errs []error
	for range streams {
		errs = append(errs, <-results)
	}
	return errors.Join(errs...)
}

func (w *writer) begin(p domain.PersonID) {
	id := domain.ApprenticeshipID(p)
	w.add(hospital, first, person.Stream(p), person.Joined{Name: "sealed", Capacity: domain.Apprentice})
	w.add(hospital, first, apprenticeship.Stream(id), apprenticeship.Drafted{Person: p, Role: "help-desk-analyst", StartOn: first})
	w.add(hospital, first, apprenticeship.Stream(id), apprenticeship.Began{On: first})
	w.add(domain.Actor{Person: p, Role: domain.Apprentice}, first, consent.Stream(p, "lakeshore"),
		consent.Given{Person: p, Party: "lakeshore", Records: []domain.Scope{domain.PathwayRecords, domain.CreditRecords}, On: first})
}

func (w *writer) week(p domain.PersonID, n int) {
	id, who := domain.ApprenticeshipID(p), domain.Actor{Person: p, Role: domain.Apprentice}
	monday := first.AddDays(7 * n)
	sheet := timesheet.Stream(id, monday.Week())
	w.add(who, monday, sheet, timesheet.Opened{Apprenticeship: id, Person: p, Week: monday.Week()}, logged(monday, 0))
	for d := 1; d < 5; d++ {
		w.add(who, monday.AddDays(d), sheet, logged(monday, d))
	}
	w.add(who, monday.AddDays(6), sheet, timesheet.Submitted{To: manager.Person})
	if n%5 < 4 {
		w.add(manager, monday.AddDays(8), sheet, timesheet.Approved{Approver: manager.Person, OnTheJob: 5 * 420})
	}
	if n%10 == 0 {
		s := milestone.Stream(id, domain.RequirementID(fmt.Sprint("hd-", n)))
		w.add(who, monday, s, milestone.Started{Apprenticeship: id, Person: p, PassLevel: 3}, milestone.EvidenceSubmitted{Kind: milestone.Work, Note: "sealed", Assessor: mentor.Person})
		w.add(mentor, monday.AddDays(1), s, milestone.Assessed{Assessor: mentor.Person, Rating: 3, Attempt: 1}, milestone.Attained{On: monday, Level: 3, Basis: string(s)})
	}
	if n == 30 {
		w.add(hospital, monday, apprenticeship.Stream(id), apprenticeship.StageEntered{Role: "systems-administrator", On: monday})
	}
}

func logged(monday domain.Date, d int) timesheet.HoursLogged {
	day, spent := monday.AddDays(d), fmt.Sprint("wp-0", 1+d%2)
	return timesheet.HoursLogged{Entry: domain.EntryID(fmt.Sprintf("%s.ojl.%s", day, spent)), Date: day, Kind: timesheet.OnTheJob, SpentOn: spent, Minutes: 420}
}
