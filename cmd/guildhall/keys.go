package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"go.uber.org/zap"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/domain/person"
	"github.com/guildhall-dev/guildhall/events/journal"
	"github.com/guildhall-dev/guildhall/events/vault"
)

// keys says where the keys of people are.
func (c Config) keys() vault.Options { return vault.Options{WrappingKey: c.WrappingKey} }

// erase destroys what this node holds of people beside the log and the read model. The
// read model calls it before an erasure can be seen, and openNode for all that are on
// record: keys that came back with an older file go again.
func (n *node) erase(ctx context.Context, people ...domain.PersonID) error {
	if err := n.vault.Erase(ctx, people...); err != nil {
		return err
	}
	return forgetPersonas(n.dir, people)
}

// eraseAgain carries out every erasure that the read model knows of.
func (n *node) eraseAgain(ctx context.Context) error {
	people, err := n.read.Erased(ctx)
	if r := domain.AsRefusal(err); r != nil && r.Kind == domain.Busy {
		return nil // to be built, which carries them out
	}
	if err != nil || len(people) == 0 {
		return err
	}
	return n.erase(ctx, people...)
}

// keysAreThere refuses a log that names people without the file of their keys. A new file
// would make every name unreadable, and new keys for them would hide that it is missing.
func keysAreThere(ctx context.Context, dir string, log *journal.Journal) error {
	info, err := os.Stat(filepath.Join(dir, vault.File))
	switch {
	case err == nil && info.Size() > 0:
		return nil
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	}
	head, err := log.Head(ctx)
	if err != nil || head == 0 {
		return err
	}
	for r, err := range log.Follow(ctx, 0) {
		if err != nil {
			return err
		}
		if _, ok := r.Event.(person.Joined); ok {
			return domain.Refuse(domain.Conflict, "KEYS_MISSING",
				"The log in %s names people, but their keys are missing. Put %s back from the backup.", dir, vault.File)
		}
		if r.Position == head {
			break
		}
	}
	return nil
}

func (g *Guildhall) keysCommand(flags *pflag.FlagSet) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "keys",
		Short: "Look after the keys of people",
		Long: `Look after the keys that names and remarks about people are sealed under.

The keys are in keys.db, wrapped under the one in wrapping.key. Back up the two apart from
each other and from the log: whoever has all three reads everything, and without either of
the two nobody reads a name again.`,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(g.keysRotateCommand(flags), g.keysRetireCommand(flags))
	return cmd
}

func (g *Guildhall) keysRotateCommand(flags *pflag.FlagSet) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "rotate",
		Short: "Wrap the keys of people anew and destroy the old wrapping key",
		Long: `Make a new wrapping key, wrap the keys of people under it and destroy the old one.

Copies of keys.db from before cannot be used any more, not even with the new wrapping key.
That is what makes those who were erased unreadable in backups too, so rotate on a
schedule, remove old copies of wrapping.key, and back up keys.db and wrapping.key at once
afterwards. It can be interrupted at any moment and run again.

Stop the server that uses the data directory first. In a cluster each node has a wrapping
key of its own.`,
		Example: "  guildhall keys rotate --data /var/lib/guildhall\n  guildhall keys rotate --wrapping-key /run/secrets/wrapping.key --json",
	}
	asJSON := cmd.Flags().Bool("json", false, "print JSON")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		return g.run(cmd.Context(), flags, func(ctx context.Context, c Config, _ *zap.Logger) error {
			keys, err := rotateKeys(ctx, c)
			if err != nil {
				return err
			}
			if *asJSON {
				return g.printJSON(struct {
					Keys int `json:"keys"`
				}{keys})
			}
			_, err = fmt.Fprintf(g.Out, "Keys wrapped anew: %d. The old wrapping key is destroyed, and older copies of %s with it: back up %s and the wrapping key now.\n", keys, vault.File, vault.File)
			return err
		})
	}
	return cmd
}

func (g *Guildhall) keysRetireCommand(flags *pflag.FlagSet) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "retire KEY",
		Short: "End a key that a node signs tokens with, and all tokens that it signed",
		Long: `End a key that a node signs tokens of college systems with, and all tokens that it signed,
at once and at every node. Do that when somebody may have a copy of token.key. The node makes
another one by itself. The keys are listed at /oauth/jwks, under kid.`,
		Example: "  guildhall keys retire c2932564f1be5e2f94a0 --reason 'A copy of the data directory was lost'",
	}
	reason := cmd.Flags().String("reason", "", "why")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		c, err := readConfig(flags, g.Environ)
		if err != nil {
			return err
		}
		if err := g.errand(cmd.Context(), c, errand{Do: "retire", Key: args[0], Reason: *reason}, &struct{}{}); err != nil {
			return err
		}
		_, err = fmt.Fprintf(g.Out, "Nothing that %s signed counts any more.\n", args[0])
		return err
	}
	return cmd
}

// rotateKeys takes the data directory for itself and returns how many keys were wrapped anew.
func rotateKeys(ctx context.Context, c Config) (keys int, err error) {
	if _, err := os.Stat(filepath.Join(c.Data, vault.File)); errors.Is(err, fs.ErrNotExist) {
		return 0, domain.Refuse(domain.NotFound, "NO_DATA", "There are no keys in %s. Name the data directory with --data.", c.Data)
	}
	log, err := journal.Open(ctx, c.Data, codec())
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	if err := keysAreThere(ctx, c.Data, log); err != nil {
		return 0, err
	}
	v, err := vault.Open(c.Data, c.keys())
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, v.Close()) }()
	return v.Rotate(ctx)
}
