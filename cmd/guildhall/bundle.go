package main

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
	"github.com/guildhall-dev/guildhall/events/journal"
)

// A bundle is everything that is needed to check a proof, apart from the key.
type bundle struct {
	Format string        `json:"format"`
	Head   string        `json:"head"`             // as it was signed
	Record *provenRecord `json:"record,omitempty"` // that is in the log,
	Since  string        `json:"since,omitempty"`  // or the older head that the log grew from
	Proof  []tlog.Hash   `json:"proof"`            // as RFC 6962 has it
}

const proofFormat = "guildhall-proof-1"

// A provenRecord is a record as it is stored, and the hash of everything before it.
type provenRecord struct {
	Position events.Position `json:"position"`
	Previous string          `json:"previous"`
	ID       string          `json:"id"`
	Stream   domain.Stream   `json:"stream"`
	Revision uint64          `json:"revision"`
	Name     string          `json:"name"`
	Schema   uint64          `json:"schema"`
	Meta     string          `json:"meta"` // JSON, byte for byte
	Body     string          `json:"body"` // JSON, byte for byte
}

func (g *Guildhall) verifyProofCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "proof BUNDLE",
		Short: "Check a proof, without the data directory",
		Long: `Check what guildhall log prove printed: that the head in it was signed with the key, that the
record is in the log that the head was signed for, or that the log only grew from one head to
the other. Nothing else is needed: no data directory, no server, no network.

With --head the head in the proof must also be the one that you keep.`,
		Example: "  guildhall verify proof proof.json --key st-alder.pub --head head-2026-11.txt",
	}
	key := cmd.Flags().String("key", "", "the key to check signatures with, or a file with it")
	kept := cmd.Flags().String("head", "", "the head that you keep")
	asJSON := cmd.Flags().Bool("json", false, "print JSON")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if *key == "" {
			return &usageError{cmd, "missing --key"}
		}
		p, err := checkProof(args[0], *key, *kept)
		if err != nil {
			return err
		}
		if *asJSON {
			return g.printJSON(p)
		}
		return p.print(g.Out)
	}
	return cmd
}

// A proven statement is what a proof shows.
type proven struct {
	Origin   string          `json:"origin"`
	Head     events.Position `json:"head"` // number of records that the head was signed for
	Root     tlog.Hash       `json:"root"`
	Position events.Position `json:"position,omitempty"`
	Stream   domain.Stream   `json:"stream,omitempty"`
	Name     string          `json:"name,omitempty"`
	At       time.Time       `json:"at,omitzero"`
	Since    events.Position `json:"since,omitempty"` // number of records that the older head was signed for
}

// is reports whether text says what b does and nothing else: whoever reads it must not find
// a field that nothing was proven about, nor one field twice.
func (b bundle) is(text []byte) bool {
	var mine, theirs bytes.Buffer
	e := json.NewEncoder(&mine)
	e.SetEscapeHTML(false)
	if e.Encode(b) != nil || json.Compact(&theirs, text) != nil {
		return false
	}
	return bytes.Equal(bytes.TrimSpace(mine.Bytes()), bytes.TrimSpace(theirs.Bytes()))
}

// checkProof checks the proof in a file with a key and, if its path is not empty, against
// the head that somebody keeps.
func checkProof(path, key, kept string) (p proven, err error) {
	verifier, err := readPublic(key)
	if err != nil {
		return p, err
	}
	f, err := openInput(path)
	if err != nil {
		return p, err
	}
	text, err := readSmall(f)
	if err != nil {
		return p, err
	}
	var b bundle
	if err := json.Unmarshal(text, &b); err != nil || !b.is(text) || b.Format != proofFormat || (b.Record == nil) == (b.Since == "") {
		return p, domain.Refuse(domain.Invalid, "NOT_A_PROOF", "%s is not what guildhall log prove prints.", path)
	}
	head, err := parseHead("The head in "+path, []byte(b.Head), verifier)
	if err != nil {
		return p, err
	}
	p = proven{Origin: verifier.Name(), Head: head.Size, Root: head.Root}
	if b.Record != nil {
		if err := b.checkRecord(head, &p); err != nil {
			return p, err
		}
		return p, sameHead(path, kept, head, verifier)
	}
	old, err := parseHead("The older head in "+path, []byte(b.Since), verifier)
	if err != nil {
		return p, err
	}
	p.Since = old.Size
	if err := tlog.CheckTree(b.Proof, int64(head.Size), head.Root, int64(old.Size), old.Root); err != nil {
		return p, domain.Refuse(domain.Invalid, "PROOF_INVALID", "The proof does not show that the log of %d records grew from the one of %d: either it was altered, or records were.", head.Size, old.Size)
	}
	return p, sameHead(path, kept, old, verifier)
}

// checkRecord computes the record's leaf and checks that it is in the tree.
func (b bundle) checkRecord(head signedHead, p *proven) error {
	r := b.Record
	var previous events.Hash
	if n, err := hex.Decode(previous[:], []byte(r.Previous)); err != nil || n != len(previous) || len(r.Previous) != hex.EncodedLen(n) {
		return domain.Refuse(domain.Invalid, "NOT_A_PROOF", "The hash before the record is %q, which is not a hash.", r.Previous)
	}
	stored := events.Record{ID: r.ID, Stream: r.Stream, Revision: r.Revision, Name: r.Name, Schema: r.Schema, Meta: []byte(r.Meta), Body: []byte(r.Body)}
	if r.Position == 0 || r.Position > head.Size ||
		tlog.CheckRecord(b.Proof, int64(head.Size), head.Root, int64(r.Position-1), journal.Leaf(stored.After(previous))) != nil {
		return domain.Refuse(domain.Invalid, "PROOF_INVALID", "The proof does not show that this record is at position %d of the log: the record or the proof was altered.", r.Position)
	}
	request, err := stored.Request()
	if err != nil {
		return err
	}
	p.Position, p.Stream, p.Name, p.At = r.Position, r.Stream, r.Name, request.At.UTC()
	return nil
}

// sameHead refuses a proof for another head than the one kept at a path.
func sameHead(path, kept string, head signedHead, key note.Verifier) error {
	if kept == "" {
		return nil
	}
	ours, err := readHead(kept, key)
	if err != nil {
		return err
	}
	if ours.Head != head.Head {
		return domain.Refuse(domain.Conflict, "HEAD_DIFFERS",
			"%s proves something for a head of %d records, and %s is another one, of %d. Ask for a proof made with --head %[3]s, or for one made with --since %[3]s that the log only grew.",
			path, head.Size, kept, ours.Size)
	}
	return nil
}

func (p proven) print(w io.Writer) error {
	if p.Since > 0 {
		_, err := fmt.Fprintf(w, "The log %s of %d records holds the %d records of the older head unchanged, in the same order.\n", p.Origin, p.Head, p.Since)
		return err
	}
	_, err := fmt.Fprintf(w, "Record %d of %s, %s in %s, recorded %s, is in the log of %d records that the head was signed for.\n",
		p.Position, p.Origin, p.Name, p.Stream, p.At.Format(time.RFC3339), p.Head)
	return err
}
