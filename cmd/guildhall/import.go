package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
)

func (g *Guildhall) importCommand(flags *pflag.FlagSet) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "import",
		Short: "Take over standards, role frameworks, people and their records from files",
		Long: `Take over standards, role frameworks, people and their records from files.

Either everything in the input is sound and saved, or nothing is. Importing the same
input again changes nothing; changed input becomes the next version.`,
		Example: "  guildhall import standard standards.json --dry-run",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return &usageError{cmd, "say what to import: standard, roles, occupations, people, positions, hours, prior or roster"}
		},
	}
	cmd.AddCommand(g.importStandardCommand(flags), g.importRolesCommand(flags), g.importOccupationsCommand(flags), g.importRosterCommand(flags))
	for _, k := range tableKinds {
		cmd.AddCommand(g.importTableCommand(flags, k))
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

// finish tells what became of an import that ended with err, and returns err: as JSON, with
// the problems in their place of the report, or as print does.
func (g *Guildhall) finish(report any, problems *domain.Problems, asJSON bool, err error, print func(*bytes.Buffer)) error {
	if found, wrong := errors.AsType[domain.Problems](err); wrong && asJSON {
		*problems = found
		return errors.Join(err, g.printJSON(report))
	}
	if err != nil {
		return err
	}
	if asJSON {
		return g.printJSON(report)
	}
	var b bytes.Buffer
	print(&b)
	_, err = g.Out.Write(b.Bytes())
	return err
}

func (r importReport) print(b *bytes.Buffer) {
	for _, s := range r.Standards {
		s.print(b)
	}
	if r.Framework != nil {
		r.Framework.print(b)
	}
	if r.DryRun {
		fmt.Fprintf(b, "Everything is sound; warnings: %d. This was a dry run: nothing was saved.\n", r.Warnings)
		return
	}
	fmt.Fprintf(b, "%d saved, %d unchanged; warnings: %d\n", r.Saved, r.Unchanged, r.Warnings)
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
