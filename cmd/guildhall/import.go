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
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/framework"
	"github.com/guildhall-dev/guildhall/domain/standard"
	"github.com/guildhall-dev/guildhall/events"
)

func (g *Guildhall) importCommand(flags *pflag.FlagSet) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "import",
		Short: "Take over occupation standards and role frameworks from files",
		Long: `Take over occupation standards and role frameworks from files.

Either everything in the input is sound and saved, or nothing is. Importing the same
input again changes nothing; changed input becomes the next version.`,
		Example: "  guildhall import standard standards.json --dry-run",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return &usageError{cmd, "say what to import: standard or roles"}
		},
	}
	cmd.AddCommand(g.importStandardCommand(flags), g.importRolesCommand(flags))
	return cmd
}

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
		return g.finish(r, *asJSON, err)
	}
	return cmd
}

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
		r := importReport{File: args[0], DryRun: *dryRun}
		err = g.importRoles(cmd.Context(), c, &r, domain.FrameworkID(*id), framework.Publish{Name: *name, Version: *release})
		return g.finish(r, *asJSON, err)
	}
	return cmd
}

func importFlags(cmd *cobra.Command) (dryRun, asJSON *bool) {
	return cmd.Flags().Bool("dry-run", false, "check and report; save nothing"), cmd.Flags().Bool("json", false, "print the report as JSON")
}

// An importReport is what an import did, in the order of the input.
type importReport struct {
	File      string          `json:"file"`
	SHA256    string          `json:"sha256,omitempty"`
	DryRun    bool            `json:"dryRun"`
	Standards []savedStandard `json:"standards,omitempty"`
	Framework *savedFramework `json:"framework,omitempty"`
	Saved     int             `json:"saved"`
	Unchanged int             `json:"unchanged"`
	Warnings  int             `json:"warnings"`
	Problems  domain.Problems `json:"problems,omitempty"`
}

type savedStandard struct {
	standard.Found
	Outcome
}

type savedFramework struct {
	ID      domain.FrameworkID `json:"id"`
	Name    string             `json:"name"`
	Release string             `json:"release"`
	framework.Report
	Outcome
}

// An Outcome is what became of something that was found. The zero Outcome is that nothing
// was saved.
type Outcome struct {
	Version int  `json:"version,omitempty"` // that is in force now
	Changed bool `json:"changed"`
}

func (o Outcome) String() string {
	switch {
	case o.Changed:
		return fmt.Sprintf("saved as version %d", o.Version)
	case o.Version > 0:
		return fmt.Sprintf("unchanged, version %d is in force", o.Version)
	}
	return "not saved"
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

func (g *Guildhall) importRoles(ctx context.Context, c Config, r *importReport, id domain.FrameworkID, publish framework.Publish) error {
	dir, err := openInput(r.File)
	if err != nil {
		return err
	}
	defer dir.Close()
	if info, err := dir.Stat(); err != nil || !info.IsDir() {
		return errors.Join(err, domain.Refuse(domain.Invalid, "NOT_A_FOLDER", "%s is not a folder. Name the folder that holds the CSV files.", r.File))
	}
	folder := os.DirFS(r.File)
	found, err := framework.Read(folder)
	if err != nil {
		return placed(err, func(file string) string { return filepath.Join(r.File, file) })
	}
	if r.SHA256, err = sumCSV(folder); err != nil {
		return err
	}
	r.Framework = &savedFramework{ID: id, Name: publish.Name, Release: publish.Version, Report: found}
	r.Warnings = len(found.Warnings)
	publish.Request, publish.Content = g.operator(*r), found.Content
	if _, err := publish.Decide(framework.State{}); err != nil || r.DryRun {
		return err
	}
	return g.writing(ctx, c, func(log events.Log) error {
		r.Framework.Outcome, err = save(ctx, log, framework.Stream(id), framework.Evolve, frameworkEdition, publish)
		r.count(r.Framework.Outcome)
		return err
	})
}

func (r *importReport) count(o Outcome) {
	if o.Changed {
		r.Saved++
	} else {
		r.Unchanged++
	}
}

func openInput(path string) (*os.File, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, domain.Refuse(domain.NotFound, "NO_SUCH_FILE", "There is no %s. Check the path.", path)
	}
	return f, err
}

// sumCSV is the SHA-256 of all CSV files in folder, one after the other by name:
// what "cat *.csv | sha256sum" prints.
func sumCSV(folder fs.FS) (string, error) {
	files, err := fs.Glob(folder, "*.csv")
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

// placed makes problems name the file as the operator wrote it.
func placed(err error, path func(file string) string) error {
	problems, ok := errors.AsType[domain.Problems](err)
	if !ok {
		return err
	}
	for i := range problems {
		problems[i].File = path(problems[i].File)
	}
	return problems
}

func (g *Guildhall) operator(r importReport) domain.Request {
	return domain.Request{
		By:     domain.Actor{Policy: "operator", Role: domain.System},
		At:     g.Now(),
		Source: fmt.Sprintf("file:%s sha256:%s", filepath.Base(r.File), r.SHA256),
	}
}

// writing calls do with the log of this node.
func (g *Guildhall) writing(ctx context.Context, c Config, do func(events.Log) error) (err error) {
	if err := unfinished(c.Data); err != nil {
		return err
	}
	log, err := openLog(ctx, c, g.logger(c))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	return do(log)
}

// save publishes on a stream and tells what became of it; version finds the number of the
// version that a stream has in force.
func save[S any, E domain.Event](ctx context.Context, log events.Log, stream domain.Stream, evolve func(S, E) S, version func(int, E) int, publish events.Command[S, E]) (Outcome, error) {
	before, _, err := events.Load(ctx, log, stream, version)
	if err != nil {
		return Outcome{}, err
	}
	if _, err := events.Execute(ctx, log, stream, evolve, publish); err != nil {
		return Outcome{}, err
	}
	after, _, err := events.Load(ctx, log, stream, version)
	return Outcome{Version: after, Changed: after != before}, err
}

func standardVersion(last int, e standard.Event) int {
	if p, ok := e.(standard.Published); ok {
		return p.Version
	}
	return last
}

func frameworkEdition(last int, e framework.Event) int {
	if p, ok := e.(framework.Published); ok {
		return p.Edition
	}
	return last
}

// finish prints the report of an import that ended with err and returns err.
func (g *Guildhall) finish(r importReport, asJSON bool, err error) error {
	if problems, ok := errors.AsType[domain.Problems](err); ok && asJSON {
		r.Problems = problems
		return errors.Join(err, g.printJSON(r))
	}
	if err != nil {
		return err
	}
	if asJSON {
		return g.printJSON(r)
	}
	var b bytes.Buffer
	r.print(&b)
	_, err = g.Out.Write(b.Bytes())
	return err
}

func (r importReport) print(b *bytes.Buffer) {
	for _, s := range r.Standards {
		d := s.Definition
		fmt.Fprintf(b, "%s (%s)\n", d.Title, strings.Join(codes(d), ", "))
		printFound(b, s.Contents, s.Warnings, s.Outcome)
	}
	if f := r.Framework; f != nil {
		fmt.Fprintf(b, "%s %s (%s)\n", f.Name, f.Release, f.ID)
		n := f.Counts
		printFound(b, []string{
			fmt.Sprintf("%d work roles", n.Roles),
			fmt.Sprintf("%d statements, linked %d times", n.Statements, n.Links),
			fmt.Sprintf("%d categories, %d competency areas", n.Categories, n.Areas),
		}, f.Warnings, f.Outcome)
	}
	if r.DryRun {
		fmt.Fprintf(b, "Everything is sound; warnings: %d. This was a dry run: nothing was saved.\n", r.Warnings)
		return
	}
	fmt.Fprintf(b, "%d saved, %d unchanged; warnings: %d\n", r.Saved, r.Unchanged, r.Warnings)
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

func printFound(b *bytes.Buffer, contents []string, warnings domain.Problems, o Outcome) {
	for _, line := range contents {
		fmt.Fprintf(b, "  %s\n", line)
	}
	for _, w := range warnings {
		fmt.Fprintf(b, "  warning: %s\n", w)
	}
	fmt.Fprintf(b, "  %s\n\n", o)
}
