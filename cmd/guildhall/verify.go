package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/mod/sumdb/note"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/jetstream"
	"github.com/guildhall-dev/guildhall/events/journal"
	"github.com/guildhall-dev/guildhall/events/vault"
	"github.com/guildhall-dev/guildhall/projections"
)

func (g *Guildhall) verifyCommand(flags *pflag.FlagSet) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Check that nothing recorded was altered, lost or put in between",
		Long: `Check that nothing recorded was altered, lost or put in between. Everything in the data
directory is computed anew: the hash of every record from the first to the last, the counts
of the streams, the answers to repeated requests, the Merkle tree, the order of the files,
and whether every key of a person opens. What does not fit is named with the record or the
person that it hits, and the exit code is 1.

With --head, the log must also hold what it held when that head was signed. The server may
go on meanwhile. Whether the read model is what the log says is checked by rebuild.`,
		Example: "  guildhall verify --data /var/lib/guildhall --head head-2026-10.txt --head head-2026-11.txt\n  guildhall verify --json",
	}
	heads := cmd.Flags().StringArray("head", nil, "a signed head that the log must agree with; can be repeated")
	key := cmd.Flags().String("key", "", "the key that heads were signed with, or a file with it (default the key in the data directory)")
	asJSON := cmd.Flags().Bool("json", false, "print JSON")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		c, err := readConfig(flags, g.Environ)
		if err != nil {
			return err
		}
		kept, err := readHeads(c, *heads, *key)
		if err != nil {
			return err
		}
		found, err := g.verify(cmd.Context(), c, kept)
		if err != nil {
			return err
		}
		if *asJSON {
			err = g.printJSON(found)
		} else {
			err = found.print(g.Out)
		}
		return errors.Join(err, found.damaged())
	}
	cmd.AddCommand(g.verifyProofCommand(), g.verifyBackupCommand())
	return cmd
}

// readHeads reads the heads that the log is to be compared with.
func readHeads(c Config, paths []string, key string) (heads []journal.Head, err error) {
	if len(paths) == 0 {
		return nil, nil
	}
	var verifier note.Verifier
	if key != "" {
		verifier, err = readPublic(key)
	} else {
		verifier, err = ownPublic(c)
	}
	if err != nil {
		return nil, err
	}
	for _, path := range paths {
		h, err := readHead(path, verifier)
		if err != nil {
			return nil, err
		}
		heads = append(heads, h.Head)
	}
	return heads, nil
}

func ownPublic(c Config) (note.Verifier, error) {
	k, err := readHeadKey(filepath.Join(c.Data, headKeyFile))
	if domain.AsRefusal(err) != nil {
		return nil, err
	}
	if err != nil {
		return nil, domain.Refuse(domain.NotFound, "NO_HEAD_KEY", "There is no %s in %s to check the heads with. Name the key with --key.", headKeyFile, c.Data)
	}
	return note.NewVerifier(k.public)
}

// A verification is what verify found.
type verification struct {
	OK      bool            `json:"ok"`
	Records events.Position `json:"records"`
	Streams int             `json:"streams"`
	Answers int             `json:"answers"` // to requests that may be repeated
	Hash    string          `json:"hash"`
	Root    string          `json:"root"`
	Heads   int             `json:"heads"` // that were compared
	Faults  []fault         `json:"faults"`
	Unread  []fault         `json:"unread,omitempty"` // what could not be checked, and is not known to be damaged
	Notes   []string        `json:"notes,omitempty"`  // what is no fault
}

// A fault is something that does not fit.
type fault struct {
	Part   part            `json:"part"`
	Person domain.PersonID `json:"person,omitempty"` // whose key it is
	journal.Fault
}

// A part of the data directory.
type part string

const (
	inLog   part = "log"
	inKeys  part = "keys"
	inViews part = "read model"
	inNATS  part = "stream"
)

func (g *Guildhall) verify(ctx context.Context, c Config, heads []journal.Head) (verification, error) {
	if err := unfinished(c.Data); err != nil {
		return verification{}, err
	}
	shown, unread := projections.Reached(ctx, c.Data) // before the log, which may grow meanwhile
	told := g.progress("records checked")
	log, err := journal.Verify(ctx, c.Data, codec(), heads, func(at, head events.Position) { told.at(uint64(at), uint64(head)) })
	told.done()
	if err != nil {
		return verification{}, err
	}
	v := verification{Records: log.Size, Streams: log.Streams, Answers: log.Answers,
		Hash: hex.EncodeToString(log.Hash[:]), Root: log.Root.String(), Heads: len(heads), Faults: []fault{}}
	for _, f := range log.Faults {
		v.Faults = append(v.Faults, fault{Part: inLog, Fault: f})
	}
	v.readModel(log, shown, unread)
	if err := v.keys(ctx, c, len(log.Faults) == 0); err != nil {
		return v, err
	}
	if err := v.stream(ctx, c); err != nil {
		return v, err
	}
	v.OK = len(v.Faults) == 0 && len(v.Unread) == 0
	return v, nil
}

func (v *verification) add(p part, who domain.PersonID, format string, args ...any) {
	v.Faults = append(v.Faults, fault{p, who, journal.Fault{Problem: fmt.Sprintf(format, args...)}})
}

// unread notes that err kept a part from being checked, if it says nothing about the part.
func (v *verification) unread(p part, err error) bool {
	r := domain.AsRefusal(plainly(err))
	if r == nil || r.Code != "READ_ONLY" && r.Code != "NO_ACCESS" {
		return false
	}
	v.Unread = append(v.Unread, fault{Part: p, Fault: journal.Fault{Problem: "not checked. " + r.Reason}})
	return true
}

// readModel uses how far the read model has come as a witness of how long the log was.
func (v *verification) readModel(log journal.Verified, shown events.Position, err error) {
	switch {
	case v.unread(inViews, err):
	case err != nil:
		v.add(inViews, "", "it cannot be read: %v. Make it anew with guildhall rebuild", err)
	case shown > log.End:
		v.add(inLog, "", "it ends at position %d, but the read model has come to %d: the last records are missing", log.End, shown)
	}
}

// keys opens every key of a person. A log that names people must have keys; that is asked
// of a log that can be read.
func (v *verification) keys(ctx context.Context, c Config, readable bool) error {
	keys, err := vault.OpenReader(ctx, c.Data, c.keys())
	if r := domain.AsRefusal(err); r != nil && r.Code == "NO_KEYS" {
		return v.noKeys(ctx, c, readable)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if v.unread(inKeys, err) {
		return nil
	}
	if err != nil {
		v.add(inKeys, "", "%v", err)
		return nil
	}
	for person, err := range keys.Verify(ctx) {
		if ctx.Err() != nil {
			break
		}
		v.add(inKeys, person, "%v", err)
	}
	return errors.Join(ctx.Err(), keys.Close())
}

func (v *verification) noKeys(ctx context.Context, c Config, readable bool) error {
	if !readable {
		return nil
	}
	j, err := journal.OpenReader(ctx, c.Data, codec())
	if err != nil {
		return err
	}
	err = keysAreThere(ctx, c.Data, j)
	if r := domain.AsRefusal(err); r != nil {
		v.add(inKeys, "", "%s", r.Reason)
		err = nil
	}
	return errors.Join(err, j.Close())
}

// ownStream is the name of the stream on the servers that nodes bring along.
const ownStream = "GUILDHALL"

// stream checks the files of the NATS server that a node of a cluster brings along. While
// the server writes them they say nothing.
func (v *verification) stream(ctx context.Context, c Config) error {
	if _, err := os.Stat(filepath.Join(c.Data, jetstream.StoreDir)); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if used, err := journal.InUse(c.Data); err != nil || used {
		v.Notes = append(v.Notes, "The files of the stream are checked while the server is stopped.")
		return err
	}
	j, err := journal.OpenReader(ctx, c.Data, codec())
	if err != nil {
		v.Notes = append(v.Notes, "The files of the stream were not compared, because the log cannot be read.")
		return ctx.Err()
	}
	found, err := jetstream.VerifyStore(ctx, c.Data, ownStream, j)
	if err := errors.Join(err, j.Close()); err != nil {
		return err
	}
	for _, d := range found.Damage {
		v.Faults = append(v.Faults, fault{Part: inNATS, Fault: journal.Fault{Position: d.First, Problem: d.String()}})
	}
	v.Notes = append(v.Notes, found.Notes...)
	return nil
}

// damaged refuses what verify found, if that is anything.
func (v verification) damaged() error {
	switch n := len(v.Faults); {
	case v.OK:
		return nil
	case n == 0:
		return domain.Refuse(domain.Conflict, "NOT_CHECKED", "What could be read fits, but not everything could be read. Verify again as somebody who may.")
	case n == 1:
		return domain.Refuse(domain.Conflict, "DAMAGED", "One thing does not fit. See docs/operating.md for what to do.")
	default:
		return domain.Refuse(domain.Conflict, "DAMAGED", "%d things do not fit. See docs/operating.md for what to do.", n)
	}
}

func (v verification) print(w io.Writer) error {
	for _, f := range slices.Concat(v.Faults, v.Unread) {
		where := string(f.Part)
		if f.Position > 0 {
			where += fmt.Sprintf(", position %d", f.Position)
		}
		if f.Stream != "" {
			where += fmt.Sprintf(", stream %s", f.Stream)
		}
		if f.Person != "" {
			where += fmt.Sprintf(", person %s", f.Person)
		}
		if _, err := fmt.Fprintf(w, "%s: %s\n", where, f.Problem); err != nil {
			return err
		}
	}
	for _, note := range v.Notes {
		if _, err := fmt.Fprintln(w, note); err != nil {
			return err
		}
	}
	if !v.OK {
		return nil
	}
	heads := ""
	if v.Heads > 0 {
		heads = fmt.Sprintf(" The heads compared agree: %d.", v.Heads)
	}
	_, err := fmt.Fprintf(w, "%s in %s: every one has its hash, and every key opens.%s\nhash %s\nroot %s\n", counted(v.Records, "record"), counted(v.Streams, "stream"), heads, v.Hash, v.Root)
	return err
}
