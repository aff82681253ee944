package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"go.uber.org/zap"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/jetstream"
	"github.com/guildhall-dev/guildhall/events/journal"
)

func (g *Guildhall) logRepairCommand(flags *pflag.FlagSet) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "repair",
		Short: "Write the stream that nodes share anew from this node's journal",
		Long: `Write the JetStream stream that nodes share anew from this node's journal. What the
stream held is deleted; the journal holds all that was acknowledged.

It is meant for a stream that was lost, cut short or damaged, and for a node that becomes
the first of a cluster after it worked alone. Stop this node first and leave the others
running: they take no commits until the stream is whole and then go on by themselves. If
one of them holds more than this node, nothing is done; repair from that node then.

Give it the settings that the node is served with.`,
		Example: "  guildhall log repair --yes --data /var/lib/guildhall --cluster name=a,listen=…,routes=…,secret=…",
	}
	yes := cmd.Flags().Bool("yes", false, "yes, delete the stream and write it anew")
	asJSON := cmd.Flags().Bool("json", false, "print JSON")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		return g.run(cmd.Context(), flags, func(ctx context.Context, c Config, log *zap.Logger) error {
			if !*yes {
				return domain.Refuse(domain.Invalid, "NOT_CONFIRMED", "Repairing deletes the stream and writes it anew from the journal in %s. Say --yes if that is meant.", c.Data).About("yes")
			}
			head, err := g.repair(ctx, c, log)
			if err != nil {
				return err
			}
			if *asJSON {
				return g.printJSON(struct {
					Position events.Position `json:"position"`
				}{head})
			}
			_, err = fmt.Fprintf(g.Out, "The stream holds everything up to position %d again.\n", head)
			return err
		})
	}
	return cmd
}

func (g *Guildhall) repair(ctx context.Context, c Config, log *zap.Logger) (head events.Position, err error) {
	if !c.nats() {
		return 0, domain.Refuse(domain.Invalid, "NOTHING_TO_REPAIR", "This node shares no stream. Give --cluster or --log nats://… as the node is served with.").About("log")
	}
	j, err := journal.Open(ctx, c.Data, codec())
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, j.Close()) }()
	o, server, err := c.natsOptions(ctx, log)
	if err != nil {
		return 0, err
	}
	if server != nil {
		defer server.Close()
	}
	p := g.progress("records")
	defer p.done()
	if err := jetstream.Repair(ctx, j, o, func(done, end events.Position) { p.at(uint64(done), uint64(end)) }); err != nil {
		return 0, err
	}
	head, _ = j.End()
	return head, nil
}
