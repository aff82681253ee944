package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/upload"
	"github.com/guildhall-dev/guildhall/internal/desk"
	"github.com/guildhall-dev/guildhall/internal/roster"
)

func (g *Guildhall) importRosterCommand(flags *pflag.FlagSet) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "roster PACKAGE",
		Short: "Take over who is enrolled at an institution, and how they did",
		Long: `Take over who is enrolled at an institution, and how they did.

The package is a zip archive or a folder of CSV files, as OneRoster 1.2, Canvas or School
Data Sync 2.1 export them, or one file of grades that Canvas published. Either every row is
sound and taken over, or none is. Students are matched with learners by the institution's id,
once a coordinator linked them; who is not linked waits. Nobody is withdrawn because a file
does not have them, unless the package is complete in its terms: --mode bulk, or a OneRoster
manifest that says so. Stop the server that uses the data directory first.`,
		Example: "  guildhall import roster sis.zip --partner lakeshore --by E-1001 --dry-run\n  guildhall import roster sis --partner lakeshore --by E-1001 --mode bulk --term 2026SP",
		Args:    cobra.ExactArgs(1),
	}
	dryRun, asJSON := importFlags(cmd)
	f := cmd.Flags()
	partner := f.String("partner", "", "id of the institution whose package it is")
	by := f.String("by", "", "employee number of the coordinator who answers for it (default: the operator)")
	profile := f.String("profile", "", "oneroster-1.2, canvas or sds-2.1 (default: as the files show)")
	mode := f.String("mode", "", "delta, or bulk: who is missing in its terms has left (default: as the package says)")
	term := f.String("term", "", "in bulk mode, the only term of which who is missing has left (default: all that it has rows of)")
	confirm := f.Int("confirm", 0, "in bulk mode, how many enrolments may end, where it is more than a fifth")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		c, err := readConfig(flags, g.Environ)
		if err != nil {
			return err
		}
		if *partner == "" {
			return &usageError{cmd, "say with --partner whose package it is"}
		}
		t := desk.Roster{Partner: domain.PartnerID(*partner), Profile: roster.Profile(*profile), Mode: desk.RosterMode(*mode), Term: *term, Confirmed: *confirm, DryRun: *dryRun}
		if t.Files, err = rosterFiles(args[0]); err != nil {
			return err
		}
		var done desk.RosterIntake
		err = g.deskWork(cmd.Context(), c, *dryRun, func(ctx context.Context, d *desk.Desk) error {
			ask := desk.Ask{By: domain.Actor{Policy: "operator", Role: domain.System}}
			if *by != "" {
				if ask.By, err = answering(ctx, d, *by, upload.Roster); err != nil {
					return err
				}
			}
			done, _, err = d.IntakeRoster(ctx, ask, t)
			return err
		})
		return g.finish(&done, &done.Problems, *asJSON, err, func(b *bytes.Buffer) { printRoster(b, done) })
	}
	return cmd
}

// rosterFiles reads a package: a folder, an archive or a file.
func rosterFiles(path string) ([]roster.File, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, plainly(err)
	}
	if info.IsDir() {
		return roster.Dir(os.DirFS(path))
	}
	if info.Size() > roster.MaxPackage {
		return nil, domain.Refuse(domain.Invalid, "PACKAGE_TOO_LARGE", "%s has more than %d MiB. Unpack it, or hand in the students who learn here alone.", path, roster.MaxPackage>>20)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, plainly(err)
	}
	return roster.Open(data, filepath.Base(path))
}

// printRoster prints what became of a package.
func printRoster(b *bytes.Buffer, done desk.RosterIntake) {
	fmt.Fprintf(b, "%s: %s, %s\n", done.Partner, done.Profile, done.Mode)
	for _, f := range done.Files {
		switch {
		case f.Unread:
			fmt.Fprintf(b, "  %s is not needed and was left out\n", f.Name)
		case len(f.Unknown) > 0:
			fmt.Fprintf(b, "  %s: %d rows, without the columns %s\n", f.Name, f.Rows, strings.Join(f.Unknown, ", "))
		default:
			fmt.Fprintf(b, "  %s: %d rows\n", f.Name, f.Rows)
		}
	}
	for _, r := range done.Rows {
		if r.Outcome != desk.RowUnchanged {
			fmt.Fprintf(b, "  %s line %d: student %s in %s %s%s\n", r.File, r.Line, r.Student, r.Section, r.Outcome, of(r.Changes))
		}
	}
	fmt.Fprintf(b, "%d new, %d changed, %d unchanged, %d unmatched, %d left.", done.New, done.Changed, done.Same, done.Unmatched, done.Left)
	switch {
	case done.Repeated:
		b.WriteString(" It was taken over before: nothing was changed.")
	case done.DryRun:
		b.WriteString(" This was a dry run: nothing was saved.")
	}
	b.WriteByte('\n')
}
