package main

import (
	"bufio"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"strconv"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/journal"
)

func (g *Guildhall) logCommand(flags *pflag.FlagSet) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "log",
		Short: "Look into the log, export it, prove what is in it",
		Long: `Look into the log, export it, prove what is in it.

All but repair only read, and can be used while the server runs. Text about people is
shown as it is stored: sealed.`,
		Example: "  guildhall log tail --follow",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return &usageError{cmd, "say what to do: tail, stats, export, head, prove or repair"}
		},
	}
	cmd.AddCommand(g.logTailCommand(flags), g.logStatsCommand(flags), g.logExportCommand(flags), g.logHeadCommand(flags), g.logProveCommand(flags), g.logRepairCommand(flags))
	return cmd
}

// reading calls do with the journal of this node, opened beside the process that it
// belongs to.
func (g *Guildhall) reading(ctx context.Context, flags *pflag.FlagSet, do func(Config, *journal.Journal) error) error {
	c, err := readConfig(flags, g.Environ)
	if err != nil {
		return err
	}
	j, err := journal.OpenReader(ctx, c.Data, codec())
	if err != nil {
		return err
	}
	return errors.Join(do(c, j), j.Close())
}

// A stored record is one with its place in the log.
type stored struct {
	events.Record
	position events.Position
	hash     events.Hash
}

const walkBytes = 4 << 20 // of records in memory at a time

// walk yields the records after a position up to the head.
func walk(ctx context.Context, j *journal.Journal, after events.Position) iter.Seq2[stored, error] {
	return func(yield func(stored, error) bool) {
		for group, err := range j.Groups(ctx, after, walkBytes) {
			if err != nil {
				yield(stored{}, err)
				return
			}
			at := stored{position: group.First - 1, hash: group.Previous}
			for _, r := range group.Records {
				at = stored{r, at.position + 1, r.After(at.hash)}
				if !yield(at, nil) {
					return
				}
			}
		}
	}
}

// appendJSON appends s as one line of JSON. Metadata and body are JSON already and stand
// in it byte for byte.
func (s stored) appendJSON(b []byte) []byte {
	b = append(b, `{"position":`...)
	b = strconv.AppendUint(b, uint64(s.position), 10)
	b = append(b, `,"hash":"`...)
	b = hex.AppendEncode(b, s.hash[:])
	b = appendString(append(b, `","id":`...), s.ID)
	b = appendString(append(b, `,"stream":`...), string(s.Stream))
	b = append(b, `,"revision":`...)
	b = strconv.AppendUint(b, s.Revision, 10)
	b = appendString(append(b, `,"name":`...), s.Name)
	b = append(b, `,"schema":`...)
	b = strconv.AppendUint(b, s.Schema, 10)
	b = append(append(b, `,"meta":`...), s.Meta...)
	b = append(append(b, `,"body":`...), s.Body...)
	return append(b, "}\n"...)
}

func appendString(b []byte, s string) []byte {
	text, err := json.Marshal(s)
	if err != nil {
		panic(err) // a string always marshals
	}
	return append(b, text...)
}

func (g *Guildhall) logTailCommand(flags *pflag.FlagSet) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "tail",
		Short: "Show the last records",
		Long: `Show the last records, one in each line: position, time, stream, event and who asked.

With --json each line holds the whole record as it is stored. With --follow the command
goes on with what a running server records, until it is interrupted.`,
		Example: "  guildhall log tail --data /var/lib/guildhall --follow\n  guildhall log tail --stream timesheet-maya-okafor.2026-W47 -n 3\n  guildhall log tail --after 1200 --json",
	}
	t := tail{n: cmd.Flags().IntP("lines", "n", 10, "how many of the last records to show"),
		after:  cmd.Flags().Uint64("after", 0, "show everything after this position instead"),
		stream: cmd.Flags().String("stream", "", "only records of this stream"),
		follow: cmd.Flags().Bool("follow", false, "go on with what is recorded from now on"),
		json:   cmd.Flags().Bool("json", false, "print JSON lines")}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if *t.n < 0 {
			return &usageError{cmd, "--lines cannot be negative"}
		}
		t.out, t.all = bufio.NewWriter(g.Out), cmd.Flags().Changed("after")
		err := g.reading(cmd.Context(), flags, func(_ Config, j *journal.Journal) error { return t.show(cmd.Context(), j) })
		if *t.follow && cmd.Context().Err() != nil && errors.Is(err, cmd.Context().Err()) {
			err = nil
		}
		return errors.Join(err, t.out.Flush())
	}
	return cmd
}

// A tail is what log tail was asked for.
type tail struct {
	n            *int
	after        *uint64
	stream       *string
	follow, json *bool

	all bool // everything after a position, however much that is
	out *bufio.Writer
}

// pause is how long a follower sleeps between two looks.
const pause = 200 * time.Millisecond

func (t *tail) show(ctx context.Context, j *journal.Journal) error {
	head, _ := j.End()
	var err error
	switch {
	case *t.stream != "":
		err = t.ofStream(ctx, j)
	case t.all:
		err = t.since(ctx, j, events.Position(*t.after))
	default:
		err = t.since(ctx, j, head-min(head, events.Position(*t.n)))
	}
	for err == nil && *t.follow {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
		at := head
		if head, err = j.Refresh(ctx); err == nil && head > at {
			err = t.since(ctx, j, at)
		}
	}
	return err
}

// since shows what stands after a position.
func (t *tail) since(ctx context.Context, j *journal.Journal, after events.Position) error {
	if head, _ := j.End(); after > head {
		return domain.Refuse(domain.NotFound, "BEYOND_THE_END", "The log ends at position %d.", head)
	}
	for s, err := range walk(ctx, j, after) {
		if err != nil {
			return err
		}
		if *t.stream == "" || s.Stream == domain.Stream(*t.stream) {
			if err := t.line(s); err != nil {
				return err
			}
		}
	}
	return t.out.Flush()
}

// ofStream shows the last records of a stream, found by the stream itself.
func (t *tail) ofStream(ctx context.Context, j *journal.Journal) error {
	var last []events.Position
	for r, err := range j.Read(ctx, domain.Stream(*t.stream)) {
		if err != nil {
			return err
		}
		if r.Position > events.Position(*t.after) {
			last = append(last, r.Position)
		}
		if !t.all && len(last) > *t.n {
			last = last[1:]
		}
	}
	for _, p := range last {
		if err := t.one(ctx, j, p); err != nil {
			return err
		}
	}
	return t.out.Flush()
}

func (t *tail) one(ctx context.Context, j *journal.Journal, p events.Position) error {
	s, err := recordAt(ctx, j, p)
	if err != nil {
		return err
	}
	return t.line(s)
}

// recordAt returns the record at a position of the journal.
func recordAt(ctx context.Context, j *journal.Journal, p events.Position) (stored, error) {
	for group, err := range j.Groups(ctx, p-1, 1) {
		if err != nil {
			return stored{}, err
		}
		r := group.Records[0]
		return stored{r, p, r.After(group.Previous)}, nil
	}
	return stored{}, domain.Refuse(domain.NotFound, "BEYOND_THE_END", "The log ends before position %d.", p)
}

// logID tells this log from others: it is the id of its first record, empty for an empty log.
func logID(ctx context.Context, j *journal.Journal) (string, error) {
	if head, _ := j.End(); head == 0 {
		return "", nil
	}
	first, err := recordAt(ctx, j, 1)
	return first.ID, err
}

func (t *tail) line(s stored) error {
	if *t.json {
		_, err := t.out.Write(s.appendJSON(nil))
		return err
	}
	req, err := s.Request()
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(t.out, "%d  %s  %s  %s  %s\n", s.position, req.At.UTC().Format(time.RFC3339), s.Stream, s.Name, req.By.Name())
	return err
}
