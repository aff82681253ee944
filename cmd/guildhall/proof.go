package main

import (
	"context"
	"encoding/hex"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/mod/sumdb/note"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/journal"
)

func (g *Guildhall) logProveCommand(flags *pflag.FlagSet) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "prove [POSITION]",
		Short: "Prove that a record is in the log, or that the log only grew",
		Long: `Prove that a record is in the log, or with --since that the log holds everything it held
when a head was signed. What is printed can be checked with guildhall verify proof
anywhere, without this data directory.

The proof is for a head signed now, or with --head for one that was signed before.`,
		Example: "  guildhall log prove 1204 > proof.json\n  guildhall log prove 1204 --head head-2026-11.txt > proof.json\n  guildhall log prove --since head-2026-10.txt > growth.json",
	}
	since := cmd.Flags().String("since", "", "prove that the log only grew since this head was signed")
	under := cmd.Flags().String("head", "", "prove it for this head instead of one signed now")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) == 1 == (*since != "") {
			return &usageError{cmd, "name either a position or --since with a head"}
		}
		var position events.Position
		if *since == "" {
			n, err := strconv.ParseUint(args[0], 10, 63)
			if err != nil || n == 0 {
				return &usageError{cmd, fmt.Sprintf("%q is not a position: write a number from 1", args[0])}
			}
			position = events.Position(n)
		}
		return g.reading(cmd.Context(), flags, func(c Config, j *journal.Journal) error {
			p, err := newProver(cmd.Context(), c, j, *under)
			if err != nil {
				return err
			}
			var b bundle
			if *since != "" {
				b, err = p.growth(*since)
			} else {
				b, err = p.record(position)
			}
			if err != nil {
				return err
			}
			return g.printJSON(b)
		})
	}
	return cmd
}

// A prover makes proofs for one head.
type prover struct {
	ctx  context.Context
	log  *journal.Journal
	key  headKey
	head signedHead
}

// newProver proves for the head in a file, or for one signed now if under is empty.
func newProver(ctx context.Context, c Config, j *journal.Journal, under string) (p prover, err error) {
	p = prover{ctx: ctx, log: j}
	if p.key, err = openHeadKey(ctx, c, j); err != nil {
		return p, err
	}
	if under == "" {
		p.head, err = p.key.signEnd(ctx, j)
	} else {
		p.head, err = p.held(under)
	}
	return p, err
}

// held is the head in a file, which must be one of this log.
func (p prover) held(path string) (signedHead, error) {
	key, err := note.NewVerifier(p.key.public)
	if err != nil {
		return signedHead{}, err
	}
	h, err := readHead(path, key)
	if err != nil {
		return h, err
	}
	if end, _ := p.log.End(); h.Size == 0 || h.Size > end {
		return h, domain.Refuse(domain.Conflict, "LOG_TOO_SHORT", "%s was signed for %d records, but the log ends at position %d. Nothing can be proven for it here.", path, h.Size, end)
	}
	root, err := p.log.Root(p.ctx, h.Size)
	if err == nil && root != h.Root {
		err = domain.Refuse(domain.Conflict, "HEAD_DIFFERS", "%s was signed for other records than the first %d of this log. Run guildhall verify --head %[1]s.", path, h.Size)
	}
	return h, err
}

func (p prover) record(at events.Position) (bundle, error) {
	if at > p.head.Size {
		return bundle{}, domain.Refuse(domain.NotFound, "BEYOND_THE_END", "The head is for %d records, so nothing can be proven of position %d.", p.head.Size, at)
	}
	r, err := recordAt(p.ctx, p.log, at)
	if err != nil {
		return bundle{}, err
	}
	previous, err := p.log.HashAt(p.ctx, at-1)
	if err != nil {
		return bundle{}, err
	}
	b := bundle{Format: proofFormat, Head: p.head.note, Record: &provenRecord{
		Position: at, Previous: hex.EncodeToString(previous[:]), ID: r.ID, Stream: r.Stream, Revision: r.Revision,
		Name: r.Name, Schema: r.Schema, Meta: string(r.Meta), Body: string(r.Body),
	}}
	b.Proof, err = p.log.ProveRecord(p.ctx, at, p.head.Size)
	return b, err
}

func (p prover) growth(since string) (bundle, error) {
	old, err := p.held(since)
	if err != nil {
		return bundle{}, err
	}
	if old.Size > p.head.Size {
		return bundle{}, domain.Refuse(domain.Conflict, "HEADS_SWAPPED", "%s is the newer of the two heads. Name the older one with --since and the newer one with --head.", since)
	}
	b := bundle{Format: proofFormat, Head: p.head.note, Since: old.note}
	b.Proof, err = p.log.ProveTree(p.ctx, old.Size, p.head.Size)
	return b, err
}
