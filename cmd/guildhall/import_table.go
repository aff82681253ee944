package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/upload"
	"github.com/guildhall-dev/guildhall/internal/desk"
)

// A tableKind is what a command says about the tables that it takes over.
type tableKind struct {
	kind  upload.Kind
	short string
	long  string // what the columns do not say
	by    bool   // somebody has to answer for it
}

var tableKinds = []tableKind{
	{upload.People, "Take over people from a CSV file", `A number that is not known is a new colleague; of one that is known, what the row tells
takes the place of what is on record. An empty cell and a column that is not there leave
what is on record, and nobody is taken away because no row names them.`, false},
	{upload.Positions, "Take over positions from a CSV file", `An id that is not known opens a position; of one that is known, title, grade and headcount
take the place of what is on record. Another role or another site is another position.`, false},
	{upload.Hours, "Take over hours of apprentices from a CSV file", `Hours go to the apprentice's manager to be signed off or, with --approved, count at once in
the name of the coordinator, who had them signed off on paper. A row that changed corrects
what is on record; hours that the table has not stay. A week that is still in the
apprentice's hand is refused if it has hours that the table has not.`, true},
	{upload.Prior, "Take over what people had learned before from a CSV file", `A row tells one thing: hours of a work process, a competency or a course, which are credited
to the apprenticeship, or statements of a role framework, which are attested. A row that
changed corrects what was credited; what the table has not stays.`, true},
}

func (g *Guildhall) importTableCommand(flags *pflag.FlagSet, k tableKind) *cobra.Command {
	cmd := &cobra.Command{
		Use:   string(k.kind) + " FILE",
		Short: k.short,
		Long: fmt.Sprintf(`%s.

%s

The file is UTF-8 with a header; columns are found by name and separated by comma,
semicolon or tab. Days are written 2026-03-14, hours 7.5 or 7:30. Columns that are not
known are named and left out. Either every row is sound and taken over, or none is. Handing
the same file in again changes nothing. Stop the server that uses the data directory first.

%s`, k.short, k.long, columnHelp(k.kind)),
		Example: fmt.Sprintf("  guildhall import %s %s.csv --dry-run\n  guildhall import %s %s.csv --by E-1001", k.kind, k.kind, k.kind, k.kind),
	}
	dryRun, asJSON := importFlags(cmd)
	by := cmd.Flags().String("by", "", "employee number of the colleague who answers for it"+map[bool]string{false: " (default: the operator)"}[k.by])
	approved := false
	if k.kind == upload.Hours {
		cmd.Flags().BoolVar(&approved, "approved", false, "the hours were signed off on paper: they count at once, in the coordinator's name")
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		c, err := readConfig(flags, g.Environ)
		if err != nil {
			return err
		}
		if k.by && *by == "" {
			return &usageError{cmd, "say with --by who answers for the table"}
		}
		in, err := openInput(args[0])
		if err != nil {
			return err
		}
		defer in.Close()
		var done desk.Intake
		err = g.deskWork(cmd.Context(), c, *dryRun, func(ctx context.Context, d *desk.Desk) error {
			ask := desk.Ask{By: domain.Actor{Policy: "operator", Role: domain.System}}
			if *by != "" {
				if ask.By, err = answering(ctx, d, *by, k.kind); err != nil {
					return err
				}
			}
			done, _, err = d.Intake(ctx, ask, desk.Table{Kind: k.kind, In: in, DryRun: *dryRun, Approved: approved})
			return err
		})
		err = placed(err, func(string) string { return args[0] })
		return g.finish(&done, &done.Problems, *asJSON, err, func(b *bytes.Buffer) { printIntake(b, done, args[0]) })
	}
	return cmd
}

// columnHelp describes the columns of a kind of table, with an example.
func columnHelp(k upload.Kind) string {
	var b strings.Builder
	b.WriteString("Columns (* is needed):\n")
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	var names, example []string
	for _, c := range desk.Columns(k) {
		mark := " "
		if c.Required {
			mark = "*"
		}
		fmt.Fprintf(w, "  %s%s\t%s\n", mark, c.Name, wrapped(c.Holds))
		names, example = append(names, c.Name), append(example, quoted(c.Example))
	}
	w.Flush()
	fmt.Fprintf(&b, "\nExample:\n  %s\n  %s", strings.Join(names, ","), strings.Join(example, ","))
	return b.String()
}

// wrapped breaks a text into lines that stay in their column.
func wrapped(s string) string {
	const width = 66
	var b strings.Builder
	at := 0
	for i, word := range strings.Fields(s) {
		if at+len(word) > width {
			b.WriteString("\n\t")
			at = 0
		} else if i > 0 {
			b.WriteByte(' ')
			at++
		}
		b.WriteString(word)
		at += len(word)
	}
	return b.String()
}

func quoted(s string) string {
	if strings.ContainsAny(s, `,"`) {
		return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
	}
	return s
}

// answering is the colleague with a number, who answers for tables of a kind, or a refusal.
func answering(ctx context.Context, d *desk.Desk, number string, k upload.Kind) (domain.Actor, error) {
	id := domain.PersonID(strings.ToLower(strings.TrimSpace(number)))
	p, err := d.Read.Person(ctx, id)
	if r := domain.AsRefusal(err); r != nil {
		return domain.Actor{}, r.About("by")
	}
	if err != nil {
		return domain.Actor{}, err
	}
	refused := upload.May(domain.Actor{Person: id}, k)
	for _, as := range []domain.Role{domain.Coordinator, domain.HR} {
		by := domain.Actor{Person: id, Role: as}
		if !p.Erased && p.Acts(as) && upload.May(by, k) == nil {
			return by, nil
		}
	}
	return domain.Actor{}, refused
}

// deskWork opens the data directory for one piece of work at the desk, once the read model
// shows all there is. A dry run leaves no directory behind that was not there.
func (g *Guildhall) deskWork(ctx context.Context, c Config, dryRun bool, do func(context.Context, *desk.Desk) error) (err error) {
	if _, missing := os.Stat(c.Data); dryRun && errors.Is(missing, fs.ErrNotExist) {
		if c.Data, err = os.MkdirTemp("", "guildhall-dry-run-"); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(c.Data)) }()
	}
	return g.nodeWork(ctx, c, func(ctx context.Context, n *node) error { return do(ctx, n.desk) })
}

// nodeWork opens the data directory for one piece of work, once the read model shows all
// there is.
func (g *Guildhall) nodeWork(ctx context.Context, c Config, do func(context.Context, *node) error) (err error) {
	n, err := openNode(ctx, c, g.Now, g.logger(c))
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancelCause(ctx)
	n.stop = func() { stop(nil) }
	n.work.Go(func() {
		if err := n.read.Run(ctx, n.log); err != nil && ctx.Err() == nil {
			stop(err)
		}
	})
	defer func() { err = errors.Join(err, n.close()) }()
	head, err := n.log.Latest(ctx)
	if err != nil {
		return err
	}
	if err := n.read.Wait(ctx, head); err != nil {
		return errors.Join(err, context.Cause(ctx))
	}
	return do(ctx, n)
}

// printIntake prints what became of a table.
func printIntake(b *bytes.Buffer, done desk.Intake, file string) {
	fmt.Fprintf(b, "%s: %s\n", filepath.Base(file), done.Kind)
	for _, name := range done.Left {
		fmt.Fprintf(b, "  the column %q is not known here and was left out\n", name)
	}
	for _, r := range done.Rows {
		if r.Outcome != desk.RowUnchanged {
			fmt.Fprintf(b, "  line %d: %s %s%s\n", r.Line, r.Subject, r.Outcome, of(r.Changes))
		}
	}
	switch {
	case done.Repeated:
		fmt.Fprintf(b, "This very file was taken over before. Nothing was changed.\n")
	case done.DryRun:
		fmt.Fprintf(b, "%d new, %d changed, %d unchanged. This was a dry run: nothing was saved.\n", done.New, done.Changed, done.Same)
	default:
		fmt.Fprintf(b, "%d new, %d changed, %d unchanged.\n", done.New, done.Changed, done.Same)
	}
}

func of(changes []string) string {
	if len(changes) == 0 {
		return ""
	}
	return " (" + strings.Join(changes, ", ") + ")"
}
