package main

import (
	"context"
	"crypto/rand"
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
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/jetstream"
	"github.com/guildhall-dev/guildhall/events/journal"
	"github.com/guildhall-dev/guildhall/events/vault"
	"github.com/guildhall-dev/guildhall/policies"
	"github.com/guildhall-dev/guildhall/projections"
)

func (g *Guildhall) restoreCommand(flags *pflag.FlagSet) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "restore",
		Short: "Make a node from a backup",
		Long: `Make a node from a backup, in a data directory that holds none. Every record's hash and the
root of the tree are computed anew before anything is put in place; interrupted, it can be
run again.

A backup may be older than what college systems have seen. The restored node therefore
serves its feed in a new epoch, and they are told to start over. On the other nodes of a
cluster, pass the epoch that the first one was given.

With --keys-from alone, only lost keys of people are put back beside a log that is there.
The wrapping key (` + vault.WrappingFile + `) is in no backup: put it back yourself before you start the
server.

With --read-model, what guildhall snapshot saved is put beside the log, so that the first
start need not build it. It is checked against the log; one that does not fit is refused,
and the server builds its own. It can be put beside a log that is there as well.`,
		Example: "  guildhall restore --from log.backup --keys-from keys.backup --data /var/lib/guildhall\n  guildhall restore --keys-from keys.backup --data /var/lib/guildhall",
	}
	r := restore{Guildhall: g}
	cmd.Flags().StringVar(&r.from, "from", "", "backup of the log")
	cmd.Flags().StringVar(&r.keysFrom, "keys-from", "", "backup of the keys of people")
	cmd.Flags().StringVar(&r.views, "read-model", "", "snapshot of the read model")
	cmd.Flags().StringVar(&r.epoch, "epoch", "", "epoch of the feed that another node of the cluster was given")
	asJSON := cmd.Flags().Bool("json", false, "print JSON")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if r.from == "" && r.keysFrom == "" && r.views == "" {
			return &usageError{cmd, "missing --from"}
		}
		if r.epoch != "" && !domain.ValidID(domain.KeyID(r.epoch)) {
			return &usageError{cmd, fmt.Sprintf("--epoch %q is not an epoch: write what the first node was given", r.epoch)}
		}
		c, err := readConfig(flags, g.Environ)
		if err != nil {
			return err
		}
		var done restored
		if r.from != "" || r.keysFrom != "" {
			if done, err = r.run(cmd.Context(), c); err != nil {
				return err
			}
		}
		if r.views != "" {
			if done.Shown, err = g.adopt(cmd.Context(), c, r.views); err != nil {
				return err
			}
		}
		if *asJSON {
			return g.printJSON(done)
		}
		return done.print(g.Out)
	}
	return cmd
}

// A restore is one under way.
type restore struct {
	*Guildhall
	from, keysFrom, epoch, views string
}

// A restored node is what a restore made.
type restored struct {
	Data    string          `json:"data"`
	Records events.Position `json:"records,omitempty"`
	Hash    string          `json:"hash,omitempty"`
	Epoch   string          `json:"epoch,omitempty"`
	Keys    bool            `json:"keys"`
	Shown   events.Position `json:"shown,omitempty"` // that the read model has come to
	Notes   []string        `json:"notes,omitempty"` // what to look after
}

func (r restored) print(w io.Writer) error {
	text := ""
	if r.Epoch != "" {
		text = fmt.Sprintf("%s restored to %s, every one with its hash.\nThe hash up to the last is %s.\nThe feed has a new epoch; on other nodes of a cluster restore with --epoch %s.\n", counted(r.Records, "record"), r.Data, r.Hash, r.Epoch)
	}
	if r.Keys {
		text += "The keys of people were restored.\n"
	}
	if r.Shown > 0 {
		text += fmt.Sprintf("The read model of %s was put in place.\n", counted(r.Shown, "record"))
	}
	for _, note := range r.Notes {
		text += note + "\n"
	}
	_, err := io.WriteString(w, text)
	return err
}

// restoring is the directory in the data directory in which a restore prepares what it
// then puts in place, the journal last.
const restoring = "restoring"

// unfinished refuses a data directory in which a restore was interrupted (RESTORE_UNFINISHED).
func unfinished(dir string) error {
	if _, err := os.Stat(filepath.Join(dir, journal.File)); err == nil {
		return nil
	}
	_, err := os.Stat(filepath.Join(dir, restoring))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = domain.Refuse(domain.Conflict, "RESTORE_UNFINISHED", "%s is being restored, or that was interrupted. Run guildhall restore again.", dir)
	}
	return err
}

// ofNode are the files by which a data directory holds a node.
var ofNode = []string{journal.File, projections.Dir, vault.File, projections.EpochFile, policies.File, jetstream.StoreDir}

func (r restore) run(ctx context.Context, c Config) (restored, error) {
	if r.from == "" {
		return r.keysOnly(ctx, c)
	}
	if err := makeRoom(c.Data); err != nil {
		return restored{}, err
	}
	beside := filepath.Join(c.Data, restoring)
	out, err := r.prepare(ctx, c, beside)
	if err == nil {
		err = settle(c.Data, beside, projections.EpochFile, vault.File, journal.File)
	}
	if err != nil {
		return restored{}, errors.Join(err, makeRoom(c.Data))
	}
	return out, nil
}

// makeRoom removes what an interrupted restore left, and refuses a directory that holds a
// node (DATA_NOT_EMPTY).
func makeRoom(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	if domain.AsRefusal(unfinished(dir)) != nil {
		for _, name := range []string{vault.File, projections.EpochFile} {
			if err := os.Remove(filepath.Join(dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
	}
	if err := os.RemoveAll(filepath.Join(dir, restoring)); err != nil {
		return err
	}
	for _, name := range ofNode {
		if _, err := os.Lstat(filepath.Join(dir, name)); err == nil {
			return domain.Refuse(domain.Conflict, "DATA_NOT_EMPTY", "There is a node in %s already: it holds %s. Restore into another directory, or move this one away.", dir, name)
		} else if !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// prepare makes the node in a directory beside its place.
func (r restore) prepare(ctx context.Context, c Config, beside string) (restored, error) {
	m, err := r.log(ctx, beside)
	if err != nil {
		return restored{}, err
	}
	out := restored{Data: c.Data, Records: m.Records, Hash: m.Hash, Epoch: r.epoch}
	if out.Epoch == "" {
		out.Epoch = strings.ToLower(rand.Text())
	}
	if err := writeFile(filepath.Join(beside, projections.EpochFile), false, []byte(out.Epoch+"\n")); err != nil {
		return out, err
	}
	if r.keysFrom == "" {
		out.Notes = append(out.Notes, "The keys of people were not restored: nobody's name can be read, and a server does not start on a log that names people. Put them back with guildhall restore --keys-from.")
		return out, nil
	}
	out.Keys = true
	note, err := r.keys(m, beside)
	if note != "" {
		out.Notes = append(out.Notes, note)
	}
	if _, missing := os.Stat(c.wrappingKey()); err == nil && missing != nil {
		out.Notes = append(out.Notes, fmt.Sprintf("The wrapping key is in no backup: put its copy at %s before you start the server.", c.wrappingKey()))
	}
	return out, err
}

// wrappingKey is where the wrapping key is.
func (c Config) wrappingKey() string {
	if c.WrappingKey != "" {
		return c.WrappingKey
	}
	return filepath.Join(c.Data, vault.WrappingFile)
}

// log records everything in the backup anew in a journal in dir.
func (r restore) log(ctx context.Context, dir string) (m inventory, err error) {
	j, err := journal.Open(ctx, dir, codec())
	if err != nil {
		return m, err
	}
	m, err = readBackup(ctx, r.from, func(g events.Group) error { return j.Accept(ctx, g) }, r.progress("records restored"))
	if err := errors.Join(err, j.Close()); err != nil {
		return m, err
	}
	if left, err := os.Stat(filepath.Join(dir, journal.File+"-wal")); err == nil && left.Size() > 0 {
		return m, fmt.Errorf("restore: %s is still being read by somebody else", dir)
	}
	return m, nil
}

// keys puts the keys in dir. They belong to the log that m describes.
func (r restore) keys(m inventory, dir string) (note string, err error) {
	path := filepath.Join(dir, vault.File)
	found, err := readArchive(r.keysFrom, theKeys, func(part string, content io.Reader) error {
		f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
		if err != nil {
			return err
		}
		_, err = io.Copy(f, content)
		return errors.Join(err, f.Sync(), f.Close())
	})
	switch {
	case err != nil:
		return "", err
	case found.Log != m.Log:
		return "", domain.Refuse(domain.Conflict, "KEYS_OF_ANOTHER_LOG", "%s holds the keys to another log. Use the keys that were saved with this one.", r.keysFrom)
	case found.Records < m.Records:
		return fmt.Sprintf("The keys were saved when the log had %d of its %d records. Who came after that cannot be read.", found.Records, m.Records), nil
	}
	return "", nil
}

// keysOnly puts lost keys back beside a log.
func (r restore) keysOnly(ctx context.Context, c Config) (out restored, err error) {
	if err := unfinished(c.Data); err != nil {
		return out, err
	}
	if _, err := os.Stat(filepath.Join(c.Data, journal.File)); errors.Is(err, fs.ErrNotExist) {
		return out, domain.Refuse(domain.NotFound, "NO_DATA", "There is no log in %s that keys could be put beside. Restore the log as well, with --from.", c.Data)
	}
	j, err := journal.Open(ctx, c.Data, codec())
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, j.Close()) }()
	path := filepath.Join(c.Data, vault.File)
	if info, err := os.Stat(path); err == nil && info.Size() > 0 {
		return out, domain.Refuse(domain.Conflict, "DATA_NOT_EMPTY", "There are keys in %s already. Move %s away to replace them.", c.Data, vault.File)
	}
	m := inventory{}
	m.Records, _ = j.End()
	if m.Log, err = logID(ctx, j); err != nil {
		return out, err
	}
	beside, err := os.MkdirTemp(c.Data, vault.File+".*")
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(beside)) }()
	note, err := r.keys(m, beside)
	if err != nil {
		return out, err
	}
	if out = (restored{Data: c.Data, Keys: true}); note != "" {
		out.Notes = []string{note}
	}
	return out, errors.Join(os.Rename(filepath.Join(beside, vault.File), path), syncDir(c.Data))
}

// settle moves files to their place, the one that makes a node of them last.
func settle(dir, beside string, names ...string) error {
	for _, name := range names {
		if err := os.Rename(filepath.Join(beside, name), filepath.Join(dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if err := syncDir(dir); err != nil {
		return err
	}
	return errors.Join(os.RemoveAll(beside), syncDir(dir))
}
