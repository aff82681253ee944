package main

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/guildhall-dev/guildhall/events/journal"
)

func (g *Guildhall) logStatsCommand(flags *pflag.FlagSet) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "stats",
		Short: "Count what is in the log",
		Long: `Count what is in the log: records, streams, events by name, bytes, the time they span, the
hash and the root of the tree at the end, and the size of the files.`,
		Example: "  guildhall log stats --data /var/lib/guildhall --json",
	}
	asJSON := cmd.Flags().Bool("json", false, "print JSON")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		return g.reading(cmd.Context(), flags, func(c Config, j *journal.Journal) error {
			s, err := g.count(cmd.Context(), c.Data, j)
			if err != nil {
				return err
			}
			if *asJSON {
				return g.printJSON(s)
			}
			return g.printStats(s)
		})
	}
	return cmd
}

// logStats is what log stats tells.
type logStats struct {
	Epoch   string           `json:"epoch"`
	Records uint64           `json:"records"`
	Streams uint64           `json:"streams"`
	Bytes   uint64           `json:"bytes"` // of metadata and bodies
	First   time.Time        `json:"first,omitzero"`
	Last    time.Time        `json:"last,omitzero"`
	Hash    string           `json:"hash"`
	Root    string           `json:"root"`
	Events  []eventCount     `json:"events"` // the most frequent first
	Files   map[string]int64 `json:"files"`  // bytes by path under the data directory
}

type eventCount struct {
	Name  string `json:"name"`
	Count uint64 `json:"count"`
	Bytes uint64 `json:"bytes"`
}

func (g *Guildhall) count(ctx context.Context, dir string, j *journal.Journal) (s logStats, err error) {
	if s.Epoch, err = lineageOf(ctx, dir, j); err != nil {
		return s, err
	}
	told := g.progress("records counted")
	defer told.done()
	head, _ := j.End()
	byName := map[string]eventCount{}
	var tree journal.Frontier
	var last stored
	for r, err := range walk(ctx, j, 0) {
		if err != nil {
			return s, err
		}
		s.Records++
		s.Bytes += uint64(r.Size())
		if r.Revision == 1 {
			s.Streams++
		}
		n := byName[r.Name]
		byName[r.Name] = eventCount{r.Name, n.Count + 1, n.Bytes + uint64(r.Size())}
		tree.Add(r.hash)
		if last = r; r.position == 1 {
			if s.First, err = recordedAt(r); err != nil {
				return s, err
			}
		}
		told.at(uint64(r.position), uint64(head))
	}
	if s.Records > 0 {
		if s.Last, err = recordedAt(last); err != nil {
			return s, err
		}
	}
	s.Hash, s.Root = hex.EncodeToString(last.hash[:]), tree.Root().String()
	s.Events = slices.SortedFunc(maps.Values(byName), func(a, b eventCount) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Name, b.Name))
	})
	s.Files, err = filesIn(dir)
	return s, err
}

func recordedAt(r stored) (time.Time, error) {
	req, err := r.Request()
	return req.At.UTC(), err
}

// filesIn returns the sizes of all files under dir. One that goes away meanwhile is left out.
func filesIn(dir string) (map[string]int64, error) {
	sizes := map[string]int64{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return unlessGone(err)
		}
		info, err := d.Info()
		if err != nil {
			return unlessGone(err)
		}
		name, err := filepath.Rel(dir, path)
		sizes[filepath.ToSlash(name)] = info.Size()
		return err
	})
	return sizes, err
}

func unlessGone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func (g *Guildhall) printStats(s logStats) error {
	t := tabwriter.NewWriter(g.Out, 0, 4, 2, ' ', 0)
	fmt.Fprintf(t, "records\t%d\nstreams\t%d\nbytes\t%d\n", s.Records, s.Streams, s.Bytes)
	if s.Records > 0 {
		fmt.Fprintf(t, "first\t%s\nlast\t%s\nepoch\t%s\n", s.First.Format(time.RFC3339), s.Last.Format(time.RFC3339), s.Epoch)
	}
	fmt.Fprintf(t, "hash\t%s\nroot\t%s\n", s.Hash, s.Root)
	for _, name := range slices.Sorted(maps.Keys(s.Files)) {
		fmt.Fprintf(t, "%s\t%d bytes\n", name, s.Files[name])
	}
	for _, e := range s.Events {
		fmt.Fprintf(t, "%s\t%d\n", e.Name, e.Count)
	}
	return t.Flush()
}
