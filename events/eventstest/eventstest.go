// Package eventstest is what it takes to be an events.Log. Every implementation runs the
// same suite:
//
//	eventstest.TestLog(t, func(t *testing.T, dir string) events.Log { ... })
//
// A log that takes commits to a single stream only says so: TestLog(t, open, SingleStream).
package eventstest

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
)

// An Open opens the log that is kept in dir, for facts of Events, and closes it when t ends.
type Open func(t *testing.T, dir string) events.Log

// A Limit is something that a log need not be able to do.
type Limit int

// SingleStream logs refuse a commit to several streams (ONE_STREAM).
const SingleStream Limit = 1

// TestLog runs the suite against the logs that open opens, within limits.
func TestLog(t *testing.T, open Open, limits ...Limit) {
	streams := 3
	if slices.Contains(limits, SingleStream) {
		streams = 1
	}
	for _, c := range []struct {
		name string
		test func(*testing.T, Open)
	}{
		{"a commit takes the expected revision or any", expectedRevisions},
		{"of two commits that expect the same revision one conflicts", conflict},
		{"a commit to several streams is stored as a whole or not at all", severalStreams(streams)},
		{"a stream nobody wrote is empty and so is a new log", nothing},
		{"everything about a record comes back", roundTrip},
		{"a repeated request gets the first answer", repeated},
		{"what a request was answered with can be looked up", answered},
		{"a key belongs to one actor", keysPerActor},
		{"a key cannot be used for another request", reusedKey},
		{"a request without a key is recorded each time", withoutKey},
		{"requests with one key at the same time are recorded once", sameKeyTogether},
		{"what cannot be a commit is refused", badCommits},
		{"a commit beyond the limits is refused and the largest is not", sizes},
		{"text of any script and size comes back", texts},
		{"names with dots and spaces and letters of any script are streams", streamNames},
		{"a stream of 10,000 events is read to its end", longStream},
		{"positions have no holes and streams keep the log's order", order},
		{"following resumes after every position", resume},
		{"following sees what is appended later", later},
		{"a slow follower misses nothing", slowFollower},
		{"following from beyond the end is an error", beyondEnd},
		{"the latest position is there to be read", latest},
		{"every method ends with its context", cancelled},
		{"a log that is opened again tells the same", reopened},
		{"16 writers at once lose and double nothing", writers},
		{"any history is told as it happened", history(streams)},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, open) })
	}
}

var ana = domain.Actor{Person: "ana", Role: domain.Apprentice}

var noon = time.Date(2026, time.November, 22, 12, 0, 0, 123456789, time.UTC)

// asked is a request with a key, or without one if key is empty.
func asked(key string) domain.Request {
	return domain.Request{By: ana, At: noon, Key: key}
}

func counts(ns ...int) (es []domain.Event) {
	for _, n := range ns {
		es = append(es, Counted{n})
	}
	return es
}

func to(s domain.Stream, expected uint64, es ...domain.Event) events.Append {
	return events.Append{Stream: s, Expected: expected, Events: es}
}

func appended(t *testing.T, log events.Log, req domain.Request, as ...events.Append) events.Position {
	t.Helper()
	p, err := log.Append(t.Context(), events.Commit{Request: req, Appends: as})
	if err != nil {
		t.Fatalf("append: %v", err)
	}
	return p
}

func refused(t *testing.T, log events.Log, code string, req domain.Request, as ...events.Append) {
	t.Helper()
	before := head(t, log)
	_, err := log.Append(t.Context(), events.Commit{Request: req, Appends: as})
	if r := domain.AsRefusal(err); r == nil || r.Code != code {
		t.Errorf("append gave %v, want the refusal %s", err, code)
	}
	if after := head(t, log); after != before {
		t.Errorf("a refused commit moved the head from %d to %d", before, after)
	}
}

func head(t *testing.T, log events.Log) events.Position {
	t.Helper()
	p, err := log.Head(t.Context())
	if err != nil {
		t.Fatalf("head: %v", err)
	}
	return p
}

func read(t *testing.T, log events.Log, s domain.Stream) (rs []events.Recorded) {
	t.Helper()
	for r, err := range log.Read(t.Context(), s) {
		if err != nil {
			t.Fatalf("read %s: %v", s, err)
		}
		rs = append(rs, r)
	}
	return rs
}

// followed is every record after p up to the head of now.
func followed(t *testing.T, log events.Log, p events.Position) (rs []events.Recorded) {
	t.Helper()
	end := head(t, log)
	if p == end {
		return nil
	}
	for r, err := range log.Follow(t.Context(), p) {
		if err != nil {
			t.Fatalf("follow after %d: %v", p, err)
		}
		rs = append(rs, r)
		if r.Position >= end {
			break
		}
	}
	return rs
}

func facts(rs []events.Recorded) string {
	var es []domain.Event
	for _, r := range rs {
		es = append(es, r.Event)
	}
	return fmt.Sprint(es)
}

// soon is a context for what must end by itself; a minute only keeps a failure finite.
func soon(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}
