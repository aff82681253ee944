package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/journal"
	"github.com/guildhall-dev/guildhall/projections"
)

func (g *Guildhall) snapshotCommand(flags *pflag.FlagSet) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "snapshot",
		Short: "Save the read model, so that another node need not build it",
		Long: `Save the read model in one file, while the server runs. It follows from the log, so this is
no backup: it only saves a node the time to build it. Put it in place with
guildhall restore --read-model.

Names and remarks are sealed in it as they are in the log.`,
		Example: "  guildhall snapshot --to views-2026-11-22.snapshot --data /var/lib/guildhall",
	}
	to := cmd.Flags().String("to", "", "file to write to")
	force := cmd.Flags().Bool("force", false, "replace a file that is there")
	asJSON := cmd.Flags().Bool("json", false, "print JSON")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if *to == "" {
			return &usageError{cmd, "missing --to"}
		}
		return g.reading(cmd.Context(), flags, func(c Config, j *journal.Journal) error {
			m, err := g.snapshot(cmd.Context(), c, j, *to, *force)
			if err != nil {
				return err
			}
			if *asJSON {
				return g.printJSON(savedViews{*to, m.Records, m.Record, m.Hash, m.Views})
			}
			_, err = fmt.Fprintf(g.Out, "The read model of %s was saved in %s.\n", counted(m.Records, "record"), *to)
			return err
		})
	}
	return cmd
}

// savedViews is what was saved where.
type savedViews struct {
	File    string          `json:"file"`
	Records events.Position `json:"records"`
	Record  string          `json:"record"` // id of the last
	Hash    string          `json:"hash"`   // up to it
	Views   string          `json:"views"`  // fingerprint of the views that made it
}

const viewsPart = "read.db" // the name of the only part of a snapshot

// snapshot writes the read model of a node to a file.
func (g *Guildhall) snapshot(ctx context.Context, c Config, j *journal.Journal, to string, force bool) (m inventory, err error) {
	f, err := createFile(to, force)
	if err != nil {
		return m, err
	}
	if m, err = g.pack(ctx, c, j, f); err != nil {
		return m, errors.Join(err, f.drop())
	}
	return m, f.keep()
}

func (g *Guildhall) pack(ctx context.Context, c Config, j *journal.Journal, f *newFile) (m inventory, err error) {
	whole := f.Name() + ".db"
	if err := os.Remove(whole); err != nil && !errors.Is(err, os.ErrNotExist) {
		return m, err
	}
	defer func() { err = errors.Join(err, os.Remove(whole)) }()
	saved, err := projections.Save(ctx, c.Data, whole)
	if err != nil {
		return m, err
	}
	if _, err := j.Refresh(ctx); err != nil {
		return m, err
	}
	hash, err := j.HashAt(ctx, saved.Position)
	if err != nil {
		return m, err
	}
	m = inventory{Holds: theViews, Program: thisBuild().Version, Made: g.Now().UTC(), Records: saved.Position, Record: saved.Record,
		Hash: hex.EncodeToString(hash[:]), Views: saved.Fingerprint}
	if m.Log, err = logID(ctx, j); err != nil {
		return m, err
	}
	content, err := os.Open(whole)
	if err != nil {
		return m, err
	}
	defer content.Close()
	info, err := content.Stat()
	if err != nil {
		return m, err
	}
	a, err := newArchive(f)
	if err != nil {
		return m, err
	}
	defer a.abandon()
	if err := a.add(viewsPart, info.Size(), content); err != nil {
		return m, err
	}
	return m, a.finish(m)
}

// adopt puts the read model that was saved in a file beside the log in a data directory.
func (g *Guildhall) adopt(ctx context.Context, c Config, from string) (at events.Position, err error) {
	j, err := journal.OpenReader(ctx, c.Data, codec())
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, j.Close()) }()
	saved, err := projections.Adopt(ctx, c.Data, beside{j}, func(path string) error {
		m, err := readArchive(from, theViews, func(_ string, content io.Reader) error {
			f, err := os.OpenFile(path, os.O_TRUNC|os.O_WRONLY, 0o600)
			if err != nil {
				return err
			}
			_, err = io.Copy(f, content)
			return errors.Join(err, f.Close())
		})
		if err != nil {
			return err
		}
		return fits(ctx, j, m)
	})
	return saved.Position, err
}

// fits refuses a snapshot that was not made from this log.
func fits(ctx context.Context, j *journal.Journal, m inventory) error {
	if m.Views != projections.Fingerprint() {
		return domain.Refuse(domain.Conflict, "SNAPSHOT_OF_OTHER_VIEWS",
			"The snapshot was made by Guildhall %s, whose read model is another. Start the server without it: it builds its own.", m.Program)
	}
	mine, err := logID(ctx, j)
	if err != nil {
		return err
	}
	head, _ := j.End()
	if mine == m.Log && m.Records <= head {
		hash, err := j.HashAt(ctx, m.Records)
		if err != nil || hex.EncodeToString(hash[:]) == m.Hash {
			return err
		}
	}
	if mine == m.Log && m.Records > head {
		return domain.Refuse(domain.Conflict, "SNAPSHOT_BEYOND_LOG",
			"The snapshot was made when the log had %d records; here it has %d. Let the log catch up, or start the server without it: it builds its own.", m.Records, head)
	}
	return domain.Refuse(domain.Conflict, "SNAPSHOT_OF_ANOTHER_LOG", "The snapshot was made from another log. Start the server without it: it builds its own.")
}
