package main

import (
	"bufio"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/journal"
	"github.com/guildhall-dev/guildhall/projections"
)

func (g *Guildhall) logExportCommand(flags *pflag.FlagSet) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Write all records as JSON lines",
		Long: `Write all records as JSON lines: a line with the format and the log's lineage, one line for
each record with its running hash, and a line with their number and the root of the tree.

The same log gives the same bytes. Text about people stays sealed.`,
		Example: "  guildhall log export --to log.ndjson\n  guildhall log export --to - | zstd > log.ndjson.zst",
	}
	to := cmd.Flags().String("to", "", "file to write, or - for standard output")
	force := cmd.Flags().Bool("force", false, "replace the file if it is there")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if *to == "" {
			return &usageError{cmd, "missing --to"}
		}
		return g.reading(cmd.Context(), flags, func(c Config, j *journal.Journal) error {
			if *to == "-" {
				return g.export(cmd.Context(), c, j, g.Out)
			}
			f, err := createFile(*to, *force)
			if err != nil {
				return err
			}
			if err := g.export(cmd.Context(), c, j, f); err != nil {
				return errors.Join(err, f.drop())
			}
			if err := f.keep(); err != nil {
				return err
			}
			head, _ := j.End()
			_, err = fmt.Fprintf(g.Out, "%s written to %s.\n", counted(head, "record"), *to)
			return err
		})
	}
	return cmd
}

const exportFormat = "guildhall-export-1"

func (g *Guildhall) export(ctx context.Context, c Config, j *journal.Journal, to io.Writer) error {
	w := bufio.NewWriterSize(to, 1<<20)
	lineage, err := lineageOf(ctx, c.Data, j)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "{\"format\":%q,\"epoch\":%q}\n", exportFormat, lineage)
	head, _ := j.End()
	told := g.progress("records written")
	defer told.done()
	var tree journal.Frontier
	var line []byte
	var last events.Hash
	for s, err := range walk(ctx, j, 0) {
		if err != nil {
			return err
		}
		line = s.appendJSON(line[:0])
		if _, err := w.Write(line); err != nil {
			return err
		}
		tree.Add(s.hash)
		last = s.hash
		told.at(uint64(s.position), uint64(head))
	}
	fmt.Fprintf(w, "{\"records\":%d,\"hash\":%q,\"root\":%q}\n", tree.Size(), hex.EncodeToString(last[:]), tree.Root())
	return w.Flush()
}

// lineageOf is the epoch of the feed that this log is the source of; it is empty before
// the first record.
func lineageOf(ctx context.Context, dir string, j *journal.Journal) (string, error) {
	id, err := logID(ctx, j)
	if err != nil || id == "" {
		return "", err
	}
	return projections.Epoch(dir, id)
}
