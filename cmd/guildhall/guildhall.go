package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/guildhall-dev/guildhall/domain"
)

// Guildhall is the assembled program. It touches the world only through its fields, so a
// test can run one beside others.
type Guildhall struct {
	Out, Err io.Writer        // answers; messages and the program's own log
	Environ  func() []string  // as os.Environ
	Now      func() time.Time // the only clock

	// Serve runs the server until ctx ends, which is not an error.
	Serve func(context.Context, Config, *zap.Logger) error
	// Rebuild makes the read model anew from the log.
	Rebuild func(context.Context, Config, *zap.Logger) error
	Schema  string // GraphQL SDL
}

// Run executes a command line and returns the exit code: 0 done, 1 refused or failed,
// 2 wrong usage.
func (g *Guildhall) Run(ctx context.Context, args []string) int {
	cmd := g.command()
	cmd.SetArgs(args)
	err := plainly(cmd.ExecuteContext(ctx))
	if err == nil {
		return 0
	}
	if u, ok := errors.AsType[*usageError](err); ok {
		line := u.cmd.UseLine()
		if u.cmd.HasAvailableSubCommands() {
			line = u.cmd.CommandPath() + " COMMAND [flags]"
		}
		fmt.Fprintf(g.Err, "guildhall: %s\nUsage: %s\nMore: %s --help\n", u.problem, line, u.cmd.CommandPath())
		return 2
	}
	if problems, ok := errors.AsType[domain.Problems](err); ok {
		fmt.Fprintf(g.Err, "%s\nguildhall: %s Nothing was saved. [BAD_FILE]\n", problems.Error(), toCorrect(len(problems)))
		return 1
	}
	if r := domain.AsRefusal(err); r != nil {
		fmt.Fprintf(g.Err, "guildhall: %s [%s]\n", r.Reason, r.Code)
		return 1
	}
	fmt.Fprintf(g.Err, "guildhall: %v\n", err)
	return 1
}

func toCorrect(n int) string {
	if n == 1 {
		return "There is 1 problem to correct."
	}
	return fmt.Sprintf("There are %d problems to correct.", n)
}

// A usageError is a command line that no command takes.
type usageError struct {
	cmd     *cobra.Command
	problem string
}

func (e *usageError) Error() string { return e.problem }

func (g *Guildhall) command() *cobra.Command {
	flags := settings()
	root := &cobra.Command{
		Use:   "guildhall",
		Short: "The record of apprenticeships and role transitions",
		Long: `Guildhall keeps the record of apprenticeships and role transitions in healthcare IT:
hours, milestones, college credit, approvals, and what institutions may see of them.

Every setting is a flag, a variable in the environment (--log-level is
GUILDHALL_LOG_LEVEL) or a key in the config file (log-level), in that order.
Exit codes: 0 done, 1 refused or failed, 2 wrong usage.`,
		Example:           "  guildhall demo\n  guildhall serve --data /var/lib/guildhall --listen 127.0.0.1:8080",
		SilenceErrors:     true,
		SilenceUsage:      true,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
		RunE:              func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetOut(g.Out)
	root.SetErr(g.Err)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return &usageError{cmd, oneLine(err)} })
	root.PersistentFlags().AddFlagSet(flags)
	root.SetHelpCommand(helpCommand())
	root.AddCommand(
		g.serveCommand(flags), g.demoCommand(flags), g.importCommand(flags), g.logCommand(flags), g.rebuildCommand(flags),
		g.verifyCommand(flags), g.backupCommand(flags), g.snapshotCommand(flags), g.restoreCommand(flags), g.keysCommand(flags), g.partnerCommand(flags), g.loginCommand(flags), g.mailCommand(flags), g.syncCommand(),
		g.schemaCommand(), g.healthCommand(flags), g.versionCommand(),
	)
	strict(root)
	return root
}

// strict makes c and the commands under it tell wrong arguments as wrong usage. Commands
// name their arguments in capitals after their own name, those that may be left out in
// brackets.
func strict(c *cobra.Command) {
	want := strings.Fields(c.Use)[1:]
	most := len(want)
	want = want[:most-strings.Count(c.Use, "[")]
	c.Args = func(cmd *cobra.Command, args []string) error {
		switch {
		case cmd.HasAvailableSubCommands() && len(args) > 0:
			problem := fmt.Sprintf("unknown command %q for %q", args[0], cmd.CommandPath())
			if like := cmd.SuggestionsFor(args[0]); len(like) > 0 {
				problem += fmt.Sprintf("; did you mean %s?", strings.Join(like, " or "))
			}
			return &usageError{cmd, problem}
		case len(args) < len(want):
			return &usageError{cmd, "missing " + strings.Join(want[len(args):], " ")}
		case len(args) > most && cmd.Name() != "help":
			return &usageError{cmd, fmt.Sprintf("unexpected argument %q", args[most])}
		}
		return nil
	}
	c.SuggestionsMinimumDistance = 2
	for _, sub := range c.Commands() {
		strict(sub)
	}
}

func helpCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "help [COMMAND]",
		Short:   "Tell about a command",
		Example: "  guildhall help import standard",
		RunE: func(cmd *cobra.Command, args []string) error {
			about, rest, err := cmd.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return &usageError{cmd, fmt.Sprintf("there is no command %q", strings.Join(args, " "))}
			}
			about.InitDefaultHelpFlag()
			return about.Help()
		},
	}
}

func (g *Guildhall) serveCommand(flags *pflag.FlagSet) *cobra.Command {
	return &cobra.Command{
		Use:   "serve",
		Short: "Serve the portal and the GraphQL endpoint",
		Long: `Serve the portal and the GraphQL endpoint until interrupted.

The data directory is created if it does not exist. One process uses it at a time.`,
		Example: "  guildhall serve --data /var/lib/guildhall --listen 127.0.0.1:8080\n  GUILDHALL_LOG_LEVEL=debug guildhall serve",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return g.run(cmd.Context(), flags, g.Serve)
		},
	}
}

func (g *Guildhall) demoCommand(flags *pflag.FlagSet) *cobra.Command {
	return &cobra.Command{
		Use:   "demo",
		Short: "Serve a hospital with seeded data to try everything out",
		Long: `Serve a hospital with seeded data: the same as serve --demo.

Anybody can sign in as anybody, so it is only served on a loopback address.`,
		Example: "  guildhall demo --data ./data/demo",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := flags.Set("demo", "true"); err != nil {
				return err
			}
			return g.run(cmd.Context(), flags, g.Serve)
		},
	}
}

// run calls what with the configuration and a logger. To be interrupted is no failure.
func (g *Guildhall) run(ctx context.Context, flags *pflag.FlagSet, what func(context.Context, Config, *zap.Logger) error) error {
	c, err := readConfig(flags, g.Environ)
	if err != nil {
		return err
	}
	log := g.logger(c)
	err = what(ctx, c, log)
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return nil
	}
	return err
}

// logger writes JSON for machines, and with --demo lines for people.
func (g *Guildhall) logger(c Config) *zap.Logger {
	e := zap.NewProductionEncoderConfig()
	e.EncodeTime = zapcore.RFC3339NanoTimeEncoder
	encoder := zapcore.NewJSONEncoder(e)
	if c.Demo {
		e.EncodeTime = zapcore.TimeEncoderOfLayout(time.TimeOnly)
		e.EncodeLevel = zapcore.CapitalLevelEncoder
		encoder = zapcore.NewConsoleEncoder(e)
	}
	return zap.New(zapcore.NewCore(encoder, zapcore.Lock(zapcore.AddSync(g.Err)), c.LogLevel))
}

// oneLine is an error's text without line breaks.
func oneLine(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }
