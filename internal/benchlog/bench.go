package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"
)

// A bench is one run of the program.
type bench struct {
	options
	temp     string // everything that is written
	progress io.Writer
	rows     []*row
	round    int
	syncs    []sample // between all rows of all rounds
	closers  []func() error
	weighers []func() (weight, error) // asked when everything is closed
	servers  []string                 // what is compared with, and its version
}

// A row is a line of the table that is measured in every round.
type row struct {
	group   string
	what    string
	writers int // 0 if nothing is committed
	goals   []goal
	absent  string // why it is not measured
	measure func(context.Context) (sample, error)

	readings []reading // one for each round
	err      error     // it is not measured again after one
}

// A reading is what a row came to in one round, how often a second the disk synced around
// it, and which part of all CPUs was busy meanwhile, whoever kept it so.
type reading struct {
	sample
	syncs float64
	busy  float64
}

// A goal is a figure to hold.
type goal struct {
	over    string  // the group that a rate is compared with, groupSyncs among them
	atLeast float64 // times that rate
	atMost  time.Duration
}

// groupSyncs is the loop that is measured between all others.
const groupSyncs = "fsync"

// measure runs the benchmark and prints the table to out.
func measure(ctx context.Context, o options, out, progress io.Writer) (err error) {
	if memory, err := inMemory(o.dir); err != nil {
		return err
	} else if memory {
		return fmt.Errorf("%s is in memory, where a sync costs nothing. Name a directory on a disk with -dir", o.dir)
	}
	b := &bench{options: o, progress: progress}
	if b.temp, err = os.MkdirTemp(o.dir, "benchlog-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(b.temp)) }()
	if err := os.Chmod(b.temp, 0o711); err != nil { // PostgreSQL runs as somebody else
		return err
	}
	err = b.setUp(ctx)
	if err == nil {
		err = b.run(ctx)
	}
	if err := errors.Join(err, b.close()); err != nil {
		return err
	}
	return b.report(out)
}

// setUp opens what is to be measured.
func (b *bench) setUp(ctx context.Context) error {
	for _, part := range []struct {
		add    func(context.Context) error
		groups []string
	}{
		{b.addGroupedFile, []string{groupFile}},
		{b.addLocal, []string{groupLocal}},
		{b.addPostgres, []string{groupPostgres}},
		{b.addJetStream, []string{groupJetStream}},
		{b.addCluster, []string{groupCluster}},
		{b.addLarge, []string{groupReplay, groupLoad, groupRestart}},
	} {
		if b.wants(part.groups...) {
			if err := part.add(ctx); err != nil {
				return err
			}
		}
	}
	switch {
	case b.cpuprofile == "":
	case b.wants(groupLocal):
		b.profile(groupLocal)
	default:
		b.profile(groupCluster)
	}
	return nil
}

func (b *bench) path(name string) string { return filepath.Join(b.temp, name) }

// writing adds a row for each number of writers.
func (b *bench) writing(group, what string, to store, goals map[int][]goal) {
	for _, n := range b.writers {
		b.rows = append(b.rows, &row{group: group, what: what, writers: n, goals: goals[n],
			measure: func(ctx context.Context) (sample, error) { return write(ctx, n, b.dur, to) }})
	}
}

// run measures every row in every round. Rows with as many writers are neighbours, and
// every second round goes backwards, so that no row always has the same one before it.
func (b *bench) run(ctx context.Context) error {
	order := slices.DeleteFunc(slices.Clone(b.rows), func(r *row) bool { return r.absent != "" })
	slices.SortStableFunc(order, func(r, s *row) int {
		return cmp.Compare(uint(r.writers)-1, uint(s.writers)-1) // none comes last
	})
	for b.round = range b.rounds {
		before, err := b.disk()
		if err != nil {
			return err
		}
		for _, r := range order {
			if r.err != nil {
				continue
			}
			working := processors()
			found, err := r.measure(ctx)
			busy := processors().since(working)
			if ctx.Err() != nil {
				return ctx.Err()
			}
			after, diskErr := b.disk()
			if diskErr != nil {
				return diskErr
			}
			if r.err = err; err == nil {
				r.readings = append(r.readings, reading{found, (before + after) / 2, busy})
			}
			b.tell(r)
			before = after
		}
		slices.Reverse(order)
	}
	return nil
}

// disk lets everything come to rest and measures how often a second the disk syncs.
func (b *bench) disk() (float64, error) {
	runtime.GC()
	settle()
	s, err := syncs(b.temp, max(b.dur/4, 10*time.Millisecond))
	b.syncs = append(b.syncs, s)
	return s.rate, err
}

func (b *bench) tell(r *row) {
	fmt.Fprintf(b.progress, "round %d of %d  %-44s", b.round+1, b.rounds, r.title())
	if r.err != nil {
		fmt.Fprintln(b.progress, r.err)
		return
	}
	found := r.readings[len(r.readings)-1]
	fmt.Fprintf(b.progress, "%12s %10s %10s", perSecond(found.rate), span(found.p50), span(found.p99))
	if r.writers > 0 {
		fmt.Fprintf(b.progress, "  %.2fx fsync", found.rate/found.syncs)
	}
	fmt.Fprintln(b.progress)
}

func (r *row) title() string {
	switch r.writers {
	case 0:
		return r.what
	case 1:
		return r.what + ", 1 writer"
	}
	return fmt.Sprintf("%s, %d writers", r.what, r.writers)
}

// close closes everything in the opposite order of opening.
func (b *bench) close() error {
	var errs []error
	for _, c := range slices.Backward(b.closers) {
		errs = append(errs, c())
	}
	b.closers = nil
	return errors.Join(errs...)
}

// times returns the median over the rounds of how many times the rate of group r reached,
// and NaN if that is not known.
func (b *bench) times(r *row, group string) float64 {
	var ratios []float64
	if group == groupSyncs {
		for _, found := range r.readings {
			ratios = append(ratios, found.rate/found.syncs)
		}
	} else if at := slices.IndexFunc(b.rows, func(o *row) bool { return o.group == group && o.writers == r.writers }); at >= 0 {
		for i, other := range b.rows[at].readings[:min(len(b.rows[at].readings), len(r.readings))] {
			ratios = append(ratios, r.readings[i].rate/other.rate)
		}
	}
	if len(ratios) == 0 {
		return math.NaN()
	}
	return median(ratios)
}
