package main

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/journal"
	"github.com/guildhall-dev/guildhall/events/vault"
)

func (g *Guildhall) backupCommand(flags *pflag.FlagSet) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "backup",
		Short: "Save the log, and the keys of people, while the server runs",
		Long: `Save the log in one file, while the server runs. The file is read back and every record's
hash is computed anew before it is put in its place.

The log holds names and remarks sealed. The keys to them are never in the same file:
--keys-to saves them in a second one, still wrapped. Keep the two files apart, and the
wrapping key (` + vault.WrappingFile + `) apart from both: all three together can be read by anybody.
Whoever was erased before has no key in the second file.`,
		Example: "  guildhall backup --to log-2026-11-22.backup --keys-to /mnt/other/keys-2026-11-22.backup",
	}
	b := backup{Guildhall: g}
	to := cmd.Flags().String("to", "", "file to write the log to")
	keysTo := cmd.Flags().String("keys-to", "", "file to write the keys of people to")
	cmd.Flags().BoolVar(&b.force, "force", false, "replace files that are there")
	asJSON := cmd.Flags().Bool("json", false, "print JSON")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		switch {
		case *to == "":
			return &usageError{cmd, "missing --to"}
		case *keysTo == *to:
			return &usageError{cmd, "--to and --keys-to must be two files"}
		}
		return g.reading(cmd.Context(), flags, func(c Config, j *journal.Journal) error {
			saved, err := b.save(cmd.Context(), c, j, *to, *keysTo)
			if err != nil {
				return err
			}
			if *asJSON {
				return g.printJSON(saved)
			}
			return saved.print(g.Out)
		})
	}
	return cmd
}

// A backup is one being made.
type backup struct {
	*Guildhall
	force bool
}

// A savedBackup is what was saved where.
type savedBackup struct {
	File    string          `json:"file"`
	Bytes   int64           `json:"bytes"`
	Records events.Position `json:"records"`
	Hash    string          `json:"hash"`
	Root    string          `json:"root"`
	Keys    string          `json:"keys,omitempty"` // file of the keys
}

func (s savedBackup) print(w io.Writer) error {
	_, err := fmt.Fprintf(w, "%s saved in %s (%d bytes), read back and found whole.\nThe hash up to the last is %s.\n", counted(s.Records, "record"), s.File, s.Bytes, s.Hash)
	if err != nil {
		return err
	}
	if s.Keys == "" {
		_, err = fmt.Fprintln(w, "The keys of people were not saved: from this file alone nobody's name can be read. Save them with --keys-to.")
	} else {
		_, err = fmt.Fprintf(w, "The keys of people were saved in %s. They need the wrapping key, which is in no backup: keep a copy of it somewhere else.\n", s.Keys)
	}
	return err
}

func (b backup) save(ctx context.Context, c Config, j *journal.Journal, to, keysTo string) (savedBackup, error) {
	f, err := createFile(to, b.force)
	if err != nil {
		return savedBackup{}, err
	}
	m, err := b.log(ctx, j, f)
	if err != nil {
		return savedBackup{}, errors.Join(err, f.drop())
	}
	info, err := f.Stat()
	if err != nil {
		return savedBackup{}, errors.Join(err, f.drop())
	}
	if keysTo != "" {
		if err := b.keys(ctx, c, m, keysTo); err != nil {
			return savedBackup{}, errors.Join(err, f.drop())
		}
	}
	return savedBackup{to, info.Size(), m.Records, m.Hash, m.Root, keysTo}, f.keep()
}

// log writes all records to f and reads them back.
func (b backup) log(ctx context.Context, j *journal.Journal, f *newFile) (inventory, error) {
	a, err := newArchive(f)
	if err != nil {
		return inventory{}, err
	}
	defer a.abandon()
	head, hash := j.End()
	m := inventory{Holds: theLog, Program: thisBuild().Version, Made: b.Now().UTC(), Records: head, Hash: hex.EncodeToString(hash[:])}
	told := b.progress("records saved")
	defer told.done()
	var tree journal.Frontier
	at := events.Hash{}
	for group, err := range j.Groups(ctx, 0, walkBytes) {
		if err != nil {
			return m, err
		}
		if group.First == 1 {
			m.Log = group.Records[0].ID
		}
		frame, err := group.MarshalBinary()
		if err != nil {
			return m, err
		}
		if err := a.add(partName(group.First), int64(len(frame)), bytes.NewReader(frame)); err != nil {
			return m, err
		}
		for _, r := range group.Records {
			at = r.After(at)
			tree.Add(at)
		}
		told.at(uint64(group.Last()), uint64(head))
	}
	m.Root = tree.Root().String()
	if err := errors.Join(a.finish(m), f.Sync()); err != nil {
		return m, err
	}
	found, err := readBackup(ctx, f.Name(), func(events.Group) error { return nil }, b.progress("records read back"))
	if err == nil && (found.Records != m.Records || found.Hash != m.Hash) {
		err = fmt.Errorf("%s holds %d records up to %s; written were %d up to %s", f.Name(), found.Records, found.Hash, m.Records, m.Hash)
	}
	return m, err
}

// partName is the name of the part that begins with the record at p.
func partName(p events.Position) string { return fmt.Sprintf("records/%020d", p) }

// maxPart is the size of the largest part: what one part gathers, and one commit more.
const maxPart = 4 * (walkBytes + events.MaxCommit)

// readBackup hands the groups of a backup to take, in order, each proven to follow from the
// one before, and returns the manifest, which is proven to be theirs.
func readBackup(ctx context.Context, path string, take func(events.Group) error, told *progress) (inventory, error) {
	defer told.done()
	var tree journal.Frontier
	var hash events.Hash
	var failed error // of take, which is no matter of the backup
	first := ""
	m, err := readArchive(path, theLog, func(part string, content io.Reader) error {
		if failed = ctx.Err(); failed != nil {
			return failed
		}
		g, err := readPart(part, content)
		if err == nil && (g.First != tree.Size()+1 || g.Previous != hash || len(g.Records) == 0) {
			err = errors.New("it does not follow from the part before")
		}
		if err != nil {
			return fmt.Errorf("its part %s, after position %d: %w", part, tree.Size(), err)
		}
		if g.First == 1 {
			first = g.Records[0].ID
		}
		for _, r := range g.Records {
			hash = r.After(hash)
			tree.Add(hash)
		}
		told.at(uint64(tree.Size()), uint64(tree.Size()))
		failed = take(g)
		return failed
	})
	switch {
	case failed != nil:
		return m, failed
	case err != nil:
		return m, err
	case m.Records != tree.Size():
		return m, broken(path, fmt.Errorf("it holds %d records, and its manifest says %d", tree.Size(), m.Records))
	case m.Hash != hex.EncodeToString(hash[:]) || m.Root != tree.Root().String() || m.Log != first:
		return m, broken(path, errors.New("its records do not have the hash, the root and the first record of its manifest"))
	}
	return m, nil
}

func readPart(name string, content io.Reader) (g events.Group, err error) {
	frame, err := io.ReadAll(io.LimitReader(content, maxPart+1))
	if err != nil {
		return g, err
	}
	if len(frame) > maxPart {
		return g, errors.New("it is larger than any part is")
	}
	if g, err = events.ParseGroup(frame); err == nil && name != partName(g.First) {
		err = fmt.Errorf("it holds the records from position %d", g.First)
	}
	return g, err
}

// keys writes the keys of people to a file of their own. They are copied after the log, so
// that there is a key for everything sealed in it.
func (b backup) keys(ctx context.Context, c Config, m inventory, to string) error {
	f, err := createFile(to, b.force)
	if err != nil {
		return err
	}
	m.Holds, m.Root = theKeys, ""
	if err := copyKeys(ctx, c.Data, m, f); err != nil {
		return errors.Join(err, f.drop())
	}
	if _, err := readArchive(f.Name(), theKeys, func(string, io.Reader) error { return nil }); err != nil {
		return errors.Join(err, f.drop())
	}
	return f.keep()
}

func copyKeys(ctx context.Context, dir string, m inventory, f *newFile) (err error) {
	whole := f.Name() + ".keys"
	if err := vault.Copy(ctx, dir, whole); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.Remove(whole)) }()
	content, err := os.Open(whole)
	if err != nil {
		return err
	}
	defer content.Close()
	info, err := content.Stat()
	if err != nil {
		return err
	}
	a, err := newArchive(f)
	if err != nil {
		return err
	}
	defer a.abandon()
	if err := a.add(vault.File, info.Size(), content); err != nil {
		return err
	}
	return errors.Join(a.finish(m), f.Sync())
}

func (g *Guildhall) verifyBackupCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "backup FILE",
		Short: "Check a backup of the log, without the data directory",
		Long: `Check a backup of the log from its first record to its last: every part, every record's hash
and the root of the tree.`,
		Example: "  guildhall verify backup log-2026-11-22.backup",
	}
	asJSON := cmd.Flags().Bool("json", false, "print JSON")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		m, err := readBackup(cmd.Context(), args[0], func(events.Group) error { return nil }, g.progress("records checked"))
		if err != nil {
			return err
		}
		if *asJSON {
			return g.printJSON(m)
		}
		_, err = fmt.Fprintf(g.Out, "%s is whole: %s, saved %s.\nThe hash up to the last is %s.\n", args[0], counted(m.Records, "record"), m.Made.Format("2006-01-02 15:04 MST"), m.Hash)
		return err
	}
	return cmd
}
