package graphql

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"
)

const spoolInMemory = 4 << 20 // bytes; what is longer goes to a temporary file without a name

// A spool holds a file until it is known whole: its tag is that of its content, and a part
// of it can be asked for.
type spool struct {
	memory bytes.Buffer
	file   *os.File
	sum    hash.Hash
	size   int64
}

func newSpool() *spool { return &spool{sum: sha256.New()} }

func (s *spool) Write(b []byte) (int, error) {
	s.sum.Write(b)
	s.size += int64(len(b))
	if s.file == nil && s.size <= spoolInMemory {
		return s.memory.Write(b)
	}
	if s.file == nil {
		f, err := os.CreateTemp("", "guildhall-export-*")
		if err != nil {
			return 0, fmt.Errorf("export: %w", err)
		}
		s.file = f
		os.Remove(f.Name()) // where the system does not, close does
		if _, err := s.memory.WriteTo(f); err != nil {
			return 0, fmt.Errorf("export: %w", err)
		}
	}
	return s.file.Write(b)
}

func (s *spool) digest() string { return hex.EncodeToString(s.sum.Sum(nil)) }

// content is what was written, from its start.
func (s *spool) content() (io.ReadSeeker, error) {
	if s.file == nil {
		return bytes.NewReader(s.memory.Bytes()), nil
	}
	_, err := s.file.Seek(0, io.SeekStart)
	return s.file, err
}

func (s *spool) close() error {
	if s.file == nil {
		return nil
	}
	err := s.file.Close()
	if gone := os.Remove(s.file.Name()); gone != nil && !errors.Is(gone, os.ErrNotExist) {
		err = errors.Join(err, gone)
	}
	return err
}

// serve answers a request with the spool, in whole or in part, or with 304 if the client has
// it already. Its tag is strong: the same tag is the same bytes.
func (s *spool) serve(w http.ResponseWriter, r *http.Request, compress bool) error {
	body, err := s.content()
	if err != nil {
		return err
	}
	tag := `"` + s.digest()[:32] + `"`
	w.Header().Set("Vary", "Authorization, Accept-Encoding")
	if compress && s.size > gzipAbove && r.Header.Get("Range") == "" && acceptsGzip(r.Header.Values("Accept-Encoding")) {
		packed := newSpool()
		defer packed.close()
		if err := zipped(packed, body); err != nil {
			return err
		}
		if body, err = packed.content(); err != nil {
			return err
		}
		tag = strings.TrimSuffix(tag, `"`) + `-gzip"`
		w.Header().Set("Content-Encoding", "gzip")
	}
	w.Header().Set("ETag", tag)
	w.Header().Set("Cache-Control", "private, no-cache")
	http.ServeContent(w, r, "", time.Time{}, body)
	return nil
}

func zipped(to io.Writer, body io.Reader) error {
	z := squeezers.Get().(*gzip.Writer)
	defer squeezers.Put(z)
	z.Reset(to)
	if _, err := io.Copy(z, body); err != nil {
		return err
	}
	return z.Close()
}
