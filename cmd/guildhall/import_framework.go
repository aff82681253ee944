package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/framework"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/internal/desk"
)

func (g *Guildhall) importRolesCommand(flags *pflag.FlagSet) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "roles DIR",
		Short: "Publish the work roles of a folder of CSV files",
		Long: `Publish a role framework from a folder of CSV files laid out as the components of the
NICE Framework are: work_roles.csv, tks_statements.csv, work_role_tks.csv, categories.csv
and, if it is there, competency_areas.csv.

Stop the server that uses the data directory first.`,
		Example: "  guildhall import roles ./nice --dry-run\n  guildhall import roles ./nice --id nice --name \"NICE Framework\" --release 2.0.0",
	}
	dryRun, asJSON := importFlags(cmd)
	id := cmd.Flags().String("id", "nice", "id of the framework, the same for all its releases")
	name := cmd.Flags().String("name", "NICE Framework", "name of the framework")
	release := cmd.Flags().String("release", "2", "the publisher's number of this release")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		c, err := readConfig(flags, g.Environ)
		if err != nil {
			return err
		}
		if !domain.ValidID(domain.FrameworkID(*id)) {
			return domain.Refuse(domain.Invalid, "BAD_ID", "%q is not an id: use lower-case letters, digits and hyphens.", *id).About("id")
		}
		r := importReport{File: args[0], DryRun: *dryRun, Framework: &savedFramework{ID: domain.FrameworkID(*id), Name: *name, Release: *release}}
		err = g.importFramework(cmd.Context(), c, &r, "*.csv", "", framework.Read)
		return g.finish(&r, &r.Problems, *asJSON, err, r.print)
	}
	return cmd
}

func (g *Guildhall) importOccupationsCommand(flags *pflag.FlagSet) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "occupations DIR",
		Short: "Publish the occupations of a folder of the O*NET database",
		Long: `Publish the occupations of the O*NET database, their tasks and which of them are related,
from a folder with its tab-separated files: Occupation Data.txt, Related Occupations.txt,
Task Statements.txt and, for the number of the release, Read Me.txt.

The database is published under CC BY 4.0; who published it is recorded with it and shown
where its texts are. Stop the server that uses the data directory first.`,
		Example: "  guildhall import occupations ./db_30_1_text --dry-run\n  guildhall import occupations ./db_30_1_text --release 30.1",
	}
	dryRun, asJSON := importFlags(cmd)
	id := cmd.Flags().String("id", string(desk.ONET), "id of the framework, the same for all its releases")
	release := cmd.Flags().String("release", "", "the publisher's number of this release (default: what Read Me.txt says)")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		c, err := readConfig(flags, g.Environ)
		if err != nil {
			return err
		}
		if !domain.ValidID(domain.FrameworkID(*id)) {
			return domain.Refuse(domain.Invalid, "BAD_ID", "%q is not an id: use lower-case letters, digits and hyphens.", *id).About("id")
		}
		r := importReport{File: args[0], DryRun: *dryRun, Framework: &savedFramework{ID: domain.FrameworkID(*id), Name: "O*NET", Release: *release, occupations: true}}
		err = g.importFramework(cmd.Context(), c, &r, "*.txt", onetSource, g.readOccupations(r.Framework))
		return g.finish(&r, &r.Problems, *asJSON, err, r.print)
	}
	return cmd
}

// onetSource is the attribution that the licence of the database asks for.
const onetSource = "O*NET Database by the U.S. Department of Labor, Employment and Training Administration (USDOL/ETA), used under the CC BY 4.0 licence. O*NET is a trademark of USDOL/ETA."

// readOccupations reads a folder and tells how far it has come. The release that the folder
// names stands if the operator gave none.
func (g *Guildhall) readOccupations(f *savedFramework) func(fs.FS) (framework.Report, error) {
	return func(folder fs.FS) (framework.Report, error) {
		if f.Release == "" {
			f.Release = framework.Release(folder)
		}
		if f.Release == "" {
			return framework.Report{}, domain.Refuse(domain.Invalid, "UNKNOWN_RELEASE", "The folder has no Read Me.txt that names the release. Give it with --release, such as 30.1.").About("release")
		}
		files, err := fs.Glob(folder, "*.txt")
		if err != nil {
			return framework.Report{}, err
		}
		size := uint64(0)
		for _, name := range files {
			if info, err := fs.Stat(folder, name); err == nil {
				size += uint64(info.Size())
			}
		}
		p := g.progress("KiB read")
		defer p.done()
		return framework.ReadOccupations(folder, func(bytes int) { p.at(uint64(bytes)>>10, size>>10) })
	}
}

type savedFramework struct {
	ID      domain.FrameworkID `json:"id"`
	Name    string             `json:"name"`
	Release string             `json:"release"`
	framework.Report
	Outcome

	occupations bool // it is the O*NET database
}

func (f savedFramework) print(b *bytes.Buffer) {
	fmt.Fprintf(b, "%s %s (%s)\n", f.Name, f.Release, f.ID)
	n := f.Counts
	if f.occupations {
		printFound(b, []string{
			fmt.Sprintf("%d occupations, %d pairs of them related", n.Roles, n.Related),
			fmt.Sprintf("%d tasks", n.Statements),
			onetSource,
		}, f.Warnings, f.Outcome)
		return
	}
	printFound(b, []string{
		fmt.Sprintf("%d work roles", n.Roles),
		fmt.Sprintf("%d statements, linked %d times", n.Statements, n.Links),
		fmt.Sprintf("%d categories, %d competency areas", n.Categories, n.Areas),
	}, f.Warnings, f.Outcome)
}

// importFramework publishes what read finds in the folder that the report names. The files
// of the pattern are what the report's sum is of.
func (g *Guildhall) importFramework(ctx context.Context, c Config, r *importReport, pattern, source string, read func(fs.FS) (framework.Report, error)) error {
	dir, err := openInput(r.File)
	if err != nil {
		return err
	}
	defer dir.Close()
	if info, err := dir.Stat(); err != nil || !info.IsDir() {
		return errors.Join(err, domain.Refuse(domain.Invalid, "NOT_A_FOLDER", "%s is not a folder. Name the folder that holds the %s files.", r.File, pattern))
	}
	folder := os.DirFS(r.File)
	f := r.Framework
	if f.Report, err = read(folder); err != nil {
		r.Framework = nil
		return placed(err, func(file string) string { return filepath.Join(r.File, file) })
	}
	if r.SHA256, err = sumFiles(folder, pattern); err != nil {
		return err
	}
	r.Warnings = len(f.Warnings)
	publish := framework.Publish{Request: g.operator(*r), Name: f.Name, Version: f.Release, Source: source, Content: f.Content}
	if _, err := publish.Decide(framework.State{}); err != nil || r.DryRun {
		return err
	}
	return g.writing(ctx, c, func(log events.Log) error {
		f.Outcome, err = save(ctx, log, framework.Stream(f.ID), framework.Evolve, frameworkEdition, publish)
		r.count(f.Outcome)
		return err
	})
}

// sumFiles is the SHA-256 of all files of a pattern in folder, one after the other by name:
// what "cat *.csv | sha256sum" prints.
func sumFiles(folder fs.FS, pattern string) (string, error) {
	files, err := fs.Glob(folder, pattern)
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	for _, name := range files {
		f, err := folder.Open(name)
		if err != nil {
			return "", err
		}
		if _, err := io.Copy(sum, f); err != nil {
			return "", errors.Join(err, f.Close())
		}
		if err := f.Close(); err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

func frameworkEdition(last int, e framework.Event) int {
	if p, ok := e.(framework.Published); ok {
		return p.Edition
	}
	return last
}
