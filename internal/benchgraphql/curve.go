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

// curve shows what pages of the feed cost as a college sees more and more learners.
func (b bench) curve(ctx context.Context, sizes ...int) error {
	t := tabwriter.NewWriter(b.out, 0, 4, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "learners\t100 changes, CPU µs\tof the first\tdelta of 10, CPU µs\tof the first\tMB resident\t")
	var first [2]float64
	for _, n := range sizes {
		fmt.Fprintf(b.progress, "a log with %d learners ...\n", n)
		data := filepath.Join(b.work, "data")
		if err := errors.Join(os.RemoveAll(data), fill(ctx, data, n)); err != nil {
			return err
		}
		p, err := start(ctx, servers[0], b.work)
		if err != nil {
			return err
		}
		cpu, resident, err := b.feed(ctx, p)
		if err := errors.Join(err, p.stop()); err != nil {
			return err
		}
		if first[0] == 0 {
			first = cpu
		}
		fmt.Fprintf(t, "%d\t%.0f\t%.2f\t%.0f\t%.2f\t%.0f\t\n", n, cpu[0], cpu[0]/first[0], cpu[1], cpu[1]/first[1], resident)
		if err := t.Flush(); err != nil { // a long run that is cut short tells what it found
			return err
		}
	}
	return nil
}

// feed measures a page of 100 anywhere in the feed, and the last 10 changes.
func (b bench) feed(ctx context.Context, p *process) (cpu [2]float64, resident float64, err error) {
	full, last := question{name: "100 changes", query: feedQuery}, question{name: "delta of 10", query: feedQuery}
	var after any
	for {
		text, err := p.ask(ctx, feedQuery, map[string]any{"after": after, "first": 1000})
		if err != nil {
			return cpu, 0, err
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
			return cpu, 0, err
		}
		changes := page.Data.Changes.Changes
		if page.Data.Changes.UpToDate {
			last.variables = []map[string]any{{"after": changes[len(changes)-11].Cursor, "first": 100}}
			break
		}
		after = page.Data.Changes.Cursor
		full.variables = append(full.variables, map[string]any{"after": after, "first": 100})
	}
	for i, q := range []question{full, last} {
		fmt.Fprintf(b.progress, "%s ...\n", q.name)
		f, err := p.measure(ctx, q, time.Duration(b.seconds)*time.Second)
		if err != nil {
			return cpu, 0, err
		}
		cpu[i], resident = f.cpu, f.resident
	}
	return cpu, resident, nil
}
