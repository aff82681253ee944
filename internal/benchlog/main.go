// Benchlog measures the event log beside what it is compared with, and prints one table.
//
// Everything that commits is measured in rounds: each round runs every row once for a
// moment, and between any two rows this machine's disk is measured by appending to a file
// and syncing it. A ratio is always between neighbours of the same round, and the table
// shows medians over the rounds, so that a disk that changes its mood spoils neither.
//
// PostgreSQL and the plain NATS servers run as processes of their own on the same disk and
// end with this one. Without PostgreSQL its rows say so and the others are measured.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run returns the exit code: 0 measured, 1 a row failed, 2 wrong usage.
func run(ctx context.Context, args []string, in io.Reader, out, progress io.Writer) int {
	if len(args) > 0 && roles[args[0]] != nil {
		if err := roles[args[0]](ctx, args[1:], in, out); err != nil {
			fmt.Fprintf(progress, "benchlog %s: %v\n", args[0], err)
			return 1
		}
		return 0
	}
	o, err := parse(args, progress)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		fmt.Fprintln(progress, "benchlog:", err)
		return 2
	}
	err = measure(ctx, o, out, progress)
	switch {
	case ctx.Err() != nil: // whatever else went wrong follows from it
		fmt.Fprintln(progress, "benchlog: interrupted")
		return 1
	case err != nil:
		fmt.Fprintln(progress, "benchlog:", err)
		return 1
	}
	return 0
}

// options are what the command line says.
type options struct {
	rounds     int
	dur        time.Duration // of one row in one round
	events     int           // in the log that is read and restarted
	writers    []int
	only       []string
	dir        string
	cpuprofile string
}

// groups are the names that -only takes, in the order of the table.
var groups = []string{groupFile, groupLocal, groupPostgres, groupJetStream, groupCluster, groupReplay, groupLoad, groupRestart}

func parse(args []string, usage io.Writer) (options, error) {
	var o options
	var only, writers string
	f := flag.NewFlagSet("benchlog", flag.ContinueOnError)
	f.SetOutput(usage)
	f.IntVar(&o.rounds, "rounds", 5, "how often each row is measured")
	f.DurationVar(&o.dur, "dur", 1500*time.Millisecond, "how long a row is measured in a round")
	f.IntVar(&o.events, "events", 1_000_000, "size of the log that is read and restarted")
	f.StringVar(&writers, "writers", "1,16,64,256", "numbers of concurrent writers")
	f.StringVar(&only, "only", "", "measure only these: "+strings.Join(groups, ","))
	f.StringVar(&o.dir, "dir", os.TempDir(), "directory on the disk to measure")
	f.StringVar(&o.cpuprofile, "cpuprofile", "", "write a CPU profile of the local journal (or of the cluster without it) under the most writers, in the last round")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	if f.NArg() > 0 {
		return o, fmt.Errorf("unexpected argument %q", f.Arg(0))
	}
	if o.rounds < 1 || o.dur <= 0 || o.events < perStream {
		return o, fmt.Errorf("-rounds and -dur must be positive and -events at least %d", perStream)
	}
	for w := range strings.SplitSeq(writers, ",") {
		n, err := strconv.Atoi(w)
		if err != nil || n < 1 || n > mostWriters {
			return o, fmt.Errorf("-writers: %q is not a number from 1 to %d", w, mostWriters)
		}
		o.writers = append(o.writers, n)
	}
	if only != "" {
		o.only = strings.Split(only, ",")
	}
	for _, name := range o.only {
		if !slices.Contains(groups, name) {
			return o, fmt.Errorf("-only: there is no %q; there are %s", name, strings.Join(groups, ", "))
		}
	}
	if o.cpuprofile != "" && !o.wants(groupLocal, groupCluster) {
		return o, fmt.Errorf("-cpuprofile is of %s or %s, and -only leaves out both", groupLocal, groupCluster)
	}
	return o, nil
}

// wants reports whether one of these groups is to be measured.
func (o options) wants(names ...string) bool {
	return o.only == nil || slices.ContainsFunc(names, func(n string) bool { return slices.Contains(o.only, n) })
}
