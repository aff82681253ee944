// Benchprojections measures how fast the read model is built and follows, beside inserting
// the very rows that it ends with into plain tables of SQLite.
//
// Every phase is a process of its own, so that its CPU and memory are its own. The plain
// inserts use the same binding and settings: one prepared INSERT for each row, 5,000 rows in
// a transaction, tables without keys or indexes. They run before and after what is measured.
// On a machine that does other things as well the ratio of CPU times says more than that of
// the times.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"text/tabwriter"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(os.Stderr, "benchprojections:", err)
		}
		os.Exit(1)
	}
}

// A phase works in a directory with a log.
type phase struct {
	name, what string
	do         func(ctx context.Context, dir string) (sample, error)
}

// before is what must be there.
var before = []phase{{"fill", "a log", fillAsAsked}, {"prepare", "what the others are compared by", prepare}}

// phases are what is measured, in order.
var phases = []phase{
	{"rows", "the same rows, inserted into plain tables", insertSame},
	{"narrow", "as many rows of 7 columns", insertNarrow},
	{"rebuild", "read model built from the log", rebuild},
	{"live", "read model in use that catches up", live},
	{"rows", "the same rows again", insertSame},
}

func run(ctx context.Context, args []string, out, progress io.Writer) error {
	f := flag.NewFlagSet("benchprojections", flag.ContinueOnError)
	f.SetOutput(progress)
	records := f.Int("records", 200_000, "how many records the log holds, about")
	dir := f.String("dir", "", "where to work (a new directory under the temporary one)")
	phase := f.String("phase", "", "do one phase and print what came of it; for the program itself")
	profile := f.String("cpuprofile", "", "write CPU profiles of the phases to files that begin so")
	if err := f.Parse(args); err != nil {
		return err
	}
	if *phase != "" {
		return one(ctx, *phase, *dir, *profile, out)
	}
	work, err := os.MkdirTemp(*dir, "benchprojections-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	fmt.Fprintf(progress, "a log of %d records ...\n", *records)
	if err := os.WriteFile(filepath.Join(work, asked), strconv.AppendInt(nil, int64(*records), 10), 0o600); err != nil {
		return err
	}
	if _, err := child(ctx, "fill", work, "", progress); err != nil {
		return err
	}
	fmt.Fprintln(progress, "what the others are compared by ...")
	if _, err := child(ctx, "prepare", work, "", progress); err != nil {
		return err
	}
	var found []sample
	for i, p := range phases {
		fmt.Fprintf(progress, "%s ...\n", p.what)
		s, err := child(ctx, p.name, work, profileOf(*profile, p.name, i), progress)
		if err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		found = append(found, s)
	}
	return table(out, found)
}

func profileOf(prefix, name string, i int) string {
	if prefix == "" {
		return ""
	}
	return prefix + strconv.Itoa(i) + "-" + name
}

// child does a phase in a process of its own.
func child(ctx context.Context, phase, dir, profile string, progress io.Writer) (s sample, err error) {
	program, err := os.Executable()
	if err != nil {
		return s, err
	}
	cmd := exec.CommandContext(ctx, program, "-phase", phase, "-dir", dir, "-cpuprofile", profile)
	cmd.Stderr = progress
	text, err := cmd.Output()
	if err != nil {
		return s, err
	}
	return s, json.Unmarshal(text, &s)
}

func table(out io.Writer, found []sample) error {
	plain := sample{Rows: found[0].Rows, Took: (found[0].Took + found[len(found)-1].Took) / 2, CPU: (found[0].CPU + found[len(found)-1].CPU) / 2}
	t := tabwriter.NewWriter(out, 0, 4, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "\trecords/s\trows/s\tof plain rows\trecords/CPU s\trows/CPU s\tof plain rows\tCPU s\tpeak MB\t")
	for i, s := range found {
		fmt.Fprintf(t, "%s\t%s\t%.0f\t%s\t%s\t%.0f\t%s\t%.1f\t%.0f\t\n", phases[i].what,
			rate(s.Records, s.Took), s.rows(s.Took), share(s.rows(s.Took)/plain.rows(plain.Took)),
			rate(s.Records, s.CPU), s.rows(s.CPU), share(s.rows(s.CPU)/plain.rows(plain.CPU)), s.CPU.Seconds(), float64(s.Peak)/1e6)
	}
	fmt.Fprintf(t, "%d records, %d rows\t\n", found[2].Records, found[2].Rows)
	return t.Flush()
}

func rate(n int, in time.Duration) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%.0f", float64(n)/in.Seconds())
}

func share(of float64) string { return fmt.Sprintf("%.0f %%", 100*of) }
