package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"go.uber.org/zap"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/journal"
	"github.com/guildhall-dev/guildhall/projections"
)

func (g *Guildhall) rebuildCommand(flags *pflag.FlagSet) *cobra.Command {
	return &cobra.Command{
		Use:   "rebuild",
		Short: "Make the read model anew from the log",
		Long: `Make the read model anew from the log, and tell whether the old one was right. Nothing
recorded changes.

The server may go on meanwhile: the new read model is built beside the one in use, and the
server takes it over by itself. Run the rebuild of a newer version before you replace the
program, and its first start takes no time.`,
		Example: "  guildhall rebuild --data /var/lib/guildhall",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return g.run(cmd.Context(), flags, g.Rebuild)
		},
	}
}

// A beside reads the log of a node that may be running.
type beside struct{ *journal.Journal }

// Head is the end of the log now.
func (b beside) Head(ctx context.Context) (events.Position, error) { return b.Refresh(ctx) }

// rebuild makes the read model anew and says whether the old one was right.
func (g *Guildhall) rebuild(ctx context.Context, c Config, _ *zap.Logger) (err error) {
	if _, err := os.Stat(filepath.Join(c.Data, journal.File)); errors.Is(err, fs.ErrNotExist) {
		return domain.Refuse(domain.NotFound, "NO_DATA", "There is no log in %s. Name the data directory with --data.", c.Data)
	}
	j, err := journal.OpenReader(ctx, c.Data, codec())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, j.Close()) }()
	debug.SetGCPercent(400) // a tenth faster, in a process that ends with it
	told := g.progress("records applied")
	r, err := projections.Rebuild(ctx, c.Data, beside{j}, func(at, head events.Position) { told.at(uint64(at), uint64(head)) })
	told.done()
	if err != nil {
		return err
	}
	rows := 0
	for _, t := range r.Tables {
		rows += t.Rows
	}
	fmt.Fprintf(g.Out, "The read model was built anew from %s: %s in %s.\n", counted(r.Position, "record"), counted(rows, "row"), counted(len(r.Tables), "table"))
	if len(r.Unknown) > 0 {
		fmt.Fprintf(g.Out, "It %s.\n", passedOver(r.Unknown))
	}
	if len(r.Parked) > 0 {
		fmt.Fprintf(g.Out, "It %s.\n", couldNotApply(r.Parked))
	}
	switch {
	case len(r.Differs) > 0:
		fmt.Fprintf(g.Out, "The old one differed in: %s.\n", strings.Join(r.Differs, ", "))
	case r.Compared:
		fmt.Fprintln(g.Out, "The old one held the same rows.")
	}
	return g.handOver(ctx, c, r)
}

// handOver tells what becomes of a new read model.
func (g *Guildhall) handOver(ctx context.Context, c Config, r projections.Rebuilt) error {
	running, err := journal.InUse(c.Data)
	if err != nil || !running {
		return err
	}
	waiting, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	switch taken, err := projections.Taken(waiting, c.Data, r.Generation); {
	case err != nil:
		return err
	case taken:
		fmt.Fprintln(g.Out, "The running server has taken it over.")
	case r.Compared:
		fmt.Fprintln(g.Out, "The running server has not taken it over yet. It does so by itself; its messages and /readyz say how it goes.")
	default:
		fmt.Fprintln(g.Out, "The server that is running is of another version and goes on with its own. The next start of this version uses the new one.")
	}
	return nil
}

// couldNotApply tells in words of records that were parked.
func couldNotApply(parked []projections.Parked) string {
	var which []string
	for _, p := range parked[:min(len(parked), 5)] {
		which = append(which, fmt.Sprintf("%d (%s)", p.Position, p.Event))
	}
	more := ""
	if len(parked) > 5 {
		more = fmt.Sprintf(" and %d more", len(parked)-5)
	}
	return fmt.Sprintf("could not apply %s: %s%s. What they say is in the log and missing from what is shown", counted(len(parked), "record"), strings.Join(which, ", "), more)
}

// tellViews logs what the read model does that somebody should know of, until ctx ends.
func (n *node) tellViews(ctx context.Context) error {
	tick := time.NewTicker(3 * time.Second)
	defer tick.Stop()
	var last projections.Status
	parked := 0
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		s, err := n.status(ctx)
		if err != nil {
			return err
		}
		switch {
		case s.Building:
			n.zap.Info("building the read model", zap.Uint64("at", uint64(s.Built)), zap.Uint64("of", uint64(s.Head)))
		case s.Generation != last.Generation:
			n.zap.Info("the read model is there", zap.String("file", s.Generation), zap.Uint64("at", uint64(s.Applied)))
		}
		if s.Trouble != nil && (last.Trouble == nil || last.Trouble.Error() != s.Trouble.Error()) {
			n.zap.Error("a newer read model is not used", zap.Error(s.Trouble))
		}
		if s.Stalled && !last.Stalled {
			n.zap.Error("the read model does not move", zap.Uint64("at", uint64(s.Applied)), zap.Uint64("of", uint64(s.Head)))
		}
		if s.Generation != "" {
			found, err := n.read.Parked(ctx)
			if err != nil && ctx.Err() == nil {
				n.zap.Warn("parked records cannot be counted", zap.Error(err))
			}
			for _, p := range found[min(parked, len(found)):] {
				n.zap.Error("could not apply a record", zap.Uint64("position", uint64(p.Position)), zap.String("stream", string(p.Stream)), zap.String("event", p.Event), zap.String("reason", p.Reason))
			}
			parked = len(found)
		}
		last = s
	}
}

// status is how the read model stands with the log of this node.
func (n *node) status(ctx context.Context) (projections.Status, error) {
	head, err := n.log.Head(ctx)
	return n.read.Status(head, n.now()), err
}
