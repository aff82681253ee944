package main

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/guildhall-dev/guildhall/domain"
	"github.com/guildhall-dev/guildhall/events"
)

// An inventory says what is in a backup. It is the last part of it, so that a backup that
// ends too early has none.
type inventory struct {
	Format  string          `json:"format"`
	Holds   contents        `json:"holds"`
	Program string          `json:"program"` // version that wrote it
	Made    time.Time       `json:"made"`
	Log     string          `json:"log"`     // id of the first record; empty for an empty log
	Records events.Position `json:"records"` // position that the log had come to
	Hash    string          `json:"hash"`    // of everything up to there
	Root    string          `json:"root,omitempty"`
	Record  string          `json:"record,omitempty"` // id of the last, and
	Views   string          `json:"views,omitempty"`  // fingerprint of the views, for a read model
	Parts   []archivePart   `json:"parts"`            // in order
}

type archivePart struct {
	Name   string `json:"name"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// contents are what a backup can hold.
type contents string

const (
	theLog   contents = "log"
	theKeys  contents = "keys"
	theViews contents = "read model"
)

const (
	backupFormat = "guildhall-backup-1"
	manifestName = "manifest.json"
	maxManifest  = 64 << 20
)

// An archive is a backup being written: a tar file in Zstandard.
type archive struct {
	packed *zstd.Encoder
	tar    *tar.Writer
	parts  []archivePart
}

func newArchive(w io.Writer) (*archive, error) {
	packed, err := zstd.NewWriter(w, zstd.WithEncoderCRC(true), zstd.WithEncoderConcurrency(1))
	if err != nil {
		return nil, err
	}
	return &archive{packed: packed, tar: tar.NewWriter(packed)}, nil
}

// add appends a part of a known size.
func (a *archive) add(name string, size int64, content io.Reader) error {
	if err := a.tar.WriteHeader(&tar.Header{Name: name, Size: size, Mode: 0o600, Format: tar.FormatPAX}); err != nil {
		return err
	}
	sum := sha256.New()
	if _, err := io.Copy(io.MultiWriter(a.tar, sum), content); err != nil {
		return err
	}
	a.parts = append(a.parts, archivePart{name, size, hex.EncodeToString(sum.Sum(nil))})
	return nil
}

// finish writes the manifest and everything that is still held back.
func (a *archive) finish(m inventory) error {
	m.Format, m.Parts = backupFormat, a.parts
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	if err := a.add(manifestName, int64(len(text)), bytes.NewReader(text)); err != nil {
		return err
	}
	return errors.Join(a.tar.Close(), a.packed.Close())
}

// abandon frees what a holds.
func (a *archive) abandon() { a.packed.Close() }

// readArchive hands the parts of a backup to visit, in order, and returns its manifest. A
// backup that is not whole, or of something else, is refused (BACKUP_DAMAGED,
// NOT_A_BACKUP), but parts may have been visited by then.
func readArchive(path string, holds contents, visit func(part string, content io.Reader) error) (inventory, error) {
	f, err := openInput(path)
	if err != nil {
		return inventory{}, err
	}
	m, err := takeApart(f, visit)
	if err := errors.Join(err, f.Close()); err != nil {
		return m, broken(path, err)
	}
	if m.Holds != holds {
		return m, domain.Refuse(domain.Invalid, "NOT_A_BACKUP", "%s is a backup of the %s, not of the %s.", path, m.Holds, holds)
	}
	return m, nil
}

// broken tells that the backup at path is damaged. What is no matter of the backup stays as it is.
func broken(path string, err error) error {
	if _, ours := errors.AsType[*os.PathError](err); ours || domain.AsRefusal(err) != nil {
		return err
	}
	what := oneLine(err)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		what = "it ends too early"
	}
	return domain.Refuse(domain.Invalid, "BACKUP_DAMAGED", "%s is damaged: %s. Use another backup.", path, what)
}

func takeApart(f io.Reader, visit func(part string, content io.Reader) error) (m inventory, err error) {
	packed, err := zstd.NewReader(f, zstd.WithDecoderConcurrency(1))
	if err != nil {
		return m, err
	}
	defer packed.Close()
	in := tar.NewReader(packed)
	var seen []archivePart
	for {
		head, err := in.Next()
		if errors.Is(err, io.EOF) {
			return m, errors.New("it has no manifest at its end")
		}
		if err != nil {
			return m, err
		}
		if head.Name == manifestName {
			break
		}
		sum := sha256.New()
		part := io.TeeReader(in, sum)
		if err := visit(head.Name, part); err != nil {
			return m, err
		}
		if _, err := io.Copy(io.Discard, part); err != nil {
			return m, err
		}
		seen = append(seen, archivePart{head.Name, head.Size, hex.EncodeToString(sum.Sum(nil))})
	}
	if err := json.NewDecoder(io.LimitReader(in, maxManifest)).Decode(&m); err != nil {
		return m, fmt.Errorf("its manifest cannot be read: %w", err)
	}
	if m.Format != backupFormat {
		return m, domain.Refuse(domain.Conflict, "BACKUP_TOO_NEW", "The backup has the format %q, which this version does not know. Use a newer Guildhall.", m.Format)
	}
	if at := slices.IndexFunc(m.Parts, func(p archivePart) bool { return !slices.Contains(seen, p) }); at >= 0 {
		return m, fmt.Errorf("its part %s is missing or not what was written", m.Parts[at].Name)
	}
	if len(seen) != len(m.Parts) {
		return m, fmt.Errorf("it has %d parts and not %d", len(seen), len(m.Parts))
	}
	return m, ends(in, packed)
}

// ends reads what is left and demands that it is nothing. That includes the checksum at
// the very end.
func ends(in *tar.Reader, packed io.Reader) error {
	switch _, err := in.Next(); {
	case err == nil:
		return errors.New("something follows its manifest")
	case !errors.Is(err, io.EOF):
		return err
	}
	n, err := io.Copy(io.Discard, packed)
	if err == nil && n > 0 {
		err = errors.New("something follows its end")
	}
	return err
}
