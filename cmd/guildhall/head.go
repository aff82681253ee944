package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/journal"
)

func (g *Guildhall) logHeadCommand(flags *pflag.FlagSet) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "head",
		Short: "Sign how long the log is and what is in it",
		Long: `Sign how long the log is and what is in it, for somebody outside to keep: who holds a head
can tell later whether a record was changed, removed or put in between.

A head is a checkpoint as https://c2sp.org/tlog-checkpoint has it: the log's origin, the
number of records and the root of the Merkle tree over them, with a signature. The key is
` + headKeyFile + ` in the data directory and is made when it is first needed. Keep a copy of it
where you keep other keys. With --public the key to check signatures with is printed.`,
		Example: "  guildhall log head --to head-2026-11.txt\n  guildhall log head --public",
	}
	to := cmd.Flags().String("to", "", "file to write instead of standard output")
	force := cmd.Flags().Bool("force", false, "replace the file if it is there")
	public := cmd.Flags().Bool("public", false, "print the key to check signatures with")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		return g.reading(cmd.Context(), flags, func(c Config, j *journal.Journal) error {
			key, err := openHeadKey(cmd.Context(), c, j)
			if err != nil {
				return err
			}
			if *public {
				_, err := fmt.Fprintln(g.Out, key.public)
				return err
			}
			head, err := key.signEnd(cmd.Context(), j)
			if err != nil {
				return err
			}
			if *to == "" {
				_, err := fmt.Fprint(g.Out, head.note)
				return err
			}
			if err := writeFile(*to, *force, []byte(head.note)); err != nil {
				return err
			}
			_, err = fmt.Fprintf(g.Out, "The head of %s was written to %s.\n", counted(head.Size, "record"), *to)
			return err
		})
	}
	return cmd
}

// A signedHead is a head that somebody signed, and the text that says so.
type signedHead struct {
	journal.Head
	note string
}

// headKeyFile is the name of the file with the key that heads are signed with.
const headKeyFile = "head.key"

// A headKey signs the heads of one log.
type headKey struct {
	signer note.Signer
	public string // what signatures are checked with
}

// openHeadKey reads the key of a log, or makes it.
func openHeadKey(ctx context.Context, c Config, j *journal.Journal) (headKey, error) {
	id, err := logID(ctx, j)
	if err != nil {
		return headKey{}, err
	}
	if id == "" {
		return headKey{}, domain.Refuse(domain.Conflict, "EMPTY_LOG", "Nothing is recorded yet, so there is nothing to sign.")
	}
	path, origin := filepath.Join(c.Data, headKeyFile), "guildhall/"+id
	k, err := readHeadKey(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err := makeHeadKey(path, origin); err != nil {
			return headKey{}, err
		}
		k, err = readHeadKey(path)
	}
	if err == nil && k.signer.Name() != origin {
		err = domain.Refuse(domain.Conflict, "KEY_OF_ANOTHER_LOG", "%s signs the heads of %s; this log is %s. Put the right key back, or remove the file to have a new one.", path, k.signer.Name(), origin)
	}
	return k, err
}

// readHeadKey reads a key: a line with the secret, and one with what is public.
func readHeadKey(path string) (headKey, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return headKey{}, err
	}
	secret, public, _ := strings.Cut(strings.TrimSpace(string(text)), "\n")
	signer, err := note.NewSigner(secret)
	if err == nil {
		var verifier note.Verifier
		if verifier, err = note.NewVerifier(public); err == nil && (verifier.Name() != signer.Name() || verifier.KeyHash() != signer.KeyHash()) {
			err = errors.New("its two lines do not belong together")
		}
	}
	if err != nil {
		return headKey{}, domain.Refuse(domain.Conflict, "HEAD_KEY_DAMAGED", "%s is not a key: %v. Put it back from its copy, or remove it to have a new one.", path, err)
	}
	return headKey{signer, public}, nil
}

// makeHeadKey leaves a key at path, if another process did not just do so.
func makeHeadKey(path, origin string) error {
	secret, public, err := note.GenerateKey(rand.Reader, origin)
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), headKeyFile+".*")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(f, "%s\n%s\n", secret, public)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		if err = os.Link(f.Name(), path); errors.Is(err, fs.ErrExist) {
			err = nil
		}
	}
	return errors.Join(err, os.Remove(f.Name()), syncDir(filepath.Dir(path)))
}

// signEnd signs the head that the log has now.
func (k headKey) signEnd(ctx context.Context, j *journal.Journal) (signedHead, error) {
	end, _ := j.End()
	root, err := j.Root(ctx, end)
	if err != nil {
		return signedHead{}, err
	}
	return k.sign(journal.Head{Size: end, Root: root})
}

func (k headKey) sign(h journal.Head) (signedHead, error) {
	text, err := note.Sign(&note.Note{Text: fmt.Sprintf("%s\n%d\n%s\n", k.signer.Name(), h.Size, h.Root)}, k.signer)
	return signedHead{h, string(text)}, err
}

// parseHead reads a head and checks that it was signed with a key. From says where it
// comes from.
func parseHead(from string, text []byte, key note.Verifier) (signedHead, error) {
	signed, err := note.Open(text, note.VerifierList(key))
	if _, other := errors.AsType[*note.UnverifiedNoteError](err); other {
		return signedHead{}, domain.Refuse(domain.Invalid, "HEAD_NOT_SIGNED", "%s is not signed with the key of %s. Check which key and which head belong together.", from, key.Name())
	}
	if err != nil {
		return signedHead{}, domain.Refuse(domain.Invalid, "HEAD_INVALID", "%s is not a signed head, or was altered: %s.", from, oneLine(err))
	}
	lines := strings.Split(signed.Text, "\n")
	if len(lines) < 4 || lines[0] != key.Name() {
		return signedHead{}, domain.Refuse(domain.Invalid, "HEAD_INVALID", "%s is signed, but not as the head of %s.", from, key.Name())
	}
	h := signedHead{note: string(text)}
	size, err := strconv.ParseUint(lines[1], 10, 63)
	if err == nil {
		h.Size = events.Position(size)
		h.Root, err = tlog.ParseHash(lines[2])
	}
	if err != nil {
		return signedHead{}, domain.Refuse(domain.Invalid, "HEAD_INVALID", "%s is signed, but is not a head: %s.", from, oneLine(err))
	}
	return h, nil
}

// readHead reads a head from a file.
func readHead(path string, key note.Verifier) (signedHead, error) {
	f, err := openInput(path)
	if err != nil {
		return signedHead{}, err
	}
	text, err := readSmall(f)
	if err != nil {
		return signedHead{}, err
	}
	return parseHead(path, text, key)
}

// readPublic reads a key that is the text itself or stands in a file of that name. What is not
// a public key is not shown: it may be the secret one.
func readPublic(key string) (note.Verifier, error) {
	from := "What --key says"
	if f, err := os.Open(key); err == nil {
		text, err := readSmall(f)
		if err != nil {
			return nil, err
		}
		from, key = key, strings.TrimSpace(string(text))
	}
	v, err := note.NewVerifier(key)
	if err != nil {
		return nil, domain.Refuse(domain.Invalid, "BAD_KEY", "%s is not a key to check signatures with. Write what guildhall log head --public prints, or name a file with it.", from)
	}
	return v, nil
}
