package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/guildhall-dev/guildhall/domain/standard"
	"github.com/guildhall-dev/guildhall/events"
)

func (g *Guildhall) importStandardCommand(flags *pflag.FlagSet) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "standard FILE",
		Short: "Publish the occupation standards of a JSON file",
		Long: `Publish the occupation standards of a JSON file: a list with one standard in each row.

Warnings name what a coordinator should look at; they do not keep a standard from being
published. Stop the server that uses the data directory first.`,
		Example: "  guildhall import standard standards.json --dry-run\n  guildhall import standard standards.json --data /var/lib/guildhall --json",
	}
	dryRun, asJSON := importFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		c, err := readConfig(flags, g.Environ)
		if err != nil {
			return err
		}
		r := importReport{File: args[0], DryRun: *dryRun}
		err = g.importStandards(cmd.Context(), c, &r)
		return g.finish(&r, &r.Problems, *asJSON, err, r.print)
	}
	return cmd
}

type savedStandard struct {
	standard.Found
	Outcome
}

func (s savedStandard) print(b *bytes.Buffer) {
	d := s.Definition
	fmt.Fprintf(b, "%s (%s)\n", d.Title, strings.Join(codes(d), ", "))
	printFound(b, s.Contents, s.Warnings, s.Outcome)
}

func (g *Guildhall) importStandards(ctx context.Context, c Config, r *importReport) error {
	f, err := openInput(r.File)
	if err != nil {
		return err
	}
	defer f.Close()
	sum := sha256.New()
	found, err := standard.Read(io.TeeReader(f, sum))
	if err != nil {
		return placed(err, func(string) string { return r.File })
	}
	r.SHA256 = hex.EncodeToString(sum.Sum(nil))
	for _, s := range found.Standards {
		r.Standards = append(r.Standards, savedStandard{Found: s})
		r.Warnings += len(s.Warnings)
		if _, err := (standard.Publish{Request: g.operator(*r), Definition: s.Definition}).Decide(standard.State{}); err != nil {
			return err
		}
	}
	if r.DryRun {
		return nil
	}
	return g.writing(ctx, c, func(log events.Log) error {
		for i := range r.Standards {
			s := &r.Standards[i]
			stream := standard.Stream(s.Definition.ID)
			publish := standard.Publish{Request: g.operator(*r), Definition: s.Definition}
			if s.Outcome, err = save(ctx, log, stream, standard.Evolve, standardVersion, publish); err != nil {
				return fmt.Errorf("save %s: %w", s.Definition.Title, err)
			}
			r.count(s.Outcome)
		}
		return nil
	})
}

func standardVersion(last int, e standard.Event) int {
	if p, ok := e.(standard.Published); ok {
		return p.Version
	}
	return last
}

func codes(d standard.Definition) (all []string) {
	if d.RAPIDS != "" {
		all = append(all, "RAPIDS "+d.RAPIDS)
	}
	if d.ONET != "" {
		all = append(all, "O*NET "+d.ONET)
	}
	return append(all, "id "+string(d.ID))
}
