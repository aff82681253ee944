package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"
)

const feedQuery = `query Feed($after: Cursor, $first: Int!) { changes(after: $after, first: $first) { cursor upToDate
  changes { ... on Upsert { cursor node { id version ... on Apprentice { displayName status } ... on Milestone { title state attainedOn } ... on CreditAward { courseCode credit creditState: state } } }
            ... on Removal { cursor id reason } } } }`

// sampled is how many pages, spread over the whole feed, stand for all: as many for every size,
// so that as much of what is asked for is in memory.
const sampled = 90

// curve shows what pages of the feed cost as a college sees more and more learners: asked of a
// server that has just begun, each once, and asked again. It also shows what the first server
// needed to build the read model that they are read from.
func (b bench) curve(ctx context.Context, sizes ...int) error {
	t := tabwriter.NewWriter(b.out, 0, 4, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "learners\t100 changes at first, CPU µs\tof the first\t100 changes, CPU µs\tof the first\tdelta of 10, CPU µs\tof the first\tMB resident\tbuilt in CPU s\tMB resident\t")
	var first feedFigures
	for _, n := range sizes {
		fmt.Fprintf(b.progress, "a log with %d learners ...\n", n)
		data := filepath.Join(b.work, "data")
		if err := errors.Join(os.RemoveAll(data), fill(ctx, data, n)); err != nil {
			return err
		}
		f, err := b.feed(ctx)
		if err != nil {
			return err
		}
		if first.once == 0 {
			first = f
		}
		fmt.Fprintf(t, "%d\t%.0f\t%.2f\t%.0f\t%.2f\t%.0f\t%.2f\t%.0f\t%.1f\t%.0f\t\n", n, f.once, f.once/first.once, f.page, f.page/first.page, f.delta, f.delta/first.delta, f.resident, f.build.Seconds(), f.building)
		if err := t.Flush(); err != nil { // a long run that is cut short tells what it found
			return err
		}
	}
	return nil
}

// feedFigures are what pages of 100 changes cost when they are asked for once and again, and the
// last 10 changes, in microseconds of CPU; and the CPU time and megabytes of the build.
type feedFigures struct {
	once, page, delta, resident float64
	build                       time.Duration
	building                    float64
}

// feed walks through the feed of one server, and measures another that has nothing in memory.
func (b bench) feed(ctx context.Context) (f feedFigures, err error) {
	walked, err := start(ctx, servers[0], b.work)
	if err != nil {
		return f, err
	}
	var full, last question
	if f.build, err = walked.used(); err == nil {
		f.building, err = walked.peak()
	}
	if err == nil {
		full, last, err = walked.walk(ctx)
	}
	if err := errors.Join(err, walked.stop()); err != nil {
		return f, err
	}
	p, err := start(ctx, servers[0], b.work)
	if err != nil {
		return f, err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	for range sampled { // whatever is done once for a question is done
		if _, err := p.ask(ctx, last.query, last.variables[0]); err != nil {
			return f, err
		}
	}
	fmt.Fprintln(b.progress, "100 changes at first ...")
	before, err := p.used()
	if err != nil {
		return f, err
	}
	for _, v := range full.variables {
		if _, err := p.ask(ctx, full.query, v); err != nil {
			return f, err
		}
	}
	after, err := p.used()
	if err != nil {
		return f, err
	}
	f.once = float64((after - before).Microseconds()) / float64(len(full.variables))
	for _, m := range []struct {
		question
		cpu *float64
	}{{full, &f.page}, {last, &f.delta}} {
		fmt.Fprintf(b.progress, "%s ...\n", m.name)
		measured, err := p.measure(ctx, m.question, time.Duration(b.seconds)*time.Second)
		if err != nil {
			return f, err
		}
		*m.cpu, f.resident = measured.cpu, measured.resident
	}
	return f, nil
}

// walk goes through the feed to its end, and returns the questions for pages of 100 changes
// that are spread over it, and for its last 10.
func (p *process) walk(ctx context.Context) (full, last question, err error) {
	full, last = question{name: "100 changes", query: feedQuery}, question{name: "delta of 10", query: feedQuery}
	var cursors []string
	var after any
	for {
		text, err := p.ask(ctx, feedQuery, map[string]any{"after": after, "first": 1000})
		if err != nil {
			return full, last, err
		}
		var page struct {
			Data struct {
				Changes struct {
					Cursor   string
					UpToDate bool
					Changes  []struct{ Cursor string }
				}
			}
		}
		if err := json.Unmarshal(text, &page); err != nil {
			return full, last, err
		}
		changes := page.Data.Changes.Changes
		for i := 99; i < len(changes)-100; i += 100 {
			cursors = append(cursors, changes[i].Cursor)
		}
		if page.Data.Changes.UpToDate {
			last.variables = []map[string]any{{"after": changes[len(changes)-11].Cursor, "first": 100}}
			break
		}
		after = page.Data.Changes.Cursor
	}
	for i := range min(sampled, len(cursors)) {
		full.variables = append(full.variables, map[string]any{"after": cursors[i*len(cursors)/min(sampled, len(cursors))], "first": 100})
	}
	return full, last, nil
}
